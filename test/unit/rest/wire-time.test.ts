// Times on the wire: ticks, digits and eTags agree, and what clients send is read as they mean it.
import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  etagOf,
  formatErrorTime,
  formatHttpDate,
  formatTime,
  parseTime,
  ticksOf,
} from '../../../emulator/rest/codec/wire-time.ts';

/** 2024-04-18T00:32:00.618862Z */
const RECORDED = Date.UTC(2024, 3, 18, 0, 32, 0, 618) + 0.862;

/** Microseconds in about a century around now. */
const instants = integer({ min: 0, max: 4_000_000_000_000_000 }).map((micros) => micros / 1000);

describe('an eTag', () => {
  test('is the tick count of the time beside it', () => {
    // 0x8DC5F3EF664EE4E was recorded with …00.6188622Z, whose seventh digit is not ours to choose.
    const digit = Number(formatErrorTime(RECORDED).at(-2));
    const expected = 0x8dc5f3ef664ee4en - 2n + BigInt(digit);
    expect(etagOf(RECORDED)).toBe(`0x${expected.toString(16).toUpperCase()}`);
  });

  test('always agrees with the written time', () => {
    assert(
      property(instants, (instant) => {
        expect(parseTime(formatTime(instant, 'service'))?.ticks).toBe(BigInt(etagOf(instant)));
      }),
    );
  });

  test('grows with time', () => {
    assert(
      property(instants, integer({ min: 1, max: 1_000_000 }), (instant, micros) => {
        expect(ticksOf(instant + micros / 1000)).toBeGreaterThan(ticksOf(instant));
      }),
    );
  });
});

describe('a written time', () => {
  test('has at most six digits when it is not of the service', () => {
    assert(
      property(instants, (instant) => {
        const text = formatTime(instant, 'other');
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$/);
        expect(parseTime(text)?.instant).toBeCloseTo(instant, 3);
      }),
    );
  });

  test('has exactly seven digits in an error', () => {
    assert(
      property(instants, (instant) => {
        expect(formatErrorTime(instant)).toMatch(/\.\d{7}Z$/);
      }),
    );
  });

  test('has no fraction when it has none', () => {
    expect(formatTime(Date.UTC(2020, 0, 1), 'other')).toBe('2020-01-01T00:00:00Z');
  });

  test('in a header has whole seconds', () => {
    expect(formatHttpDate(RECORDED)).toBe('Thu, 18 Apr 2024 00:32:00 GMT');
  });
});

describe('a time that a client sends', () => {
  test.each([
    ['2020-01-01T00:00:00.055Z', Date.UTC(2020, 0, 1) + 55],
    ['2020-01-01T00:00:00Z', Date.UTC(2020, 0, 1)],
    ['2020-01-01T00:00:00', Date.UTC(2020, 0, 1)],
    ['2020-01-01T02:00:00+02:00', Date.UTC(2020, 0, 1)],
    ['2020-01-01T00:00:00.1234567Z', Date.UTC(2020, 0, 1) + 123.456],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('that reads %s is understood', (text, instant) => {
    expect(parseTime(text)?.instant).toBe(instant);
  });

  test.each([
    '',
    'now',
    '2020-13-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2020-01-01T25:00:00Z',
    '2020-01-01',
    '1577836800',
  ])('that reads %j is none', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
