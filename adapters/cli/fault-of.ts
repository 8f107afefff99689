/** Whatever was thrown, as something that can be told to a person. */
import { type Fault, FaultError } from '../../core/index.ts';

/** A bug keeps its stack when BATCHRITE_DEBUG is set; a user's mistake never has one. */
export function faultOf(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  const text = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const isDebug = (process.env['BATCHRITE_DEBUG'] ?? '') !== '';
  return {
    code: 'failed',
    message: `Something unexpected happened, which is a bug of batchrite: ${text}`,
    details: isDebug && stack !== undefined ? [{ key: 'Stack', value: stack }] : [],
  };
}
