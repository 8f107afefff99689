// What the agent says to blob storage, and how it reads the answers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blobUrl, parsePage } from '../../../emulator/agent/transfer/blob-listing.ts';
import { putFile } from '../../../emulator/agent/transfer/blob-upload.ts';
import { asProblem, HttpProblem, send, withRetries } from '../../../emulator/agent/transfer/http.ts';
import { withoutSignature } from '../../../emulator/agent/run/failures.ts';
import { BlobServer } from '../../contract/node-runtime/blob-server.ts';

const never = new AbortController().signal;

describe('a listing', () => {
  const page = (inside: string, marker = '<NextMarker />'): string =>
    `\uFEFF<?xml version="1.0"?><EnumerationResults ServiceEndpoint="x"><Blobs>${inside}</Blobs>${marker}</EnumerationResults>`;

  test('names are decoded and the marker is found', () => {
    const text = page(
      '<Blob><Name>a&amp;b &lt;c&gt; &#228;&#x1F600;</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>' +
        '<Blob><Name Encoded="true">x%20y</Name></Blob>' +
        '<Blob><Name>dir</Name><Properties><ResourceType>directory</ResourceType></Properties></Blob>' +
        '<BlobPrefix><Name>not a blob</Name></BlobPrefix>',
      '<NextMarker>2!&amp;3</NextMarker>',
    );
    expect(parsePage(text)).toEqual({ names: ['a&b <c> ä😀', 'x y'], nextMarker: '2!&3' });
  });

  test('an empty container has no names and no marker', () => {
    expect(parsePage(page(''))).toEqual({ names: [], nextMarker: '' });
  });

  test.each(['', '<html>login</html>', page('').slice(0, -10)])('%j is no listing', (text) => {
    expect(parsePage(text)).toBeUndefined();
  });
});

test("a blob's URL keeps the signature and escapes the name", () => {
  expect(blobUrl('http://h:1/acc/c?sv=1&sig=a%2Bb', 'd/ä b?#%.txt')).toBe(
    'http://h:1/acc/c/d/%C3%A4%20b%3F%23%25.txt?sv=1&sig=a%2Bb',
  );
  expect(blobUrl('http://h/c/', 'x')).toBe('http://h/c/x');
});

test.each([
  ['https://h/c?sv=1&sig=abc%3D&se=2', 'https://h/c?sv=1&sig=REDACTED&se=2'],
  ['https://h/c?SIG=abc', 'https://h/c?SIG=REDACTED'],
  ['https://user:word@h/c', 'https://h/c'],
  ['https://h/c?design=x', 'https://h/c?design=x'],
])('%s is shown as %s', (url, shown) => {
  expect(withoutSignature(url)).toBe(shown);
});

describe('an upload', () => {
  const blobs = new BlobServer();
  let folder = '';
  let base = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'batchrite-'));
    base = `http://127.0.0.1:${await blobs.start()}`;
    blobs.requests.length = 0;
  });
  afterEach(async () => {
    await blobs.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('of a large file goes block by block, each tried again on its own', async () => {
    const file = join(folder, 'large');
    const content = Buffer.from(Array.from({ length: 250 }, (_, index) => index));
    await writeFile(file, content);
    blobs.troubles.set('/acc/out/large', [503]);
    const size = await putFile(
      {
        file,
        url: `${base}/acc/out/large?sig=good`,
        headers: { 'Content-Type': 'text/css' },
        retryDelaysMs: [1],
        signal: never,
      },
      { largestSinglePut: 100, block: 100, mostBlocks: 50_000 },
    );
    expect(size).toBe(250);
    expect(blobs.blobs.get('/acc/out/large')).toEqual(content);
    expect(blobs.requests).toHaveLength(5);
    expect(blobs.requests.at(-1)?.headers['x-ms-blob-content-type']).toBe('text/css');
  });

  test('of an empty file makes an empty blob', async () => {
    const file = join(folder, 'empty');
    await writeFile(file, '');
    await putFile({ file, url: `${base}/acc/out/empty?sig=good`, headers: {}, retryDelaysMs: [], signal: never });
    expect(blobs.blobs.get('/acc/out/empty')).toEqual(Buffer.alloc(0));
  });
});

describe('a request', () => {
  test('that nobody answers is transient, and says who was asked', async () => {
    const error: unknown = await send({ method: 'GET', url: 'http://127.0.0.1:1/x', signal: never }).catch(
      (reason: unknown) => reason,
    );
    expect(asProblem(error)).toMatchObject({ isTransient: true, kind: 'other' });
    expect(asProblem(error)?.message).toContain('ECONNREFUSED');
  });

  test.each(['ftp://h/x', 'not a url'])('to %s is refused for good', async (url) => {
    const error: unknown = await send({ method: 'GET', url, signal: never }).catch((reason: unknown) => reason);
    expect(asProblem(error)).toMatchObject({ isTransient: false });
  });

  test('follows redirects, but not in a circle', async () => {
    const server = createServer((request, response) => {
      const next = request.url === '/start' ? '/end' : request.url === '/loop' ? '/loop' : undefined;
      if (next === undefined) response.end('found');
      else response.writeHead(302, { location: next }).end();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const response = await send({ method: 'GET', url: `${base}/start`, signal: never });
      expect(response.statusCode).toBe(200);
      response.resume();
      await expect(send({ method: 'GET', url: `${base}/loop`, signal: never })).rejects.toThrow('circle');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('is repeated once for each delay, and only for transient troubles', async () => {
    let attempts = 0;
    const failing = (isTransient: boolean) => async (): Promise<never> => {
      attempts += 1;
      throw new HttpProblem('no', { kind: 'other', isTransient });
    };
    await expect(withRetries(failing(true), [1, 1], never)).rejects.toThrow('no');
    expect(attempts).toBe(3);
    await expect(withRetries(failing(false), [1, 1], never)).rejects.toThrow('no');
    expect(attempts).toBe(4);
  });

  test('that was called off is not repeated', async () => {
    const controller = new AbortController();
    let attempts = 0;
    const attempt = async (): Promise<never> => {
      attempts += 1;
      controller.abort(new Error('called off'));
      throw new HttpProblem('no', { kind: 'other', isTransient: true });
    };
    await expect(withRetries(attempt, [1], controller.signal)).rejects.toThrow('called off');
    expect(attempts).toBe(1);
  });
});
