/** The real clock. */
import type { Clock, Instant, Timer } from '../../core/kernel/index.ts';

/** A timer cannot wait longer: 2^31 - 1 ms. Longer waits are made of several. */
const MAX_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  // Sub-millisecond, and of one origin: two readings in a row never go backwards within a process.
  now: () => performance.timeOrigin + performance.now(),
  timerAt: (at, action) => startTimer(at, action),
};

function startTimer(at: Instant, action: () => void): Timer {
  let handle: NodeJS.Timeout;
  const arm = (): void => {
    const wait = Math.ceil(at - systemClock.now());
    handle = setTimeout(
      () => {
        // A timer may fire a moment early, and a long wait needs several.
        if (systemClock.now() >= at) action();
        else arm();
      },
      Math.min(Math.max(wait, 0), MAX_TIMER_MS),
    );
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}
