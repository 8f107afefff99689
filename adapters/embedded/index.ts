/** The door for programs and tests that start an emulator of their own: `import { startBatchrite } from 'batchrite'`. */
export type { BatchriteApplications, PackageOptions } from './applications.ts';
export type { Batchrite, BatchriteAccount, BatchriteOptions, BatchriteSettings, Duration } from './batchrite.ts';
export type { BatchriteClients } from './clients.ts';
export { startBatchrite } from './start-batchrite.ts';
