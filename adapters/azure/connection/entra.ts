/**
 * Tokens of Microsoft Entra by the default chain of `@azure/identity`: the environment, a workload or managed identity,
 * then whoever is signed in with the Azure tools. The package takes 250 ms to load, so that waits for the first token.
 */
import { FaultError } from '../../../core/kernel/index.ts';
import type { TokenSource } from './credentials.ts';

/** `load` gives the credential; another one than the default chain is for tests and for embedding programs. */
export function entraTokens(load: () => Promise<TokenSource> = defaultChain): TokenSource {
  let credential: Promise<TokenSource> | undefined;
  return {
    getToken: async (scope) => {
      try {
        credential ??= load();
        return await (await credential).getToken(scope);
      } catch (error) {
        throw error instanceof FaultError ? error : notSignedIn(error);
      }
    },
  };
}

async function defaultChain(): Promise<TokenSource> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const chain = new DefaultAzureCredential();
  return { getToken: (scope) => chain.getToken(scope) };
}

/** Three cases that ask for different things: nobody in the chain knew who is asking, Entra said no, nobody answered. */
function notSignedIn(error: unknown): FaultError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (/\b(network_error|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN)\b/.test(message)) {
    const text = 'Microsoft Entra does not answer, so nobody can sign in; check the network and a proxy (HTTPS_PROXY).';
    return new FaultError({ code: 'unavailable', message: text });
  }
  // Entra's own number and sentence tell more than the lines of the package around them.
  const refusal = /AADSTS\d+: [^\r\n]*?(?= Trace ID:|[\r\n]|$)/.exec(message)?.[0];
  if (refusal !== undefined || name === 'AuthenticationError') {
    const reason = (refusal ?? message.split('\n')[0] ?? '').trim().replace(/\.$/, '');
    return denied(
      `Microsoft Entra refused to sign in: ${reason}. Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, or run \`az login\`.`,
    );
  }
  return denied(
    'Nobody is signed in to Microsoft Entra: run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
  );
}

function denied(message: string): FaultError {
  return new FaultError({ code: 'denied', message });
}
