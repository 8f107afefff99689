/** How a request proves who sends it: with the account's shared key, or with a bearer token of Microsoft Entra. */
import type { Clock } from '../../../core/kernel/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';
import type { Endpoint } from './endpoint.ts';
import type { HttpRequest, RequestSigner } from './sdk.ts';
import { loadSdk } from './sdk.ts';

/** Whatever gives tokens for a scope; the credentials of `@azure/identity` do. */
export interface TokenSource {
  getToken(scope: string): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

export type AzureBatchCredentials =
  | { readonly kind: 'sharedKey'; readonly account: string; readonly key: string }
  /** `scope` by default is that of the endpoint's cloud. */
  | { readonly kind: 'token'; readonly credential: TokenSource; readonly scope?: string };

/** The service's name for Entra in the public cloud, and in those of China and of the US government. */
const PUBLIC_SCOPE = 'https://batch.core.windows.net/.default';
const SCOPES: Readonly<Record<string, string>> = {
  'chinacloudapi.cn': 'https://batch.chinacloudapi.cn/.default',
  'usgovcloudapi.net': 'https://batch.core.usgovcloudapi.net/.default',
};

/** A token is asked for anew this long before it expires. */
const RENEWAL_MS = 5 * 60_000;

/** Throws `invalid` for credentials that cannot work, before anything is sent. */
export function checkCredentials(credentials: AzureBatchCredentials, endpoint: Endpoint): void {
  if (credentials.kind === 'token') {
    if (endpoint.isSecure || endpoint.isLoopback) return;
    throw invalid(`A token must not be sent to ${endpoint.origin} in clear text; use an https endpoint.`);
  }
  if (credentials.account === '') throw invalid('The name of the Batch account is missing; set AZURE_BATCH_ACCOUNT.');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(credentials.key) && credentials.key.length % 4 === 0;
  if (isBase64) return;
  throw invalid(
    `The access key of Batch account "${credentials.account}" is not base64; copy it whole into AZURE_BATCH_ACCESS_KEY.`,
  );
}

export async function createSigner(
  credentials: AzureBatchCredentials,
  endpoint: Endpoint,
  clock: Clock,
): Promise<RequestSigner> {
  if (credentials.kind === 'token')
    return tokenSigner(credentials.credential, credentials.scope ?? scopeAt(endpoint), clock);
  const { BatchSharedKeyCredentials } = await loadSdk();
  return new BatchSharedKeyCredentials(credentials.account, credentials.key);
}

function scopeAt({ hostname }: Endpoint): string {
  const cloud = Object.keys(SCOPES).find((suffix) => hostname.endsWith(`.${suffix}`));
  return (cloud === undefined ? undefined : SCOPES[cloud]) ?? PUBLIC_SCOPE;
}

function tokenSigner(source: TokenSource, scope: string, clock: Clock): RequestSigner {
  let current: { readonly token: Promise<string>; readonly renewAt: number } | undefined;
  const fetchToken = async (): Promise<string> => {
    const answer = await source.getToken(scope).catch((error: unknown) => {
      throw error instanceof FaultError
        ? error
        : noToken(scope, error instanceof Error ? error.message : String(error));
    });
    if (answer === null) throw noToken(scope, 'the credential gave none');
    if (current !== undefined) current = { ...current, renewAt: answer.expiresOnTimestamp - RENEWAL_MS };
    return answer.token;
  };
  const token = (): Promise<string> => {
    if (current === undefined || clock.now() >= current.renewAt) {
      // Requests that start meanwhile share the one that is asked for.
      const asked = { token: fetchToken(), renewAt: Infinity };
      current = asked;
      asked.token.catch(() => {
        current = undefined;
      });
    }
    return current.token;
  };
  return {
    signRequest: async (request: HttpRequest) => {
      request.headers.set('authorization', `Bearer ${await token()}`);
      return request;
    },
  };
}

function noToken(scope: string, reason: string): FaultError {
  return new FaultError({
    code: 'denied',
    message: `There is no token for ${scope}: ${reason}. Sign in and try again.`,
  });
}

function invalid(message: string): FaultError {
  return new FaultError({ code: 'invalid', message });
}
