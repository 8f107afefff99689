/** Turns the engine's refusals, and what goes wrong in this process, into faults that a person can read. */
import type { FaultDetail } from '../../../core/kernel/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';
import type { EngineFault } from '../../../emulator/engine/index.ts';
import type { LocalFaultCode } from './fault-table.ts';
import { faultTable } from './fault-table.ts';

/** A refusal of the engine, or one of this adapter in the engine's manner. */
export interface Refusal {
  readonly code: LocalFaultCode;
  readonly values?: EngineFault['values'];
}

export function faultOf({ code, values = [] }: Refusal): FaultError {
  const { code: faultCode, sentence } = faultTable[code];
  const details = detailsOf(values);
  return new FaultError({
    code: faultCode,
    message: sentence,
    ...(details.length === 0 ? {} : { details }),
    service: { code },
  });
}

/** A refusal quotes what was asked for, and a URL in it can carry a signature. */
export function detailsOf(values: NonNullable<EngineFault['values']>): readonly FaultDetail[] {
  return values.map(({ key, value }) => ({ key, value: value.replace(/([?&;]|\b)sig=[^&\s"']+/gi, '$1sig=…') }));
}

export function cancelled(): FaultError {
  return new FaultError({ code: 'cancelled', message: 'The call to the Batch service was cancelled.' });
}

/** What is not a refusal: the engine is closed, an invariant is broken, a disk cannot be read. */
export function unavailable(error: unknown): FaultError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The emulator in this process cannot answer (${reason}); start it again.`;
  return new FaultError({ code: 'unavailable', message, service: { code: 'InternalError' } }, { cause: error });
}
