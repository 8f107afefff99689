// Application packages and auto-storage containers on nodes that are containers: for the node's own tasks and for tasks in
// containers beside it, through the unmodified client.
import type { BatchServiceClient } from '@azure/batch';
import { expect, onTestFinished, test } from 'vitest';
import { type Batchrite, startBatchrite } from '../../adapters/embedded/index.ts';
import { eventually } from '../support/eventually.ts';
import { describeNeeding } from '../support/suite.ts';
import { programZip } from '../support/zip.ts';
import { BASE_IMAGE } from './support/docker-target.ts';

type TaskAdd = Parameters<BatchServiceClient['task']['add']>[1];

async function started(): Promise<{ readonly batchrite: Batchrite; readonly client: BatchServiceClient }> {
  const batchrite = await startBatchrite({ runtime: 'docker' });
  onTestFinished(() => batchrite.close());
  return { batchrite, client: await batchrite.clients.batch() };
}

async function printed(client: BatchServiceClient, jobId: string, task: TaskAdd): Promise<string> {
  await client.task.add(jobId, task);
  const { executionInfo } = await eventually(
    () => client.task.get(jobId, task.id),
    ({ state }) => state === 'completed',
    60_000,
  );
  if (executionInfo?.failureInfo !== undefined) return JSON.stringify(executionInfo.failureInfo);
  const { readableStreamBody } = await client.file.getFromTask(jobId, task.id, 'stdout.txt');
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

await describeNeeding(['docker'], 'application packages on containers', () => {
  test('run on the node and in containers of tasks, for every user, and linked storage is reached by its own address', async () => {
    const { batchrite, client } = await started();
    await batchrite.applications.add('Pooled', '1.0', programZip('tool', 'echo "$(id -u) pooled"'), { default: true });
    await batchrite.applications.add('own', '2.0', programZip('tool', 'echo "$(id -u) own"'));
    const blobs = await batchrite.clients.blobs();
    await blobs.getContainerClient('input').create();
    await blobs.getContainerClient('input').getBlockBlobClient('a/text').upload('from storage', 12);
    for (const [id, containers] of [
      ['plain', {}],
      ['contained', { containerConfiguration: { containerImageNames: [BASE_IMAGE] } }],
    ] satisfies [string, object][]) {
      await client.pool.add({
        id,
        vmSize: 'Standard_D2s_v3',
        targetDedicatedNodes: 1,
        virtualMachineConfiguration: {
          imageReference: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' },
          nodeAgentSKUId: 'batch.node.ubuntu 22.04',
          ...containers,
        },
        applicationPackageReferences: [{ applicationId: 'pooled' }],
        startTask: { commandLine: `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_Pooled/tool'`, waitForSuccess: true },
      });
      await client.job.add({ id, poolInfo: { poolId: id } });
    }
    const commandLine = `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_pooled/tool; $AZ_BATCH_APP_PACKAGE_OWN_2_0/tool; cat a/text'`;
    const task = {
      commandLine,
      applicationPackageReferences: [{ applicationId: 'own', version: '2.0' }],
      resourceFiles: [{ autoStorageContainerName: 'input' }],
    };
    const containerSettings = { imageName: BASE_IMAGE };
    const admin = { userIdentity: { autoUser: { elevationLevel: 'admin', scope: 'pool' } } } as const;
    const output = /^(\d+) pooled\n\1 own\nfrom storage$/;
    expect(await printed(client, 'plain', { id: 'a', ...task })).toMatch(output);
    expect(await printed(client, 'contained', { id: 'a', ...task, containerSettings })).toMatch(output);
    expect(await printed(client, 'plain', { id: 'root', ...task, ...admin })).toMatch(
      /^0 pooled\n0 own\nfrom storage$/,
    );
    const [node] = await client.computeNode.list('contained');
    expect(node?.startTaskInfo).toMatchObject({ result: 'success' });
  });
});
