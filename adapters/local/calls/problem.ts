/** Failures that the engine shows on a resource, and refusals of single tasks: four shapes there, one in core. */
import type { Problem } from '../../../core/index.ts';
import type { NodeError, ServiceError, TaskFailure } from '../../../emulator/engine/index.ts';
import type { Refusal } from './fault-of-refusal.ts';
import { detailsOf } from './fault-of-refusal.ts';
import { faultTable } from './fault-table.ts';

const CATEGORIES = { usererror: 'user', servererror: 'server' } as const;

/** Of a task, a start task, or the scheduling of a job. */
export function problemOfFailure({ code, message, category, details = [] }: TaskFailure): Problem {
  return { code, message, category: CATEGORIES[category], details };
}

export function problemOfResize({ code, message, values = [] }: ServiceError): Problem {
  return { code, message, details: values };
}

export function problemOfNode({ code, message, errorDetails = [] }: NodeError): Problem {
  return { code, message, details: errorDetails };
}

/** Of a task in a collection; what the emulator cannot do is not the caller's to repair (wire-facts 3.5). */
export function problemOfRefusal({ code, values = [] }: Refusal): Problem {
  const { code: faultCode, sentence } = faultTable[code];
  return {
    code,
    message: sentence,
    category: faultCode === 'unsupported' || faultCode === 'unavailable' ? 'server' : 'user',
    details: detailsOf(values).map(({ key, value }) => ({ name: key, value })),
  };
}
