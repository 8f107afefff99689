// The unmodified client and real processes: a package that was added over the control plane is on a pool's node before its start
// task, and a task runs the program in it; a container of the linked storage brings a task its files.
import type { BatchServiceClient } from '@azure/batch';
import type { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Batchrite, startBatchrite } from '../../adapters/embedded/index.ts';
import { eventually } from '../support/eventually.ts';
import { programZip, zipOf } from '../support/zip.ts';

let batchrite: Batchrite;
let client: BatchServiceClient;
let blobs: BlobServiceClient;

beforeAll(async () => {
  batchrite = await startBatchrite({ runtime: 'process' });
  client = await batchrite.clients.batch();
  blobs = await batchrite.clients.blobs();
  const path = `${batchrite.batchEndpoint}/_batchrite/applications/Pool-Tool/packages/1.0?default=true`;
  const content = programZip('tool', 'echo "tool says $1"');
  await fetch(path, { method: 'PUT', body: Buffer.from(content) });
  await client.pool.add({
    id: 'pool',
    vmSize: 'Standard_D2s_v3',
    targetDedicatedNodes: 1,
    virtualMachineConfiguration: {
      imageReference: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' },
      nodeAgentSKUId: 'batch.node.ubuntu 22.04',
    },
    applicationPackageReferences: [{ applicationId: 'pool-tool' }],
    startTask: { commandLine: `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_Pool_Tool/tool started'`, waitForSuccess: true },
  });
  await client.job.add({ id: 'job', poolInfo: { poolId: 'pool' } });
});
afterAll(() => batchrite.close());

type TaskAdd = Parameters<BatchServiceClient['task']['add']>[1];

/** Runs a task to its end and gives its failure's code, or what it printed. */
async function outcomeOf(task: TaskAdd): Promise<string> {
  await client.task.add('job', task);
  const ended = await eventually(
    () => client.task.get('job', task.id),
    ({ state }) => state === 'completed',
  );
  const failureInfo = ended.executionInfo?.failureInfo;
  if (failureInfo?.code !== undefined) {
    const message = failureInfo.details?.find(({ name }) => name === 'Message')?.value ?? '';
    return `${failureInfo.code}: ${message}`;
  }
  const { readableStreamBody } = await client.file.getFromTask('job', task.id, 'stdout.txt');
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

async function onlyNode() {
  const [node] = await eventually(
    () => client.computeNode.list('pool'),
    ([first]) => first?.state === 'idle' || first?.state === 'unusable',
  );
  if (node === undefined) throw new Error('the pool has no node');
  return node;
}

describe('application packages on real nodes', () => {
  test('of a pool are there before its start task and for its tasks (batch-semantics 6, 9.2)', async () => {
    expect((await client.application.list()).map(({ id, versions }) => [id, versions])).toEqual([
      ['Pool-Tool', ['1.0']],
    ]);
    const node = await onlyNode();
    expect([node.state, node.startTaskInfo?.result]).toEqual(['idle', 'success']);
    const commandLine = `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_POOL_TOOL/tool task; $AZ_BATCH_APP_PACKAGE_pool_tool/tool too'`;
    expect(await outcomeOf({ id: 'pooled', commandLine })).toBe('tool says task\ntool says too\n');
    const files = await client.file.listFromComputeNode('pool', node.id ?? '', {
      recursive: true,
      fileListFromComputeNodeOptions: { filter: "startswith(name,'applications')" },
    });
    const names = files.map(({ name }) => name).filter((name) => name?.startsWith('applications'));
    expect(names).toEqual([
      'applications',
      expect.stringMatching(/^applications\/Pool-Tool1\.0\d{4}(-\d\d){4}-\d+$/),
      expect.stringMatching(/^applications\/Pool-Tool1\.0[^/]*\/tool$/),
    ]);
  });

  test('of a task come just before its command, with their directories and modes (batch-semantics 9.2)', async () => {
    const content = zipOf([
      { name: 'bin/' },
      { name: 'bin/run.sh', content: '#!/bin/sh\ncat "$(dirname "$0")/../share/text.txt"\n', mode: 0o100700 },
      { name: 'share/text.txt', content: 'from the package\n', mode: 0o100600 },
    ]);
    await batchrite.applications.add('own', '2.1-beta', content);
    const task = {
      commandLine: `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_own_2_1_beta/bin/run.sh; echo $AZ_BATCH_APP_PACKAGE_POOL_TOOL'`,
      applicationPackageReferences: [{ applicationId: 'OWN', version: '2.1-beta' }],
    };
    expect(await outcomeOf({ id: 'with-own', ...task })).toMatch(
      /^from the package\n\/.*\/applications\/Pool-Tool1\.0/,
    );
  });

  test('that cannot be had fail the task before its command (batch-semantics 3.3, 9.2)', async () => {
    const applicationPackageReferences = [{ applicationId: 'own' }];
    const commandLine = 'echo never';
    expect(await outcomeOf({ id: 'no-default', commandLine, applicationPackageReferences })).toBe(
      'ApplicationPackageError: The reference names no version, and the application has no default version.',
    );
  });
});

describe('auto-storage containers on real nodes', () => {
  test('bring their blobs by prefix, below the path and with the mode (batch-semantics 9.1)', async () => {
    const container = blobs.getContainerClient('in-put');
    await container.create();
    for (const name of ['a/one.txt', 'a/two.txt', 'b/three.txt']) {
      await container.getBlockBlobClient(name).upload(name, name.length);
    }
    const file = { autoStorageContainerName: 'in-put', blobPrefix: 'a/', filePath: 'data', fileMode: '0640' };
    const commandLine = `/bin/sh -c 'find data -type f | sort | xargs stat -c "%n %a"; cat data/a/*'`;
    expect(await outcomeOf({ id: 'auto', commandLine, resourceFiles: [file] })).toBe(
      'data/a/one.txt 640\ndata/a/two.txt 640\na/one.txta/two.txt',
    );
  });

  test('that are not there fail the task (batch-semantics 9.1, 3.3)', async () => {
    const resourceFiles = [{ autoStorageContainerName: 'no-such-container' }];
    expect(await outcomeOf({ id: 'none', commandLine: 'x', resourceFiles })).toMatch(/^ResourceContainerNotFound: /);
  });
});

test('an embedded emulator lists, changes and removes applications, and says what is wrong', async () => {
  const { applications } = batchrite;
  await applications.add('kept', '1', programZip('x', 'true'), { default: true, displayName: 'Kept' });
  expect((await applications.list()).find(({ id }) => id === 'kept')).toMatchObject({
    displayName: 'Kept',
    defaultVersion: '1',
  });
  expect((await applications.change('kept', { defaultVersion: null })).defaultVersion).toBeUndefined();
  await applications.remove('kept', '1');
  await applications.remove('kept');
  await expect(applications.remove('kept')).rejects.toThrow('There is no application "kept".');
  await expect(applications.add('x', '1', '/no/such.zip')).rejects.toThrow(/^"\/no\/such\.zip" cannot be read/);
  await expect(applications.add('x', '1', Buffer.from('no'))).rejects.toThrow(/is no zip that a node can unpack/);
  await expect(applications.list('nobody')).rejects.toThrow('There is no account "nobody" in this emulator.');
});
