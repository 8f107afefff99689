/** Small conversions that every mapping shares: absent members, enumerations, dates. */
import type { Instant } from '../../../core/kernel/index.ts';

/** The type with its possibly undefined members made optional. */
export type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The members that are there: an absent one must be left out, never sent or shown as undefined. */
export function compact<T extends object>(members: T): Compact<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Compact<T>;
}

/** Applies `map` to a value that may be absent. */
export function optional<T, U>(value: T | undefined, map: (value: T) => U): U | undefined {
  return value === undefined ? undefined : map(value);
}

/** A reader of an enumeration whose wire spelling differs in case only (wire-facts 1.9); `other` for unknown text. */
export function enumReader<const T extends string, F extends string>(
  values: readonly T[],
  other: F,
): (text: string | undefined) => T | F {
  const byLowerCase = new Map(values.map((value) => [value.toLowerCase(), value]));
  return (text) => byLowerCase.get((text ?? '').toLowerCase()) ?? other;
}

/** The wire's spelling of an enumeration. */
export function lowerCase<T extends string>(value: T): Lowercase<T> {
  return value.toLowerCase() as Lowercase<T>;
}

export function instant(date: Date | undefined): Instant | undefined {
  return date?.getTime();
}

/** A path on a node with `/`: Windows nodes name them with backslashes (wire-facts 5.3). */
export function nodePath(path: string): string {
  return path.replaceAll('\\', '/');
}

export function metadataItems(metadata: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(metadata).map(([name, value]) => ({ name, value }));
}

export function metadataRecord(
  items: readonly { readonly name: string; readonly value: string }[] | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries((items ?? []).map(({ name, value }) => [name, value]));
}
