/**
 * Time as a port. Every rule that depends on time reads one clock, so the same code runs on the
 * real clock and on a virtual one that jumps from timer to timer.
 */

/** A point in time: milliseconds since 1970-01-01T00:00:00Z, with a fraction down to microseconds. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Milliseconds = number;

export interface Timer {
  cancel(): void;
}

export interface Clock {
  now(): Instant;
  /** Calls `action` once, not before `at`. An instant in the past fires as soon as possible, never synchronously. */
  timerAt(at: Instant, action: () => void): Timer;
}

/** Resolves after `duration` on that clock; rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, duration: Milliseconds, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason as Error);
    };
    const timer = clock.timerAt(clock.now() + duration, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
