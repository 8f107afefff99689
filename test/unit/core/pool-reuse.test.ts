// Jobs after each other on one pool, on a cloud in memory: what they ask of the service, which question is asked at the
// end, and what counts as lost.
import { describe, expect, test } from 'vitest';
import { node } from '../../support/fake-cloud.ts';
import { left, stories, succeeded, tell } from '../../support/stories.ts';

const { script = {} } = stories['pool-reuse'] ?? {};

describe('pool reuse', () => {
  test('creates the pool once, and each job when the one before has ended', async () => {
    const { cloud, done } = tell('pool-reuse', {}, { keep: true });
    await done;
    expect(cloud.calls.filter((call) => /\.(create|addAll|terminate) /.test(call))).toEqual([
      'pools.create pool-reuse-pool-r1',
      'jobs.create pool-reuse-job-1-r1',
      'tasks.addAll pool-reuse-job-1-r1 1',
      'jobs.terminate pool-reuse-job-1-r1',
      'jobs.create pool-reuse-job-2-r1',
      'tasks.addAll pool-reuse-job-2-r1 1',
      'jobs.terminate pool-reuse-job-2-r1',
    ]);
  });

  test('asks for the pool alone, and keeps it on a no', async () => {
    const { cloud, done } = tell('pool-reuse');
    cloud.answers.push(false);
    await done;
    expect(cloud.asked).toEqual(['Delete pool? yes']);
    expect(left(cloud)).toEqual(['pool-reuse-pool-r1']);
  });

  test('deletes a pool that was there before only on a yes', async () => {
    const first = tell('pool-reuse', {}, { pool: 'warm', keep: true });
    await first.done;
    const spec = first.cloud.pools.get('warm');
    if (spec === undefined) throw new Error('the pool has not been kept');
    const { cloud, done } = tell('pool-reuse', {}, { pool: 'warm', jobs: '1' });
    cloud.pools.set('warm', spec);
    await done;
    expect(cloud.asked).toEqual(['Delete pool? no']);
    expect(left(cloud)).toEqual(['warm']);
    expect(cloud.lines).toContain('Using pool warm, which exists and fits');
    expect(cloud.lines).toContain('job 1  unknown  the pool was there');
  });

  test('says how long each job waited for its first task, and how much of that was for the nodes', async () => {
    const { cloud, done } = tell('pool-reuse', {
      task: (_, age) => (age < 30_000 ? { state: 'active' } : { ...succeeded, startedAt: 31_000, endedAt: 32_000 }),
      nodes: (_, age) => [node('node0', { state: age < 20_000 ? 'starting' : 'idle' })],
      job: { createdAt: 1_000 },
    });
    await done;
    const lines = cloud.lines.join('\n');
    expect(lines).toMatch(
      /^job 1 {2}30\.0 s {2}2\d\.\d s of it for the nodes\njob 2 {2}30\.0 s {2}the nodes were warm$/m,
    );
    expect(lines).toMatch(/^job 2 {2}on node0 {2}the start task's file of 10:00 {2}what job 1 left$/m);
  });

  test('ends when a node has lost what an earlier job left', async () => {
    const { cloud, done } = tell(
      'pool-reuse',
      { nodeFiles: { 'stdout.txt': 'start task at 10:00\njobs before: 2' } },
      { jobs: '3' },
    );
    await expect(done).rejects.toMatchObject({
      fault: {
        message: 'Nodes have lost what earlier jobs left in their shared directory: they may have been reimaged.',
        details: [
          { key: 'node0', value: 'job 2 did not find what job 1 left' },
          { key: 'node0', value: 'job 3 did not find what job 1 left' },
        ],
      },
    });
    expect(left(cloud)).toEqual([]);
  });

  test('ends with what a task wrote when the file of the start task is gone', async () => {
    const { cloud, done } = tell('pool-reuse', {
      task: () => ({ ...succeeded, result: 'failure', exitCode: 1 }),
      nodeFiles: { ...script.nodeFiles, 'stderr.txt': 'cat: started.txt: No such file or directory' },
    });
    await expect(done).rejects.toMatchObject({
      fault: {
        message: '1 of 1 task of job pool-reuse-job-1-r1 failed.',
        details: [{ value: expect.stringContaining('started.txt: No such file') }],
      },
    });
    expect(left(cloud)).toEqual([]);
  });

  test('refuses one job on a pool of its own before anything is started', () => {
    expect(() => tell('pool-reuse', {}, { jobs: '1' })).toThrow('--jobs 1 reuses nothing of a new pool');
  });
});
