/**
 * The Batch SDK, loaded when it is first needed: it takes about 120 ms of one core, which a command that never talks to
 * a service should not pay. Its types are named here once and stay inside this adapter.
 */
import type { BatchServiceClient, BatchServiceModels, BatchSharedKeyCredentials } from '@azure/batch';

export type { BatchServiceModels as Wire };

export type Sdk = BatchServiceClient;

type SdkOptions = NonNullable<ConstructorParameters<typeof BatchServiceClient>[2]>;

/** What the SDK sends its requests with. */
export type HttpClient = NonNullable<SdkOptions['httpClient']>;
export type HttpRequest = Parameters<HttpClient['sendRequest']>[0];
export type HttpResponse = Awaited<ReturnType<HttpClient['sendRequest']>>;

/** What the SDK signs its requests with. */
export type RequestSigner = ConstructorParameters<typeof BatchServiceClient>[0];

/** Members that every operation of the SDK takes. */
export interface SdkCallOptions {
  readonly abortSignal?: NonNullable<HttpRequest['abortSignal']>;
}

/** The classes of the SDK that are used here. */
interface SdkModule {
  readonly BatchServiceClient: typeof BatchServiceClient;
  readonly BatchSharedKeyCredentials: typeof BatchSharedKeyCredentials;
}

let loading: Promise<SdkModule> | undefined;

/**
 * Loads the SDK ahead of the first call. Worth calling while a child process starts or a person is asked: the work is
 * synchronous, so it overlaps with other processes only.
 */
export async function preloadAzureSdk(): Promise<void> {
  await loadSdk();
}

export function loadSdk(): Promise<SdkModule> {
  loading ??= import('@azure/batch');
  return loading;
}
