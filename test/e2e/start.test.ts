// `batchrite start` as a service: what it prints, who can use it, how it ends, and what a violent end leaves.
import { readdir } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { BatchServiceClient, BatchSharedKeyCredentials } from '@azure/batch';
import { BlobServiceClient } from '@azure/storage-blob';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startService } from '../support/local-service.ts';
import type { LocalService } from '../support/local-service.ts';
import { createSandbox, nothing } from '../support/sandbox.ts';
import { sdkPool } from '../support/sdk-pool.ts';
import type { Sandbox } from '../support/sandbox.ts';

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function portsOf({ ready }: LocalService): Promise<readonly boolean[]> {
  return Promise.all([isListening(ready.batchEndpoint), isListening(ready.blobEndpoint)]);
}

/** A pool of two nodes with a task of two processes that go on for long; resolves when both run. */
async function startLongTask(sandbox: Sandbox, { client }: LocalService): Promise<void> {
  await client.pool.add(sdkPool('pool', 2));
  await client.job.add({ id: 'job', poolInfo: { poolId: 'pool' } });
  // The second process leaves its group and its parent, as daemons do.
  const commandLine = "/bin/bash -c 'setsid sleep 300 & sleep 300'";
  await client.task.add('job', { id: 'long', commandLine });
  const sleeping = await eventually(
    async () => (await sandbox.processes()).filter(({ command }) => command === 'sleep 300'),
    (seen) => seen.length === 2,
  );
  expect(sleeping).toHaveLength(2);
}

describe('batchrite start', () => {
  test('--json prints one line with the documented members, which the unmodified SDKs can use', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox);
    const { command, ready } = service;
    expect(Object.keys(ready)).toEqual([
      'batchEndpoint',
      'account',
      'key',
      'blobEndpoint',
      'blobConnectionString',
      'pid',
    ]);
    expect(ready.pid).toBe(command.pid);

    await startLongTask(sandbox, service);
    expect((await service.client.computeNode.list('pool')).length).toBe(2);
    const blobs = BlobServiceClient.fromConnectionString(ready.blobConnectionString);
    expect(blobs.url.replace(/\/$/, '')).toBe(ready.blobEndpoint);
    await blobs.getContainerClient('box').create();
    await blobs.getContainerClient('box').uploadBlockBlob('blob', 'content', 7);
    const blob = await blobs.getContainerClient('box').getBlobClient('blob').downloadToBuffer();
    expect(blob.toString()).toBe('content');

    const wrongKey = Buffer.from('wrong').toString('base64');
    const stranger = new BatchServiceClient(
      new BatchSharedKeyCredentials(ready.account, wrongKey),
      ready.batchEndpoint,
    );
    await expect(stranger.pool.list()).rejects.toMatchObject({ statusCode: 403 });
    expect(command.stdout).toBe(`${JSON.stringify(ready)}\n`);
  });

  test('Ctrl-C ends it with 0 and everything with it, also a task that hides; the same ports can be had at once', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox);
    await startLongTask(sandbox, service);
    expect(await portsOf(service)).toEqual([true, true]);
    service.command.interrupt();
    expect(await service.command.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await portsOf(service)).toEqual([false, false]);
    expect(await sandbox.leftovers()).toEqual(nothing);

    const [port, blobPort] = [service.ready.batchEndpoint, service.ready.blobEndpoint].map((url) => new URL(url).port);
    const again = sandbox.start(['start', '--port', port ?? '', '--blob-port', blobPort ?? '', '--runtime', 'process']);
    await again.says(/Press Ctrl-C to stop\./);
    expect(await portsOf(service)).toEqual([true, true]);
    again.kill('SIGTERM');
    expect(await again.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('without --json it prints variables ready to paste', async () => {
    const sandbox = await createSandbox();
    const command = sandbox.start(['start', '--port', '0', '--blob-port', '0', '--runtime', 'process']);
    await command.says(/Press Ctrl-C to stop\.\n/);
    const exported = Object.fromEntries(
      [...command.stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
    ) as Readonly<Record<string, string>>;
    const account = exported['AZURE_BATCH_ACCOUNT'] ?? '';
    const credentials = new BatchSharedKeyCredentials(account, exported['AZURE_BATCH_ACCESS_KEY'] ?? '');
    const client = new BatchServiceClient(credentials, exported['AZURE_BATCH_ENDPOINT'] ?? '');
    expect([...(await client.pool.list())]).toEqual([]);
    const blobs = BlobServiceClient.fromConnectionString(exported['AZURE_STORAGE_CONNECTION_STRING'] ?? '');
    expect(await Array.fromAsync(blobs.listContainers())).toEqual([]);
  });

  test('keeps blobs in --location from one start to the next, and no temporary file', async () => {
    const sandbox = await createSandbox();
    const first = await startService(sandbox, '--location', 'kept');
    const blobs = BlobServiceClient.fromConnectionString(first.ready.blobConnectionString);
    await blobs.getContainerClient('box').create();
    await blobs.getContainerClient('box').uploadBlockBlob('blob', 'kept', 4);
    first.command.interrupt();
    expect(await first.command.ended).toMatchObject({ code: 0 });
    expect(await sandbox.leftovers()).toEqual(nothing);
    const second = await startService(sandbox, '--location', 'kept');
    const later = BlobServiceClient.fromConnectionString(second.ready.blobConnectionString);
    const blob = await later.getContainerClient('box').getBlobClient('blob').downloadToBuffer();
    expect(blob.toString()).toBe('kept');
  });

  test.each(['--port', '--blob-port'])('a %s in use is told in one sentence that names it', async (option) => {
    const sandbox = await createSandbox();
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const other = option === '--port' ? '--blob-port' : '--port';
    const args = ['start', option, String(port), other, '0', '--runtime', 'process', '--json'];
    const { code, stdout, stderr } = await sandbox.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Error: Port ${port} .*in use.*\\n$`));
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('when its Azurite is gone, it says so and ends with 1', async () => {
    const sandbox = await createSandbox();
    const { command } = await startService(sandbox);
    const azurite = (await sandbox.processes()).find((each) => each.command.includes('azurite'));
    process.kill(azurite?.pid ?? 0, 'SIGKILL');
    expect(await command.ended).toMatchObject({
      code: 1,
      stderr: 'Error: Azurite ended by itself (signal SIGKILL).\n',
    });
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('killed outright, its agents, tasks and Azurite end by themselves, and the next start sweeps its files', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox);
    await startLongTask(sandbox, service);
    expect((await sandbox.processes()).length).toBeGreaterThanOrEqual(5);
    service.command.kill('SIGKILL');
    const left = await eventually(
      () => sandbox.processes(),
      (processes) => processes.length === 0,
    );
    expect(left).toEqual([]);
    // A port that is free may be somebody else's at once, for a while.
    const isFree = (listening: readonly boolean[]): boolean => !listening.includes(true);
    expect(await eventually(() => portsOf(service), isFree)).toEqual([false, false]);
    const swept = await readdir(sandbox.temporary);
    expect(swept).toHaveLength(1);

    const next = await startService(sandbox);
    expect(await readdir(sandbox.temporary)).not.toContain(swept[0]);
    next.command.interrupt();
    expect(await next.command.ended).toMatchObject({ code: 0 });
    expect(await sandbox.leftovers()).toEqual(nothing);
  });
});
