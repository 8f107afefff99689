// `az batch job`, `task` and `task file` of Debian's Azure CLI, unmodified.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { ClientCloud } from '../../support/client-cloud.ts';
import type { Az } from '../az-command.ts';
import { CALLS_TIMEOUT_MS, createPool } from '../az-command.ts';

const POOL = 'pool-of-jobs';

export function describeJobs(az: Az, cloud: () => ClientCloud): void {
  beforeAll(() => az.json(...createPool(POOL, 1)), CALLS_TIMEOUT_MS);

  const createJob = (id: string, ...more: readonly string[]): Promise<unknown> =>
    az.json('job', 'create', '--id', id, '--pool-id', POOL, ...more);
  const addTask = (jobId: string, id: string, commandLine: string): Promise<unknown> =>
    az.json('task', 'create', '--job-id', jobId, '--task-id', id, '--command-line', commandLine);
  const untilTask = (state: string, jobId: string, id: string): Promise<void> =>
    az.until(state, 'task', 'show', '--job-id', jobId, '--task-id', id, '--query', 'state');

  test('creates, lists, shows and deletes jobs', async () => {
    await createJob('shown', '--priority', '3', '--metadata', 'a=b', '--job-max-task-retry-count', '2');
    expect(await az.json('job', 'show', '--job-id', 'shown')).toMatchObject({
      id: 'shown',
      state: 'active',
      priority: 3,
      maxParallelTasks: -1,
      constraints: { maxTaskRetryCount: 2 },
      executionInfo: { poolId: POOL, endTime: null },
      metadata: [{ name: 'a', value: 'b' }],
    });
    const { stdout: table } = await az.run('job', 'list', '--filter', "id eq 'shown'", '--output', 'table');
    expect(table).toMatch(/Job Id +State +Execution Pool\n[- ]+\nshown +active +pool-of-jobs\n/);
    expect(await az.refusal('job', 'create', '--id', 'shown', '--pool-id', POOL)).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified job already exists.',
    });
    await az.json('job', 'delete', '--job-id', 'shown', '--yes');
    await az.until('', 'job', 'list', '--query', "[?id=='shown'].id");
    expect(await az.refusal('job', 'delete', '--job-id', 'shown', '--yes')).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified job does not exist.',
    });
  });

  test('changes jobs in part and as a whole', async () => {
    await createJob('changed', '--priority', '3', '--metadata', 'a=b');
    const show = ['job', 'show', '--job-id', 'changed', '--query', '[priority, metadata[0].value]'];
    await az.json('job', 'set', '--job-id', 'changed', '--priority', '5');
    expect(await az.json(...show)).toEqual([5, 'b']);
    await az.json('job', 'reset', '--job-id', 'changed', '--pool-id', POOL);
    expect(await az.json(...show)).toEqual([0, null]);
  });

  test('stops jobs, and enables only what is disabled', async () => {
    await createJob('stopped');
    await addTask('stopped', 'long', 'sleep 100');
    await untilTask('running', 'stopped', 'long');
    expect(await az.refusal('job', 'enable', '--job-id', 'stopped')).toMatchObject({ exitCode: 1 });
    await az.json('job', 'stop', '--job-id', 'stopped', '--terminate-reason', 'enough');
    const reason = 'executionInfo.terminateReason';
    await az.until('completed', 'job', 'show', '--job-id', 'stopped', '--query', 'state');
    expect(await az.json('job', 'show', '--job-id', 'stopped', '--query', reason)).toBe('enough');
    expect(await az.refusal('job', 'stop', '--job-id', 'stopped')).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified job is already in a completed state.',
    });
    const code = 'executionInfo.failureInfo.code';
    expect(await az.json('task', 'show', '--job-id', 'stopped', '--task-id', 'long', '--query', code)).toBe(
      'TaskEnded',
    );
  });

  // This az reads the allowed values from the SDK's documentation, finds none there, and so refuses each of them.
  test('cannot disable a job: az itself refuses every value of --disable-tasks', async () => {
    const { exitCode, stderr } = await az.run('job', 'disable', '--job-id', 'any', '--disable-tasks', 'requeue');
    expect(exitCode).toBe(2);
    expect(stderr).toContain("'requeue' is not a valid value for '--disable-tasks'. Allowed values: .");
  });

  test('creates tasks from a command line and from JSON, and counts them', async () => {
    await createJob('tasks');
    const created = await addTask('tasks', 'one', "/bin/sh -c 'echo hello'");
    expect(created).toMatchObject({ id: 'one', url: `${cloud().endpoint}/jobs/tasks/tasks/one` });
    const file = join(cloud().folder, 'tasks.json');
    await writeFile(file, JSON.stringify(tasksFromJson));
    const fromJson = (await az.json('task', 'create', '--job-id', 'tasks', '--json-file', file)) as TaskAddResult[];
    expect(fromJson.map(({ taskId, status }) => `${taskId} ${status}`).toSorted()).toEqual([
      'bad success',
      'good success',
    ]);
    const states = ['task', 'list', '--job-id', 'tasks', '--query', "join(' ', [].state)"];
    await az.until('completed completed completed', ...states);
    const done = '[].[id, executionInfo.result, executionInfo.exitCode, executionInfo.retryCount]';
    expect(await az.json('task', 'list', '--job-id', 'tasks', '--query', done)).toEqual([
      ['bad', 'failure', 1, 1],
      ['good', 'success', 0, 0],
      ['one', 'success', 0, 0],
    ]);
    expect(await az.json('job', 'task-counts', 'show', '--job-id', 'tasks', '--query', 'taskCounts')).toEqual({
      active: 0,
      running: 0,
      completed: 3,
      succeeded: 2,
      failed: 1,
    });
    expect(
      await az.json('task', 'subtask', 'list', '--job-id', 'tasks', '--task-id', 'one', '--query', 'value'),
    ).toEqual([]);
    expect(await az.refusal('job', 'prep-release-status', 'list', '--job-id', 'tasks')).toMatchObject({ exitCode: 1 });
  });

  test('reactivates, stops and deletes tasks', async () => {
    await createJob('again');
    await addTask('again', 'bad', 'false');
    await untilTask('completed', 'again', 'bad');
    await az.json('task', 'reset', '--job-id', 'again', '--task-id', 'bad', '--max-task-retry-count', '2').then(
      () => expect.unreachable('a completed task takes no changes'),
      (error: unknown) => expect(String(error)).toContain('The specified task is already in a completed state.'),
    );
    await az.json('task', 'reactivate', '--job-id', 'again', '--task-id', 'bad');
    await untilTask('completed', 'again', 'bad');
    await addTask('again', 'long', 'sleep 100');
    await untilTask('running', 'again', 'long');
    await az.json('task', 'stop', '--job-id', 'again', '--task-id', 'long');
    await untilTask('completed', 'again', 'long');
    await az.json('task', 'delete', '--job-id', 'again', '--task-id', 'long', '--yes');
    expect(await az.refusal('task', 'show', '--job-id', 'again', '--task-id', 'long')).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified task does not exist.',
    });
  });

  test('lists, downloads, shows and deletes files of a task', async () => {
    await createJob('files');
    await addTask('files', 'task', "/bin/sh -c 'echo hello; echo wrong >&2'");
    await untilTask('completed', 'files', 'task');
    const task = ['--job-id', 'files', '--task-id', 'task'];
    expect(await az.json('task', 'file', 'list', ...task, '--query', '[].[name, properties.contentLength]')).toEqual([
      ['stdout.txt', 6],
      ['stderr.txt', 6],
      ['wd', null],
      ['certs', null],
    ]);
    const target = join(cloud().folder, 'stdout.txt');
    await az.json('task', 'file', 'download', ...task, '--file-path', 'stdout.txt', '--destination', target);
    expect(await readFile(target, 'utf8')).toBe('hello\n');
    const missing = join(cloud().folder, 'missing.txt');
    expect(
      await az.refusal('task', 'file', 'download', ...task, '--file-path', 'no.txt', '--destination', missing),
    ).toEqual({ exitCode: 1, text: 'ERROR: The specified file does not exist.' });
    // This az prints nothing about a file that is there, whatever the service answers; it does tell one that is not.
    expect(await az.json('task', 'file', 'show', ...task, '--file-path', 'stdout.txt')).toBeUndefined();
    expect(await az.refusal('task', 'file', 'show', ...task, '--file-path', 'no.txt')).toMatchObject({ exitCode: 1 });
    await az.json('task', 'file', 'delete', ...task, '--file-path', 'stderr.txt', '--yes');
    expect(await az.json('task', 'file', 'list', ...task, '--query', '[].name')).not.toContain('stderr.txt');
  });
}

interface TaskAddResult {
  readonly taskId: string;
  readonly status: string;
}

const tasksFromJson = [
  { id: 'good', commandLine: '/bin/sh -c \'test "$A" = b\'', environmentSettings: [{ name: 'A', value: 'b' }] },
  { id: 'bad', commandLine: 'false', constraints: { maxTaskRetryCount: 1 } },
];
