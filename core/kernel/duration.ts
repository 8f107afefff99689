/** Durations in the two spellings people meet: ISO 8601 on the wire, `20m` on a command line. */
import type { Milliseconds } from './clock.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const duration = {
  seconds: (count: number): Milliseconds => count * SECOND,
  minutes: (count: number): Milliseconds => count * MINUTE,
  hours: (count: number): Milliseconds => count * HOUR,
  days: (count: number): Milliseconds => count * DAY,
} as const;

/** What the service calls unlimited: .NET's TimeSpan.MaxValue, 922337203685477.5807 ms as near as a number gets (wire-facts 1.10). */
export const UNLIMITED: Milliseconds = 922_337_203_685_477.6;

const UNLIMITED_TEXT = 'P10675199DT2H48M5.4775807S';

const ISO = /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/**
 * Parses an ISO 8601 duration. A year counts 365 days and a month 30, as the service does
 * (wire-facts 1.10). Returns undefined for any other text.
 */
export function parseIsoDuration(text: string): Milliseconds | undefined {
  if (text === UNLIMITED_TEXT) return UNLIMITED;
  const match = ISO.exec(text);
  if (match === null || /[PT]$/.test(text)) return undefined;
  const [, sign, ...parts] = match;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) =>
    part === undefined ? 0 : Number(part),
  );
  const total =
    (years * 365 + months * 30 + weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
  return sign === undefined ? total : -total;
}

/** Writes days, hours, minutes and seconds as the service does: `P1DT2H`, `PT7M9.497S`, `PT0S`. */
export function formatIsoDuration(value: Milliseconds): string {
  if (value >= UNLIMITED) return UNLIMITED_TEXT;
  const sign = value < 0 ? '-' : '';
  const rest = Math.abs(value);
  const days = Math.floor(rest / DAY);
  const hours = Math.floor((rest % DAY) / HOUR);
  const minutes = Math.floor((rest % HOUR) / MINUTE);
  const seconds = Number(((rest % MINUTE) / SECOND).toFixed(7));
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`;
  if (days === 0 && time === '') return 'PT0S';
  return `${sign}P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}

const SHORT = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;
const SHORT_UNITS: Readonly<Record<string, Milliseconds>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** Parses `500ms`, `90s`, `20m`, `2h`, `7d` or an ISO duration; undefined for any other text. */
export function parseDuration(text: string): Milliseconds | undefined {
  const match = SHORT.exec(text.trim());
  if (match === null) return parseIsoDuration(text.trim());
  const unit = SHORT_UNITS[match[2] ?? ''];
  return unit === undefined ? undefined : Number(match[1]) * unit;
}

/** As `parseDuration` reads it, in the largest unit that divides it: `20m`, `90s`, `1500ms`. */
export function shortDuration(value: Milliseconds): string {
  const units = [
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
    ['s', SECOND],
  ] as const;
  const unit = units.find(([, length]) => value > 0 && value % length === 0);
  return unit === undefined ? `${value}ms` : `${value / unit[1]}${unit[0]}`;
}

/** For people: `350 ms`, `2.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function describeDuration(value: Milliseconds): string {
  if (value < SECOND) return `${Math.round(value)} ms`;
  if (value < MINUTE) return `${(value / SECOND).toFixed(1)} s`;
  if (value < HOUR) return `${Math.floor(value / MINUTE)} min ${Math.round((value % MINUTE) / SECOND)} s`;
  return `${Math.floor(value / HOUR)} h ${Math.round((value % HOUR) / MINUTE)} min`;
}
