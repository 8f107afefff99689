/**
 * core's BatchService through the Batch SDK over HTTP: the same for the real service and for an emulator. Nothing is
 * sent, and the SDK is not loaded, before the first call.
 */
import type { BatchService } from '../../core/index.ts';
import type { Clock, RandomStream } from '../../core/kernel/index.ts';
import { BatchCalls } from './calls/batch-calls.ts';
import type { RetrySettings } from './calls/retry-policy.ts';
import { DEFAULT_RETRIES } from './calls/retry-policy.ts';
import type { AzureBatchCredentials } from './connection/credentials.ts';
import { checkCredentials, createSigner } from './connection/credentials.ts';
import type { Endpoint } from './connection/endpoint.ts';
import { parseEndpoint } from './connection/endpoint.ts';
import { createHttpClient } from './connection/http-client.ts';
import type { Sdk } from './connection/sdk.ts';
import { loadSdk } from './connection/sdk.ts';
import { createNodeFiles } from './file/files.ts';
import { createImageCatalog } from './image/images.ts';
import { createJobs } from './job/jobs.ts';
import { createPools } from './pool/pools.ts';
import { createSchedules } from './schedule/schedules.ts';
import { createTasks } from './task/tasks.ts';

export interface AzureBatchSettings {
  /** `https://account.region.batch.azure.com`, or `http://127.0.0.1:port` of an emulator. */
  readonly endpoint: string;
  readonly credentials: AzureBatchCredentials;
  /** Times the pauses between attempts and the renewal of tokens. */
  readonly clock: Clock;
  /** Spreads the pauses between attempts. */
  readonly random: RandomStream;
  readonly retries?: Partial<RetrySettings>;
  /** A connection that stays silent this long while an answer is due counts as broken; 100 s by default. */
  readonly silenceMs?: number;
  /** 32 by default. */
  readonly maxConnections?: number;
}

/** Throws a FaultError `invalid` for an endpoint or credentials that cannot work. */
export function createAzureBatchService(settings: AzureBatchSettings): BatchService {
  const endpoint = parseEndpoint(settings.endpoint);
  checkCredentials(settings.credentials, endpoint);
  let sdk: Promise<Sdk> | undefined;
  const calls = new BatchCalls({
    endpoint,
    credentials: settings.credentials,
    sdk: () => (sdk ??= connect(endpoint, settings)),
    clock: settings.clock,
    random: settings.random,
    retries: { ...DEFAULT_RETRIES, ...settings.retries },
  });
  return {
    images: createImageCatalog(calls),
    pools: createPools(calls),
    jobs: createJobs(calls),
    schedules: createSchedules(calls),
    tasks: createTasks(calls),
    files: createNodeFiles(calls),
  };
}

async function connect(endpoint: Endpoint, settings: AzureBatchSettings): Promise<Sdk> {
  const { BatchServiceClient } = await loadSdk();
  const signer = await createSigner(settings.credentials, endpoint, settings.clock);
  return new BatchServiceClient(signer, endpoint.origin, {
    httpClient: createHttpClient(endpoint, {
      silenceMs: settings.silenceMs ?? 100_000,
      maxConnections: settings.maxConnections ?? 32,
    }),
    noRetryPolicy: true,
    // The service does not redirect; following one would send a signed request elsewhere.
    redirectOptions: { handleRedirects: false },
  });
}
