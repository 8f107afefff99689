// Tasks and files through the unmodified `@azure/batch` client, with a success and a refusal of every operation, on the real engine.
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { refusalOf, accountWithJob, accountWithNode } from '../support/sdk-account.ts';

function contentOf(answer: { readonly readableStreamBody?: NodeJS.ReadableStream | undefined }): Promise<string> {
  if (answer.readableStreamBody === undefined) throw new Error('The answer has no stream.');
  return text(answer.readableStreamBody);
}

describe('task', () => {
  test('is added, shown, listed and deleted', async () => {
    const { client, clock, server } = await accountWithJob();
    const added = await client.task.add('j', { id: 't', commandLine: '/bin/sh -c "echo hello"' });
    expect(added.dataServiceId).toBe(`${server.url}/jobs/j/tasks/t`);
    clock.advance(1000);
    const task = await client.task.get('j', 't');
    expect(task).toMatchObject({
      id: 't',
      state: 'completed',
      previousState: 'running',
      url: `${server.url}/jobs/j/tasks/t`,
      executionInfo: { exitCode: 0, result: 'success', retryCount: 0, requeueCount: 0 },
      constraints: { maxWallClockTime: 'P10675199DT2H48M5.4775807S', retentionTime: 'P7D', maxTaskRetryCount: 0 },
    });
    expect(task.nodeInfo?.taskRootDirectoryUrl).toBe(`${task.nodeInfo?.nodeUrl ?? ''}/files/workitems/j/job-1/t`);
    expect(await refusalOf(client.task.add('j', { id: 'T', commandLine: 'x' }))).toBe('409 TaskExists');
    const filtered = { taskListOptions: { filter: "state eq 'completed' and executionInfo/exitCode eq 0" } };
    expect((await client.task.list('j', filtered)).map(({ id }) => id)).toEqual(['t']);
    await client.task.deleteMethod('j', 't');
    expect(await refusalOf(client.task.get('j', 't'))).toBe('404 TaskNotFound');
  });

  test('is added in collections, each with a result of its own', async () => {
    const { client } = await accountWithJob();
    const results = await client.task.addCollection('j', [
      { id: 'a', commandLine: 'x' },
      { id: 'b', commandLine: 'x' },
      { id: 'a', commandLine: 'x' },
    ]);
    expect(results.value?.map(({ taskId, status, error }) => [taskId, status, error?.code])).toEqual([
      ['a', 'Success', undefined],
      ['b', 'Success', undefined],
      ['a', 'ClientError', 'TaskExists'],
    ]);
    expect(await refusalOf(client.task.addCollection('k', [{ id: 'a', commandLine: 'x' }]))).toBe('404 JobNotFound');
  });

  test('is terminated, and its constraints are changed', async () => {
    const { client, clock } = await accountWithJob();
    await client.task.add('j', { id: 't', commandLine: 'sleep 100' });
    await client.task.update('j', 't', { constraints: { maxTaskRetryCount: 3, retentionTime: 'PT1H' } });
    expect((await client.task.get('j', 't')).constraints).toMatchObject({
      maxTaskRetryCount: 3,
      retentionTime: 'PT1H',
    });
    expect(await refusalOf(client.task.reactivate('j', 't'))).toBe('409 TaskNotCompleted');
    await client.task.terminate('j', 't');
    clock.advance(1);
    expect(await client.task.get('j', 't')).toMatchObject({
      state: 'completed',
      executionInfo: { result: 'failure', failureInfo: { category: 'UserError', code: 'TaskEnded' } },
    });
    expect(await refusalOf(client.task.terminate('j', 't'))).toBe('409 TaskCompleted');
  });

  test('is reactivated after it failed', async () => {
    const { client, clock } = await accountWithJob();
    await client.task.add('j', { id: 't', commandLine: '/bin/sh -c "exit 1"' });
    clock.advance(1);
    expect((await client.task.get('j', 't')).state).toBe('completed');
    await client.task.reactivate('j', 't');
    expect((await client.task.get('j', 't')).state).toBe('running');
    clock.advance(1);
    expect((await client.task.get('j', 't')).state).toBe('completed');
  });

  test('has no subtasks unless it runs on several nodes', async () => {
    const { client } = await accountWithJob();
    await client.task.add('j', { id: 't', commandLine: 'x' });
    expect((await client.task.listSubtasks('j', 't')).value).toEqual([]);
    expect(await refusalOf(client.task.listSubtasks('j', 'u'))).toBe('404 TaskNotFound');
  });
});

describe('file', () => {
  async function accountWithOutput() {
    const account = await accountWithNode();
    await account.client.task.add('j', { id: 't', commandLine: '/bin/sh -c "echo hello world"' });
    account.clock.advance(1000);
    const { nodeInfo } = await account.client.task.get('j', 't');
    return { ...account, nodeId: nodeInfo?.nodeId ?? '' };
  }

  test('of a task is listed, described, read and deleted', async () => {
    const { client, server } = await accountWithOutput();
    const names = (await client.file.listFromTask('j', 't')).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['stdout.txt', 'stderr.txt', 'wd']));
    const properties = await client.file.getPropertiesFromTask('j', 't', 'stdout.txt');
    expect(properties).toMatchObject({
      contentLength: 12,
      ocpBatchFileIsdirectory: 'False',
      ocpBatchFileMode: '0o100644',
      ocpBatchFileUrl: encodeURIComponent(`${server.url}/jobs/j/tasks/t/files/stdout.txt`).toLowerCase(),
    });
    const read = await client.file.getFromTask('j', 't', 'stdout.txt');
    expect(await contentOf(read)).toBe('hello world\n');
    const slice = await client.file.getFromTask('j', 't', 'stdout.txt', {
      fileGetFromTaskOptions: { ocpRange: 'bytes=6-10' },
    });
    expect(await contentOf(slice)).toBe('world');
    await client.file.deleteFromTask('j', 't', 'stdout.txt');
    expect(await refusalOf(client.file.getFromTask('j', 't', 'stdout.txt'))).toMatch(/^404 /);
  });

  test('of a node is listed, described, read and deleted', async () => {
    const { client, nodeId } = await accountWithOutput();
    const all = await client.file.listFromComputeNode('p', nodeId, { recursive: true });
    expect(all.map(({ name }) => name)).toContain('workitems/j/job-1/t/stdout.txt');
    const path = 'workitems/j/job-1/t/stdout.txt';
    expect((await client.file.getPropertiesFromComputeNode('p', nodeId, path)).contentLength).toBe(12);
    const read = await client.file.getFromComputeNode('p', nodeId, path);
    expect(await contentOf(read)).toBe('hello world\n');
    expect(await refusalOf(client.file.deleteFromComputeNode('p', nodeId, 'workitems'))).toMatch(/^409 /);
    await client.file.deleteFromComputeNode('p', nodeId, 'workitems/j', { recursive: true });
    expect(await refusalOf(client.file.getPropertiesFromComputeNode('p', nodeId, path))).toMatch(/^404 /);
  });

  test('cannot be had before its task ran', async () => {
    const { client } = await accountWithJob();
    await client.job.add({ id: 'waiting', poolInfo: { poolId: 'nowhere' } });
    await client.task.add('waiting', { id: 't', commandLine: 'x' });
    expect(await refusalOf(client.file.listFromTask('waiting', 't'))).toBe('409 OperationInvalidForCurrentState');
  });
});
