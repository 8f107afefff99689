// Waiting for tasks ends with their results, or with which of them are not completed and why.
import { describe, expect, test } from 'vitest';
import { duration, explainFailures, failuresFault, FaultError, waitForTasks } from '../../../core/index.ts';
import type { CompletedTask, PoolSpec, TaskCounts } from '../../../core/index.ts';
import { FakeCloud, jammy, node } from '../../support/fake-cloud.ts';
import type { Script } from '../../support/fake-cloud.ts';

const pool: PoolSpec = {
  id: 'pool',
  vmSize: 'standard_d2s_v3',
  image: jammy.image,
  nodeAgentSkuId: jammy.nodeAgentSkuId,
  targetDedicatedNodes: 1,
};

function cloudWith(script: Script, tasks: number): FakeCloud {
  const cloud = new FakeCloud(script);
  const since = cloud.clock.now();
  cloud.pools.set('pool', { spec: pool, since });
  cloud.jobs.set('job', { spec: { id: 'job', poolId: 'pool' }, since });
  const specs = Array.from({ length: tasks }, (_, index) => ({ id: `t${index}`, commandLine: 'x' }));
  cloud.tasks.set(
    'job',
    specs.map((spec) => ({ spec, since })),
  );
  return cloud;
}

function wait(cloud: FakeCloud, total: number, timeout = duration.minutes(20)): Promise<readonly CompletedTask[]> {
  const deadline = cloud.clock.now() + timeout;
  return cloud.run(waitForTasks(cloud.workflow, { jobId: 'job', poolId: 'pool', total, deadline }));
}

describe('waitForTasks', () => {
  test('resolves with all tasks, failed ones included, and shows how far they are', async () => {
    const cloud = cloudWith(
      {
        task: ({ id }, age) => {
          if (age < 2_000) return { state: 'running' };
          return id === 't1'
            ? { state: 'completed', result: 'failure', exitCode: 3 }
            : { state: 'completed', result: 'success' };
        },
      },
      3,
    );
    const tasks = await wait(cloud, 3);
    expect(tasks.map((task) => task.result)).toEqual(['success', 'failure', 'success']);
    expect(cloud.lines).toContain('Running 3 tasks: 0 of 3 completed, 3 running');
  });

  test('does not believe counts that run ahead of the tasks', async () => {
    const cloud = cloudWith(
      { task: (_, age) => (age < 1_000 ? { state: 'running' } : { state: 'completed', result: 'success' }) },
      1,
    );
    const { workflow } = cloud;
    const ahead = { active: 0, running: 0, completed: 1, succeeded: 1, failed: 0 };
    const batch = { ...workflow.batch, jobs: { ...workflow.batch.jobs, taskCounts: () => Promise.resolve(ahead) } };
    const deadline = cloud.clock.now() + 60_000;
    const start = cloud.clock.now();
    await cloud.run(waitForTasks({ ...workflow, batch }, { jobId: 'job', poolId: 'pool', total: 1, deadline }));
    expect(cloud.clock.now() - start).toBeGreaterThanOrEqual(1_000);
  });

  test('ends with what ended the job when tasks would wait for ever, once those that run are stopped', async () => {
    const cloud = cloudWith(
      {
        task: ({ id }, age) => {
          if (id === 't0') return { state: 'completed', result: 'failure', exitCode: 3 };
          if (id === 't2') return { state: 'active' };
          return age < 30_000 ? { state: 'running' } : { state: 'completed', result: 'failure' };
        },
        job: { state: 'terminating', terminateReason: 'TaskFailed' },
      },
      3,
    );
    const start = cloud.clock.now();
    await expect(wait(cloud, 3)).rejects.toMatchObject({
      fault: {
        code: 'failed',
        message: 'Job job has ended (TaskFailed) with 2 of 3 tasks completed; t2 will not run.',
        details: [{ key: 't0', value: 'exit code 3' }, { key: 't1' }],
      },
    });
    const waited = cloud.clock.now() - start;
    expect(waited).toBeGreaterThanOrEqual(30_000);
    expect(waited).toBeLessThan(36_000);
  });

  test('resolves when the job has ended with all its tasks, though the counts come late', async () => {
    const cloud = cloudWith({ job: { state: 'completed' } }, 2);
    const { workflow } = cloud;
    const start = cloud.clock.now();
    const late = (): Promise<TaskCounts> => {
      const completed = cloud.clock.now() - start < 12_000 ? 1 : 2;
      return Promise.resolve({ active: 2 - completed, running: 0, completed, succeeded: completed, failed: 0 });
    };
    const batch = { ...workflow.batch, jobs: { ...workflow.batch.jobs, taskCounts: late } };
    const deadline = start + 60_000;
    const done = waitForTasks({ ...workflow, batch }, { jobId: 'job', poolId: 'pool', total: 2, deadline });
    expect(await cloud.run(done)).toHaveLength(2);
  });

  test('lists at the deadline each task that is not completed, its state and the reason', async () => {
    const cloud = cloudWith(
      {
        task: ({ id }) => {
          if (id === 't0') return { state: 'completed', result: 'success' };
          const startedAt = 1_893_456_000_000;
          return id === 't1'
            ? { state: 'running', startedAt, node: { poolId: 'pool', nodeId: 'n1' } }
            : { state: 'active' };
        },
        nodes: () => [node('n1', { state: 'running' })],
      },
      3,
    );
    await expect(wait(cloud, 3, duration.minutes(2))).rejects.toMatchObject({
      fault: {
        code: 'timeout',
        message: '2 of 3 tasks of job job were not completed after 2 min 0 s.',
        details: [
          { key: 't1', value: 'running for 2 min 0 s on node n1' },
          { key: 't2', value: 'active: every node is busy (1 running)' },
        ],
      },
    });
  });

  test.each<[string, Script, string]>([
    ['the job is disabled', { job: { state: 'disabled' } }, 'the job is disabled'],
    [
      'no node is up',
      { nodes: () => [node('n', { state: 'starting' })] },
      'no node can take tasks (nodes: 1 starting)',
    ],
    ['nodes are idle', { nodes: () => [node('n')] }, 'needs more slots than a node has'],
  ])('says why tasks are active when %s', async (_, script, reason) => {
    const cloud = cloudWith({ task: () => ({ state: 'active' }), ...script }, 1);
    const work = wait(cloud, 1, 30_000);
    await expect(work).rejects.toMatchObject({
      fault: { details: [{ key: 't0', value: expect.stringContaining(reason) }] },
    });
  });

  test('stops early when the pool can run no task any more', async () => {
    const cloud = cloudWith(
      {
        task: () => ({ state: 'active' }),
        nodes: (_, age) => [node('n', { state: age < 60_000 ? 'running' : 'unusable' })],
      },
      1,
    );
    const start = cloud.clock.now();
    await expect(wait(cloud, 1, duration.hours(2))).rejects.toThrow('The node of pool pool is unusable');
    expect(cloud.clock.now() - start).toBeLessThan(90_000);
  });

  test('stops early when the pool is gone', async () => {
    const cloud = cloudWith({ task: () => ({ state: 'active' }) }, 1);
    cloud.clock.timerAt(cloud.clock.now() + 10_000, () => cloud.pools.delete('pool'));
    await expect(wait(cloud, 1)).rejects.toThrow('Pool pool was deleted while its tasks were waiting.');
  });
});

describe('a failed task', () => {
  const base = {
    jobId: 'job',
    commandLine: 'x',
    retryCount: 0,
    requeueCount: 0,
    state: 'completed',
    result: 'failure',
  } as const;

  test('is told with exit code and the end of its stderr', async () => {
    const cloud = new FakeCloud({ nodeFiles: { 'stderr.txt': 'word count: The input file x.txt does not exist.\n' } });
    const place = { poolId: 'pool', nodeId: 'n' };
    const failure = { code: 'FailureExitCode', message: 'exited', details: [] };
    const tasks: CompletedTask[] = [
      { ...base, id: 'good', result: 'success' },
      { ...base, id: 't1', exitCode: 3, failure, node: place },
    ];
    const failures = await explainFailures(cloud.workflow, tasks);
    expect(failures).toEqual([
      { taskId: 't1', exitCode: 3, reason: 'exit code 3', stderr: 'word count: The input file x.txt does not exist.' },
    ]);
    const { fault } = failuresFault('job', 2, failures);
    expect(fault.message).toBe('1 of 2 tasks of job job failed.');
    expect(fault.details?.[0]?.value).toBe(
      'exit code 3\nstderr.txt ends with:\nword count: The input file x.txt does not exist.',
    );
  });

  test('that could not get its file is told where that is and when its SAS expired, and nothing of the signature', async () => {
    const source = 'http://blobs/in/a.txt?sp=r&sig=c2VjcmV0&se=2029-12-31T23%3A00%3A00Z';
    const failure = {
      code: 'BlobAccessDenied',
      message: 'Access is denied',
      details: [
        { name: 'BlobSource', value: source },
        { name: 'FilePath', value: '/wd/a.txt' },
      ],
    };
    const [explained] = await explainFailures(new FakeCloud().workflow, [{ ...base, id: 't', failure }]);
    expect(explained?.reason).toBe(
      'BlobAccessDenied: Access is denied (BlobSource=http://blobs/in/a.txt, FilePath=/wd/a.txt, the SAS expired at 2029-12-31T23:00:00.000Z)',
    );
  });

  test('whose message holds a SAS is told without the signature', async () => {
    const failure = { code: 'X', message: 'GET http://a/b?sp=r&sig=c2VjcmV0, refused', details: [] };
    const [explained] = await explainFailures(new FakeCloud().workflow, [{ ...base, id: 't', failure }]);
    expect(explained?.reason).toBe('X: GET http://a/b?sp=r&sig=***, refused');
  });

  test('is one of the first ten whose stderr is read', async () => {
    const cloud = new FakeCloud({ nodeFiles: { 'stderr.txt': 'x' } });
    const place = { poolId: 'pool', nodeId: 'n' };
    const tasks = Array.from({ length: 30 }, (_, index) => ({ ...base, id: `t${index}`, exitCode: 1, node: place }));
    const failures = await explainFailures(cloud.workflow, tasks);
    expect(failures).toHaveLength(30);
    expect(failures.filter((failure) => failure.stderr !== undefined)).toHaveLength(10);
    const { fault } = failuresFault('job', 30, failures);
    expect(fault).toBeInstanceOf(Object);
    expect(fault.details?.at(-1)).toEqual({ key: '…', value: '20 more' });
    expect(failuresFault('job', 30, failures)).toBeInstanceOf(FaultError);
  });
});
