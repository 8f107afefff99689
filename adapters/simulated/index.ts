/** The door of the simulated runtime: nodes that exist only in time. */
export { SimulatedRuntime, type SimulatedRuntimeOptions } from './simulated-runtime.ts';
export type { SimulatedOutcome } from './simulated-shell.ts';
