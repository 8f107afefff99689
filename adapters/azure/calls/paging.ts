/** Lists of the service as lazy sequences: a page is asked for when its first item is wanted, and not kept longer. */
import type { BatchCalls, Operation } from './batch-calls.ts';
import { cancelled } from './fault-of-error.ts';
import type { Sdk, SdkCallOptions } from '../connection/sdk.ts';

/** A page as the SDK gives it: its items, with the link and the whole answer as members of the array. */
export type WirePage<T> = readonly T[] & {
  readonly odatanextLink?: string;
  readonly _response: { readonly parsedBody: unknown };
};

export interface PagedList<T> {
  readonly first: Operation<WirePage<T>>;
  readonly next: (sdk: Sdk, link: string, options: SdkCallOptions) => Promise<WirePage<T>>;
}

/** Yields every item mapped by `map`, page after page; an empty page with a link is followed (wire-facts 1.12). */
export async function* listAll<T, U>(
  calls: BatchCalls,
  list: PagedList<T>,
  map: (item: T) => U,
  signal?: AbortSignal,
): AsyncGenerator<U, void, undefined> {
  let link: string | undefined;
  do {
    const from: string | undefined = link;
    const page = await calls.read(
      (sdk, options) => (from === undefined ? list.first(sdk, options) : list.next(sdk, from, options)),
      signal,
    );
    // The SDK makes an empty page of an answer that has no list.
    if (!Array.isArray(page._response.parsedBody)) throw calls.malformed('an answer without a list');
    link = page.odatanextLink === undefined ? undefined : calls.linkAtEndpoint(page.odatanextLink);
    if (link !== undefined && link === from) throw calls.malformed('a page names itself as the next one');
    for (const item of page) {
      if (signal?.aborted === true) throw cancelled();
      yield map(item);
    }
  } while (link !== undefined);
}
