/** Cuts a list of tasks into collections that the service takes: at most 100 tasks and below 1 MiB (wire-facts 3.5). */
import type { Wire } from '../connection/sdk.ts';

export interface CollectionLimits {
  readonly maxTasks: number;
  /** Bytes of the whole request body. */
  readonly maxBytes: number;
}

/** A margin below the service's 1,048,576 bytes: what the SDK writes can differ from our estimate by little. */
const SERVICE_LIMITS: CollectionLimits = { maxTasks: 100, maxBytes: 1_048_576 - 8_192 };

/** `{"value":[]}` */
const ENVELOPE_BYTES = 12;

/** Lazily, in the given order. A task larger than the limit travels alone: the service has the last word on it. */
export function* collections(
  tasks: readonly Wire.TaskAddParameter[],
  limits: CollectionLimits = SERVICE_LIMITS,
): Generator<readonly Wire.TaskAddParameter[], void, undefined> {
  let collection: Wire.TaskAddParameter[] = [];
  let bytes = ENVELOPE_BYTES;
  for (const task of tasks) {
    const size = Buffer.byteLength(JSON.stringify(task)) + 1;
    const isFull = collection.length === limits.maxTasks || bytes + size > limits.maxBytes;
    if (isFull && collection.length > 0) {
      yield collection;
      collection = [];
      bytes = ENVELOPE_BYTES;
    }
    collection.push(task);
    bytes += size;
  }
  if (collection.length > 0) yield collection;
}

/** The two halves of a collection that was too large after all. */
export function halves<T>(collection: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = Math.ceil(collection.length / 2);
  return [collection.slice(0, middle), collection.slice(middle)];
}
