// Resource and output files against Azurite, whose rules about signatures, listings and blocks are not ours.
import { ContainerSASPermissions, ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startAzurite } from '../../../adapters/azurite/index.ts';
import type { Azurite } from '../../../adapters/azurite/index.ts';
import { createProcessRuntime } from '../../../adapters/process/index.ts';
import { putFile } from '../../../emulator/agent/transfer/blob-upload.ts';
import type { NodeRuntime, RunSpec } from '../../../emulator/engine/index.ts';
import { EventLog } from './event-log.ts';
import { nodeSpec, runSpec } from './specs.ts';

const MINUTE_MS = 60_000;

let azurite: Azurite;
let folder = '';
let runtime: NodeRuntime;
let log: EventLog;
let container: ContainerClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batchrite-'));
  const agentPath = fileURLToPath(new URL('../../../emulator/agent/main.ts', import.meta.url));
  runtime = createProcessRuntime({ workspace: join(folder, 'nodes'), agentPath });
  log = new EventLog(runtime);
  azurite = await startAzurite({ inMemory: true });
  runtime.createNode(nodeSpec('node'));
  await log.next('nodeStarted');
});
afterAll(async () => {
  await runtime.close();
  await azurite.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  const credential = new StorageSharedKeyCredential(azurite.account, azurite.key);
  container = new ContainerClient(`${azurite.blobEndpoint}/c-${randomUUID()}`, credential);
  await container.create();
});

const sas = (permissions: string, expiresInMs = 10 * MINUTE_MS): Promise<string> =>
  container.generateSasUrl({
    permissions: ContainerSASPermissions.parse(permissions),
    startsOn: new Date(Date.now() - 20 * MINUTE_MS),
    expiresOn: new Date(Date.now() + expiresInMs),
  });

async function finish(commandLine: string, more: Partial<RunSpec>) {
  const runId = randomUUID();
  runtime.run('node', { ...runSpec(runId, commandLine), ...more });
  return log.next('runEnded', (event) => event.runId === runId);
}

test('blobs of a container come with names that need every kind of escape, and go back as they came (batch-semantics 9.1, 9.3)', async () => {
  const names = ['plain.txt', 'a b/ä & <ö>.txt', 'deep/er/50% #1?.txt', 'quote\'d "x".txt'];
  for (const name of names) await container.getBlockBlobClient(name).upload(name, Buffer.byteLength(name));
  const end = await finish('/bin/cp -r in out', {
    resourceFiles: [{ source: { kind: 'container', url: await sas('rl') }, path: 'in' }],
    outputFiles: [{ pattern: 'out/**', containerUrl: await sas('w'), path: 'back', condition: 'tasksuccess' }],
  });
  expect(end).toMatchObject({ exitCode: 0 });
  expect(end.failure).toBeUndefined();
  for (const name of names) {
    const copy = await container.getBlockBlobClient(`back/${name}`).downloadToBuffer();
    expect(copy.toString()).toBe(name);
  }
});

test('headers of an output reach the blob (batch-semantics 9.3)', async () => {
  const end = await finish(`/bin/sh -c 'echo "<p>" > page'`, {
    outputFiles: [
      {
        pattern: 'page',
        containerUrl: await sas('w'),
        condition: 'taskcompletion',
        headers: [
          { name: 'x-ms-blob-content-type', value: 'text/html' },
          { name: 'x-ms-blob-cache-control', value: 'no-cache' },
        ],
      },
    ],
  });
  expect(end.failure).toBeUndefined();
  const properties = await container.getBlockBlobClient('page').getProperties();
  expect(properties).toMatchObject({ contentType: 'text/html', cacheControl: 'no-cache', blobType: 'BlockBlob' });
});

test('a large file is put together from its blocks, with its headers (batch-semantics 9.3)', async () => {
  const blob = container.getBlockBlobClient('large');
  await putFile(
    {
      file: process.execPath,
      url: (await sas('w')).replace('?', '/large?'),
      headers: { 'Content-Type': 'application/x-node' },
      retryDelaysMs: [],
      signal: new AbortController().signal,
    },
    { largestSinglePut: 1_000_000, block: 10_000_000, mostBlocks: 50_000 },
  );
  const properties = await blob.getProperties();
  expect(properties.contentLength).toBeGreaterThan(50_000_000);
  expect(properties.contentType).toBe('application/x-node');
  expect((await blob.getBlockList('committed')).committedBlocks?.length).toBeGreaterThan(5);
});

test('an expired signature is BlobAccessDenied and the message says why (batch-semantics 9.1)', async () => {
  await container.getBlockBlobClient('x').upload('x', 1);
  const url = (await sas('r', -5 * MINUTE_MS)).replace('?', '/x?');
  const end = await finish('/bin/true', { resourceFiles: [{ source: { kind: 'url', url }, path: 'x' }] });
  expect(end.failure).toMatchObject({ code: 'BlobAccessDenied' });
  const message = end.failure?.details?.find(({ name }) => name === 'Message')?.value;
  expect(message).toContain('HTTP status 403, Authorization');
});

test('a signature without the right to write fails the upload, a container that is gone as well (batch-semantics 9.3)', async () => {
  const output = async (permissions: string, url = (text: string) => text) =>
    finish(`/bin/sh -c 'echo x > x'`, {
      outputFiles: [{ pattern: 'x', containerUrl: url(await sas(permissions)), condition: 'taskcompletion' }],
    });
  expect(await output('r')).toMatchObject({ exitCode: 0, failure: { code: 'FileUploadAccessDenied' } });
  const lost = await sas('w');
  await container.delete();
  expect(await output('w', () => lost)).toMatchObject({ failure: { code: 'FileUploadContainerNotFound' } });
});
