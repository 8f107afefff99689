// The worker as a task runs it: a process with options, a working directory and a blob endpoint.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExitCode } from '../../../worker/exit.ts';

const program = fileURLToPath(new URL('../../../worker/main.ts', import.meta.url));
const sas = 'sv=2024-11-04&sp=cw&sig=c2VjcmV0';

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A blob endpoint that answers with the statuses in turn, the last one for ever. */
class BlobEndpoint {
  readonly requests: Request[] = [];
  readonly #statuses: number[];
  readonly #server: Server;

  constructor(...statuses: number[]) {
    this.#statuses = statuses;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/account1`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const { method = '', url = '', headers } = request;
    this.requests.push({ method, url, headers, body: Buffer.concat(chunks) });
    const status = this.#statuses.length > 1 ? (this.#statuses.shift() ?? 500) : (this.#statuses[0] ?? 201);
    response.writeHead(status, status < 300 ? {} : { 'x-ms-error-code': `Code${status}` }).end();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(cwd: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env: { PATH: process.env['PATH'] ?? '', ...environment } };
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function optionsFor(endpoint: string, name: string): string[] {
  const account = ['--storageaccount=account1', '--storagecontainer=out', `--sastoken=${sas}`];
  return [`--filepath=${name}`, '--numwords=2', ...account, `--storageendpoint=${endpoint}`];
}

describe('the worker', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'batchrite-worker-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function withEndpoint(
    statuses: number[],
    body: (endpoint: BlobEndpoint, url: string) => Promise<void>,
  ): Promise<void> {
    const endpoint = new BlobEndpoint(...statuses);
    try {
      await body(endpoint, await endpoint.listen());
    } finally {
      endpoint.close();
    }
  }

  test('writes the output into its working directory and uploads the same bytes with the SAS alone', async () => {
    await withEndpoint([201], async (endpoint, url) => {
      const name = `it's a "näme" $HOME\\x 100%.txt`;
      await writeFile(join(folder, name), 'one two two\n');
      const ended = await run(folder, optionsFor(url, name), { AZ_BATCH_TASK_ID: 'topNtask0' });
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      const output = `it's a "näme" $HOME\\x 100%_OUTPUT.txt`;
      const written = await readFile(join(folder, output));
      expect(written.toString()).toContain('two:\t2\none:\t1\n');
      expect(written.toString()).toContain('Task: topNtask0\n');
      const [request] = endpoint.requests;
      expect(request?.method).toBe('PUT');
      const [path, query] = request?.url.split('?') ?? [];
      // Storage takes a backslash for a slash, so the blob has another name than the file.
      expect(decodeURIComponent(path ?? '')).toBe(`/account1/out/${output.replace('\\', '%5C')}`);
      expect(query).toBe(sas);
      expect(request?.headers.authorization).toBeUndefined();
      expect(request?.headers['x-ms-blob-type']).toBe('BlockBlob');
      expect(request?.body.equals(written)).toBe(true);
    });
  });

  test('uploads a large output as blocks and then their list', async () => {
    await withEndpoint([201], async (endpoint, url) => {
      const words = Array.from({ length: 900_000 }, (_, index) => `word${index}`);
      await writeFile(join(folder, 'many.txt'), words.join(' '));
      const ended = await run(folder, [...optionsFor(url, 'many.txt'), '--numwords=1000000']);
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      const blocks = endpoint.requests.filter(({ url: each }) => each.includes('comp=block&'));
      expect(blocks.length).toBeGreaterThan(1);
      const last = endpoint.requests.at(-1);
      expect(last?.url).toContain('comp=blocklist');
      const ids = [...(last?.body.toString() ?? '').matchAll(/<Latest>([^<]+)</g)].map(([, id]) => id);
      expect(ids).toEqual(blocks.map((block) => new URLSearchParams(block.url.split('?')[1]).get('blockid')));
      const written = await readFile(join(folder, 'many_OUTPUT.txt'));
      expect(Buffer.concat(blocks.map((block) => block.body)).equals(written)).toBe(true);
    });
  });

  test('tries again while the service is busy', async () => {
    await withEndpoint([503, 429, 201], async (endpoint, url) => {
      await writeFile(join(folder, 'a.txt'), 'a');
      expect(await run(folder, optionsFor(url, 'a.txt'))).toMatchObject({ exitCode: 0 });
      expect(endpoint.requests).toHaveLength(3);
    });
  });

  test('tells a refusal at once, in one line, and without the SAS', async () => {
    await withEndpoint([403], async (endpoint, url) => {
      await writeFile(join(folder, 'a.txt'), 'a');
      const { exitCode, stderr } = await run(folder, optionsFor(url, 'a.txt'));
      expect(exitCode).toBe(ExitCode.refused);
      expect(endpoint.requests).toHaveLength(1);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain('403 Code403');
      expect(stderr).not.toContain('sig=');
    });
  });

  test('ends with exit code 3 and the name when the file is missing', async () => {
    const { exitCode, stderr } = await run(folder, optionsFor('http://127.0.0.1:9', 'missing.txt'));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('missing.txt does not exist');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['a missing option', ['--filepath=a.txt'], '--numwords is missing'],
    ['a number that is none', ['--filepath=a.txt', '--numwords=zero'], 'not "zero"'],
    ['an unknown option', ['--nonsense'], '--nonsense'],
  ])('ends with exit code 2 for %s', async (_, args, words) => {
    const { exitCode, stderr } = await run(folder, args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
