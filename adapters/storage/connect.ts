/** The SDK's client of an account, and the signer that goes with its credential. */
import { BlobServiceClient } from '@azure/storage-blob';
import type { StoragePipelineOptions } from '@azure/storage-blob';
import { FaultError } from '../../core/index.ts';
import type { KeyAccount, StorageAccount, TokenAccount } from './account.ts';
import { DelegationSigner } from './delegation-signer.ts';
import { SharedKeySigner } from './shared-key-signer.ts';
import type { SasSigner } from './signer.ts';

export interface Connection {
  readonly service: BlobServiceClient;
  readonly signer: SasSigner;
}

export function connect(account: StorageAccount, pipeline: StoragePipelineOptions): Connection {
  // A service on this machine either answers or is not there; the real one may need a moment.
  const isLocal = /^https?:\/\/(127\.|localhost|\[::1\])/.test(account.blobEndpoint);
  const options: StoragePipelineOptions = {
    retryOptions: { maxTries: 4, retryDelayInMs: isLocal ? 100 : 800, maxRetryDelayInMs: 10_000 },
    ...pipeline,
  };
  return hasTokens(account) ? connectByToken(account, options) : connectByKey(account, options);
}

function connectByKey(account: KeyAccount, options: StoragePipelineOptions): Connection {
  const signer = new SharedKeySigner(account);
  return { service: new BlobServiceClient(account.blobEndpoint, signer.credential, options), signer };
}

function connectByToken(account: TokenAccount, options: StoragePipelineOptions): Connection {
  const { name, blobEndpoint, credential } = account;
  if (!blobEndpoint.startsWith('https:')) {
    const message = `A token must not be sent to ${blobEndpoint} in clear text; use an https endpoint, or --auth key.`;
    throw new FaultError({ code: 'invalid', message });
  }
  const tokens = {
    getToken: async (scopes: string | string[]) => {
      const scope = typeof scopes === 'string' ? scopes : (scopes[0] ?? '');
      return credential.source.getToken(scope);
    },
  };
  const service = new BlobServiceClient(blobEndpoint, tokens, options);
  return { service, signer: new DelegationSigner({ name, blobEndpoint, service, now: Date.now }) };
}

function hasTokens(account: StorageAccount): account is TokenAccount {
  return account.credential.kind === 'token';
}
