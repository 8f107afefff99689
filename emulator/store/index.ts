/** The door of the stores that the engine's state can live in. */
export { memoryStore } from './memory-store.ts';
