/**
 * A clock that stands still until it is moved. Timers fire in order of their due time, and in order
 * of creation when due together, so a run on this clock is deterministic.
 */
import type { Clock, Instant, Milliseconds, Timer } from './clock.ts';
import { MinHeap } from './min-heap.ts';

interface Pending {
  readonly at: Instant;
  readonly order: number;
  readonly action: () => void;
}

/** 2030-01-01T00:00:00Z: a date that nobody mistakes for the real one. */
export const VIRTUAL_EPOCH: Instant = 1_893_456_000_000;

export class VirtualClock implements Clock {
  #now: Instant;
  #order = 0;
  readonly #heap = new MinHeap<Pending>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  readonly #cancelled = new Set<Pending>();

  constructor(start: Instant = VIRTUAL_EPOCH) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  timerAt(at: Instant, action: () => void): Timer {
    const pending = { at: Math.max(at, this.#now), order: this.#order++, action };
    this.#heap.push(pending);
    return { cancel: () => this.#cancelled.add(pending) };
  }

  /** The due time of the next timer, or undefined when none is waiting. */
  get nextTimerAt(): Instant | undefined {
    this.#dropCancelled();
    return this.#heap.first?.at;
  }

  /** Moves to the next timer and fires it. Returns false when there is none, or none until `limit`. */
  fireNext(limit: Instant = Infinity): boolean {
    const at = this.nextTimerAt;
    if (at === undefined || at > limit) return false;
    const next = this.#heap.pop();
    if (next === undefined) return false;
    this.#now = Math.max(this.#now, next.at);
    next.action();
    return true;
  }

  /** Fires every timer due within `duration`, then stands at its end. */
  advance(duration: Milliseconds): void {
    this.advanceTo(this.#now + duration);
  }

  advanceTo(instant: Instant): void {
    while (this.fireNext(instant)) {
      // each call fires one timer
    }
    this.#now = Math.max(this.#now, instant);
  }

  #dropCancelled(): void {
    for (let head = this.#heap.first; head !== undefined && this.#cancelled.delete(head); head = this.#heap.first) {
      this.#heap.pop();
    }
  }
}
