// How tasks start, end, are retried and come back: batch-semantics 2 and 3, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { TaskAdd, TaskResource } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../support/simulated-account.ts';

async function withJob(nodes: number, slots = 1): Promise<SimulatedAccount> {
  const account = await accountWithPool(nodes, { taskSlotsPerNode: slots });
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  return account;
}

async function run({ engine, clock }: SimulatedAccount, task: TaskAdd, ms = 0): Promise<TaskResource> {
  await value(engine.tasks.add('job', task));
  clock.advance(ms);
  return value(engine.tasks.get('job', task.id));
}

describe('a task', () => {
  it('is active with zero counters and no times of its own when it is new (batch-semantics 3.1)', async () => {
    const { engine } = await withJob(0);
    const added = await value(engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    expect(added.state).toBe('active');
    expect(added.executionInfo).toEqual({ retryCount: 0, requeueCount: 0 });
    expect(added.creationTime).toBe(added.lastModified);
    expect(added.stateTransitionTime).toBe(added.creationTime);
    expect(added.nodeInfo).toBeUndefined();
  });

  it('succeeds with exit code 0 and tells its node and directory (batch-semantics 3.1; wire-facts 3.4)', async () => {
    const account = await withJob(1);
    const task = await run(account, { id: 't', commandLine: 'sleep 2' }, 2000);
    expect(task.state).toBe('completed');
    expect(task.previousState).toBe('running');
    expect(task.executionInfo).toMatchObject({ exitCode: 0, result: 'success', retryCount: 0, requeueCount: 0 });
    expect((task.executionInfo.endTime ?? 0) - (task.executionInfo.startTime ?? 0)).toBeCloseTo(2000, 1);
    expect(task.nodeInfo).toMatchObject({ poolId: 'pool', taskRootDirectory: 'workitems/job/job-1/t' });
  });

  it('fails with FailureExitCode for a nonzero exit code (batch-semantics 3.3; wire-facts 2.3)', async () => {
    const task = await run(await withJob(1), { id: 't', commandLine: "/bin/bash -c 'exit 3'" });
    expect(task.executionInfo).toMatchObject({
      exitCode: 3,
      result: 'failure',
      failureInfo: { category: 'usererror', code: 'FailureExitCode' },
    });
  });

  it('runs n + 1 times with maxTaskRetryCount n, and keeps its eTag (batch-semantics 2.7, 3.2, wire-facts 1.8)', async () => {
    const account = await withJob(1);
    const task = await run(
      account,
      {
        id: 't',
        commandLine: "/bin/sh -c 'sleep 1; exit 1'",
        constraints: { maxTaskRetryCount: 2 },
      },
      3000,
    );
    expect(task.state).toBe('completed');
    expect(task.executionInfo).toMatchObject({ retryCount: 2, exitCode: 1, result: 'failure' });
    expect(task.lastModified).toBe(task.creationTime);
  });

  it('takes the retry count of its job when it has no constraints (batch-semantics 3.2; wire-facts 3.4)', async () => {
    const { engine } = await accountWithPool(0);
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, constraints: { maxTaskRetryCount: 5 } }));
    const task = await value(engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    expect(task.constraints.maxTaskRetryCount).toBe(5);
  });

  it('is ended with TaskEnded when its wall clock time has passed (batch-semantics 2.7, 3.4)', async () => {
    const task = await run(
      await withJob(1),
      {
        id: 't',
        commandLine: 'sleep 3600',
        constraints: { maxWallClockTime: duration.minutes(1), maxTaskRetryCount: 3 },
      },
      duration.minutes(2),
    );
    expect(task.state).toBe('completed');
    expect(task.executionInfo).toMatchObject({ result: 'failure', retryCount: 0, failureInfo: { code: 'TaskEnded' } });
  });

  it('can be terminated before it runs, and then has an empty nodeInfo (batch-semantics 3.4; wire-facts 3.4)', async () => {
    const { engine } = await withJob(0);
    await value(engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    await value(engine.tasks.terminate('job', 't'));
    const task = await value(engine.tasks.get('job', 't'));
    expect(task).toMatchObject({ state: 'completed', previousState: 'active', nodeInfo: {} });
    expect(task.executionInfo).toMatchObject({ failureInfo: { code: 'TaskEnded' }, result: 'failure' });
    expect(await refusalCode(engine.tasks.terminate('job', 't'))).toBe('TaskCompleted');
  });

  it('can be reactivated only after a failure, and starts afresh (batch-semantics 3.4)', async () => {
    const account = await withJob(1);
    await run(account, { id: 'bad', commandLine: 'false' });
    await run(account, { id: 'good', commandLine: 'true' });
    expect(await refusalCode(account.engine.tasks.reactivate('job', 'good'))).toBe('TaskSucceeded');
    await value(account.engine.tasks.reactivate('job', 'bad'));
    const again = await value(account.engine.tasks.get('job', 'bad'));
    expect(again.state).not.toBe('completed');
    expect(again.executionInfo.exitCode).toBeUndefined();
    expect(await refusalCode(account.engine.tasks.reactivate('job', 'bad'))).toBe('TaskNotCompleted');
  });

  it('is gone at once when it is deleted, and its slots only when its process has ended (batch-semantics 3.4)', async () => {
    const account = await withJob(1);
    await run(account, { id: 'a', commandLine: 'sleep 100' });
    await value(account.engine.tasks.delete('job', 'a'));
    expect(await refusalCode(account.engine.tasks.get('job', 'a'))).toBe('TaskNotFound');
    const next = await run(account, { id: 'a', commandLine: 'sleep 1' }, 1000);
    expect(next.state).toBe('completed');
    expect(next.executionInfo.result).toBe('success');
  });

  it('runs again elsewhere when its node is lost, without a retry being counted (batch-semantics 2.7)', async () => {
    const account = await withJob(1);
    const running = await run(account, { id: 't', commandLine: 'sleep 10' }, 5000);
    const place = running.nodeInfo as { nodeId: string };
    account.runtime.loseNode(place.nodeId);
    account.clock.advance(10_000);
    const task = await value(account.engine.tasks.get('job', 't'));
    expect(task).toMatchObject({ state: 'completed', executionInfo: { retryCount: 0, requeueCount: 0, exitCode: 0 } });
    expect((task.nodeInfo as { nodeId: string }).nodeId).not.toBe(place.nodeId);
  });

  it('loses its directory when its retention time is over (batch-semantics 3.2, 10.1)', async () => {
    const account = await withJob(1);
    await run(account, { id: 't', commandLine: 'echo hello', constraints: { retentionTime: duration.hours(1) } });
    expect((await value(account.engine.files.ofTask('job', 't'))).directory).toBe('workitems/job/job-1/t');
    account.clock.advance(duration.hours(2));
    expect(await refusalCode(account.engine.files.ofTask('job', 't'))).toBe('TaskFilesCleanedup');
  });
});

describe('slots', () => {
  it('bound how many tasks a node runs at once (batch-semantics 2.2)', async () => {
    const account = await withJob(1, 4);
    for (let index = 0; index < 6; index += 1) {
      await value(account.engine.tasks.add('job', { id: `t${index}`, commandLine: 'sleep 10' }));
    }
    expect((await value(account.engine.jobs.taskCounts('job'))).taskCounts).toMatchObject({ active: 2, running: 4 });
  });

  it('let a small task pass a big one that does not fit (batch-semantics 2.2)', async () => {
    const account = await withJob(1, 4);
    await value(account.engine.tasks.add('job', { id: 'a', commandLine: 'sleep 10', requiredSlots: 3 }));
    await value(account.engine.tasks.add('job', { id: 'b', commandLine: 'sleep 10', requiredSlots: 2 }));
    await value(account.engine.tasks.add('job', { id: 'c', commandLine: 'sleep 10', requiredSlots: 1 }));
    const states = await Promise.all(['a', 'b', 'c'].map((id) => value(account.engine.tasks.get('job', id))));
    expect(states.map(({ state }) => state)).toEqual(['running', 'active', 'running']);
  });

  it('that no node has are waited for, for ever, as on Azure (batch-semantics 2.2)', async () => {
    const account = await withJob(1, 2);
    const task = await run(account, { id: 't', commandLine: 'true', requiredSlots: 3 }, duration.days(1));
    expect(task.state).toBe('active');
  });
});

describe('dependencies', () => {
  async function withDependencies(): Promise<SimulatedAccount> {
    const account = await accountWithPool(4);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, usesTaskDependencies: true }));
    return account;
  }

  it('hold a task back until its parents have succeeded (batch-semantics 4)', async () => {
    const account = await withDependencies();
    await value(
      account.engine.tasks.add('job', { id: 'child', commandLine: 'true', dependsOn: { taskIds: ['parent'] } }),
    );
    await value(account.engine.tasks.add('job', { id: 'parent', commandLine: 'sleep 5' }));
    account.clock.advance(4000);
    expect((await value(account.engine.tasks.get('job', 'child'))).state).toBe('active');
    account.clock.advance(1000);
    expect((await value(account.engine.tasks.get('job', 'child'))).state).toBe('completed');
  });

  it('on a range compare ids as numbers and need every one (batch-semantics 4)', async () => {
    const account = await withDependencies();
    await value(
      account.engine.tasks.add('job', {
        id: 'sum',
        commandLine: 'true',
        dependsOn: { taskIdRanges: [{ start: 1, end: 3 }] },
      }),
    );
    for (const id of ['1', '02']) await value(account.engine.tasks.add('job', { id, commandLine: 'true' }));
    account.clock.advance(1);
    expect((await value(account.engine.tasks.get('job', 'sum'))).state).toBe('active');
    await value(account.engine.tasks.add('job', { id: '003', commandLine: 'true' }));
    account.clock.advance(1);
    expect((await value(account.engine.tasks.get('job', 'sum'))).state).toBe('completed');
  });

  it('on a failed parent block, unless its exit conditions satisfy them (batch-semantics 3.5, 4)', async () => {
    const account = await withDependencies();
    await value(account.engine.tasks.add('job', { id: 'bad', commandLine: 'false' }));
    await value(
      account.engine.tasks.add('job', {
        id: 'fine',
        commandLine: "/bin/sh -c 'exit 7'",
        exitConditions: { exitCodeRanges: [{ start: 5, end: 9, exitOptions: { dependencyAction: 'satisfy' } }] },
      }),
    );
    for (const parent of ['bad', 'fine']) {
      await value(
        account.engine.tasks.add('job', {
          id: `after-${parent}`,
          commandLine: 'true',
          dependsOn: { taskIds: [parent] },
        }),
      );
    }
    account.clock.advance(1000);
    expect((await value(account.engine.tasks.get('job', 'after-bad'))).state).toBe('active');
    expect((await value(account.engine.tasks.get('job', 'after-fine'))).state).toBe('completed');
  });

  it('need a job that uses them (batch-semantics 4)', async () => {
    const { engine } = await withJob(0);
    const add = engine.tasks.add('job', { id: 't', commandLine: 'true', dependsOn: { taskIds: ['x'] } });
    expect(await refusalCode(add)).toBe('TaskDependenciesNotSpecifiedOnJob');
  });
});
