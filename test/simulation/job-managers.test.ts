// The task that comes with its job: batch-semantics 5.3, in virtual time. Its restart is in progression/job-manager-restart.test.ts.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { JobAdd, JobManagerTask } from '../../emulator/engine/index.ts';
import {
  type LoggedAccount,
  type LoggedAccountOptions,
  addJob,
  addTasks,
  jobState,
  loggedAccount,
  nodesOf,
  taskState,
} from '../support/run-log.ts';
import { refusalCode, value } from '../support/simulated-account.ts';

async function withManager(
  manager: Partial<JobManagerTask> = {},
  options: LoggedAccountOptions & { readonly job?: Partial<JobAdd> } = {},
): Promise<LoggedAccount> {
  const account = await loggedAccount(options);
  await addJob(account, { jobManagerTask: { id: 'manager', commandLine: 'sleep 60', ...manager }, ...options.job });
  account.clock.advance(1);
  return account;
}

describe('a job manager', () => {
  it('is a task of its job from the start, and its id is taken (batch-semantics 5.3)', async () => {
    const { engine } = await withManager();
    const { items } = await value(engine.tasks.list('job', { limit: 10 }));
    expect(items.map(({ id, state }) => [id, state])).toEqual([['manager', 'running']]);
    expect(await refusalCode(engine.tasks.add('job', { id: 'manager', commandLine: 'true' }))).toBe('TaskExists');
  });

  it('starts before the other tasks of its job (batch-semantics 2.1, 5.3)', async () => {
    const account = await withManager({}, { nodes: 0 });
    await addTasks(account, 'sleep 60', 'sleep 60');
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    account.clock.advance(1);
    expect([await taskState(account, 'manager'), await taskState(account, 't0')]).toEqual(['running', 'active']);
  });

  it.each([
    ['succeeds', 'sleep 60'],
    ['fails', "/bin/sh -c 'sleep 60; exit 1'"],
  ])('that %s ends its job, with the tasks that still run (batch-semantics 5.3)', async (_how, commandLine) => {
    const account = await withManager({ commandLine }, { nodes: 2 });
    await addTasks(account, 'sleep 3600');
    account.clock.advance(61_000);
    expect(await value(account.engine.jobs.get('job'))).toMatchObject({
      state: 'completed',
      executionInfo: { terminateReason: 'JMComplete' },
    });
    expect(await value(account.engine.tasks.get('job', 't0'))).toMatchObject({
      state: 'completed',
      executionInfo: { result: 'failure', failureInfo: { code: 'TaskEnded' } },
    });
  });

  it('that is not to end its job leaves it as it is, or to onAllTasksComplete (batch-semantics 5.3)', async () => {
    const account = await withManager({ killJobOnCompletion: false }, { nodes: 2 });
    await addTasks(account, 'sleep 600');
    account.clock.advance(120_000);
    expect([await taskState(account, 'manager'), await taskState(account, 't0')]).toEqual(['completed', 'running']);
    expect(await jobState(account)).toBe('active');
    await value(account.engine.jobs.patch('job', { onAllTasksComplete: 'terminatejob' }));
    account.clock.advance(duration.minutes(9));
    expect((await value(account.engine.jobs.get('job'))).executionInfo.terminateReason).toBe('AllTasksComplete');
  });

  it('that is interrupted with requeue runs again and does not end its job (batch-semantics 5.3)', async () => {
    const account = await withManager();
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 0, nodeDeallocationOption: 'requeue' }));
    account.clock.advance(1000);
    expect([await taskState(account, 'manager'), await jobState(account)]).toEqual(['active', 'active']);
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    account.clock.advance(1000);
    expect(await value(account.engine.tasks.get('job', 'manager'))).toMatchObject({
      state: 'running',
      executionInfo: { requeueCount: 1, retryCount: 0 },
    });
    account.clock.advance(61_000);
    expect((await value(account.engine.jobs.get('job'))).executionInfo.terminateReason).toBe('JMComplete');
  });

  it('has its node for itself, with regard to all jobs, and takes its slots there (batch-semantics 5.3)', async () => {
    const account = await withManager({ requiredSlots: 2 }, { pool: { taskSlotsPerNode: 8 } });
    await addTasks(account, 'sleep 60');
    await addJob(account, { id: 'other' });
    await value(account.engine.tasks.add('other', { id: 'o', commandLine: 'true' }));
    account.clock.advance(30_000);
    expect([await taskState(account, 't0'), await taskState(account, 'o', 'other')]).toEqual(['active', 'active']);
    expect((await nodesOf(account))[0]).toMatchObject({ runningTasksCount: 1, runningTaskSlotsCount: 2 });
    account.clock.advance(31_000);
    expect(await taskState(account, 'o', 'other')).toBe('completed');
  });

  it('waits for a node without tasks when it is to have it for itself (batch-semantics 5.3)', async () => {
    const account = await loggedAccount({ pool: { taskSlotsPerNode: 8 } });
    await addJob(account, { id: 'other' });
    await value(account.engine.tasks.add('other', { id: 'o', commandLine: 'sleep 60' }));
    await addJob(account, { jobManagerTask: { id: 'manager', commandLine: 'true' } });
    account.clock.advance(59_000);
    expect(await taskState(account, 'manager')).toBe('active');
    account.clock.advance(1001);
    expect(await taskState(account, 'manager')).toBe('completed');
  });

  it('that need not be alone runs beside other tasks (batch-semantics 5.3)', async () => {
    const account = await withManager({ runExclusive: false }, { pool: { taskSlotsPerNode: 2 } });
    await addTasks(account, 'sleep 30');
    expect(await taskState(account, 't0')).toBe('running');
  });

  it('runs on spot nodes, too, unless it says that it must not (batch-semantics 5.3)', async () => {
    const spot = { targetLowPriorityNodes: 1 };
    const account = await withManager({ allowLowPriorityNode: false }, { nodes: 0, pool: spot });
    await addJob(account, { id: 'any', jobManagerTask: { id: 'manager', commandLine: 'true' } });
    account.clock.advance(duration.days(1));
    expect(await taskState(account, 'manager', 'any')).toBe('completed');
    expect(await taskState(account, 'manager')).toBe('active');
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    account.clock.advance(1);
    expect(await taskState(account, 'manager')).toBe('running');
  });

  it('keeps its node in the pool for longest when that shrinks (batch-semantics 5.3)', async () => {
    const account = await withManager({}, { nodes: 3 });
    await addTasks(account, 'sleep 3600', 'sleep 3600');
    account.clock.advance(1);
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    account.clock.advance(1000);
    expect(await nodesOf(account)).toHaveLength(1);
    expect(await value(account.engine.tasks.get('job', 'manager'))).toMatchObject({
      state: 'running',
      executionInfo: { requeueCount: 0 },
    });
  });

  it('shows its defaults (batch-semantics 5.3)', async () => {
    const { engine } = await withManager();
    expect((await value(engine.jobs.get('job'))).jobManagerTask).toMatchObject({
      killJobOnCompletion: true,
      runExclusive: true,
      allowLowPriorityNode: true,
      requiredSlots: 1,
      constraints: { maxTaskRetryCount: 0 },
    });
  });
});
