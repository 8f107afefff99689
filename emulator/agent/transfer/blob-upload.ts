/** Puts one file as a block blob by a SAS: in one request when it is small, block by block when it is large. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { STORAGE_VERSION } from './blob-listing.ts';
import { send, withRetries } from './http.ts';

export interface BlobPut {
  readonly file: string;
  /** URL of the blob with its SAS. */
  readonly url: string;
  /** What the user asked for: content type, cache control… */
  readonly headers: Readonly<Record<string, string>>;
  readonly retryDelaysMs: readonly number[];
  readonly signal: AbortSignal;
}

const MEBIBYTE = 1024 * 1024;

/** In bytes. A blob has at most 50,000 blocks. */
const defaults = { largestSinglePut: 64 * MEBIBYTE, block: 32 * MEBIBYTE, mostBlocks: 50_000 };

/** Uploads the file as long as it is now; returns that length in bytes. Throws `HttpProblem` or a file system error. */
export async function putFile(put: BlobPut, limits: typeof defaults = defaults): Promise<number> {
  const { size } = await stat(put.file);
  if (size <= limits.largestSinglePut) await putWhole(put, size);
  else await putBlocks(put, size, Math.max(limits.block, Math.ceil(size / limits.mostBlocks)));
  return size;
}

async function putWhole(put: BlobPut, size: number): Promise<void> {
  await request(put, {
    url: put.url,
    headers: { 'x-ms-blob-type': 'BlockBlob', ...asBlobHeaders(put.headers, (name) => name) },
    length: size,
    body: () => slice(put.file, 0, size),
  });
}

async function putBlocks(put: BlobPut, size: number, blockSize: number): Promise<void> {
  const ids: string[] = [];
  for (let start = 0; start < size; start += blockSize) {
    const id = Buffer.from(`block-${String(ids.length).padStart(8, '0')}`).toString('base64');
    const length = Math.min(blockSize, size - start);
    const url = withQuery(put.url, `comp=block&blockid=${encodeURIComponent(id)}`);
    await request(put, { url, headers: {}, length, body: () => slice(put.file, start, length) });
    ids.push(id);
  }
  const list = `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
  const body = Buffer.from(list);
  const url = withQuery(put.url, 'comp=blocklist');
  await request(put, {
    url,
    headers: asBlobHeaders(put.headers, blobHeaderName),
    length: body.length,
    body: () => body,
  });
}

interface PutRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly length: number;
  readonly body: () => Readable | Buffer;
}

async function request(put: BlobPut, { url, headers, length, body }: PutRequest): Promise<void> {
  const all = { 'x-ms-version': STORAGE_VERSION, ...headers, 'Content-Length': String(length) };
  await withRetries(
    async () => {
      const response = await send({ method: 'PUT', url, headers: all, body, signal: put.signal });
      response.resume();
    },
    put.retryDelaysMs,
    put.signal,
  );
}

/** A block list has a content type of its own, so the blob's goes into `x-ms-blob-*`. */
function blobHeaderName(name: string): string {
  return /^(content-(type|encoding|language|md5|disposition)|cache-control)$/.test(name) ? `x-ms-blob-${name}` : name;
}

function asBlobHeaders(headers: BlobPut['headers'], rename: (name: string) => string): Record<string, string> {
  const lower = Object.entries(headers).map(([name, value]) => [rename(name.toLowerCase()), value] as const);
  // Neither the length nor the kind of the blob is the user's to say.
  return Object.fromEntries(lower.filter(([name]) => name !== 'content-length' && name !== 'x-ms-blob-type'));
}

function slice(file: string, start: number, length: number): Readable | Buffer {
  return length === 0 ? Buffer.alloc(0) : createReadStream(file, { start, end: start + length - 1 });
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}
