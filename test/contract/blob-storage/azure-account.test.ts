// The contract on a real storage account, where AZURE_STORAGE_CONNECTION_STRING names one. It deletes what it creates.
import { describeNeeding } from '../../support/suite.ts';
import { describeBlobStorageContract } from './blob-storage-contract.ts';

await describeNeeding(['azureStorage'], 'a real storage account', ({ azureStorage }) => {
  describeBlobStorageContract({
    name: azureStorage,
    prefix: `batchrite-${Date.now().toString(36)}-`,
    largeSize: 10 * 1024 * 1024,
    open: () =>
      Promise.resolve({
        connectionString: process.env['AZURE_STORAGE_CONNECTION_STRING'] ?? '',
        close: () => Promise.resolve(),
      }),
  });
});
