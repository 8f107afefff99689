/** The door to the machine's own time and randomness. */
export { entropy } from './entropy.ts';
export { systemClock } from './system-clock.ts';
export { type Workspace, createWorkspace } from './workspace.ts';
