/** Keeps nothing: the engine's own memory is the state, and it ends with the process. */
import type { StateStore } from '../engine/index.ts';

export function memoryStore(): StateStore {
  return {
    load: () => Promise.resolve([]),
    commit: () => undefined,
    close: () => Promise.resolve(),
  };
}
