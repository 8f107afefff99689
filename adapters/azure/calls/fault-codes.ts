/**
 * Which of core's fault codes a refusal of the service is: by the service's own code where that says more than the
 * status, else by the HTTP status (wire-facts 2.2).
 */
import type { FaultCode } from '../../../core/kernel/index.ts';

const BY_CODE: Readonly<Record<string, FaultCode>> = {
  ActiveJobAndScheduleQuotaReached: 'quota',
  PoolQuotaReached: 'quota',
  AccountCoreQuotaReached: 'quota',
  ApplicationNotFound: 'notFound',
  InvalidApplicationPackageReferences: 'invalid',
  InvalidCertificateReferences: 'invalid',
  JobPreparationTaskNotSpecified: 'invalid',
  JobReleaseTaskNotSpecified: 'invalid',
  TaskIdSameAsJobPreparationTask: 'invalid',
  TaskIdSameAsJobReleaseTask: 'invalid',
  TaskFilesCleanedup: 'notFound',
  TaskFilesUnavailable: 'notFound',
  NotImplemented: 'unsupported',
  UnsupportedRequestVersion: 'unsupported',
  InvalidUri: 'unsupported',
  RequestBodyTooLarge: 'tooLarge',
  RequestEntityTooLarge: 'tooLarge',
  TooManyRequests: 'throttled',
  OperationTimedOut: 'unavailable',
};

const BY_STATUS: Readonly<Record<number, FaultCode>> = {
  400: 'invalid',
  401: 'denied',
  403: 'denied',
  404: 'notFound',
  405: 'unsupported',
  408: 'unavailable',
  409: 'conflict',
  411: 'invalid',
  412: 'preconditionFailed',
  413: 'tooLarge',
  416: 'invalid',
  429: 'throttled',
  501: 'unsupported',
  505: 'unsupported',
};

/** `code` is empty where the answer carried none, as for HEAD. */
export function faultCodeOf(code: string, status: number): FaultCode {
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code] ?? 'unavailable';
  if (status === 409 && code.endsWith('Exists')) return 'alreadyExists';
  const byStatus = BY_STATUS[status];
  if (byStatus !== undefined) return byStatus;
  return status >= 500 ? 'unavailable' : 'invalid';
}
