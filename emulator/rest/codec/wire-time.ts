/**
 * Times as the service writes them: .NET ticks of 100 ns since the year 1. An engine `Instant` has microseconds;
 * the seventh digit of the service's own times is derived from them here, so that a `lastModified`, its eTag and a
 * comparison in a filter always agree (wire-facts 1.8, 1.10).
 */
import type { Instant } from '../../../core/kernel/index.ts';

const MICROS_PER_SECOND = 1_000_000;
const TICKS_AT_1970 = 621_355_968_000_000_000n;

/** Which clock a time comes from: the service's has seven digits, a node's or a user's has six. */
export type TimeSource = 'service' | 'other';

function microsOf(instant: Instant): number {
  return Math.round(instant * 1000);
}

/** Looks arbitrary, as on the service, and is the same whenever the same instant is shown. */
function seventhDigit(micros: number): number {
  return (((micros + Math.floor(micros / 97)) % 10) + 10) % 10;
}

/** The tick count of an instant, as eTags and comparisons use it. */
export function ticksOf(instant: Instant, source: TimeSource = 'service'): bigint {
  const micros = microsOf(instant);
  return BigInt(micros) * 10n + BigInt(source === 'service' ? seventhDigit(micros) : 0) + TICKS_AT_1970;
}

/** The eTag of a resource that was last modified at that instant: `0x8DC5F3EF664EE4E`, without quotes (wire-facts 1.8). */
export function etagOf(lastModified: Instant): string {
  return `0x${ticksOf(lastModified).toString(16).toUpperCase()}`;
}

/** `yyyy-MM-ddTHH:mm:ss[.fffffff]Z` with trailing zeros trimmed (wire-facts 1.10). */
export function formatTime(instant: Instant, source: TimeSource): string {
  const { seconds, fraction } = split(instant, source);
  const trimmed = fraction.replace(/0+$/, '');
  return trimmed === '' ? `${seconds}Z` : `${seconds}.${trimmed}Z`;
}

/** The time in an error's message, always with seven digits (wire-facts 1.10). */
export function formatErrorTime(instant: Instant): string {
  const { seconds, fraction } = split(instant, 'service');
  return `${seconds}.${fraction}Z`;
}

/** RFC 1123, whole seconds: `Last-Modified`, `Date`. */
export function formatHttpDate(instant: Instant): string {
  const second = Math.floor(instant / 1000);
  if (lastDate.second !== second) lastDate = { second, text: new Date(second * 1000).toUTCString() };
  return lastDate.text;
}

/** The last date that was written: every response has one, and most are of the same second. */
let lastDate = { second: 0, text: 'Thu, 01 Jan 1970 00:00:00 GMT' };

function split(instant: Instant, source: TimeSource): { readonly seconds: string; readonly fraction: string } {
  const micros = microsOf(instant);
  const second = Math.floor(micros / MICROS_PER_SECOND);
  const rest = micros - second * MICROS_PER_SECOND;
  const digits = rest * 10 + (source === 'service' ? seventhDigit(micros) : 0);
  return { seconds: secondText(second), fraction: digits.toString().padStart(7, '0') };
}

/** The last second that was written: lists repeat the same few over and over. */
let lastSecond = { second: 0, text: '1970-01-01T00:00:00' };

function secondText(second: number): string {
  if (lastSecond.second !== second) {
    lastSecond = { second, text: new Date(second * 1000).toISOString().slice(0, 19) };
  }
  return lastSecond.text;
}

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|z|[+-]\d{2}:\d{2})?$/;

export interface ParsedTime {
  readonly instant: Instant;
  readonly ticks: bigint;
}

/** Parses an ISO 8601 time, in UTC when it names no zone. Undefined for any other text, and for dates that do not exist. */
export function parseTime(text: string): ParsedTime | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null) return undefined;
  const [, date = '', time = '', fraction = '', zone = 'Z'] = match;
  const seconds = Date.parse(`${date}T${time}${zone.toUpperCase()}`) / 1000;
  if (Number.isNaN(seconds) || !isRealDate(date)) return undefined;
  const digits = fraction.padEnd(7, '0').slice(0, 7);
  const micros = seconds * MICROS_PER_SECOND + Number(digits.slice(0, 6));
  return {
    instant: micros / 1000,
    ticks: BigInt(seconds * MICROS_PER_SECOND) * 10n + BigInt(digits) + TICKS_AT_1970,
  };
}

/** JavaScript takes 30 February for 1 March; the service does not. */
function isRealDate(date: string): boolean {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Parses an HTTP date to whole seconds as an instant; undefined when it is none. */
export function parseHttpDate(text: string): Instant | undefined {
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) || !/\d/.test(text) ? undefined : parsed;
}
