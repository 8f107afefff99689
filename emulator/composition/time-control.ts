/** How time, state and randomness of an emulator are moved, set back and chosen while it runs. */
import { setTimeout as realPause } from 'node:timers/promises';
import { type Clock, type Milliseconds, duration } from '../../core/kernel/index.ts';
import { type TimeControl, VirtualTime } from '../control/index.ts';
import type { Engines } from './engines.ts';
import type { RestartableRandom } from './restartable-random.ts';

export interface TimeControlOptions {
  readonly clock: Clock;
  readonly random: RestartableRandom;
  readonly engines: Engines;
  /** Whether what nodes do takes time on the clock, and not real time. */
  readonly isSimulated: boolean;
  /** Makes the server forget what it keeps itself. */
  readonly forget: () => void;
}

/** A day of a virtual clock; on a real one somebody sits and waits. */
const SETTLING_MS = { virtual: duration.days(1), real: duration.seconds(60) } as const;
/** Between two looks at processes or containers. */
const PAUSE_MS = 5;

export function createTimeControl(options: TimeControlOptions): TimeControl {
  const { clock, random, engines, isSimulated, forget } = options;
  const virtual = clock instanceof VirtualTime ? clock : undefined;
  const { seed: firstSeed } = random;
  const pause = (): Promise<void> => realPause(PAUSE_MS);
  let lastReset: Promise<void> = Promise.resolve();
  const reset = async (seed: string): Promise<void> => {
    const letNodesGo = async (): Promise<void> => virtual?.advanceTo(virtual.now());
    await engines.renew(letNodesGo, () => {
      virtual?.rewind();
      random.restart(seed);
      forget();
    });
  };
  return {
    kind: virtual === undefined ? 'real' : 'virtual',
    now: () => clock.now(),
    advanceTo: (instant) => {
      if (virtual === undefined) throw new Error('The real clock cannot be moved.');
      return virtual.advanceTo(instant);
    },
    settle: async (within = SETTLING_MS[virtual === undefined ? 'real' : 'virtual']) => {
      const isIdle = (): Promise<boolean> => engines.areIdle();
      if (virtual === undefined) return waitUntil(isIdle, { clock, pause, within });
      return virtual.settle({ isIdle, pause, within, worksOutside: () => !isSimulated && engines.worksOnNodes });
    },
    reset: (seed = firstSeed) => {
      lastReset = lastReset.catch(() => undefined).then(() => reset(seed));
      return lastReset;
    },
    seed: async (seed) => {
      if (!(await engines.areEmpty())) return false;
      random.restart(seed);
      return true;
    },
  };
}

interface Waiting {
  readonly clock: Clock;
  readonly pause: () => Promise<void>;
  readonly within: Milliseconds;
}

async function waitUntil(holds: () => Promise<boolean>, { clock, pause, within }: Waiting): Promise<boolean> {
  const deadline = clock.now() + within;
  while (!(await holds())) {
    if (clock.now() >= deadline) return false;
    await pause();
  }
  return true;
}
