/** Asks a running emulator's control plane, and says plainly why it does not answer. */
import { FaultError } from '../../core/index.ts';
import { CONTROL_PREFIX } from '../../emulator/control/index.ts';

export interface ControlAccess {
  readonly endpoint?: string;
  readonly account?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:10100';
const TIMEOUT_MS = 10_000;

/** The JSON of the answer. Throws a `FaultError` with one sentence when there is none. */
export async function askEmulator(access: ControlAccess, path: string): Promise<unknown> {
  const { endpoint, response } = await call(access, path);
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
): Promise<{ readonly endpoint: URL; readonly response: Response }> {
  const endpoint = endpointOf(access);
  const account = access.account ?? access.environment['AZURE_BATCH_ACCOUNT'] ?? '';
  const query = account === '' ? '' : `?account=${encodeURIComponent(account)}`;
  const response = await fetch(`${endpoint.origin}${CONTROL_PREFIX}/${path}${query}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw nobodyAnswers(endpoint, error);
  });
  return { endpoint, response };
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
