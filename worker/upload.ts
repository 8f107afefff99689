/** Uploads a file to a blob with nothing but a SAS: in one request, or in blocks when it is large. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ExitCode, WorkerError } from './exit.ts';

/** Bytes of one request; a larger file goes up as blocks of this size. 50,000 blocks are the service's limit. */
const blockBytes = 8 * 1024 * 1024;
const tries = 5;
const firstPauseMs = 250;
const requestLimitMs = 120_000;

interface Target {
  readonly endpoint: string;
  readonly container: string;
  readonly blob: string;
  readonly sas: string;
}

/** The blob's address with the SAS; any name is escaped. */
export function blobUrl({ endpoint, container, blob, sas }: Target): string {
  return `${endpoint}/${encodeURIComponent(container)}/${encodeURIComponent(blob)}?${sas}`;
}

/** Replaces the blob. Rejects with a `WorkerError` that tells a refusal from a service that cannot be reached. */
export async function uploadFile(path: string, url: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size <= blockBytes) {
      await put(url, await read(file, 0, size), {
        'x-ms-blob-type': 'BlockBlob',
        'content-type': 'text/plain; charset=utf-8',
      });
      return;
    }
    const ids: string[] = [];
    for (let position = 0; position < size; position += blockBytes) {
      const id = Buffer.from(String(ids.length).padStart(6, '0')).toString('base64');
      const block = await read(file, position, Math.min(blockBytes, size - position));
      await put(`${url}&comp=block&blockid=${encodeURIComponent(id)}`, block, {});
      ids.push(id);
    }
    const list = `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
    await put(`${url}&comp=blocklist`, Buffer.from(list), { 'x-ms-blob-content-type': 'text/plain; charset=utf-8' });
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** One PUT, tried again while the failure may pass: no connection, too busy, an error of the server. */
async function put(url: string, body: Buffer<ArrayBuffer>, headers: Record<string, string>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryPut(url, body, headers);
    if (failure === undefined) return;
    if (!failure.mayPass || attempt === tries) throw failure.error;
    const longest = firstPauseMs * 2 ** attempt;
    await delay(Math.max(failure.retryAfterMs, longest / 2 + (Math.random() * longest) / 2));
  }
}

interface Failure {
  readonly error: WorkerError;
  readonly mayPass: boolean;
  readonly retryAfterMs: number;
}

async function tryPut(
  url: string,
  body: Buffer<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Failure | undefined> {
  // Never the query: the SAS is as good as a key while it lasts.
  const where = url.slice(0, url.indexOf('?'));
  try {
    const signal = AbortSignal.timeout(requestLimitMs);
    const response = await fetch(url, { method: 'PUT', body, headers, signal });
    const answer = await response.text();
    if (response.ok) return undefined;
    const mayPass = response.status >= 500 || response.status === 408 || response.status === 429;
    const code = response.headers.get('x-ms-error-code') ?? /<Code>([^<]+)/.exec(answer)?.[1] ?? 'no error code';
    const retryAfter = Number(response.headers.get('retry-after') ?? 0);
    return {
      error: new WorkerError(
        mayPass ? ExitCode.unreachable : ExitCode.refused,
        `Storage refused the upload of ${where}: ${response.status} ${code}${hint(response.status, code)}`,
      ),
      mayPass,
      retryAfterMs: Number.isFinite(retryAfter) ? Math.min(retryAfter, 30) * 1000 : 0,
    };
  } catch (error) {
    const message = `Storage cannot be reached for the upload of ${where}: ${reasonOf(error)}`;
    return { error: new WorkerError(ExitCode.unreachable, message), mayPass: true, retryAfterMs: 0 };
  }
}

function hint(status: number, code: string): string {
  if (status === 403) return '. The SAS may be expired, signed with another key, or without the permission to write.';
  if (code === 'ContainerNotFound') return '. The output container does not exist.';
  return '.';
}

/** `fetch` says only "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}
