/** Randomness that can start again, with its own seed or another one, under everybody who has a stream of it. */
import { type Random, type RandomStream, seededRandom } from '../../core/kernel/index.ts';

export interface RestartableRandom extends Random {
  restart(seed: string): void;
}

/** `initial` serves until the first restart. */
export function restartableRandom(initial: Random): RestartableRandom {
  let current = initial;
  const streams = new Map<string, RandomStream>();
  return {
    get seed() {
      return current.seed;
    },
    stream: (name) => {
      let stream = streams.get(name);
      if (stream === undefined) {
        stream = {
          next: () => current.stream(name).next(),
          integer: (bound) => current.stream(name).integer(bound),
          hex: (length) => current.stream(name).hex(length),
        };
        streams.set(name, stream);
      }
      return stream;
    },
    restart: (seed) => {
      current = seededRandom(seed);
    },
  };
}
