/** Maps what the storage SDK throws to a fault, keeping the service's own code and words. */
import { RestError } from '@azure/storage-blob';
import { FaultError, withoutSignature } from '../../core/index.ts';
import type { Fault, FaultCode, FaultDetail } from '../../core/index.ts';
import type { StorageAccount } from './account.ts';
import { remedyFor } from './denial.ts';

/** `action` completes the sentence "Storage refused to …", for example `upload blob a.txt to container input`. */
export function storageFault(error: unknown, action: string, account: StorageAccount): FaultError {
  if (error instanceof FaultError) return error;
  return new FaultError(describe(error, action, account), { cause: error });
}

function describe(error: unknown, action: string, account: StorageAccount): Fault {
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'cancelled', message: 'Interrupted.' };
  }
  if (!(error instanceof RestError)) {
    return { code: localCode(error), message: `Could not ${action}: ${withoutSignature(textOf(error))}` };
  }
  if (error.statusCode === undefined) {
    const message = `The storage service at ${account.blobEndpoint} does not answer (${error.message}), so it is not possible to ${action}.`;
    return { code: 'unavailable', message };
  }
  const service = serviceOf(error, error.statusCode);
  const details = detailsOf(error);
  const remedy = remedyFor(service.code, account);
  return {
    code: codeOf(error.statusCode, service.code),
    message: `Storage refused to ${action}: ${service.code}, ${sentenceOf(error)}${remedy === undefined ? '' : ` ${remedy}`}`,
    service,
    ...(details.length === 0 ? {} : { details }),
  };
}

function serviceOf(error: RestError, status: number): NonNullable<Fault['service']> {
  const requestId = error.response?.headers.get('x-ms-request-id');
  // A HEAD has no body, so the code is only in the header.
  const code = error.response?.headers.get('x-ms-error-code') ?? error.code ?? `status ${status}`;
  return { code, status, ...(requestId === undefined ? {} : { requestId }) };
}

const codesByStatus: Readonly<Record<number, FaultCode>> = {
  400: 'invalid',
  401: 'denied',
  403: 'denied',
  404: 'notFound',
  409: 'conflict',
  412: 'preconditionFailed',
  413: 'tooLarge',
  429: 'throttled',
};

function codeOf(status: number, serviceCode: string): FaultCode {
  if (serviceCode === 'ServerBusy') return 'throttled';
  if (serviceCode.endsWith('AlreadyExists')) return 'alreadyExists';
  return codesByStatus[status] ?? (status >= 500 ? 'unavailable' : 'failed');
}

/** The service's message without the lines that repeat request id and time. */
function sentenceOf(error: RestError): string {
  const first = error.message.split('\n')[0]?.trim() ?? '';
  return withoutSignature(first === '' ? 'without a reason' : first);
}

/** Keys of the SDK's `details` that say nothing beyond the code and the message. */
const saidAlready = new Set(['errorCode', 'code', 'Code', 'message', 'Message']);

/** The SDK puts the body's elements and all of the response's headers into one object: the headers are left out. */
function detailsOf(error: RestError): readonly FaultDetail[] {
  const details: unknown = error.details;
  if (typeof details !== 'object' || details === null) return [];
  return Object.entries(details).flatMap(([key, value]) =>
    typeof value === 'string' && !saidAlready.has(key) && error.response?.headers.has(key) !== true
      ? [{ key, value: withoutSignature(value) }]
      : [],
  );
}

/** Errors of the file system on this machine. */
function localCode(error: unknown): FaultCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'notFound';
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'failed';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
