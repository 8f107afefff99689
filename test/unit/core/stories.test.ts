// The stories of dependencies, preparation and release, multi-instance tasks and job schedules on a cloud in memory: what
// they ask of the service, and how they end badly. All stories but the first: that they can be interrupted anywhere.
import { describe, expect, test } from 'vitest';
import { isFault } from '../../../core/index.ts';
import type { HookStatus, Pool } from '../../../core/index.ts';
import { scenarios } from '../../../scenarios/index.ts';
import { fault, node } from '../../support/fake-cloud.ts';
import type { Script } from '../../support/fake-cloud.ts';
import { jobOf, left, place, putText, stories, succeeded, tell } from '../../support/stories.ts';

describe('a story', () => {
  test.each(Object.keys(stories))('%s ends well and leaves nothing', async (name) => {
    const { cloud, done } = tell(name);
    await done;
    expect(left(cloud)).toEqual([]);
    expect(cloud.lines.at(-1)).toMatch(/^Finished in /);
  });

  test.each(Object.keys(stories))('%s can be interrupted at any call, and leaves nothing', async (name) => {
    const { cloud, done } = tell(name);
    await done;
    expect(cloud.calls.length).toBeGreaterThan(5);
    for (let index = 0; index < cloud.calls.length; index += 1) {
      let calls = 0;
      const { cloud: interrupted, done: end } = tell(name, {
        failing: () => {
          calls += 1;
          if (calls === index + 1) interrupted.abort.abort(fault('cancelled', 'Interrupted.'));
          return undefined;
        },
      });
      // An interruption in the middle of the last clean-up changes nothing any more.
      const outcome = await end.then(
        () => 'done',
        (error: unknown) => (isFault(error) ? error.fault.code : error),
      );
      expect(['done', 'cancelled']).toContain(outcome);
      expect(left(interrupted), `interrupted at ${cloud.calls[index]}`).toEqual([]);
    }
  });

  test.each(Object.keys(stories))('%s keeps what it has made when it is asked to', async (name) => {
    const { cloud, done } = tell(name, {}, { keep: true });
    await done;
    const footprint = scenarios.find((each) => each.name === name)?.footprint(stories[name]?.options ?? {}, 'r1');
    const { jobs = [], schedules = [], pools = [], containers = [] } = footprint ?? {};
    expect(left(cloud)).toEqual([...jobs, ...schedules, ...pools.map(({ id }) => id), ...containers]);
  });

  test.each(Object.keys(stories))('%s ends with the reason when its pool gets no node', async (name) => {
    const quota = { code: 'AccountCoreQuotaReached', message: 'No cores left.', details: [] };
    const { cloud, done } = tell(name, { nodes: () => [], pool: () => ({ resizeErrors: [quota] }) });
    await expect(done).rejects.toMatchObject({
      fault: { code: 'quota', message: expect.stringContaining(quota.code) },
    });
    expect(left(cloud)).toEqual([]);
  });
});

describe('dependencies', () => {
  test('makes a graph of one step, several, and one again, whose files are each other’s blobs', async () => {
    const { cloud, done } = tell('dependencies', {}, { keep: true });
    await done;
    const specs = cloud.tasks.get('dependencies-job-r1')?.map(({ spec }) => spec) ?? [];
    expect(specs.map(({ id, dependsOn }) => [id, dependsOn?.taskIds])).toEqual([
      ['extract', undefined],
      ['transform-1', ['extract']],
      ['transform-2', ['extract']],
      ['merge', ['transform-1', 'transform-2']],
    ]);
    expect(cloud.jobs.get('dependencies-job-r1')?.spec.usesTaskDependencies).toBe(true);
    expect(specs[1]?.resourceFiles).toMatchObject([{ filePath: 'numbers.txt' }]);
    expect(specs[3]?.resourceFiles).toMatchObject([{ blobPrefix: 'sums/' }]);
  });

  test('shows how far it went when a step fails and the others never run', async () => {
    const { cloud, done } = tell('dependencies', {
      task: ({ id }) => {
        if (id === 'extract') return { ...succeeded, startedAt: 1_000, endedAt: 3_000 };
        return id === 'transform-1' ? { ...succeeded, result: 'failure', exitCode: 3 } : { state: 'active' };
      },
      job: { state: 'completed', terminateReason: 'TaskFailed' },
      nodeFiles: { 'stderr.txt': 'no disk' },
    });
    const start = cloud.clock.now();
    await expect(done).rejects.toMatchObject({
      fault: {
        code: 'failed',
        message:
          'Job dependencies-job-r1 has ended (TaskFailed) with 2 of 4 tasks completed; transform-2, merge will not run.',
        details: [{ key: 'transform-1', value: 'exit code 3\nstderr.txt ends with:\nno disk' }],
      },
    });
    expect(cloud.clock.now() - start).toBeLessThan(1_000);
    expect(cloud.lines.join('\n')).toMatch(/extract +from 0 ms to 2.0 s +on node0\n.*never started/);
    expect(left(cloud)).toEqual([]);
  });

  test('does not pass off a wrong sum for a right one', async () => {
    const { cloud, done } = tell('dependencies');
    putText(cloud, 'dependencies-data-r1', 'total.txt', '54');
    await expect(done).rejects.toThrow('The tasks found 54, and the sum is 55.');
  });

  test('refuses to fail a part that is none, before anything is started', () => {
    expect(() => tell('dependencies', {}, { fail: '3' })).toThrow('--fail names part 3, and there are 2 parts.');
  });
});

describe('preparation and release', () => {
  const failure = { code: 'FailureExitCode', message: 'exit', details: [] };
  const failed: HookStatus = {
    node: place,
    preparation: { state: 'completed', result: 'failure', exitCode: 9, failure, directory: 'prep' },
  };

  test('ends at once when the preparation has failed on every node, with what it wrote', async () => {
    const { cloud, done } = tell('preparation-and-release', {
      task: () => ({ state: 'active' }),
      hooks: [failed],
      nodeFiles: { 'prep/stderr.txt': 'cat: no space left' },
    });
    const start = cloud.clock.now();
    await expect(done).rejects.toMatchObject({
      fault: {
        message:
          'The preparation of job preparation-job-r1 failed with exit code 9 on node node0, so none of its tasks can run.',
        details: [{ key: 'stderr.txt', value: 'cat: no space left' }],
      },
    });
    expect(cloud.clock.now() - start).toBeLessThan(20_000);
    expect(left(cloud)).toEqual([]);
  });

  test('goes on while another node may still take the tasks', async () => {
    const script: Script = { task: (_, age) => (age < 60_000 ? { state: 'active' } : succeeded), hooks: [failed] };
    const { done } = tell('preparation-and-release', script, { nodes: '2' });
    await expect(done).resolves.toBeUndefined();
  });

  test('says what a release has left behind', async () => {
    const nodeFiles = { 'stdout.txt': '3', 'shared/preparation-job-r1/data.txt': 'x' };
    const { done } = tell('preparation-and-release', { nodeFiles });
    await expect(done).rejects.toMatchObject({
      fault: {
        message: 'The release of job preparation-job-r1 left data on nodes.',
        details: [{ value: 'shared/preparation-job-r1/data.txt on node0 (exit code 0)' }],
      },
    });
  });

  test('says in what state a job is that does not end', async () => {
    const { done } = tell('preparation-and-release', { job: { state: 'terminating' } }, { timeout: '3m' });
    await expect(done).rejects.toThrow(/^Job preparation-job-r1 has not ended after .*: it is terminating\./);
  });
});

describe('multi-instance', () => {
  test('asks for a pool whose nodes reach each other and have one slot', async () => {
    const { cloud, done } = tell('multi-instance', {}, { keep: true });
    await done;
    const pool = cloud.pools.get('multi-instance-pool-r1')?.spec;
    expect(pool).toMatchObject({ interNodeCommunication: true, taskSlotsPerNode: 1, targetDedicatedNodes: 2 });
    const [task] = cloud.tasks.get('multi-instance-job-r1') ?? [];
    expect(task?.spec.multiInstance?.numberOfInstances).toBe(2);
  });

  test('does not add a task that would wait for ever: with fewer nodes than instances it ends', async () => {
    const quota = { code: 'AccountCoreQuotaReached', message: 'No cores left.', details: [] };
    const { cloud, done } = tell('multi-instance', {
      nodes: () => [node('node0')],
      pool: () => ({ resizeErrors: [quota] }),
    });
    await expect(done).rejects.toThrow(
      'The task needs 2 nodes at the same time, and pool multi-instance-pool-r1 has 1.',
    );
    expect(cloud.calls.filter((call) => call.startsWith('tasks.addAll'))).toEqual([]);
  });

  test('refuses a pool whose nodes have several slots', async () => {
    const pool = (): Partial<Pool> => ({ taskSlotsPerNode: 4, interNodeCommunication: true });
    const { cloud, done } = tell('multi-instance', { pool }, { pool: 'mine' });
    const image = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };
    const spec = { id: 'mine', vmSize: 'standard_d2s_v3', image, nodeAgentSkuId: 'batch.node.ubuntu 22.04' };
    cloud.pools.set('mine', { spec: { ...spec, targetDedicatedNodes: 5 }, since: 0 });
    await expect(done).rejects.toThrow('a node has 4 task slots, and tasks of several instances need one');
  });

  test('ends with the peers that do not answer', async () => {
    const nodeFiles = { 'stdout.txt': '10.0.0.1 answers\n10.0.0.2 is silent' };
    const { done } = tell('multi-instance', { nodeFiles });
    await expect(done).rejects.toMatchObject({
      fault: {
        message: '1 of 2 instances answered the primary.',
        details: [{ value: '10.0.0.1 answers' }, { value: '10.0.0.2 is silent' }],
      },
    });
  });
});

describe('job-schedule', () => {
  test('asks for a schedule that ends by itself, with a manager in each job, once the node is there', async () => {
    const { cloud, done } = tell('job-schedule', {}, { keep: true, timeout: '10m' });
    const start = cloud.clock.now();
    await done;
    expect(cloud.schedules.get('job-schedule-r1')?.spec).toMatchObject({
      recurrence: { intervalMs: 60_000, doNotRunAfter: start + 11 * 60_000 },
      job: { poolId: 'job-schedule-pool-r1', manager: { id: 'manager' } },
    });
    expect(cloud.lines.filter((line) => line.startsWith('Job '))).toEqual([
      'Job job-schedule-r1:job-1 has come',
      'Job job-schedule-r1:job-1 has ended: JMComplete',
      'Job job-schedule-r1:job-2 has come',
      'Job job-schedule-r1:job-2 has ended: JMComplete',
    ]);
  });

  test('ends with the reason when a job cannot be scheduled', async () => {
    const schedulingError = { code: 'PoolNotFound', message: 'It is gone.', details: [] };
    const { cloud, done } = tell('job-schedule', {
      jobsOfSchedule: ({ id }) => [jobOf(id, 1, { schedulingError })],
    });
    await expect(done).rejects.toThrow('Job job-schedule-r1:job-1 cannot be scheduled: PoolNotFound: It is gone.');
    expect(left(cloud)).toEqual([]);
  });

  test('ends when somebody has ended the schedule', async () => {
    const { done } = tell('job-schedule', {
      schedule: (_, age) => ({ state: age < 5_000 ? 'active' : 'terminating' }),
      jobsOfSchedule: ({ id }) => [jobOf(id, 1)],
    });
    await expect(done).rejects.toThrow(
      'Job schedule job-schedule-r1 is terminating after 1 job of 2: somebody ended it.',
    );
  });

  test('ends with a timeout that says how far the jobs came', async () => {
    const { done } = tell(
      'job-schedule',
      { jobsOfSchedule: ({ id }) => [jobOf(id, 2, { state: 'active' }), jobOf(id, 1)] },
      { timeout: '3m' },
    );
    await expect(done).rejects.toMatchObject({
      fault: {
        code: 'timeout',
        message: expect.stringContaining('1 of 2 jobs of job schedule job-schedule-r1 had ended after 4 min 0 s.'),
        details: [
          { key: 'job-schedule-r1:job-1', value: 'completed' },
          { key: 'job-schedule-r1:job-2', value: 'active' },
        ],
      },
    });
  });

  test('leaves a schedule of somebody else alone', async () => {
    const { cloud, done } = tell('job-schedule', {
      failing: (call) => (call.startsWith('schedules.create') ? fault('alreadyExists') : undefined),
    });
    await expect(done).rejects.toMatchObject({ fault: { code: 'alreadyExists' } });
    expect(cloud.calls).not.toContain('schedules.delete job-schedule-r1');
  });

  test.each([
    [{ every: '30s' }, '--every must be 1m or more, not 30s: Batch has no shorter recurrence.'],
    [{ every: 'often' }, '--every must be a time such as 90s, 20m or 2h, not "often".'],
    [{ runs: '0' }, '--runs must be a whole number from 1 to 1000, not "0".'],
  ])('refuses %j before anything is started', (options, message) => {
    expect(() => tell('job-schedule', {}, options)).toThrow(message);
  });
});
