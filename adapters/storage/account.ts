/** A storage account and the way to prove who we are to it. */
import { FaultError } from '../../core/index.ts';

interface Account {
  readonly name: string;
  /** `https://{name}.blob.core.windows.net`, or for an emulator `http://127.0.0.1:{port}/{name}`. */
  readonly blobEndpoint: string;
}

export interface KeyAccount extends Account {
  readonly credential: { readonly kind: 'sharedKey'; readonly key: string };
}

/** Signed in to by Microsoft Entra, with whatever gives tokens for a scope. */
export interface TokenAccount extends Account {
  readonly credential: {
    readonly kind: 'token';
    readonly source: {
      getToken(scope: string): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
    };
  };
}

export type StorageAccount = KeyAccount | TokenAccount;

/** What `UseDevelopmentStorage=true` stands for in every SDK. */
const developmentStorage = {
  AccountName: 'devstoreaccount1',
  AccountKey: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  BlobEndpoint: 'http://127.0.0.1:10000/devstoreaccount1',
} as const;

/** Reads a connection string as the portal and Azurite give it. Throws `invalid` and names the part that is missing. */
export function parseConnectionString(text: string): KeyAccount {
  const parts = new Map(
    text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      // A key ends with `=`, so only the first one separates.
      .map((part) => [part.slice(0, part.indexOf('=')).toLowerCase(), part.slice(part.indexOf('=') + 1)] as const),
  );
  if (parts.get('usedevelopmentstorage')?.toLowerCase() === 'true') {
    for (const [name, value] of Object.entries(developmentStorage)) parts.set(name.toLowerCase(), value);
  }
  const name = required(parts, 'AccountName');
  const key = required(parts, 'AccountKey');
  const protocol = parts.get('defaultendpointsprotocol') ?? 'https';
  const suffix = parts.get('endpointsuffix') ?? 'core.windows.net';
  const blobEndpoint = (parts.get('blobendpoint') ?? `${protocol}://${name}.blob.${suffix}`).replace(/\/+$/, '');
  return { name, blobEndpoint, credential: { kind: 'sharedKey', key } };
}

function required(parts: ReadonlyMap<string, string>, part: string): string {
  const value = parts.get(part.toLowerCase());
  if (value !== undefined && value !== '') return value;
  throw new FaultError({
    code: 'invalid',
    message: `The storage connection string has no ${part}. It looks like AccountName=…;AccountKey=…;BlobEndpoint=….`,
  });
}
