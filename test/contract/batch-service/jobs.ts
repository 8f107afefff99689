// Contract: jobs and their transitions.
import { describe, expect } from 'vitest';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell } from './contract-target.ts';

export function describeJobs(context: ContractContext): void {
  describe('jobs', () => {
    describeCreation(context);
    describeDisabling(context);
    describeEnd(context);
    describeCounts(context);
  });
}

function describeCreation(context: ContractContext): void {
  const { test } = context;

  test('a job is shown as it was asked for, on a pool that need not exist', async () => {
    const metadata = { run: '42', note: 'für alle' };
    const id = await context.createJob({ poolId: 'contract-no-such-pool', priority: -100, metadata });
    const job = await context.service.jobs.get(id);
    expect(job).toMatchObject({ id, state: 'active', poolId: 'contract-no-such-pool', priority: -100, metadata });
    expect(job.createdAt).toBeGreaterThan(0);
    expect(job).not.toHaveProperty('endedAt');
    expect(job).not.toHaveProperty('terminateReason');
  });

  test('a job without a priority has priority 0', async () => {
    const id = await context.createJob();
    expect(await context.service.jobs.get(id)).toMatchObject({ priority: 0, metadata: {} });
  });

  test('an id of a job that is taken is refused, also after the job has ended (batch-semantics 3.7)', async () => {
    const spec = { id: context.id('job'), poolId: 'contract-no-such-pool' };
    context.ownJob(spec.id);
    await context.service.jobs.create(spec);
    await expectFault(context.service.jobs.create(spec), 'alreadyExists', 'JobExists');
    await context.service.jobs.terminate(spec.id);
    await context.untilJob(spec.id, 'completed');
    await expectFault(context.service.jobs.create(spec), 'alreadyExists', 'JobExists');
  });

  test('a job with an id or a priority that the rules forbid is refused (batch-semantics 3.7)', async () => {
    const { jobs } = context.service;
    const poolId = 'contract-no-such-pool';
    await expectFault(jobs.create({ id: 'a/b?c', poolId }), 'invalid', 'InvalidPropertyValue');
    const call = jobs.create({ id: context.id('job'), poolId, priority: 1001 });
    await expectFault(call, 'invalid', 'OutOfRangePriority');
  });

  test('a job that does not exist is not found, whatever is done to it', async () => {
    const { jobs } = context.service;
    const id = context.id('missing');
    const calls = [
      jobs.get(id),
      jobs.terminateWhenTasksComplete(id),
      jobs.disable(id, 'requeue'),
      jobs.enable(id),
      jobs.terminate(id),
      jobs.delete(id),
      jobs.taskCounts(id),
    ];
    for (const call of calls) await expectFault(call, 'notFound', 'JobNotFound');
  });

  test('the list has the jobs, active and ended', async () => {
    const ended = await context.createJob();
    const active = await context.createJob();
    await context.service.jobs.terminate(ended);
    await context.untilJob(ended, 'completed');
    const jobs = await collect(context.service.jobs.list());
    expect(jobs.find(({ id }) => id === active)?.state).toBe('active');
    expect(jobs.find(({ id }) => id === ended)?.state).toBe('completed');
  });
}

function describeDisabling(context: ContractContext): void {
  const { test } = context;

  test('a disabled job runs nothing until it is enabled', async () => {
    const poolId = await context.sharedPool();
    const jobId = await context.createJob({ poolId });
    await context.service.jobs.disable(jobId, 'requeue');
    await context.untilJob(jobId, 'disabled');
    await context.service.tasks.addAll(jobId, [{ id: 'waits', commandLine: shell('true') }]);
    // A task of another job goes first, so the scheduler has had its turn.
    await context.run({ id: 'other', commandLine: shell('true') });
    expect((await context.service.tasks.get(jobId, 'waits')).state).toBe('active');
    await context.service.jobs.enable(jobId);
    await context.untilTask(jobId, 'waits', 'completed');
    expect((await context.service.jobs.get(jobId)).state).toBe('active');
  });

  test('disabling with requeue puts a running task back to wait', async () => {
    const jobId = await context.createJob({ poolId: await context.sharedPool() });
    await context.service.tasks.addAll(jobId, [{ id: 'long', commandLine: shell('sleep 60') }]);
    await context.untilTask(jobId, 'long', 'running');
    await context.service.jobs.disable(jobId, 'requeue');
    await context.untilJob(jobId, 'disabled');
    expect(await context.service.tasks.get(jobId, 'long')).toMatchObject({ state: 'active', requeueCount: 1 });
  });

  test('disabling with terminate ends a running task', async () => {
    const jobId = await context.createJob({ poolId: await context.sharedPool() });
    await context.service.tasks.addAll(jobId, [{ id: 'long', commandLine: shell('sleep 60') }]);
    await context.untilTask(jobId, 'long', 'running');
    await context.service.jobs.disable(jobId, 'terminate');
    const task = await context.untilTask(jobId, 'long', 'completed');
    expect(task).toMatchObject({ result: 'failure', failure: { code: 'TaskEnded' } });
  });

  test('a job that is active cannot be enabled (batch-semantics 3.7)', async () => {
    await expectFault(context.service.jobs.enable(await context.createJob()), 'conflict');
  });
}

function describeEnd(context: ContractContext): void {
  const { test } = context;

  test('a job that is terminated ends with the reason that was given', async () => {
    const id = await context.createJob();
    await context.service.jobs.terminate(id, 'no longer needed');
    const job = await context.untilJob(id, 'completed');
    expect(job.terminateReason).toBe('no longer needed');
    expect(job.endedAt).toBeGreaterThanOrEqual(job.createdAt ?? Infinity);
  });

  test('a job that is terminated without a reason says who did it', async () => {
    const id = await context.createJob();
    await context.service.jobs.terminate(id);
    expect(await context.untilJob(id, 'completed')).toMatchObject({ terminateReason: 'UserTerminate' });
  });

  test('a job that has ended takes no tasks and no transitions', async () => {
    const { jobs, tasks } = context.service;
    const id = await context.createJob();
    await jobs.terminate(id);
    await context.untilJob(id, 'completed');
    await expectFault(jobs.terminate(id), 'conflict', 'JobCompleted');
    await expectFault(jobs.disable(id, 'requeue'), 'conflict', 'JobCompleted');
    await expectFault(tasks.addAll(id, [{ id: 't', commandLine: shell('true') }]), 'conflict', 'JobCompleted');
  });

  test('a job ends by itself when its tasks are complete and it was asked to', async () => {
    const jobId = await context.run({ id: 'only', commandLine: shell('true') });
    expect((await context.service.jobs.get(jobId)).state).toBe('active');
    await context.service.jobs.terminateWhenTasksComplete(jobId);
    expect(await context.untilJob(jobId, 'completed')).toMatchObject({ terminateReason: 'AllTasksComplete' });
  });

  test('a deleted job is gone with its tasks after a while', async () => {
    const jobId = await context.createJob();
    await context.service.tasks.addAll(jobId, [{ id: 't', commandLine: shell('true') }]);
    await context.service.jobs.delete(jobId);
    const look = () =>
      context.service.jobs.get(jobId).then(
        () => true,
        () => false,
      );
    await context.until(look, (exists) => !exists);
    await expectFault(context.service.jobs.get(jobId), 'notFound', 'JobNotFound');
    await expectFault(context.service.tasks.get(jobId, 't'), 'notFound', 'JobNotFound');
  });
}

function describeCounts(context: ContractContext): void {
  const { test } = context;

  test('the counts of a job without tasks are zero', async () => {
    const counts = await context.service.jobs.taskCounts(await context.createJob());
    expect(counts).toEqual({ active: 0, running: 0, completed: 0, succeeded: 0, failed: 0 });
  });

  test('the counts tell succeeded from failed tasks', async () => {
    const jobId = await context.run(
      { id: 'right1', commandLine: shell('true') },
      { id: 'right2', commandLine: shell('true') },
      { id: 'wrong', commandLine: shell('exit 1') },
    );
    // Counts lag behind on the real service (wire-facts 3.3).
    const counts = await context.until(
      () => context.service.jobs.taskCounts(jobId),
      ({ completed }) => completed === 3,
    );
    expect(counts).toEqual({ active: 0, running: 0, completed: 3, succeeded: 2, failed: 1 });
  });
}
