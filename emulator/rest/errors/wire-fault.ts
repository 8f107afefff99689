/**
 * Refusals as the wire knows them: the engine's codes and those of the protocol itself, without status or sentence,
 * which `fault-table.ts` adds.
 */
import type { EngineFault, EngineFaultCode } from '../../engine/index.ts';

/** Codes of the protocol: requests that never reach the engine (wire-facts 2.2). */
export type ProtocolFaultCode =
  | 'InvalidRequestBody'
  | 'InvalidHeaderValue'
  | 'MissingRequiredHeader'
  | 'MissingRequiredQueryParameter'
  | 'UnsupportedRequestVersion'
  | 'InvalidQueryParameterValue'
  | 'OutOfRangeQueryParameterValue'
  | 'UnsupportedQueryParameter'
  | 'RequestUrlFailedToParse'
  | 'InvalidHttpVerb'
  | 'UnsupportedHttpVerb'
  | 'UnsupportedHeader'
  | 'MultipleConditionHeadersNotSupported'
  | 'InvalidAuthenticationInfo'
  | 'AuthenticationFailed'
  | 'InsufficientAccountPermissions'
  | 'ResourceNotFound'
  | 'MissingContentLengthHeader'
  | 'RequestBodyTooLarge'
  | 'InvalidRange'
  | 'InternalError';

export type WireFaultCode = EngineFaultCode | ProtocolFaultCode;

export interface WireFault {
  readonly code: WireFaultCode;
  /** Keys are PascalCase, as the service writes them. */
  readonly values?: EngineFault['values'];
}

export function wireFault(code: WireFaultCode, values?: Readonly<Record<string, string>>): WireFault {
  if (values === undefined) return { code };
  return { code, values: Object.entries(values).map(([key, value]) => ({ key, value })) };
}

/** A body that is not JSON, or not of the expected types (wire-facts 2.2). */
export function invalidBody(reason: string): WireFault {
  return wireFault('InvalidRequestBody', { Reason: reason });
}

export function invalidQuery(name: string, value: string, reason: string): WireFault {
  return wireFault('InvalidQueryParameterValue', {
    QueryParameterName: name,
    QueryParameterValue: value,
    Reason: reason,
  });
}
