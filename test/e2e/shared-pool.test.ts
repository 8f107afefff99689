// A service that stays, and runs that come and go on it: what --keep leaves, what --pool uses again, and pools of others
// that do not fit or do not work. The runs reach the service as they would reach an account of Azure.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobSASPermissions, BlobServiceClient, SASProtocol } from '@azure/storage-blob';
import { describe, expect, test } from 'vitest';
import { startService } from '../support/local-service.ts';
import type { LocalService } from '../support/local-service.ts';
import { createSandbox } from '../support/sandbox.ts';
import { sdkPool } from '../support/sdk-pool.ts';
import type { Ended, Sandbox } from '../support/sandbox.ts';

function run(sandbox: Sandbox, service: LocalService, ...more: readonly string[]): Promise<Ended> {
  return sandbox.run(['run', 'top-words', '--target', 'azure', ...more], { env: service.environment });
}

async function idsOf<T extends { readonly id?: string }>(list: Promise<readonly T[]>): Promise<readonly unknown[]> {
  return (await list).map(({ id }) => id);
}

function blobsOf({ ready }: LocalService): BlobServiceClient {
  return BlobServiceClient.fromConnectionString(ready.blobConnectionString);
}

/** A pool as a run would create it, but for its start task's files: `worker.mjs` comes from the given URL. */
async function addPool({ client }: LocalService, id: string, workerUrl: string): Promise<void> {
  const files = ['node', 'worker.mjs'].map((filePath) => ({ filePath, httpUrl: workerUrl }));
  const startTask = {
    commandLine: `/bin/bash -c 'set -e; set -o pipefail; install -m 755 node worker.mjs "$AZ_BATCH_NODE_SHARED_DIR"; wait'`,
    resourceFiles: files,
    waitForSuccess: true,
    userIdentity: { autoUser: { scope: 'pool', elevationLevel: 'admin' } },
  } as const;
  await client.pool.add(sdkPool(id, 2, { startTask }));
}

/** A file that is a shell script under every name, and a URL for it that is valid until then. */
async function uploadProgram(service: LocalService, content: string, expiresOn: Date): Promise<string> {
  const container = blobsOf(service).getContainerClient('programs');
  await container.createIfNotExists();
  const blob = container.getBlockBlobClient('program');
  await blob.upload(content, content.length);
  const permissions = BlobSASPermissions.parse('r');
  return blob.generateSasUrl({ permissions, expiresOn, protocol: SASProtocol.HttpsAndHttp });
}

const inAnHour = (): Date => new Date(Date.now() + 3_600_000);

describe('runs on one service', () => {
  test('--keep leaves everything, the next run uses its pool again, and takes only its own things away', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox);
    const first = await run(sandbox, service, '--keep', '--pool', 'shared', '--json');
    expect(first.code, first.stdout + first.stderr).toBe(0);
    const kept = await idsOf(service.client.job.list());
    expect(kept).toEqual([expect.stringMatching(/^top-words-job-/)]);
    expect(await idsOf(service.client.pool.list())).toEqual(['shared']);
    const nodes = await idsOf(service.client.computeNode.list('shared'));
    const containers = await Array.fromAsync(blobsOf(service).listContainers(), ({ name }) => name);
    // Beside them the one that keeps the Node.js binary from run to run.
    const ofRun = containers.flatMap((name) => /^topwords-(\w+)-/.exec(name)?.slice(1) ?? []);
    expect(new Set(ofRun)).toEqual(new Set(['application', 'input', 'output']));

    const second = await run(sandbox, service, '--pool', 'shared');
    expect(second.code, second.stdout + second.stderr).toBe(0);
    expect(second.stdout).toContain('Using pool shared, which exists and fits\n');
    expect(await idsOf(service.client.job.list())).toEqual(kept);
    // In a pipe the question about a pool that was there before is answered with its default.
    expect(second.stdout).toMatch(/Delete pool.*\? no\n/);
    expect(await idsOf(service.client.pool.list())).toEqual(['shared']);
    expect(await idsOf(service.client.computeNode.list('shared'))).toEqual(nodes);
    const left = await Array.fromAsync(blobsOf(service).listContainers(), ({ name }) => name);
    expect(left).toEqual(containers);
    expect(await readdir(join(sandbox.folder, 'output'))).toHaveLength(3);
  });

  test('a pool that does not fit is named with every reason, and left alone', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox);
    await service.client.pool.add({
      id: 'other',
      vmSize: 'standard_a1_v2',
      targetDedicatedNodes: 1,
      virtualMachineConfiguration: {
        imageReference: { publisher: 'canonical', offer: 'ubuntu-24_04-lts', sku: 'server' },
        nodeAgentSKUId: 'batch.node.ubuntu 24.04',
      },
    });
    const { code, stderr } = await run(sandbox, service, '--pool', 'other');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: Pool other exists but does not fit: .*\n$/);
    for (const reason of ['standard_a1_v2', 'ubuntu-24_04-lts', '1 node, and 2 are needed', 'no start task']) {
      expect(stderr).toContain(reason);
    }
    expect(await idsOf(service.client.pool.list())).toEqual(['other']);
    expect(await idsOf(service.client.job.list())).toEqual([]);
  });

  test('a pool whose start task downloads with an expired SAS is explained, without the signature', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox);
    const url = await uploadProgram(service, 'exit 0', new Date(Date.now() - 60_000));
    await addPool(service, 'stale', url);
    const { code, stderr } = await run(sandbox, service, '--pool', 'stale');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: The start task of pool stale failed .*no node can run tasks: /);
    expect(stderr).toMatch(/; the SAS expired at \d{4}-/);
    expect(stderr).not.toContain(new URL(url).searchParams.get('sig') ?? 'sig');
    expect(stderr.match(/^Error:/gm)).toHaveLength(1);
  });

  test('tasks that end with exit code 3 fail the run, with the end of what they wrote', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox);
    // It stands for the Node.js binary and for the worker alike.
    await addPool(
      service,
      'failing',
      await uploadProgram(service, '#!/bin/sh\necho no such chapter >&2\nexit 3\n', inAnHour()),
    );
    const { code, stderr } = await run(sandbox, service, '--pool', 'failing');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: 3 of 3 tasks of job top-words-job-\w+ failed; the first is topNtask0\.\n/);
    expect(stderr).toContain('topNtask2: exit code 3');
    expect(stderr).toContain('no such chapter');
    expect(stderr.match(/^Error:/gm)).toHaveLength(1);
    expect(await idsOf(service.client.pool.list())).toEqual(['failing']);
    expect(await idsOf(service.client.job.list())).toEqual([]);
  });

  test('a service that goes away in the middle is explained', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox);
    const command = sandbox.start(['run', 'top-words', '--target', 'azure'], { env: service.environment });
    await command.says(/Created job/);
    service.command.kill('SIGKILL');
    const { code, stderr } = await command.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: No answer of the Batch service at http.*\n$/);
    expect(stderr.match(/^Error:/gm)).toHaveLength(1);
  });
});
