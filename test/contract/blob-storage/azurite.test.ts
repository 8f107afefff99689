// The contract on Azurite, whose blobs both emulated targets use.
import { startAzurite } from '../../../adapters/azurite/index.ts';
import { describeBlobStorageContract } from './blob-storage-contract.ts';

describeBlobStorageContract({
  name: 'Azurite',
  prefix: 'container-',
  largeSize: 40 * 1024 * 1024,
  open: async () => {
    const azurite = await startAzurite({ inMemory: true });
    return { connectionString: azurite.connectionString, close: () => azurite.stop() };
  },
});
