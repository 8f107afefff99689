// The machine's own time as a Clock, for tests of adapters that talk to something real.
import type { Clock } from '../../core/kernel/index.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  timerAt: (at, action) => {
    const timer = setTimeout(action, Math.max(0, at - Date.now()));
    return { cancel: () => clearTimeout(timer) };
  },
};
