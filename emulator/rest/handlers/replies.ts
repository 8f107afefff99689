/** Turns what the engine answers into what goes on the wire. */
import type { Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import type { EngineFault, Page, Stamp } from '../../engine/index.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { wireFault } from '../errors/wire-fault.ts';
import type { HandlerOutcome } from '../operations/handler.ts';

type Answer<T> = Outcome<T, EngineFault>;

/** One resource, with the stamp for `ETag` and `Last-Modified` where it has one. */
export function resource(answer: Answer<object>): HandlerOutcome {
  if (!answer.ok) return answer;
  const value = answer.value;
  return success({ kind: 'resource', value, ...('lastModified' in value ? stampOf(value as Stamp) : {}) });
}

/** A page of a list. */
export function page(answer: Answer<Page<object>>): HandlerOutcome {
  return answer.ok ? success({ kind: 'page', ...answer.value }) : answer;
}

/** All of a list that comes without paging. */
export function wholeList(answer: Answer<readonly object[]>): HandlerOutcome {
  return answer.ok ? success({ kind: 'page', items: answer.value }) : answer;
}

/** An action's empty answer, with the resource's new stamp. */
export function stamped(answer: Answer<Stamp>): HandlerOutcome {
  return answer.ok ? success({ kind: 'empty', ...stampOf(answer.value) }) : answer;
}

export function created(answer: Answer<Stamp>, location: string): HandlerOutcome {
  return answer.ok ? success({ kind: 'empty', location, ...stampOf(answer.value) }) : answer;
}

export function empty(answer: Answer<unknown>): HandlerOutcome {
  return answer.ok ? success({ kind: 'empty' }) : answer;
}

export function refuse(...fault: Parameters<typeof wireFault>): { readonly ok: false; readonly fault: WireFault } {
  return refusal(wireFault(...fault));
}

function stampOf({ lastModified }: Stamp): Stamp {
  return { lastModified };
}
