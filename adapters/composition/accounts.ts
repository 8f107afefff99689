/** Core's ports on accounts that exist: of Azure, or of an emulator that runs already. */
import { seededRandom } from '../../core/index.ts';
import type { BatchService } from '../../core/index.ts';
import { DEVELOPMENT_ACCOUNT } from '../../emulator/composition/index.ts';
import type { AzureBatchCredentials, RetrySettings, TokenSource } from '../azure/index.ts';
import { createAzureBatchService, entraTokens } from '../azure/index.ts';
import type { ServiceAccess, Settings } from '../config/index.ts';
import type { StorageAccount } from '../storage/index.ts';
import { AzureBlobStorage, parseConnectionString } from '../storage/index.ts';
import { entropy, systemClock } from '../system/index.ts';

/** Where a Batch service is, and how to sign in. */
export interface BatchAccess {
  readonly endpoint: string;
  readonly credentials: AzureBatchCredentials;
}

export interface Accounts {
  readonly batch: BatchService;
  readonly storage: AzureBlobStorage;
}

/** Where `batchrite start` listens unless it is told otherwise. */
const RUNNING_EMULATOR: ServiceAccess = {
  batch: {
    endpoint: 'http://127.0.0.1:10100',
    credential: { kind: 'key', account: DEVELOPMENT_ACCOUNT.name, key: DEVELOPMENT_ACCOUNT.key },
  },
  storage: { kind: 'key', connectionString: 'UseDevelopmentStorage=true' },
  isLocal: true,
};

/** The accounts that the settings name; of the target `emulator` those of one that runs on this machine. */
export function existingAccess({ access }: Settings): ServiceAccess {
  return access ?? RUNNING_EMULATOR;
}

export function batchAccess({ batch }: ServiceAccess, tokens: TokenSource): BatchAccess {
  const { endpoint, credential } = batch;
  if (credential.kind === 'entra') return { endpoint, credentials: { kind: 'token', credential: tokens } };
  return { endpoint, credentials: { kind: 'sharedKey', account: credential.account, key: credential.key } };
}

/** Throws `invalid` for a connection string that lacks a part. */
export function storageAccount({ storage }: ServiceAccess, tokens: TokenSource): StorageAccount {
  if (storage.kind === 'key') return parseConnectionString(storage.connectionString);
  return {
    name: storage.account,
    blobEndpoint: storage.blobEndpoint,
    credential: { kind: 'token', source: tokens },
  };
}

export function batchService(
  { endpoint, credentials }: BatchAccess,
  retries: Partial<RetrySettings> = {},
): BatchService {
  return createAzureBatchService({
    endpoint,
    credentials,
    clock: systemClock,
    random: seededRandom(entropy(16)).stream('retries'),
    retries,
  });
}

/** Throws `invalid` for accounts that cannot work; nothing is sent yet. */
export function openAccounts(
  access: ServiceAccess,
  { identity, retries }: Pick<Settings, 'identity'> & { readonly retries?: Partial<RetrySettings> },
): Accounts {
  const tokens = signIn(identity);
  return {
    batch: batchService(batchAccess(access, tokens), retries),
    storage: new AzureBlobStorage(storageAccount(access, tokens)),
  };
}

/** `@azure/identity` reads the environment of this process alone, so what the file `.env` says of it goes there first. */
export function signIn(identity: Settings['identity']): TokenSource {
  for (const [name, value] of Object.entries(identity)) process.env[name] ??= value;
  return entraTokens();
}
