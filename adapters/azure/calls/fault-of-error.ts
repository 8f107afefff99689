/**
 * Turns whatever a call of the SDK rejects with into a fault that a person can read. The SDK's errors hold the whole
 * request, so they are not kept as a cause, and nothing secret passes: no key, no signature, no token.
 */
import type { Fault, FaultDetail } from '../../../core/kernel/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';
import type { TransportProblem } from '../connection/transport-error.ts';
import { TransportError } from '../connection/transport-error.ts';
import type { Wire } from '../connection/sdk.ts';
import { faultCodeOf } from './fault-codes.ts';

/** The members of the SDK's RestError that are read here; its message can be an object. */
interface SdkError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly body?: Wire.BatchError;
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

export function faultOf(error: unknown, origin: string, signal?: AbortSignal): FaultError {
  if (signal?.aborted === true) return cancelled();
  if (error instanceof FaultError) return error;
  if (error instanceof TransportError) return transportFault(error, origin);
  const { statusCode, code } = error as SdkError;
  if (code === 'PARSE_ERROR' || (statusCode === undefined && isOfSdk(error))) return malformed(origin, 'not JSON');
  if (statusCode !== undefined) return refusalFault(error as SdkError, statusCode, origin);
  // What is left is the SDK's own check of what it was asked to send.
  return new FaultError({ code: 'invalid', message: redacted(error instanceof Error ? error.message : String(error)) });
}

export function cancelled(): FaultError {
  return new FaultError({ code: 'cancelled', message: 'The call to the Batch service was cancelled.' });
}

/** Something answered, but not as a Batch service does. */
export function malformed(origin: string, reason: string): FaultError {
  return new FaultError({
    code: 'unavailable',
    message: `What answers at ${origin} is not a Batch service (${reason}); check the endpoint.`,
  });
}

/** The answer's header, when the error is an answer of the service. */
export function headerOf(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  return (error as SdkError).response?.headers?.get(name);
}

function refusalFault(error: SdkError, status: number, origin: string): FaultError {
  const { body } = error;
  const code = body?.code ?? (typeof error.code === 'string' ? error.code : '');
  const requestId = headerOf(error, 'request-id');
  const details = (body?.values ?? []).map(detail);
  const fault: Fault = {
    code: faultCodeOf(code, status),
    message: sentenceOf(body) ?? `The Batch service at ${origin} answered with HTTP status ${status}.`,
    ...(details.length === 0 ? {} : { details }),
    service: { code: code === '' ? `Http${status}` : code, status, ...(requestId === undefined ? {} : { requestId }) },
  };
  return new FaultError(fault);
}

/** The message without its tail of request id and time (wire-facts 2.1). */
export function sentenceOf(error: Wire.BatchError | undefined): string | undefined {
  const [sentence = ''] = (error?.message?.value ?? '').split('\nRequestId:', 1);
  return sentence.trim() === '' ? undefined : redacted(sentence.trim());
}

/** A value that a refusal quotes, without a signature in it. */
export function detail({ key = '', value = '' }: Wire.BatchErrorDetail): FaultDetail {
  return { key, value: redacted(value) };
}

const REMEDIES: Readonly<Record<TransportProblem, string>> = {
  unreachable: 'Check the endpoint and that the service (or the emulator) is running.',
  untrusted: 'Check that the endpoint is https and that its certificate is trusted here.',
  lost: 'Try again; if it stays so, look at the network or the service.',
  malformed: 'Check the endpoint.',
};

function transportFault(error: TransportError, origin: string): FaultError {
  if (error.problem === 'malformed') return malformed(origin, error.message);
  const message = `No answer of the Batch service at ${origin} (${error.message}). ${REMEDIES[error.problem]}`;
  return new FaultError({ code: 'unavailable', message }, { cause: error });
}

/** The SDK fails to read an answer with an error that has no status; its other errors are plain ones. */
function isOfSdk(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'response' in error && error.response !== undefined;
}

/** The service quotes what it was sent, and a URL in it can carry a signature. */
function redacted(text: string): string {
  return text
    .replace(/([?&;]|\b)sig=[^&\s"']+/gi, '$1sig=…')
    .replace(/\b(SharedKey \S+?:|Bearer )\S+/g, '$1…')
    .replace(/(signature[^']{0,60}')[A-Za-z0-9+/]{20,}={0,2}(?=')/gi, '$1…');
}
