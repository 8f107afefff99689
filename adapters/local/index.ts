/** The door of the local adapter: core's Batch ports on an engine in this process. */
export type { LocalBatchSettings } from './local-batch-service.ts';
export { createLocalBatchService } from './local-batch-service.ts';
