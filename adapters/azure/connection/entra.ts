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

/** Entra's own number tells what is wrong; without one nobody in the chain knew who is asking. */
function notSignedIn(error: unknown): FaultError {
  const text = error instanceof Error ? error.message : String(error);
  const refusal = /AADSTS\d+: [^\r\n]*/.exec(text)?.[0];
  if (refusal !== undefined) {
    const [sentence = ''] = refusal.split(/ Trace ID:/);
    return new FaultError({
      code: 'denied',
      message: `Microsoft Entra refused to sign in: ${sentence.trim().replace(/\.$/, '')}. Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, or run \`az login\`.`,
    });
  }
  const [first = ''] = text.split('\n');
  return new FaultError({
    code: 'denied',
    message:
      'Nobody is signed in to Microsoft Entra: run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
    details: [{ key: 'Reason', value: first.trim() }],
  });
}
