// `startBatchrite({ runtime: 'docker' })`: a private emulator whose nodes are containers, gone with it.
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { startBatchrite } from '../../adapters/embedded/index.ts';
import { sdkPool } from '../support/sdk-pool.ts';
import { describeNeeding } from '../support/suite.ts';
import { docker } from './support/docker-target.ts';

async function containersOf(nodeId: string): Promise<number> {
  return (await docker.listContainers({ all: true, filters: { label: [`batchrite.node=${nodeId}`] } })).length;
}

await describeNeeding(['docker'], 'startBatchrite on containers', () => {
  test('runs a task in a container that fetches a blob, and leaves none behind', async () => {
    await using batchrite = await startBatchrite({ runtime: 'docker' });
    const [client, blobs] = await Promise.all([batchrite.clients.batch(), batchrite.clients.blobs()]);
    const { containerClient } = await blobs.createContainer('input', { access: 'blob' });
    const { blockBlobClient } = await containerClient.uploadBlockBlob('who.txt', 'a blob', 6);

    await client.pool.add(sdkPool('pool', 1));
    await client.job.add({ id: 'job', poolInfo: { poolId: 'pool' } });
    await client.task.add('job', {
      id: 'task',
      commandLine: '/bin/sh -c "cat who.txt; test -f /.dockerenv && echo in a container"',
      resourceFiles: [{ httpUrl: blockBlobClient.url, filePath: 'who.txt' }],
    });
    await batchrite.settle();

    const task = await client.task.get('job', 'task');
    expect(task.executionInfo).toMatchObject({ exitCode: 0, result: 'success' });
    const { readableStreamBody } = await client.file.getFromTask('job', 'task', 'stdout.txt');
    const output = readableStreamBody === undefined ? '' : String(await buffer(readableStreamBody));
    expect(output).toBe('a blobin a container\n');

    const nodeId = task.nodeInfo?.nodeId ?? '';
    expect(await containersOf(nodeId)).toBe(1);
    await batchrite.close();
    expect(await containersOf(nodeId)).toBe(0);
  });
});
