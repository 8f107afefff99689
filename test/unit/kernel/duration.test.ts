// Durations as the wire, the command line and people spell them (wire-facts 1.10).
import { describe, expect, test } from 'vitest';
import {
  UNLIMITED,
  duration,
  formatIsoDuration,
  parseDuration,
  parseIsoDuration,
  shortDuration,
} from '../../../core/kernel/index.ts';

describe('an ISO duration', () => {
  test.each([
    ['PT01H00M00S', 'PT1H'],
    ['PT06M00S', 'PT6M'],
    ['P1DT00H', 'P1D'],
    ['P3Y6M4DT12H30M5S', 'P1279DT12H30M5S'],
    ['PT7M9.497S', 'PT7M9.497S'],
    ['PT0S', 'PT0S'],
    ['-PT90S', '-PT1M30S'],
  ])('%s is written again as %s', (text, again) => {
    expect(formatIsoDuration(parseIsoDuration(text) ?? NaN)).toBe(again);
  });

  test('without limit is the longest one of .NET', () => {
    expect(parseIsoDuration('P10675199DT2H48M5.4775807S')).toBe(UNLIMITED);
    expect(formatIsoDuration(UNLIMITED)).toBe('P10675199DT2H48M5.4775807S');
  });

  test.each(['', 'P', 'PT', 'P1', '1D', 'PT1X', 'P1DT'])('%j is none', (text) => {
    expect(parseIsoDuration(text)).toBeUndefined();
  });
});

describe('a short duration', () => {
  test.each([
    ['20m', duration.minutes(20)],
    ['90s', duration.seconds(90)],
    ['1500ms', 1500],
    ['2h', duration.hours(2)],
    ['7d', duration.days(7)],
  ])('%s is read and written alike', (text, value) => {
    expect(parseDuration(text)).toBe(value);
    expect(shortDuration(value)).toBe(text);
  });

  test('takes the largest unit that divides it', () => {
    expect(shortDuration(duration.minutes(60))).toBe('1h');
    expect(shortDuration(duration.minutes(61))).toBe('61m');
    expect(shortDuration(0)).toBe('0ms');
  });
});
