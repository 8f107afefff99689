// States, constraints, outcomes and ends of tasks: batch-semantics 3.1 to 3.4, in virtual time.
import { describe, expect, test } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { TaskAdd, TaskConstraints, TaskResource } from '../../emulator/engine/index.ts';
import { addJob, addTasks, loggedAccount, runsOf, taskState } from '../support/run-log.ts';
import type { LoggedAccount, LoggedAccountOptions } from '../support/run-log.ts';
import { refusalCode, value } from '../support/simulated-account.ts';

async function withTask(task: Partial<TaskAdd>, options: LoggedAccountOptions = {}): Promise<LoggedAccount> {
  const account = await loggedAccount(options);
  await addJob(account);
  await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 60', ...task }));
  return account;
}

async function shown({ engine }: LoggedAccount): Promise<TaskResource> {
  return value(engine.tasks.get('job', 't'));
}

describe('the state of a task', () => {
  test('has none before it until it changes (batch-semantics 3.1)', async () => {
    const account = await withTask({}, { nodes: 0 });
    expect(await shown(account)).not.toHaveProperty('previousState');
    expect(await shown(account)).not.toHaveProperty('previousStateTransitionTime');
    await value(account.engine.tasks.terminate('job', 't'));
    expect(await shown(account)).toMatchObject({ state: 'completed', previousState: 'active' });
  });

  test('is running from its assignment on, before anything is downloaded (batch-semantics 3.1)', async () => {
    const resourceFiles = [{ httpUrl: 'http://files/a', filePath: 'a' }];
    const account = await withTask({ resourceFiles });
    const { state, executionInfo, nodeInfo } = await shown(account);
    expect(state).toBe('running');
    expect(executionInfo.startTime).toBeDefined();
    expect(nodeInfo).toMatchObject({ poolId: 'pool', taskRootDirectory: 'workitems/job/job-1/t' });
  });

  test('tells its end, exit code and result only when it is completed (batch-semantics 3.3, 3.1)', async () => {
    const account = await withTask({});
    const { executionInfo: before } = await shown(account);
    for (const member of ['endTime', 'exitCode', 'result', 'failureInfo']) expect(before).not.toHaveProperty(member);
    account.clock.advance(60_000);
    const { executionInfo: after } = await shown(account);
    expect(after).toMatchObject({ exitCode: 0, result: 'success' });
    expect(after.endTime).toBeDefined();
    expect(after).not.toHaveProperty('failureInfo');
  });

  test('is not active or running for more than 180 days (batch-semantics 3.1)', async () => {
    for (const [nodes, before] of [
      [1, 'running'],
      [0, 'active'],
    ] as const) {
      const account = await withTask({ commandLine: `sleep ${400 * 86_400}` }, { nodes });
      account.clock.advance(duration.days(179));
      expect(await taskState(account, 't')).toBe(before);
      account.clock.advance(duration.days(2));
      expect(await shown(account)).toMatchObject({ state: 'completed', executionInfo: { result: 'failure' } });
    }
  });
});

describe('the constraints of a task', () => {
  test('are no retries, no limit of time and seven days unless it says more (batch-semantics 3.2)', async () => {
    const account = await withTask({}, { nodes: 0 });
    const { constraints } = await shown(account);
    expect(constraints).toMatchObject({ maxTaskRetryCount: 0, retentionTime: duration.days(7) });
    expect(constraints.maxWallClockTime ?? 0).toBeGreaterThan(duration.days(10_000_000));
  });

  test('may be retries without limit, and no fewer (batch-semantics 3.2)', async () => {
    const account = await withTask({
      commandLine: "/bin/sh -c 'sleep 1; exit 1'",
      constraints: { maxTaskRetryCount: -1 },
    });
    account.clock.advance(50_500);
    expect(runsOf(account, 'task').length).toBeGreaterThan(49);
    const bad = { id: 'bad', commandLine: 'true', constraints: { maxTaskRetryCount: -2 } };
    expect(await refusalCode(account.engine.tasks.add('job', bad))).toBe('InvalidPropertyValue');
  });

  test.each([0, -1])('are not a wall clock time of %i ms (batch-semantics 3.2)', async (maxWallClockTime) => {
    const account = await withTask({});
    const bad = { id: 'bad', commandLine: 'true', constraints: { maxWallClockTime } };
    expect(await refusalCode(account.engine.tasks.add('job', bad))).toBe('InvalidPropertyValue');
  });

  test('are all that can be changed, also while it runs: its time begins with the attempt (batch-semantics 3.2)', async () => {
    const account = await withTask({});
    account.clock.advance(10_000);
    const change: TaskConstraints = { maxWallClockTime: 20_000 };
    await value(account.engine.tasks.updateConstraints('job', 't', change));
    account.clock.advance(9_000);
    expect(await taskState(account, 't')).toBe('running');
    account.clock.advance(1_001);
    expect(await shown(account)).toMatchObject({ state: 'completed', executionInfo: { failureInfo: {} } });
    expect(await refusalCode(account.engine.tasks.updateConstraints('job', 't', change))).toBe('TaskCompleted');
  });

  test('are the usual ones again when they are replaced by none (batch-semantics 3.2)', async () => {
    const account = await withTask({ constraints: { maxTaskRetryCount: 3, retentionTime: 5 } }, { nodes: 0 });
    await value(account.engine.tasks.updateConstraints('job', 't', undefined));
    expect((await shown(account)).constraints).toMatchObject({ maxTaskRetryCount: 0, retentionTime: duration.days(7) });
  });
});

describe('the end of a task', () => {
  test('by a nonzero exit code has the words of the service (batch-semantics 3.3)', async () => {
    const account = await withTask({ commandLine: "/bin/sh -c 'exit 1'" });
    account.clock.advance(10);
    expect((await shown(account)).executionInfo.failureInfo).toEqual({
      category: 'usererror',
      code: 'FailureExitCode',
      message: 'The task exited with an exit code representing a failure',
      details: [{ name: 'Message', value: 'The task exited with an exit code representing a failure' }],
    });
  });

  test('keeps nothing of the tries before it (batch-semantics 3.3)', async () => {
    let tries = 0;
    const account = await withTask(
      { constraints: { maxTaskRetryCount: 1 } },
      { program: () => ({ durationMs: 1_000, exitCode: (tries += 1) === 1 ? 9 : 0 }) },
    );
    account.clock.advance(1_500);
    expect((await shown(account)).executionInfo).not.toHaveProperty('exitCode');
    account.clock.advance(1_000);
    expect((await shown(account)).executionInfo).toMatchObject({ exitCode: 0, result: 'success', retryCount: 1 });
  });

  test('by the wall clock is TaskEnded with the reason, and no try is left (batch-semantics 3.4)', async () => {
    const account = await withTask({ constraints: { maxWallClockTime: 5_000, maxTaskRetryCount: 3 } });
    account.clock.advance(6_000);
    const { state, executionInfo } = await shown(account);
    expect(state).toBe('completed');
    expect(executionInfo).toMatchObject({ result: 'failure', exitCode: 137, failureInfo: { code: 'TaskEnded' } });
    expect(JSON.stringify(executionInfo.failureInfo)).toContain('maximum execution time');
    expect(runsOf(account, 'task')).toHaveLength(1);
  });

  test('by a user is TaskEnded, of one that waits and of one that runs (batch-semantics 3.3, 3.4)', async () => {
    const account = await withTask({});
    await value(account.engine.tasks.add('job', { id: 'waits', commandLine: 'true' }));
    for (const id of ['waits', 't']) await value(account.engine.tasks.terminate('job', id));
    account.clock.advance(1);
    for (const id of ['waits', 't']) {
      const { state, executionInfo } = await value(account.engine.tasks.get('job', id));
      expect(state).toBe('completed');
      expect(executionInfo.failureInfo).toMatchObject({ category: 'usererror', code: 'TaskEnded' });
    }
    expect(await refusalCode(account.engine.tasks.terminate('job', 't'))).toBe('TaskCompleted');
  });

  test('by a deletion stops it and takes its files (batch-semantics 3.4)', async () => {
    const account = await withTask({});
    const [run] = runsOf(account, 'task');
    const directory = () => account.runtime.files.stat(run?.nodeId ?? '', 'workitems/job/job-1/t');
    expect(await directory()).toBeDefined();
    await value(account.engine.tasks.delete('job', 't'));
    expect(await refusalCode(account.engine.tasks.get('job', 't'))).toBe('TaskNotFound');
    account.clock.advance(1);
    expect(await directory()).toBeUndefined();
  });

  test('is taken back by a reactivation, with its counters, where it failed (batch-semantics 3.4)', async () => {
    const account = await withTask({
      commandLine: "/bin/sh -c 'sleep 1; exit 1'",
      constraints: { maxTaskRetryCount: 1 },
    });
    account.clock.advance(5_000);
    expect((await shown(account)).executionInfo).toMatchObject({ retryCount: 1, exitCode: 1 });
    await value(account.engine.tasks.reactivate('job', 't'));
    const { executionInfo } = await shown(account);
    expect(executionInfo).toMatchObject({ retryCount: 0, requeueCount: 0 });
    for (const member of ['endTime', 'exitCode', 'failureInfo', 'result'])
      expect(executionInfo).not.toHaveProperty(member);
    account.clock.advance(5_000);
    await value(account.engine.jobs.terminate('job', undefined));
    account.clock.advance(1);
    expect(await refusalCode(account.engine.tasks.reactivate('job', 't'))).toBe('JobCompleted');
  });

  test('is not taken back while its job is about to end or to go (batch-semantics 3.4)', async () => {
    const settings = { jobTerminatingMs: 60_000, jobDeletingMs: 60_000 };
    const account = await withTask({ commandLine: 'false' }, { settings });
    account.clock.advance(10);
    await value(account.engine.jobs.terminate('job', undefined));
    expect(await refusalCode(account.engine.tasks.reactivate('job', 't'))).toBe('JobBeingTerminated');
    await value(account.engine.jobs.delete('job'));
    expect(await refusalCode(account.engine.tasks.reactivate('job', 't'))).toBe('JobBeingDeleted');
  });

  test('does not have it wait again for what it depended on when it is reactivated (batch-semantics 3.4)', async () => {
    const account = await loggedAccount({});
    await addJob(account, { usesTaskDependencies: true });
    await value(account.engine.tasks.add('job', { id: 'parent', commandLine: 'true' }));
    const child: TaskAdd = { id: 't', commandLine: "/bin/sh -c 'exit 1'", dependsOn: { taskIds: ['parent'] } };
    await value(account.engine.tasks.add('job', child));
    account.clock.advance(10);
    expect(await shown(account)).toMatchObject({ state: 'completed', executionInfo: { result: 'failure' } });
    await value(account.engine.tasks.delete('job', 'parent'));
    await value(account.engine.tasks.reactivate('job', 't'));
    account.clock.advance(10);
    expect(runsOf(account, 'task')).toHaveLength(3);
    expect(await taskState(account, 't')).toBe('completed');
  });
});

test('several tasks that end at once each have their own end (batch-semantics 3.3)', async () => {
  const account = await loggedAccount({ pool: { taskSlotsPerNode: 4 } });
  await addJob(account);
  await addTasks(account, "/bin/sh -c 'exit 1'", 'true', "/bin/sh -c 'exit 2'");
  account.clock.advance(10);
  const ends = await Promise.all(['t0', 't1', 't2'].map((id) => value(account.engine.tasks.get('job', id))));
  expect(ends.map(({ executionInfo }) => [executionInfo.exitCode, executionInfo.result])).toEqual([
    [1, 'failure'],
    [0, 'success'],
    [2, 'failure'],
  ]);
});
