/** Parts of files: what a range may be, and what it means for a file of a certain size (wire-facts 5.4). */
import type { ReadOptions } from '../../../core/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';

type Range = NonNullable<ReadOptions['range']>;

/** Throws a FaultError `invalid` for what is no range of bytes. */
export function checkRange(range: Range | undefined): void {
  if (range === undefined) return;
  const { start, end } = range;
  const isRight =
    Number.isSafeInteger(start) && start >= 0 && (end === undefined || (Number.isSafeInteger(end) && end >= start));
  if (isRight) return;
  throw new FaultError({
    code: 'invalid',
    message: `The range ${start} to ${end ?? 'the end'} is not one of bytes; start at 0 or later and end at or after the start.`,
  });
}

/** Both ends included; a missing or too large end is the file's. */
export function clip({ start, end = Infinity }: Range, size: number): { start: number; end: number } | 'outside' {
  return start >= size ? 'outside' : { start, end: Math.min(end, size - 1) };
}
