// Azurite as a child process: ready when it says so, noticed when it dies, gone when it is stopped.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startAzurite } from '../../../adapters/azurite/index.ts';
import type { Azurite, AzuriteOptions } from '../../../adapters/azurite/index.ts';

describe('Azurite', { timeout: 20_000 }, () => {
  const running: Azurite[] = [];
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'batchrite-test-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  async function start(options: AzuriteOptions): Promise<Azurite> {
    const azurite = await startAzurite(options);
    running.push(azurite);
    return azurite;
  }

  /** Anonymous, so the answer is a refusal; what counts is that somebody answers. */
  async function statusOf(azurite: Azurite): Promise<number> {
    const response = await fetch(`${azurite.blobEndpoint}?comp=list`);
    await response.text();
    return response.status;
  }

  function isAlive(pid: number): boolean {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  test('answers on a free port of the loopback interface as soon as it has started', async () => {
    const azurite = await start({ inMemory: true });
    expect(azurite.port).toBeGreaterThan(0);
    expect(azurite.blobEndpoint).toBe(`http://127.0.0.1:${azurite.port}/devstoreaccount1`);
    expect(azurite.connectionString).toContain(`BlobEndpoint=${azurite.blobEndpoint};`);
    expect(await statusOf(azurite)).toBe(403);
  });

  test('serves the account that it is given', async () => {
    const key = Buffer.from('a key of my own').toString('base64');
    const azurite = await start({ inMemory: true, account: { name: 'mine', key } });
    expect(azurite.blobEndpoint).toMatch(/\/mine$/);
    expect(azurite.connectionString).toContain(`AccountKey=${key};`);
    expect(await statusOf(azurite)).toBe(403);
  });

  test('leaves no process, no port and no temporary folder when it is stopped', async () => {
    const foldersBefore = new Set(await temporaryFolders());
    const azurite = await start({});
    const created = (await temporaryFolders()).filter((name) => !foldersBefore.has(name));
    expect(created).toHaveLength(1);
    await azurite.stop();
    await azurite.stop();
    expect(await temporaryFolders()).not.toContain(created[0]);
    expect(isAlive(azurite.pid)).toBe(false);
    await expect(statusOf(azurite)).rejects.toThrow('fetch failed');
    expect(await azurite.ended).toBeUndefined();
  });

  test('keeps its databases in a location that it is given', async () => {
    const azurite = await start({ location: folder });
    await azurite.stop();
    expect(await readdir(folder)).toContain('__azurite_db_blob__.json');
  });

  test('says in one sentence that a port is in use', async () => {
    const { port } = await start({ inMemory: true });
    await expect(startAzurite({ inMemory: true, blobPort: port })).rejects.toMatchObject({
      fault: { code: 'conflict', message: expect.stringMatching(new RegExp(`^Port ${port} is in use`)) },
    });
  });

  test('tells that it ended by itself', async () => {
    const azurite = await start({ inMemory: true });
    process.kill(azurite.pid, 'SIGKILL');
    expect(await azurite.ended).toBe('Azurite ended by itself (signal SIGKILL).');
  });

  test('is not left behind when its start is interrupted', async () => {
    const abort = new AbortController();
    const starting = startAzurite({ signal: abort.signal });
    abort.abort();
    await expect(starting).rejects.toMatchObject({ fault: { code: 'cancelled' } });
  });
});

async function temporaryFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('batchrite-azurite-'));
}
