/** Calls of the engine as core's ports know them: refusals become faults, a signal cancels, pages become a sequence. */
import { FaultError } from '../../../core/kernel/index.ts';
import type { ListQuery, Page, Reply } from '../../../emulator/engine/index.ts';
import { cancelled, faultOf, unavailable } from './fault-of-refusal.ts';

/** Items a page: the service's own number (wire-facts 1.4). */
const PAGE_SIZE = 1000;

/** Resolves with the reply's value; rejects with its fault. */
export async function ask<T>(call: () => Reply<T>, signal?: AbortSignal): Promise<T> {
  const outcome = await cancellable(call, signal);
  if (!outcome.ok) throw faultOf(outcome.fault);
  return outcome.value;
}

/** The same for what changes something and answers nothing that core knows. */
export async function tell(call: () => Reply<unknown>, signal?: AbortSignal): Promise<void> {
  await ask(call, signal);
}

/** Every item mapped by `map`. A page is asked for when its first item is wanted; items may come and go meanwhile. */
export async function* listAll<T, U>(
  list: (query: ListQuery<T>) => Reply<Page<T>>,
  map: (item: T) => U,
  { signal, where }: { readonly signal?: AbortSignal | undefined; readonly where?: (item: T) => boolean } = {},
): AsyncGenerator<U, void, undefined> {
  let after: string | undefined;
  do {
    const query = {
      limit: PAGE_SIZE,
      ...(after === undefined ? {} : { after }),
      ...(where === undefined ? {} : { where }),
    };
    const page = await ask(() => list(query), signal);
    for (const item of page.items) {
      throwIfCancelled(signal);
      yield map(item);
    }
    after = page.next;
  } while (after !== undefined);
}

/** The same for a list that comes as a whole. */
export async function* each<T, U>(
  list: () => Reply<readonly T[]>,
  map: (item: T) => U,
  signal?: AbortSignal,
): AsyncGenerator<U, void, undefined> {
  for (const item of await ask(list, signal)) {
    throwIfCancelled(signal);
    yield map(item);
  }
}

/**
 * Does the work unless the signal is aborted, and does not wait for it longer than that. Rejects with a FaultError;
 * what was changed stays changed, as over HTTP.
 */
export async function cancellable<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  throwIfCancelled(signal);
  try {
    return await (signal === undefined ? work() : untilAborted(work(), signal));
  } catch (error) {
    throw error instanceof FaultError ? error : unavailable(error);
  }
}

/** The id or path as it is; throws for what would name something else in a URL, for example the whole list. */
export function named(name: string): string {
  if (name !== '' && name !== '.' && name !== '..') return name;
  throw new FaultError({ code: 'invalid', message: `"${name}" is not a name; give the id or path of one resource.` });
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled();
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
