/** The `ocp-range` header (wire-facts 5.4). */

export type RangeReading =
  | { readonly kind: 'range'; readonly start: number; readonly end: number }
  /** Nothing of the file lies in it. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'malformed' };

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})?$/;

/** Both ends are included; a missing or too large end is the file's. */
export function readRange(header: string, size: number): RangeReading {
  const match = RANGE.exec(header.trim());
  if (match === null) return { kind: 'malformed' };
  const start = Number(match[1]);
  const end = match[2] === undefined ? Infinity : Number(match[2]);
  if (end < start) return { kind: 'malformed' };
  if (start >= size) return { kind: 'outside' };
  return { kind: 'range', start, end: Math.min(end, size - 1) };
}
