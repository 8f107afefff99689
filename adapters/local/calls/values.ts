/** Small conversions that every mapping shares: absent members, times, metadata. */
import type { Instant } from '../../../core/kernel/index.ts';

/** The type with its possibly undefined members made optional. */
export type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The members that are there: an absent one must be left out, never set to undefined. */
export function compact<T extends object>(members: T): Compact<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Compact<T>;
}

/** Applies `map` to a value that may be absent. */
export function optional<T, U>(value: T | undefined, map: (value: T) => U): U | undefined {
  return value === undefined ? undefined : map(value);
}

/** Whole milliseconds, as clients in JavaScript see the service's times; the engine's have microseconds. */
export function instant(time: Instant): Instant {
  return Math.floor(Math.round(time * 1000) / 1000);
}

export function metadataItems(metadata: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(metadata).map(([name, value]) => ({ name, value }));
}

export function metadataRecord(
  items: readonly { readonly name: string; readonly value: string }[] | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries((items ?? []).map(({ name, value }) => [name, value]));
}
