/** Options of a scenario: what the command line shows of them, and how their text becomes a value. */
import { FaultError, parseDuration, shortDuration } from '../core/index.ts';
import type { Milliseconds } from '../core/index.ts';

/** What a command line hands over: nothing, a flag, a text, or several texts. */
export type RawValue = string | boolean | readonly string[] | undefined;

/** By option name, without the dashes: `num-words`. */
export type RawOptions = Readonly<Record<string, RawValue>>;

export interface Option<T> {
  /** What stands for the value in the help: `N`, `DIR`; absent for a flag. */
  readonly placeholder?: string;
  readonly description: string;
  /** Whether it takes several values. */
  readonly isList?: boolean;
  /** The default as the help shows it. */
  readonly shownDefault?: string;
  /** Throws `invalid` with a sentence that names the option and the value. */
  parse(name: string, raw: RawValue): T;
}

export type ValuesOf<Options> = { readonly [Name in keyof Options]: Options[Name] extends Option<infer T> ? T : never };

export function text(placeholder: string, description: string): Option<string | undefined> {
  return { placeholder, description, parse: (name, raw) => (raw === undefined ? undefined : textOf(name, raw)) };
}

export function textOr(byDefault: string, placeholder: string, description: string): Option<string> {
  const optional = text(placeholder, description);
  return { ...optional, shownDefault: byDefault, parse: (name, raw) => optional.parse(name, raw) ?? byDefault };
}

export function flag(description: string): Option<boolean> {
  return { description, parse: (_, raw) => raw === true };
}

export function texts(placeholder: string, description: string): Option<readonly string[]> {
  return {
    placeholder,
    description,
    isList: true,
    parse: (name, raw) => {
      if (raw === undefined) return [];
      return typeof raw === 'object' ? raw.map((each) => textOf(name, each)) : [textOf(name, raw)];
    },
  };
}

/** A whole number within the bounds, both included. */
export function integer(
  byDefault: number,
  { min, max }: { readonly min: number; readonly max: number },
  description: string,
): Option<number> {
  return {
    placeholder: 'N',
    description,
    shownDefault: String(byDefault),
    parse: (name, raw) => {
      if (raw === undefined) return byDefault;
      const value = /^\d+$/.test(textOf(name, raw)) ? Number(raw) : NaN;
      if (value >= min && value <= max) return value;
      throw invalid(`--${name} must be a whole number from ${min} to ${max}, not "${textOf(name, raw)}".`);
    },
  };
}

export function durationOr(byDefault: Milliseconds, description: string): Option<Milliseconds> {
  return {
    placeholder: 'TIME',
    description,
    shownDefault: shortDuration(byDefault),
    parse: (name, raw) => {
      if (raw === undefined) return byDefault;
      const value = parseDuration(textOf(name, raw));
      if (value !== undefined && value > 0) return value;
      throw invalid(`--${name} must be a time such as 90s, 20m or 2h, not "${textOf(name, raw)}".`);
    },
  };
}

function textOf(name: string, raw: RawValue): string {
  if (typeof raw === 'string' && raw !== '') return raw;
  throw invalid(`--${name} needs a value.`);
}

function invalid(message: string): FaultError {
  return new FaultError({ code: 'invalid', message });
}
