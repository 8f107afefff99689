/** The door of the engine: the Batch service's rules, without I/O. */
export type * from './batch-engine.ts';
export type * from './resources/account.ts';
export type * from './resources/common.ts';
export type * from './resources/explanation.ts';
export type * from './resources/job.ts';
export type * from './resources/job-schedule.ts';
export type * from './resources/node.ts';
export type * from './resources/pool.ts';
export type * from './resources/task.ts';
export type * from './spi/node-runtime.ts';
export type * from './spi/state-store.ts';
export type * from './spi/task-tokens.ts';
export type { EngineFault, EngineFaultCode } from './fault.ts';
export { engineFault, invalidProperty } from './fault.ts';
export type { EngineOptions, RunningEngine } from './engine.ts';
export { createEngine } from './engine.ts';
export type { EngineSettings, Quotas } from './settings.ts';
export { coresOf, vmSize, type VmSize } from './catalog/vm-sizes.ts';
