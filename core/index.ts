/** The door of core: what a client of Azure Batch needs to write a workflow, behind ports. */
export * from './kernel/index.ts';
export type * from './model/file.ts';
export type * from './model/image.ts';
export type * from './model/job.ts';
export type * from './model/pool.ts';
export type * from './model/problem.ts';
export type * from './model/task.ts';
export type * from './ports/batch-service.ts';
export type * from './ports/blob-storage.ts';
export type * from './ports/local-files.ts';
export type * from './ports/program-staging.ts';
export type * from './ports/reporter.ts';
