// Retry, requeue and recovery, and their counters: batch-semantics 2.7, in virtual time.
import { describe, expect, test } from 'vitest';
import type { TaskResource } from '../../emulator/engine/index.ts';
import { addJob, addTasks, firstNodeId, loggedAccount, nodesOf, runsOf, taskState } from '../support/run-log.ts';
import { type SimulatedAccount, value } from '../support/simulated-account.ts';

async function task({ engine }: SimulatedAccount, id = 't0'): Promise<TaskResource> {
  return value(engine.tasks.get('job', id));
}

async function withFailing(retries: number, nodes = 1) {
  const account = await loggedAccount({ nodes });
  await addJob(account, { constraints: { maxTaskRetryCount: retries } });
  await addTasks(account, "/bin/sh -c 'sleep 10; exit 3'");
  return account;
}

describe('a retry', () => {
  test('raises retryCount and sets lastRetryTime, and no other counter (batch-semantics 2.7)', async () => {
    const account = await withFailing(2);
    account.clock.advance(15_000);
    const { state, executionInfo } = await task(account);
    expect(state).toBe('running');
    expect(executionInfo).toMatchObject({ retryCount: 1, requeueCount: 0 });
    expect(executionInfo.lastRetryTime).toBeDefined();
    expect(executionInfo.lastRequeueTime).toBeUndefined();
    expect(executionInfo.exitCode).toBeUndefined();
  });

  test('gives the slot back: it may come to another node (batch-semantics 2.7)', async () => {
    const account = await withFailing(1, 2);
    const [first] = runsOf(account, 'task');
    await value(account.engine.nodes.disableScheduling('pool', first?.nodeId ?? '', 'taskcompletion'));
    account.clock.advance(15_000);
    const [, second] = runsOf(account, 'task');
    expect(second?.nodeId).toBeDefined();
    expect(second?.nodeId).not.toBe(first?.nodeId);
    expect(second?.run.clean).toBe(true);
  });

  test('is not left when all are used up: the task has failed (batch-semantics 2.7)', async () => {
    const account = await withFailing(1);
    account.clock.advance(25_000);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { retryCount: 1, exitCode: 3, result: 'failure', failureInfo: { code: 'FailureExitCode' } },
    });
    account.clock.advance(100_000);
    expect(runsOf(account, 'task')).toHaveLength(2);
  });

  test('lies before a later start that was no retry, as after a reboot (batch-semantics 2.7)', async () => {
    const account = await withFailing(2);
    const { startTime: first = 0 } = (await task(account)).executionInfo;
    account.clock.advance(12_000);
    const { startTime: second = 0 } = (await task(account)).executionInfo;
    expect(second).toBeGreaterThan(first);
    await value(account.engine.nodes.reboot('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(1_000);
    const { executionInfo } = await task(account);
    expect(executionInfo).toMatchObject({ retryCount: 1, requeueCount: 1 });
    expect(executionInfo.startTime ?? 0).toBeGreaterThan(executionInfo.lastRetryTime ?? Infinity);
  });
});

test.each(['BlobNotFound', 'ApplicationPackageError', 'ContainerInvalidImage', 'CommandProgramNotFound'])(
  'an error before the start such as %s leaves no try (batch-semantics 2.7)',
  async (code) => {
    const failure = { category: 'usererror', code, message: 'x', phase: 'preProcessing' } as const;
    const account = await loggedAccount({ program: () => ({ failure }) });
    await addJob(account, { constraints: { maxTaskRetryCount: 3 } });
    await addTasks(account, 'true');
    account.clock.advance(60_000);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { retryCount: 0, result: 'failure', failureInfo: { code } },
    });
    expect(runsOf(account, 'task')).toHaveLength(1);
  },
);

describe('a requeue that a user asks for', () => {
  test('by disabling the job counts, and the task runs again when the job is enabled (batch-semantics 2.7)', async () => {
    const account = await loggedAccount();
    await addJob(account);
    await addTasks(account, 'sleep 60');
    await value(account.engine.jobs.disable('job', 'requeue'));
    account.clock.advance(1_000);
    expect(await task(account)).toMatchObject({ state: 'active', executionInfo: { requeueCount: 1, retryCount: 0 } });
    await value(account.engine.jobs.enable('job'));
    account.clock.advance(61_000);
    expect(await task(account)).toMatchObject({ state: 'completed', executionInfo: { exitCode: 0, requeueCount: 1 } });
  });

  test.each(['reboot', 'reimage'] as const)('by %s raises requeueCount (batch-semantics 2.7)', async (operation) => {
    const account = await loggedAccount();
    await addJob(account);
    await addTasks(account, 'sleep 60');
    await value(account.engine.nodes[operation]('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(1_000);
    expect(await task(account)).toMatchObject({ executionInfo: { requeueCount: 1, retryCount: 0 } });
    expect((await task(account)).executionInfo.lastRequeueTime).toBeDefined();
  });

  test('by the removal of its node raises requeueCount, and it runs again even without retries (batch-semantics 2.7)', async () => {
    const account = await loggedAccount({ nodes: 2 });
    await addJob(account);
    await addTasks(account, 'sleep 60');
    const [first] = runsOf(account, 'task');
    await value(account.engine.pools.removeNodes('pool', { nodeList: [first?.nodeId ?? ''] }));
    account.clock.advance(1_000);
    expect(await task(account)).toMatchObject({ state: 'running', executionInfo: { requeueCount: 1, retryCount: 0 } });
    expect((await task(account)).executionInfo.lastRequeueTime).toBeDefined();
    expect(await nodesOf(account)).toHaveLength(1);
  });
});

test('a task is recovered as often as its nodes are lost, and no counter moves (batch-semantics 2.7)', async () => {
  const account = await loggedAccount();
  await addJob(account, { constraints: { maxTaskRetryCount: 0 } });
  await addTasks(account, 'sleep 60');
  for (let loss = 0; loss < 20; loss += 1) {
    await value(account.engine.faults.lose('pool', await firstNodeId(account)));
    account.clock.advance(1_000);
  }
  expect(runsOf(account, 'task')).toHaveLength(21);
  expect(await task(account)).toMatchObject({ state: 'running', executionInfo: { requeueCount: 0, retryCount: 0 } });
  account.clock.advance(60_000);
  expect(await taskState(account, 't0')).toBe('completed');
});
