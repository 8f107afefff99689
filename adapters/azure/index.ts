/** The door of the Azure adapter: core's Batch ports over HTTP. */
export type { AzureBatchSettings } from './azure-batch-service.ts';
export { createAzureBatchService } from './azure-batch-service.ts';
export type { AzureBatchCredentials, TokenSource } from './connection/credentials.ts';
export { entraTokens } from './connection/entra.ts';
export type { RetrySettings } from './calls/retry-policy.ts';
export { preloadAzureSdk } from './connection/sdk.ts';
