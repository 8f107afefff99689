// How jobs are disabled, enabled, ended and prepared: batch-semantics 3.5–3.7 and 5, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { JobAdd } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../support/simulated-account.ts';

async function withJob(job: Partial<JobAdd> = {}, nodes = 2): Promise<SimulatedAccount> {
  const account = await accountWithPool(nodes);
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, ...job }));
  return account;
}

async function addTasks({ engine }: SimulatedAccount, ...commandLines: readonly string[]): Promise<void> {
  await value(
    engine.tasks.addCollection(
      'job',
      commandLines.map((commandLine, index) => ({ id: `t${index}`, commandLine })),
    ),
  );
}

const stateOf = async ({ engine }: SimulatedAccount, taskId: string): Promise<string> =>
  (await value(engine.tasks.get('job', taskId))).state;

describe('a job', () => {
  it('ends by itself when all tasks are complete, if it was asked to (batch-semantics 3.6, 3.7)', async () => {
    const account = await withJob();
    await addTasks(account, 'sleep 5', 'false');
    await value(account.engine.jobs.patch('job', { onAllTasksComplete: 'terminatejob' }));
    account.clock.advance(4000);
    expect((await value(account.engine.jobs.get('job'))).state).toBe('active');
    account.clock.advance(1000);
    const job = await value(account.engine.jobs.get('job'));
    expect(job).toMatchObject({ state: 'completed', executionInfo: { terminateReason: 'AllTasksComplete' } });
    expect(job.previousState).toBe('active');
    const back = account.engine.jobs.patch('job', { onAllTasksComplete: 'noaction' });
    expect(await refusalCode(back)).toBe('JobCompleted');
  });

  it('without tasks counts as all complete (batch-semantics 3.6)', async () => {
    const account = await withJob({ onAllTasksComplete: 'terminatejob' });
    expect((await value(account.engine.jobs.get('job'))).state).toBe('completed');
  });

  it('cannot go back from terminatejob to noaction (batch-semantics 3.6)', async () => {
    const account = await withJob();
    await addTasks(account, 'sleep 100');
    await value(account.engine.jobs.patch('job', { onAllTasksComplete: 'terminatejob' }));
    expect(await refusalCode(account.engine.jobs.patch('job', { onAllTasksComplete: 'noaction' }))).toBe(
      'InvalidPropertyValue',
    );
    expect(await refusalCode(account.engine.jobs.update('job', { poolInfo: { poolId: 'pool' } }))).toBe(
      'InvalidPropertyValue',
    );
  });

  it('that is terminated ends running tasks and leaves waiting ones active for ever (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await addTasks(account, 'sleep 100', 'sleep 100', 'sleep 100');
    await value(account.engine.jobs.terminate('job', undefined));
    account.clock.advance(1);
    const job = await value(account.engine.jobs.get('job'));
    expect(job).toMatchObject({ state: 'completed', executionInfo: { terminateReason: 'UserTerminate' } });
    expect(job.executionInfo.endTime).toBeDefined();
    expect([await stateOf(account, 't0'), await stateOf(account, 't1'), await stateOf(account, 't2')]).toEqual([
      'completed',
      'completed',
      'active',
    ]);
    expect(await refusalCode(account.engine.tasks.add('job', { id: 'x', commandLine: 'true' }))).toBe('JobCompleted');
  });

  it.each([
    ['requeue', 'active', 1],
    ['terminate', 'completed', 0],
  ] as const)(
    'that is disabled with %s makes its running task %s (batch-semantics 2.7, 3.7)',
    async (option, state, requeues) => {
      const account = await withJob();
      await addTasks(account, 'sleep 100');
      await value(account.engine.jobs.disable('job', option));
      account.clock.advance(1);
      expect(await value(account.engine.jobs.get('job'))).toMatchObject({ state: 'disabled', previousState: 'active' });
      const task = await value(account.engine.tasks.get('job', 't0'));
      expect(task.state).toBe(state);
      expect(task.executionInfo.requeueCount).toBe(requeues);
    },
  );

  it('that is disabled with wait lets its running task finish, and goes on when enabled (batch-semantics 3.7)', async () => {
    const account = await withJob({}, 1);
    await addTasks(account, 'sleep 10', 'true');
    await value(account.engine.jobs.disable('job', 'wait'));
    account.clock.advance(9000);
    expect((await value(account.engine.jobs.get('job'))).state).toBe('disabling');
    account.clock.advance(1000);
    expect((await value(account.engine.jobs.get('job'))).state).toBe('disabled');
    expect(await stateOf(account, 't1')).toBe('active');
    await value(account.engine.jobs.enable('job'));
    account.clock.advance(1);
    expect(await stateOf(account, 't1')).toBe('completed');
  });

  it('is terminated when its wall clock time has passed since its creation (batch-semantics 3.7)', async () => {
    const account = await withJob({ constraints: { maxWallClockTime: duration.hours(1) } });
    await addTasks(account, 'sleep 100000');
    account.clock.advance(duration.hours(1) + 1);
    expect((await value(account.engine.jobs.get('job'))).executionInfo.terminateReason).toBe('MaxWallClockTimeExpiry');
  });

  it('is terminated by the first failed task if it performs exit actions (batch-semantics 3.5, 3.7)', async () => {
    const account = await withJob({ onTaskFailure: 'performexitoptionsjobaction' });
    await addTasks(account, 'false', 'sleep 100');
    account.clock.advance(1);
    expect((await value(account.engine.jobs.get('job'))).executionInfo.terminateReason).toBe('TaskFailed');
  });

  it('that is deleted vanishes with its tasks when they have stopped; its id is refused until then (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await addTasks(account, 'sleep 100');
    await value(account.engine.jobs.delete('job'));
    expect((await value(account.engine.jobs.get('job'))).state).toBe('deleting');
    expect(await refusalCode(account.engine.jobs.delete('job'))).toBe('JobBeingDeleted');
    expect(await refusalCode(account.engine.tasks.add('job', { id: 'x', commandLine: 'true' }))).toBe(
      'JobBeingDeleted',
    );
    account.clock.advance(1);
    expect(await refusalCode(account.engine.jobs.get('job'))).toBe('JobNotFound');
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    expect((await value(account.engine.tasks.list('job', { limit: 10 }))).items).toEqual([]);
  });

  it('waits for a pool that does not exist yet (batch-semantics 3.7; wire-facts 4.1)', async () => {
    const account = await accountWithPool(0);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'later' } }));
    await addTasks(account, 'true');
    account.clock.advance(1000);
    expect(await stateOf(account, 't0')).toBe('active');
    const pool = await value(account.engine.pools.get('pool'));
    await value(
      account.engine.pools.add({
        id: 'later',
        vmSize: pool.vmSize,
        ...(pool.virtualMachineConfiguration === undefined
          ? {}
          : { virtualMachineConfiguration: pool.virtualMachineConfiguration }),
        targetDedicatedNodes: 1,
      }),
    );
    account.clock.advance(1);
    expect(await stateOf(account, 't0')).toBe('completed');
  });

  it('of higher priority gets the next free node first (batch-semantics 2.1)', async () => {
    const account = await withJob({}, 1);
    await addTasks(account, 'sleep 10', 'sleep 10');
    await value(account.engine.jobs.add({ id: 'urgent', priority: 10, poolInfo: { poolId: 'pool' } }));
    await value(account.engine.tasks.add('urgent', { id: 'u', commandLine: 'sleep 10' }));
    account.clock.advance(10_000);
    expect((await value(account.engine.tasks.get('urgent', 'u'))).state).toBe('running');
    expect(await stateOf(account, 't1')).toBe('active');
  });

  it('manager that ends terminates its job (batch-semantics 3.7, 5.3)', async () => {
    const account = await withJob({ jobManagerTask: { id: 'manager', commandLine: 'sleep 10' } }, 1);
    await addTasks(account, 'sleep 100');
    expect(await stateOf(account, 'manager')).toBe('running');
    account.clock.advance(10_000);
    expect((await value(account.engine.jobs.get('job'))).executionInfo.terminateReason).toBe('JMComplete');
  });
});

describe('job preparation and release', () => {
  const hooks = {
    jobPreparationTask: { commandLine: "/bin/sh -c 'sleep 5; echo prepared'" },
    jobReleaseTask: { commandLine: 'sleep 3' },
  };

  it('prepare a node before its first task of the job, and release it at the end (batch-semantics 3.1, 5.1, 5.2)', async () => {
    const account = await withJob(hooks, 1);
    await addTasks(account, 'sleep 1', 'sleep 1');
    expect(await stateOf(account, 't0')).toBe('preparing');
    account.clock.advance(5000);
    expect(await stateOf(account, 't0')).toBe('running');
    account.clock.advance(2000);
    expect(await stateOf(account, 't1')).toBe('completed');
    await value(account.engine.jobs.terminate('job', 'done'));
    account.clock.advance(2900);
    expect((await value(account.engine.jobs.get('job'))).state).toBe('terminating');
    account.clock.advance(100);
    expect((await value(account.engine.jobs.get('job'))).state).toBe('completed');
    const { items } = await value(account.engine.jobs.hookTaskStatus('job', { limit: 10 }));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      jobPreparationTaskExecutionInfo: { state: 'completed', result: 'success', exitCode: 0 },
      jobReleaseTaskExecutionInfo: { state: 'completed', result: 'success' },
    });
  });

  it('bar a node whose preparation failed from the job, and send the task back (batch-semantics 3.1, 5.1)', async () => {
    const account = await withJob({ jobPreparationTask: { commandLine: 'false' } }, 1);
    await addTasks(account, 'true');
    account.clock.advance(1000);
    expect(await value(account.engine.tasks.get('job', 't0'))).toMatchObject({
      state: 'active',
      previousState: 'preparing',
    });
  });
});
