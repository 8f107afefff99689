/** Failures that the service reports on a resource: four shapes on the wire, one in core. */
import type { Problem } from '../../../core/index.ts';
import type { Wire } from '../connection/sdk.ts';
import { detail, sentenceOf } from './fault-of-error.ts';
import { enumReader } from './wire-values.ts';

interface WireProblem {
  readonly code?: string;
  readonly message?: string;
  readonly category?: string;
  readonly details?: readonly Wire.NameValuePair[];
  /** Where a resize error keeps its details. */
  readonly values?: readonly Wire.NameValuePair[];
  /** Where a node error keeps its details. */
  readonly errorDetails?: readonly Wire.NameValuePair[];
}

const readCategory = enumReader(['UserError', 'ServerError'], 'other');
const CATEGORIES = { UserError: { category: 'user' }, ServerError: { category: 'server' }, other: {} } as const;

/** A failureInfo, schedulingError, resize error or node error. */
export function problemOf(wire: WireProblem): Problem {
  const details = wire.details ?? wire.values ?? wire.errorDetails ?? [];
  return {
    code: wire.code ?? 'Unknown',
    message: wire.message ?? '',
    ...CATEGORIES[readCategory(wire.category)],
    details: details.map(({ name = '', value = '' }) => ({ name, value })),
  };
}

/** A refusal inside an answer, such as that of one task of a collection. */
export function problemOfRefusal(error: Wire.BatchError | undefined, category: 'user' | 'server'): Problem {
  return {
    code: error?.code ?? 'Unknown',
    message: sentenceOf(error) ?? 'The service gave no reason.',
    category,
    details: (error?.values ?? []).map(detail).map(({ key, value }) => ({ name: key, value })),
  };
}
