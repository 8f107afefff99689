/** The door of the storage adapter: core's blob ports on Azure Storage, and on Azurite alike. */
export { parseConnectionString } from './account.ts';
export type { StorageAccount } from './account.ts';
export { AzureBlobStorage } from './azure-blob-storage.ts';
export { LinkedBlobAccount } from './linked-blob-account.ts';
export { BlobProgramStaging } from './blob-program-staging.ts';
