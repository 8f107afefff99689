// What core expects of blob storage: names, SAS, sizes, refusals, cancellation. One suite for Azurite and for a real account.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AzureBlobStorage, BlobProgramStaging, parseConnectionString } from '../../../adapters/storage/index.ts';
import type { LocalFile } from '../../../core/index.ts';

export interface BlobStorageTarget {
  readonly name: string;
  /** What container names begin with: letters, digits and single dashes. */
  readonly prefix: string;
  /** Bytes of the blob that is large enough for several blocks. */
  readonly largeSize: number;
  open(): Promise<{ readonly connectionString: string; close(): Promise<void> }>;
}

const hour = 3_600_000;

export function describeBlobStorageContract(target: BlobStorageTarget): void {
  describe(`blob storage of ${target.name}`, { timeout: 20_000 }, () => {
    contract(target);
  });
}

function contract(target: BlobStorageTarget): void {
  let storage: AzureBlobStorage;
  let close = (): Promise<void> => Promise.resolve();
  let folder = '';
  let containers = 0;
  const created: string[] = [];

  beforeAll(async () => {
    const opened = await target.open();
    close = () => opened.close();
    storage = new AzureBlobStorage(parseConnectionString(opened.connectionString));
    folder = await mkdtemp(join(tmpdir(), 'batchrite-test-'));
  });
  afterAll(async () => {
    for (const container of created) await storage.deleteContainer(container);
    await close();
    await rm(folder, { recursive: true, force: true });
  });

  async function newContainer(): Promise<string> {
    const name = `${target.prefix}${(containers += 1)}`;
    created.push(name);
    await storage.ensureContainer(name);
    return name;
  }

  async function fileOf(content: string | Uint8Array): Promise<LocalFile> {
    const path = join(folder, 'content');
    await writeFile(path, content);
    return { name: 'content', path, size: Buffer.byteLength(content) };
  }

  async function download(container: string, blob: string): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(storage.download(container, blob)));
  }

  test('creates a container once and deletes it as often as it is asked to', async () => {
    const container = await newContainer();
    await storage.ensureContainer(container);
    expect(await Array.fromAsync(storage.list(container))).toEqual([]);
    await storage.deleteContainer(container);
    await storage.deleteContainer(container);
    await expect(Array.fromAsync(storage.list(container))).rejects.toMatchObject({ fault: { code: 'notFound' } });
  });

  test.each([
    'plain.txt',
    `it's a "näme" $HOME 100%.txt`,
    'q?a#b&c=d+e.txt',
    '日本 語😀.txt',
    'folder/file.txt',
    'semi;colon,[x]{y}~!@^`|<>.txt',
    '%41%2F.txt',
    ' spaces .txt ',
  ])('carries the blob name %j through upload, list, download and SAS', async (name) => {
    const container = await newContainer();
    await storage.upload(container, name, await fileOf('content'));
    expect(await Array.fromAsync(storage.list(container))).toEqual([{ name, size: 7 }]);
    expect((await download(container, name)).toString()).toBe('content');
    expect(await storage.has(container, name, 7)).toBe(true);
    expect(await storage.has(container, name, 8)).toBe(false);
    const request = { container, blob: name, permissions: ['read'], expiresAt: Date.now() + hour } as const;
    expect(await (await fetch(await storage.sasUrl(request))).text()).toBe('content');
  });

  test('uploads an empty file, and a large one in blocks', async () => {
    const container = await newContainer();
    await storage.upload(container, 'empty', await fileOf(''));
    expect(await download(container, 'empty')).toHaveLength(0);
    const large = Buffer.alloc(target.largeSize, 'large ');
    await storage.upload(container, 'large', await fileOf(large));
    expect((await download(container, 'large')).equals(large)).toBe(true);
  });

  test('lists by prefix', async () => {
    const container = await newContainer();
    for (const name of ['a/1', 'a/2', 'b/1']) await storage.upload(container, name, await fileOf('x'));
    const names = (await Array.fromAsync(storage.list(container, { prefix: 'a/' }))).map((blob) => blob.name);
    expect(names).toEqual(['a/1', 'a/2']);
  });

  test('signs no more than what is asked for, and not for longer', async () => {
    const container = await newContainer();
    await storage.upload(container, 'blob', await fileOf('x'));
    const put = { method: 'PUT', body: 'y', headers: { 'x-ms-blob-type': 'BlockBlob' } };
    const status = async (url: string, init?: RequestInit): Promise<number> => (await fetch(url, init)).status;
    const expiresAt = Date.now() + hour;
    const read = await storage.sasUrl({ container, blob: 'blob', permissions: ['read'], expiresAt });
    expect(await status(read)).toBe(200);
    expect(await status(read, put)).toBe(403);
    const write = await storage.sasUrl({ container, permissions: ['create', 'write'], expiresAt });
    const blobUrl = write.replace('?', '/new?');
    expect(await status(blobUrl, put)).toBe(201);
    expect(await status(blobUrl)).toBe(403);
    const expired = { container, blob: 'blob', permissions: ['read'], expiresAt: Date.now() - 1_000 } as const;
    expect(await status(await storage.sasUrl(expired))).toBe(403);
  });

  test('tells what was refused, with the service’s code', async () => {
    await expect(storage.upload('not-there', 'a', await fileOf('x'))).rejects.toMatchObject({
      fault: {
        code: 'notFound',
        message: expect.stringContaining('blob a to container not-there: ContainerNotFound'),
        service: { code: 'ContainerNotFound', status: 404, requestId: expect.any(String) },
      },
    });
    await expect(storage.ensureContainer('Not_A_Name')).rejects.toMatchObject({ fault: { code: 'invalid' } });
    const container = await newContainer();
    await expect(download(container, 'missing')).rejects.toMatchObject({ fault: { code: 'notFound' } });
    await expect(Array.fromAsync(storage.list('not-there'))).rejects.toMatchObject({ fault: { code: 'notFound' } });
    const missing = { name: 'x', path: join(folder, 'missing'), size: 1 };
    await expect(storage.upload(container, 'a', missing)).rejects.toMatchObject({ fault: { code: 'notFound' } });
  });

  test('is interrupted by a signal', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(storage.ensureContainer('some', { signal: abort.signal })).rejects.toMatchObject({
      fault: { code: 'cancelled' },
    });
  });

  test('stages a program once, and again only when its version is another', async () => {
    const staging = new BlobProgramStaging(storage);
    const program = { ...(await fileOf('program')), name: 'node', version: '24.0.0' };
    const first = await staging.stage(program);
    expect(first.uploaded).toBe(true);
    expect(await (await fetch(first.httpUrl)).text()).toBe('program');
    expect((await staging.stage(program)).uploaded).toBe(false);
    expect((await staging.stage({ ...program, version: '24.0.1' })).uploaded).toBe(true);
  });
}
