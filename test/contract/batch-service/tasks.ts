// Contract: tasks, except for how they run: look-up, filters, termination, reactivation, deletion.
import { describe, expect } from 'vitest';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell } from './contract-target.ts';

export function describeTasks(context: ContractContext): void {
  describe('tasks', () => {
    describeLookup(context);
    describeTransitions(context);
    describeDeletion(context);
  });
}

function describeLookup(context: ContractContext): void {
  const { test } = context;

  test('a task that waits is shown as it was asked for', async () => {
    const jobId = await context.createJob();
    const commandLine = shell('echo “ü” "$HOME" %PATH%');
    await context.service.tasks.addAll(jobId, [{ id: 'Task_1', commandLine }]);
    const task = await context.service.tasks.get(jobId, 'Task_1');
    expect(task).toMatchObject({ id: 'Task_1', jobId, state: 'active', commandLine, retryCount: 0, requeueCount: 0 });
    expect(task.createdAt).toBeGreaterThan(0);
    expect(task).not.toHaveProperty('node');
    expect(task).not.toHaveProperty('result');
  });

  test('a task is found by its id in other letters', async () => {
    const jobId = await context.createJob();
    await context.service.tasks.addAll(jobId, [{ id: 'Task_1', commandLine: shell('true') }]);
    expect((await context.service.tasks.get(jobId.toUpperCase(), 'tASK_1')).id).toBe('Task_1');
  });

  test('a task that does not exist is not found, whatever is done to it', async () => {
    const { tasks } = context.service;
    const jobId = await context.createJob();
    for (const method of ['get', 'terminate', 'reactivate', 'delete'] as const) {
      await expectFault(tasks[method](jobId, 'missing'), 'notFound', 'TaskNotFound');
      await expectFault(tasks[method](context.id('missing'), 't'), 'notFound', 'JobNotFound');
    }
  });

  test('tasks of a job that does not exist are not listed', async () => {
    await expectFault(collect(context.service.tasks.list(context.id('missing'))), 'notFound', 'JobNotFound');
  });

  test('the list of a job without tasks is empty', async () => {
    expect(await collect(context.service.tasks.list(await context.createJob()))).toEqual([]);
  });

  test('the list can be narrowed to states', async () => {
    const jobId = await context.createJob();
    const ids = ['a', 'b', 'c'];
    await context.service.tasks.addAll(
      jobId,
      ids.map((id) => ({ id, commandLine: shell('true') })),
    );
    await context.service.tasks.terminate(jobId, 'b');
    const list = async (states?: readonly ('active' | 'running' | 'completed')[]) => {
      const query = states === undefined ? {} : { states };
      return (await collect(context.service.tasks.list(jobId, query))).map(({ id }) => id);
    };
    expect(await list(['active'])).toEqual(['a', 'c']);
    expect(await list(['completed'])).toEqual(['b']);
    expect(await list(['running'])).toEqual([]);
    expect(await list(['completed', 'active'])).toEqual(['a', 'b', 'c']);
    expect(await list([])).toEqual([]);
    expect(await list()).toEqual(['a', 'b', 'c']);
  });
}

function describeTransitions(context: ContractContext): void {
  const { test } = context;

  test('a task that is terminated before it runs never reaches a node', async () => {
    const jobId = await context.createJob();
    await context.service.tasks.addAll(jobId, [{ id: 't', commandLine: shell('true') }]);
    await context.service.tasks.terminate(jobId, 't');
    const task = await context.untilTask(jobId, 't', 'completed');
    expect(task).toMatchObject({ result: 'failure', failure: { code: 'TaskEnded', category: 'user' } });
    for (const member of ['exitCode', 'node', 'startedAt']) expect(task).not.toHaveProperty(member);
  });

  test('a task that is terminated while it runs is stopped with everything it started', async () => {
    const jobId = await context.createJob({ poolId: await context.sharedPool() });
    await context.service.tasks.addAll(jobId, [{ id: 't', commandLine: shell('sleep 600 & wait') }]);
    await context.untilTask(jobId, 't', 'running');
    await context.service.tasks.terminate(jobId, 't');
    const task = await context.untilTask(jobId, 't', 'completed');
    expect(task).toMatchObject({ result: 'failure', failure: { code: 'TaskEnded', category: 'user' } });
    expect(task.node).toBeDefined();
  });

  test('a task that is complete cannot be terminated', async () => {
    const jobId = await context.createJob();
    await context.service.tasks.addAll(jobId, [{ id: 't', commandLine: shell('true') }]);
    await context.service.tasks.terminate(jobId, 't');
    await expectFault(context.service.tasks.terminate(jobId, 't'), 'conflict', 'TaskCompleted');
  });

  test('a failed task that is reactivated runs again', async () => {
    const script =
      'test -e "$AZ_BATCH_NODE_SHARED_DIR/$AZ_BATCH_JOB_ID" || { touch "$AZ_BATCH_NODE_SHARED_DIR/$AZ_BATCH_JOB_ID"; exit 9; }';
    const jobId = await context.run({ id: 't', commandLine: shell(script) });
    expect(await context.service.tasks.get(jobId, 't')).toMatchObject({ result: 'failure', exitCode: 9 });
    await context.service.tasks.reactivate(jobId, 't');
    const look = () => context.service.tasks.get(jobId, 't');
    const task = await context.until(look, (each) => each.state === 'completed' && each.exitCode === 0);
    expect(task).toMatchObject({ result: 'success', retryCount: 0 });
    expect(task).not.toHaveProperty('failure');
  });

  test('a task that waits or has succeeded cannot be reactivated', async () => {
    const waiting = await context.createJob();
    await context.service.tasks.addAll(waiting, [{ id: 't', commandLine: shell('true') }]);
    await expectFault(context.service.tasks.reactivate(waiting, 't'), 'conflict', 'TaskNotCompleted');
    const done = await context.run({ id: 't', commandLine: shell('true') });
    await expectFault(context.service.tasks.reactivate(done, 't'), 'conflict', 'TaskSucceeded');
  });
}

function describeDeletion(context: ContractContext): void {
  const { test } = context;

  test('a deleted task is gone at once, and its id is free again', async () => {
    const { tasks } = context.service;
    const jobId = await context.createJob();
    const spec = { id: 't', commandLine: shell('true') };
    await tasks.addAll(jobId, [spec]);
    await tasks.delete(jobId, 't');
    await expectFault(tasks.get(jobId, 't'), 'notFound', 'TaskNotFound');
    await expectFault(tasks.delete(jobId, 't'), 'notFound', 'TaskNotFound');
    expect(await tasks.addAll(jobId, [spec])).toEqual([]);
  });
}
