/** Asks a running emulator's control plane, and says plainly why it does not answer. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { FaultError } from '../../core/index.ts';
import { CONTROL_PREFIX } from '../../emulator/control/index.ts';
import type { GivenEmulator } from './emulator-options.ts';

export interface ControlAccess extends GivenEmulator {
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:10100';
const TIMEOUT_MS = 10_000;
/** A file takes as long as it takes, but somebody must look at it at last. */
const FILE_TIMEOUT_MS = 600_000;

/** What is asked for when it is more than to read. */
export interface ControlRequest {
  readonly method?: 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** The path of a file of this machine, sent as it is. */
  readonly file?: string;
}

/** The JSON of the answer. Throws a `FaultError` with one sentence when there is none. */
export async function askEmulator(access: ControlAccess, path: string, request?: ControlRequest): Promise<unknown> {
  const { endpoint, response } = await call(access, path, request);
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body;
  throw refused(endpoint, response.status, body);
}

/** The bytes of the answer, as they come. Throws as `askEmulator` does. */
export async function streamFromEmulator(access: ControlAccess, path: string): Promise<AsyncIterable<Uint8Array>> {
  const { endpoint, response } = await call(access, path);
  if (response.ok && response.body !== null) return response.body;
  throw refused(endpoint, response.status, await response.json().catch(() => undefined));
}

async function call(
  access: ControlAccess,
  path: string,
  request: ControlRequest = {},
): Promise<{ readonly endpoint: URL; readonly response: Response }> {
  const endpoint = endpointOf(access);
  const account = access.account ?? access.environment['AZURE_BATCH_ACCOUNT'] ?? '';
  const query = new URLSearchParams({ ...request.query, ...(account === '' ? {} : { account }) });
  const url = new URL(`${endpoint.origin}${CONTROL_PREFIX}/${path}`);
  url.search = query.toString();
  const response = await fetch(url, {
    signal: AbortSignal.timeout(request.file === undefined ? TIMEOUT_MS : FILE_TIMEOUT_MS),
    ...(request.method === undefined ? {} : { method: request.method }),
    ...(await bodyOf(request)),
  }).catch((error: unknown) => {
    throw nobodyAnswers(endpoint, error);
  });
  return { endpoint, response };
}

async function bodyOf({ body, file }: ControlRequest): Promise<RequestInit> {
  if (body !== undefined) return { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  if (file === undefined) return {};
  try {
    const { size } = await stat(file);
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(size) };
    return { body: Readable.toWeb(createReadStream(file)), headers, duplex: 'half' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FaultError({ code: 'notFound', message: `"${file}" cannot be read: ${reason}.` }, { cause: error });
  }
}

function endpointOf({ endpoint, environment }: ControlAccess): URL {
  const fromEnvironment = environment['AZURE_BATCH_ENDPOINT']?.trim() ?? '';
  const text = endpoint ?? (fromEnvironment === '' ? DEFAULT_ENDPOINT : fromEnvironment);
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `http://${text}`);
  if (url === null) {
    throw new FaultError({ code: 'invalid', message: `"${text}" is no URL: give --endpoint http://127.0.0.1:PORT.` });
  }
  if (/\.batch\.(?:azure\.com|azure\.cn|chinacloudapi\.cn|usgovcloudapi\.net)$/i.test(url.hostname)) {
    throw new FaultError({
      code: 'unsupported',
      message: `${url.hostname} is a real Azure Batch account, and only the emulator can tell: give --endpoint with the URL that batchrite start prints.`,
    });
  }
  return url;
}

function nobodyAnswers(endpoint: URL, error: unknown): FaultError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const code = cause !== undefined && 'code' in cause ? String(cause.code) : undefined;
  const why = code === undefined || code === 'ECONNREFUSED' ? '' : ` (${code})`;
  return new FaultError(
    {
      code: 'unavailable',
      message: `No emulator answers at ${endpoint.origin}${why}: start one with batchrite start, or give --endpoint with its URL.`,
    },
    { cause: error },
  );
}

function refused(endpoint: URL, status: number, body: unknown): FaultError {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  if (typeof error === 'string') {
    return new FaultError({ code: status === 404 ? 'notFound' : 'conflict', message: error });
  }
  return new FaultError({
    code: 'unsupported',
    message: `What answers at ${endpoint.origin} is no batchrite emulator (status ${status}): give --endpoint with the URL that batchrite start prints.`,
  });
}
