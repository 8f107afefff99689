// The probes for what a machine may lack: what they find is used by later suites, what they miss must carry a reason.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { isRequired, missingOfRealAccount, requirement } from '../support/requirements.ts';

afterEach(() => vi.unstubAllEnvs());

/** Serves `/_ping` with the status on a socket of its own; gives the address. */
async function startEngine(status: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'batchrite-engine-'));
  const socket = join(folder, 'docker.sock');
  const server = createServer((request, response) => response.writeHead(request.url === '/_ping' ? status : 404).end());
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return `unix://${socket}`;
}

describe('requirement', () => {
  test('finds a Docker engine that answers a ping', async () => {
    const address = await startEngine(200);
    vi.stubEnv('DOCKER_HOST', address);
    expect(await requirement('docker')).toEqual({ name: 'docker', available: true, path: address });
  });

  test('says which address is silent when no Docker engine answers', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
    const docker = await requirement('docker');
    expect(docker).toMatchObject({ available: false, reason: expect.stringContaining('unix:///nowhere/docker.sock') });
  });

  test('does not take an engine that refuses for one that works', async () => {
    vi.stubEnv('DOCKER_HOST', await startEngine(500));
    expect(await requirement('docker')).toMatchObject({ available: false, reason: expect.stringContaining('500') });
  });

  test('names the command that is not on the PATH', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await requirement('az')).toEqual({ name: 'az', available: false, reason: 'no az on the PATH' });
  });

  test('does not take the emulator for a real account', async () => {
    vi.stubEnv('AZURE_BATCH_ACCOUNT', 'a');
    vi.stubEnv('AZURE_BATCH_ACCESS_KEY', 'a');
    vi.stubEnv('AZURE_BATCH_ENDPOINT', 'http://127.0.0.1:8000');
    expect(await requirement('azure')).toMatchObject({ available: false });
  });
});

describe('isRequired', () => {
  test('reads a list separated by commas', () => {
    const environment = { BATCHRITE_REQUIRE: 'docker, az' };
    expect(isRequired('az', environment)).toBe(true);
    expect(isRequired('go', environment)).toBe(false);
    expect(isRequired('docker', {})).toBe(false);
  });

  test('refuses a name that it does not know', () => {
    expect(() => isRequired('az', { BATCHRITE_REQUIRE: 'dokcer' })).toThrow('"dokcer"');
  });
});

describe('a real account', () => {
  test('is named by endpoint, name and key, or by the endpoint alone when an application signs in', () => {
    const endpoint = { AZURE_BATCH_ENDPOINT: 'https://a.region.batch.azure.com' };
    expect(missingOfRealAccount(endpoint)).toEqual(['AZURE_BATCH_ACCOUNT', 'AZURE_BATCH_ACCESS_KEY']);
    expect(missingOfRealAccount({ ...endpoint, BATCHRITE_AUTH: 'entra' })).toEqual([]);
    expect(missingOfRealAccount({ BATCHRITE_AUTH: 'entra' })).toEqual(['AZURE_BATCH_ENDPOINT']);
  });
});
