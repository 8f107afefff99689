/**
 * What can go wrong in the eyes of a client of Batch or Storage. Adapters map a service's refusal to
 * one of these codes and keep the service's own words in `service`.
 */

export type FaultCode =
  | 'invalid' // the request can never succeed as it is
  | 'notFound'
  | 'alreadyExists'
  | 'conflict' // the resource is in a state that does not allow it
  | 'preconditionFailed'
  | 'denied' // credentials missing, wrong, expired, or without the right
  | 'quota' // an account's limit is reached
  | 'tooLarge'
  | 'throttled'
  | 'unavailable' // nobody answers, or the service says it cannot now
  | 'timeout' // a deadline of ours passed
  | 'cancelled'
  | 'unsupported'
  | 'failed'; // the work was done and failed

/** One key and value that a service adds to its error, for example `PropertyName=vmSize`. */
export interface FaultDetail {
  readonly key: string;
  readonly value: string;
}

export interface Fault {
  readonly code: FaultCode;
  /** One sentence for a person: what, with which value, and what to do. */
  readonly message: string;
  readonly details?: readonly FaultDetail[];
  /** The service's own code and request id, when a service refused. */
  readonly service?: { readonly code: string; readonly status?: number; readonly requestId?: string };
}

/** A fault on its way to somebody who can tell the user. Its message is meant to be read by a person. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, options?: { readonly cause?: unknown }) {
    super(fault.message, options);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

export function isFault(error: unknown, ...codes: readonly FaultCode[]): error is FaultError {
  return error instanceof FaultError && (codes.length === 0 || codes.includes(error.fault.code));
}
