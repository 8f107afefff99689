// The clock that stands still until it is moved, and the random streams that go with it.
import { describe, expect, test } from 'vitest';
import { VirtualClock, guid, seededRandom } from '../../../core/kernel/index.ts';

describe('a virtual clock', () => {
  test('fires timers by their time, and those of one time in the order of their making', () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    clock.timerAt(20, () => fired.push('late'));
    clock.timerAt(10, () => fired.push('first'));
    clock.timerAt(10, () => fired.push('second'));
    clock.advance(15);
    expect(fired).toEqual(['first', 'second']);
    expect(clock.now()).toBe(15);
    clock.advance(5);
    expect(fired).toEqual(['first', 'second', 'late']);
  });

  test('fires what a timer sets for the same advance, and never what was cancelled', () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    const cancelled = clock.timerAt(5, () => fired.push(-1));
    clock.timerAt(1, () => {
      cancelled.cancel();
      clock.timerAt(3, () => fired.push(clock.now()));
    });
    clock.advance(10);
    expect(fired).toEqual([3]);
    expect(clock.nextTimerAt).toBeUndefined();
  });

  test('fires a timer of the past when it is moved, not when it is made', () => {
    const clock = new VirtualClock(100);
    let fired = false;
    clock.timerAt(50, () => {
      fired = true;
    });
    expect(fired).toBe(false);
    clock.advance(0);
    expect(fired).toBe(true);
    expect(clock.now()).toBe(100);
  });
});

describe('a random stream', () => {
  test('gives the same for the same seed and name, whatever other streams give', () => {
    const plain = seededRandom('seed').stream('a').hex(32);
    const beside = seededRandom('seed');
    beside.stream('b').hex(100);
    expect(beside.stream('a').hex(32)).toBe(plain);
    expect(seededRandom('other').stream('a').hex(32)).not.toBe(plain);
  });

  test('makes GUIDs of version 4', () => {
    const stream = seededRandom('seed').stream('guids');
    const guids = Array.from({ length: 1000 }, () => guid(stream));
    expect(new Set(guids).size).toBe(1000);
    for (const each of guids)
      expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('stays within its bound', () => {
    const stream = seededRandom('seed').stream('numbers');
    const counts = [0, 0, 0, 0];
    for (let round = 0; round < 4000; round += 1) {
      const index = stream.integer(4);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(850);
  });
});
