/** One line of the doctor: what was looked at, how it is, and what to do where it is not well. */

export type Verdict = 'ok' | 'warn' | 'fail';

export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  readonly text: string;
  /** A sentence on what to do; only where something is to be done. */
  readonly remedy?: string;
}

export function ok(name: string, text: string): Check {
  return { name, verdict: 'ok', text };
}

/** A run may work nevertheless. */
export function warn(name: string, text: string, remedy: string): Check {
  return { name, verdict: 'warn', text, remedy };
}

/** A run cannot work. */
export function fail(name: string, text: string, remedy: string): Check {
  return { name, verdict: 'fail', text, remedy };
}
