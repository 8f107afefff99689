/**
 * Clients of the official SDKs for an emulator's accounts, so that a test need not put endpoint, account and key together.
 * The SDKs are loaded when a client is first asked for: a test that uses core's port alone should not pay for them.
 */
import type { BatchServiceClient } from '@azure/batch';
import type { BlobServiceClient } from '@azure/storage-blob';
import { FaultError } from '../../core/index.ts';

export interface BatchriteClients {
  /** `@azure/batch` for an account, the first by default. Rejects with `invalid` for an account that is not there. */
  batch(accountName?: string): Promise<BatchServiceClient>;
  /** `@azure/storage-blob` for the private Azurite. Rejects with `invalid` in an emulator without storage. */
  blobs(): Promise<BlobServiceClient>;
}

export interface ClientTargets {
  readonly batchEndpoint: string;
  readonly accounts: readonly { readonly name: string; readonly key: string }[];
  readonly blobConnectionString?: string | undefined;
}

export function createClients({ batchEndpoint, accounts, blobConnectionString }: ClientTargets): BatchriteClients {
  return {
    batch: async (accountName = accounts[0]?.name ?? '') => {
      const account = accounts.find(({ name }) => name.toLowerCase() === accountName.toLowerCase());
      if (account === undefined) throw invalid(`There is no account "${accountName}" in this emulator.`);
      const sdk = await import('@azure/batch');
      return new sdk.BatchServiceClient(new sdk.BatchSharedKeyCredentials(account.name, account.key), batchEndpoint);
    },
    blobs: async () => {
      if (blobConnectionString === undefined) {
        throw invalid('This emulator has no blob service: start it with storage: true.');
      }
      const sdk = await import('@azure/storage-blob');
      return sdk.BlobServiceClient.fromConnectionString(blobConnectionString);
    },
  };
}

function invalid(message: string): FaultError {
  return new FaultError({ code: 'invalid', message });
}
