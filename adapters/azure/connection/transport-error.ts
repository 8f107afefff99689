/** What can go wrong between this machine and the service before there is an answer of the service. */

export type TransportProblem =
  | 'unreachable' // the request never left: name not found, connection refused
  | 'untrusted' // no agreement on TLS
  | 'lost' // the request was sent, and the connection ended or stayed silent before the answer was complete
  | 'malformed'; // something answered that does not speak Batch

export class TransportError extends Error {
  readonly problem: TransportProblem;
  /** The connection had served earlier requests, so its end says nothing about the service. */
  readonly wasReused: boolean;

  constructor(problem: TransportProblem, reason: string, options: { cause?: unknown; wasReused?: boolean } = {}) {
    super(reason, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'TransportError';
    this.problem = problem;
    this.wasReused = options.wasReused ?? false;
  }
}

const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$)/;

/** Sorts an error of a socket or of the HTTP parser by its code. */
export function transportError(error: Error, wasReused: boolean): TransportError {
  if (error instanceof TransportError) return error;
  const code = codeOf(error);
  const options = { cause: error, wasReused };
  if (NEVER_SENT.has(code)) return new TransportError('unreachable', reasonOf(error), options);
  if (TLS.test(code)) return new TransportError('untrusted', reasonOf(error), options);
  if (code.startsWith('HPE_')) return new TransportError('malformed', 'the answer is not HTTP', options);
  return new TransportError('lost', reasonOf(error), options);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A host with several addresses fails with an AggregateError whose own message is empty. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error ? first.message : codeOf(error);
}
