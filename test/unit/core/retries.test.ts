// Retries and exit codes on a cloud in memory: what the story asks of the service, and what it makes of other ends.
import { describe, expect, test } from 'vitest';
import type { Script } from '../../support/fake-cloud.ts';
import { left, stories, succeeded, tell } from '../../support/stories.ts';

const usual = stories['retries']?.script ?? {};

function withTask(id: string, part: ReturnType<NonNullable<Script['task']>>): Script {
  return { ...usual, task: (spec, age) => (spec.id === id ? part : (usual.task?.(spec, age) ?? succeeded)) };
}

describe('retries', () => {
  test('asks for one node, a job that exit conditions act on, and conditions for two codes', async () => {
    const { cloud, done } = tell('retries', {}, { keep: true });
    await done;
    expect(cloud.pools.get('retries-pool-r1')?.spec.targetDedicatedNodes).toBe(1);
    expect(cloud.jobs.get('retries-job-r1')?.spec).toMatchObject({
      usesTaskDependencies: true,
      onTaskFailure: 'performExitOptionsJobAction',
    });
    const specs = cloud.tasks.get('retries-job-r1')?.map(({ spec }) => spec) ?? [];
    expect(specs.flatMap(({ id, exitConditions }) => (exitConditions === undefined ? [] : [id]))).toEqual([
      'good-enough',
      'gives-up',
    ]);
    expect(cloud.lines).toContain('The job has ended by itself: TaskFailed');
  });

  test.each([
    [
      'a task that succeeded too early',
      withTask('second-try', succeeded),
      { key: 'second-try', value: 'exit code 0 at the first try, and had to be: exit code 0 at try 2' },
    ],
    [
      'a task that was let go on',
      withTask('after-gives-up', succeeded),
      { key: 'after-gives-up', value: 'exit code 0 at the first try, and had to be: never starts' },
    ],
    [
      'a job that ended for another reason',
      { ...usual, job: { state: 'completed', terminateReason: 'UserTerminate' } } as const,
      { key: 'the job', value: 'ended with UserTerminate, and had to with TaskFailed' },
    ],
  ])('does not pass over %s', async (_what, script, detail) => {
    const { cloud, done } = tell('retries', script);
    await expect(done).rejects.toMatchObject({
      fault: { message: 'The tasks did not end as they had to.', details: [detail] },
    });
    expect(left(cloud)).toEqual([]);
  });

  test('refuses a pool of several nodes, on which a second try may come to another one', async () => {
    const { cloud, done } = tell('retries', { ...usual, pool: () => ({ targetDedicatedNodes: 2 }) });
    await expect(done).rejects.toThrow('Pool retries-pool-r1 has 2 nodes, and this story needs a pool of one');
    expect(left(cloud)).toEqual([]);
  });

  test('says in what state a job is that does not end', async () => {
    const { done } = tell('retries', { job: { state: 'active' } }, { timeout: '3m' });
    await expect(done).rejects.toThrow(/^Job retries-job-r1 has not ended after .*: it is active\./);
  });
});
