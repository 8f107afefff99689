// The parameter sweep on a cloud in memory: what it asks of the service, what it makes of the answers, and how it ends badly.
import { describe, expect, test } from 'vitest';
import type { Script } from '../../support/fake-cloud.ts';
import { left, place, putText, succeeded, tell } from '../../support/stories.ts';

describe('sweep', () => {
  test('has a task for each number, which differ in their ids alone, and one that depends on the range of them', async () => {
    const { cloud, done } = tell('sweep', {}, { keep: true });
    await done;
    expect(cloud.pools.get('sweep-pool-r1')?.spec).toMatchObject({ taskSlotsPerNode: 4, nodeFillType: 'spread' });
    expect(cloud.jobs.get('sweep-job-r1')?.spec.usesTaskDependencies).toBe(true);
    const specs = cloud.tasks.get('sweep-job-r1')?.map(({ spec }) => spec) ?? [];
    expect(specs.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['1', undefined],
      ['2', undefined],
      ['3', undefined],
      ['gather', { ranges: [{ start: 1, end: 3 }] }],
    ]);
    expect(new Set(specs.slice(0, 3).map(({ commandLine }) => commandLine)).size).toBe(1);
    expect(specs[1]?.outputFiles).toMatchObject([{ path: 'results/2.txt' }]);
  });

  test('says how many tasks ran on each node, and how many at a time', async () => {
    const times: Readonly<Record<string, readonly [string, number, number]>> = {
      '1': ['node0', 1_000, 3_000],
      '2': ['node0', 2_000, 3_000],
      '3': ['node0', 3_000, 4_000],
    };
    const { cloud, done } = tell('sweep', {
      task: ({ id }) => {
        const [nodeId, startedAt, endedAt] = times[id] ?? ['node1', 4_000, 5_000];
        return { ...succeeded, node: { ...place, nodeId }, startedAt, endedAt };
      },
    });
    await done;
    expect(cloud.lines).toContain('3 tasks ran on 1 node:');
    expect(cloud.lines).toContain('node0  3 tasks  2 at most at a time, of 4 slots');
  });

  test('warns when a node has run more tasks at a time than it has slots', async () => {
    const task: Script['task'] = () => ({ ...succeeded, startedAt: 1_000, endedAt: 2_000 });
    const { cloud, done } = tell('sweep', { task }, { slots: '2' });
    await done;
    expect(cloud.lines).toContain('warning: By its clock, node node0 ran 3 tasks at a time on 2 slots');
  });

  test.each([
    ['1 0\n2 1\n3 8\n', 'Result 3 of the tasks is "3 8", and it must be "3 7".'],
    ['1 0\n3 7\n', 'Result 2 of the tasks is "3 7", and it must be "2 1".'],
    ['1 0\n2 1\n', 'The tasks left 2 results, and there are 3 numbers.'],
    ['', 'The tasks left 0 results, and there are 3 numbers.'],
  ])('does not take %j for the results', async (results, message) => {
    const { cloud, done } = tell('sweep');
    putText(cloud, 'sweep-results-r1', 'results.txt', results);
    await expect(done).rejects.toThrow(message);
    expect(left(cloud)).toEqual([]);
  });

  test('ends as soon as a task has failed, with what it wrote', async () => {
    const { done } = tell('sweep', {
      task: ({ id }) => (id === '2' ? { ...succeeded, result: 'failure', exitCode: 1 } : { state: 'active' }),
      job: { state: 'completed', terminateReason: 'TaskFailed' },
      nodeFiles: { 'stderr.txt': 'no disk' },
    });
    await expect(done).rejects.toMatchObject({
      fault: {
        message: 'Job sweep-job-r1 has ended (TaskFailed) with 1 of 4 tasks completed; 1, 3, gather will not run.',
        details: [{ key: '2', value: 'exit code 1\nstderr.txt ends with:\nno disk' }],
      },
    });
  });

  test.each([
    [
      { slots: '9' },
      /^--slots 9 is too much: a node of standard_d2s_v3 has 2 cores, and Batch gives it 8 slots at most/,
    ],
    [{ nodes: '4' }, '--nodes 4 is too much for --tasks 3: a node would have nothing to do.'],
    [{ tasks: '10001' }, '--tasks must be a whole number from 1 to 10000, not "10001".'],
  ])('refuses %j before anything is started', (options, message) => {
    expect(() => tell('sweep', {}, options)).toThrow(message);
  });
});
