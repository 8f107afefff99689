/** The account of Azure that the environment names, for the suites and tools that may use a real one. */
import { type AzureBatchCredentials, createAzureBatchService, entraTokens } from '../../adapters/azure/index.ts';
import type { BatchService } from '../../core/index.ts';
import { seededRandom } from '../../core/kernel/index.ts';
import { realClock } from './real-clock.ts';
import { missingOfRealAccount, signsInWithEntra } from './requirements.ts';

/** Throws a sentence when something is missing. `seed` decides the pauses between repeated calls. */
export function openRealAccount(seed: string, environment: NodeJS.ProcessEnv = process.env): BatchService {
  const missing = missingOfRealAccount(environment);
  if (missing.length > 0) throw new Error(`${missing.join(', ')} must name the account of Azure.`);
  return createAzureBatchService({
    // As `az batch` takes it, without a scheme.
    endpoint: (environment['AZURE_BATCH_ENDPOINT'] ?? '').replace(/^(?!https?:)/, 'https://'),
    credentials: credentialsOf(environment),
    clock: realClock,
    random: seededRandom(seed).stream('client'),
  });
}

function credentialsOf(environment: NodeJS.ProcessEnv): AzureBatchCredentials {
  if (signsInWithEntra(environment)) return { kind: 'token', credential: entraTokens() };
  const { AZURE_BATCH_ACCOUNT: account = '', AZURE_BATCH_ACCESS_KEY: key = '' } = environment;
  return { kind: 'sharedKey', account, key };
}
