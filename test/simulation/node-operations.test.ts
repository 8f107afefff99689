// What operations on nodes do to their tasks and files, and what nodes tell of themselves: batch-semantics 11.4 to 11.6, in virtual time.
import { describe, expect, it, vi } from 'vitest';
import { SimulatedRuntime } from '../../adapters/simulated/index.ts';
import { duration } from '../../core/kernel/index.ts';
import type { NodeResource, PoolAdd } from '../../emulator/engine/index.ts';
import {
  type LoggedAccount,
  addJob,
  addTasks,
  firstNodeId,
  loggedAccount,
  nodesOf,
  taskState,
} from '../support/run-log.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../support/simulated-account.ts';

type Option = 'requeue' | 'terminate' | 'taskcompletion' | 'retaineddata';

/** One node whose task `t0` runs for an hour, while `t1` waits. */
async function busy(
  pool: Partial<PoolAdd> = {},
): Promise<{ readonly account: LoggedAccount; readonly nodeId: string }> {
  const account = await loggedAccount({ pool, settings: { nodeRebootMs: 5000, nodeReimageMs: 5000 } });
  await addJob(account);
  const constraints = { retentionTime: duration.minutes(10) };
  for (const id of ['t0', 't1']) {
    await value(account.engine.tasks.add('job', { id, commandLine: 'sleep 3600', constraints }));
  }
  account.clock.advance(1);
  return { account, nodeId: await firstNodeId(account) };
}

const operations = {
  reboot: ({ engine }: SimulatedAccount, nodeId: string, option: Option) => engine.nodes.reboot('pool', nodeId, option),
  reimage: ({ engine }: SimulatedAccount, nodeId: string, option: Option) =>
    engine.nodes.reimage('pool', nodeId, option),
  removal: ({ engine }: SimulatedAccount, nodeId: string, option: Option) =>
    engine.pools.removeNodes('pool', {
      nodeList: [nodeId],
      nodeDeallocationOption: option,
      resizeTimeout: duration.days(1),
    }),
  shrinking: ({ engine }: SimulatedAccount, _nodeId: string, option: Option) =>
    engine.pools.resize('pool', {
      targetDedicatedNodes: 0,
      nodeDeallocationOption: option,
      resizeTimeout: duration.days(1),
    }),
};

const names = ['reboot', 'reimage', 'removal', 'shrinking'] as const;

const begin = async (how: (typeof names)[number], account: SimulatedAccount, nodeId: string, option: Option) => {
  const outcome = await operations[how](account, nodeId, option);
  expect(outcome.ok).toBe(true);
};

/** Whether the node is still at its tasks, as far as its state says. */
async function isStillThere(account: SimulatedAccount, nodeId: string): Promise<boolean> {
  const found = await account.engine.nodes.get('pool', nodeId);
  return found.ok && ['idle', 'running'].includes(found.value.state);
}

describe.each(names)('tasks of a node, at its %s', (how) => {
  it('are ended and wait again with requeue (batch-semantics 2.7, 11.4)', async () => {
    const { account, nodeId } = await busy();
    await begin(how, account, nodeId, 'requeue');
    account.clock.advance(1);
    expect(await value(account.engine.tasks.get('job', 't0'))).toMatchObject({
      state: 'active',
      executionInfo: { requeueCount: 1, retryCount: 0 },
    });
    expect(await isStillThere(account, nodeId)).toBe(false);
  });

  it('are ended for good, as failures, with terminate (batch-semantics 2.7, 11.4)', async () => {
    const { account, nodeId } = await busy();
    await begin(how, account, nodeId, 'terminate');
    account.clock.advance(1);
    expect(await value(account.engine.tasks.get('job', 't0'))).toMatchObject({
      state: 'completed',
      executionInfo: { result: 'failure', failureInfo: { code: 'TaskEnded' } },
    });
    expect(await taskState(account, 't1')).toBe('active');
    expect(await isStillThere(account, nodeId)).toBe(false);
  });

  it('are waited for with taskcompletion, and no other is begun (batch-semantics 2.7, 11.4)', async () => {
    const { account, nodeId } = await busy();
    await begin(how, account, nodeId, 'taskcompletion');
    account.clock.advance(duration.minutes(59));
    expect((await value(account.engine.nodes.get('pool', nodeId))).state).toBe('running');
    expect(await taskState(account, 't0')).toBe('running');
    account.clock.advance(duration.minutes(1));
    expect(await taskState(account, 't0')).toBe('completed');
    expect(await taskState(account, 't1')).toBe('active');
    expect(await isStillThere(account, nodeId)).toBe(false);
  });

  it('are waited for with retaineddata, and so are their files (batch-semantics 2.7, 11.4)', async () => {
    const { account, nodeId } = await busy();
    await begin(how, account, nodeId, 'retaineddata');
    account.clock.advance(duration.minutes(60));
    expect(await taskState(account, 't0')).toBe('completed');
    account.clock.advance(duration.minutes(9));
    expect(await isStillThere(account, nodeId)).toBe(true);
    expect(await taskState(account, 't1')).toBe('active');
    expect((await value(account.engine.files.ofTask('job', 't0'))).nodeId).toBe(nodeId);
    account.clock.advance(duration.minutes(1));
    expect(await isStillThere(account, nodeId)).toBe(false);
  });
});

describe('tasks of a node whose scheduling is disabled', () => {
  it.each([
    ['requeue', { state: 'active', executionInfo: { requeueCount: 1 } }],
    ['terminate', { state: 'completed', executionInfo: { result: 'failure' } }],
  ] as const)('are ended with %s, and it is offline (batch-semantics 11.4, 11.5)', async (option, task) => {
    const { account, nodeId } = await busy();
    await value(account.engine.nodes.disableScheduling('pool', nodeId, option));
    account.clock.advance(1);
    expect(await value(account.engine.tasks.get('job', 't0'))).toMatchObject(task);
    expect(await value(account.engine.nodes.get('pool', nodeId))).toMatchObject({
      state: 'offline',
      schedulingState: 'disabled',
    });
    account.clock.advance(duration.days(1));
    expect(await taskState(account, 't1')).toBe('active');
  });
});

describe('scheduling on a node', () => {
  it('is disabled once and enabled once: again is refused (batch-semantics 11.5)', async () => {
    const account = await accountWithPool(1);
    const { nodes } = account.engine;
    const id = await firstNodeId(account);
    const code = 'NodeAlreadyInTargetSchedulingState';
    expect(await refusalCode(nodes.enableScheduling('pool', id))).toBe(code);
    await value(nodes.disableScheduling('pool', id, 'requeue'));
    expect(await refusalCode(nodes.disableScheduling('pool', id, 'requeue'))).toBe(code);
    expect(await nodesOf(account)).toMatchObject([{ state: 'offline', schedulingState: 'disabled' }]);
    await value(nodes.enableScheduling('pool', id));
    expect(await nodesOf(account)).toMatchObject([{ state: 'idle', schedulingState: 'enabled' }]);
    expect(await refusalCode(nodes.enableScheduling('pool', id))).toBe(code);
  });
});

describe('a node that is rebooted or reimaged', () => {
  it.each(['reboot', 'reimage'] as const)(
    'passes through its %s, starting and its start task to idle under its id (batch-semantics 11.5, 11.6)',
    async (how) => {
      const settings = { nodeRebootMs: 5000, nodeReimageMs: 5000, nodeStartupMs: 5000 };
      const account = await accountWithPool(1, { startTask: { commandLine: 'sleep 5' } }, { settings });
      account.clock.advance(duration.minutes(1));
      const id = await firstNodeId(account);
      await begin(how, account, id, 'requeue');
      const seen: string[] = [];
      for (let second = 0; second < 20; second += 1) {
        const { state } = await value(account.engine.nodes.get('pool', id));
        if (seen.at(-1) !== state) seen.push(state);
        account.clock.advance(1000);
      }
      expect(seen).toEqual([`${how}ing`.replace('imageing', 'imaging'), 'starting', 'waitingforstarttask', 'idle']);
    },
  );

  it('has the files of its tasks after a reboot, and not after a reimage (batch-semantics 11.5)', async () => {
    const account = await accountWithPool(1);
    await addJob(account);
    await addTasks(account, 'echo hello');
    account.clock.advance(1);
    const id = await firstNodeId(account);
    const path = 'workitems/job/job-1/t0/stdout.txt';
    await begin('reboot', account, id, 'requeue');
    account.clock.advance(1000);
    expect((await value(account.engine.files.ofTask('job', 't0'))).nodeId).toBe(id);
    expect(await account.runtime.files.stat(id, path)).toBeDefined();
    await begin('reimage', account, id, 'requeue');
    account.clock.advance(1000);
    expect(await account.runtime.files.stat(id, path)).toBeUndefined();
  });

  it('must not be on its way already (batch-semantics 11.5)', async () => {
    const settings = { nodeCreationMs: 5000, nodeStartupMs: 5000, nodeRebootMs: 5000, nodeReimageMs: 5000 };
    const account = await accountWithPool(1, {}, { settings });
    const id = await firstNodeId(account);
    const refusals = async (): Promise<readonly string[]> => [
      await refusalCode(account.engine.nodes.reboot('pool', id, 'requeue')),
      await refusalCode(account.engine.nodes.reimage('pool', id, 'requeue')),
    ];
    expect(await refusals()).toEqual(['NodeBeingCreated', 'NodeBeingCreated']);
    account.clock.advance(5000);
    expect(await refusals()).toEqual(['NodeBeingStarted', 'NodeBeingStarted']);
    account.clock.advance(5000);
    await value(account.engine.nodes.reboot('pool', id, 'requeue'));
    expect(await refusals()).toEqual(['NodeBeingRebooted', 'NodeBeingRebooted']);
    account.clock.advance(duration.minutes(1));
    await value(account.engine.nodes.reimage('pool', id, 'requeue'));
    expect(await refusals()).toEqual(['NodeBeingReimaged', 'NodeBeingReimaged']);
  });
});

describe('a node that is broken', () => {
  it('is unusable with its errors, its tasks run elsewhere, and it does not heal but by a restart (batch-semantics 2.7, 10.1, 11.5, 11.6)', async () => {
    const connect = vi.spyOn(SimulatedRuntime.prototype, 'connect');
    const account = await accountWithPool(2);
    const report = connect.mock.calls[0]?.[0];
    connect.mockRestore();
    await addJob(account);
    await addTasks(account, 'sleep 3600');
    account.clock.advance(1);
    const nodeId = (await nodesOf(account)).find(({ state }) => state === 'running')?.id ?? '';
    report?.({ type: 'nodeFailed', nodeId, error: { code: 'DiskFull', message: 'There is not enough disk space.' } });
    account.clock.advance(1);
    const node = () => value(account.engine.nodes.get('pool', nodeId));
    expect(await node()).toMatchObject({ state: 'unusable', errors: [{ code: 'DiskFull' }], runningTasksCount: 0 });
    const task = await value(account.engine.tasks.get('job', 't0'));
    expect(task).toMatchObject({ state: 'running', executionInfo: { retryCount: 0, requeueCount: 0 } });
    expect(task.nodeInfo).not.toMatchObject({ nodeId });
    account.clock.advance(duration.days(2));
    expect(await node()).toMatchObject({ state: 'unusable' });
    expect(await value(account.engine.pools.get('pool'))).toMatchObject({ currentDedicatedNodes: 2 });
    await begin('reboot', account, nodeId, 'requeue');
    account.clock.advance(duration.minutes(1));
    expect(await node()).toMatchObject({ state: 'idle' });
    expect((await node()).errors).toBeUndefined();
  });
});

describe('what a node tells of itself', () => {
  it('is an id by its kind, an affinity of that id, and an address in the order of their making (batch-semantics 11.6)', async () => {
    const account = await accountWithPool(2, { targetLowPriorityNodes: 1 });
    const nodes = [...(await nodesOf(account))].toSorted((a, b) => compareAddresses(a, b));
    expect(nodes.map(({ ipAddress }) => ipAddress)).toEqual(['10.0.0.4', '10.0.0.5', '10.0.0.6']);
    for (const { id, affinityId, isDedicated } of nodes) {
      expect(id).toMatch(isDedicated ? /^tvmps_[0-9a-f]{64}_d$/ : /^tvmps_[0-9a-f]{64}_p$/);
      expect(affinityId).toBe(`TVM:${id}`);
    }
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(3);
  });

  it('is its newest ten tasks, without those of jobs and pools, and how many it has completed (batch-semantics 11.6)', async () => {
    const account = await accountWithPool(1, { startTask: { commandLine: 'true' } });
    await addJob(account, { jobPreparationTask: { commandLine: 'true' } });
    await addTasks(
      account,
      ...Array.from({ length: 12 }, (_, index) => (index === 11 ? 'false' : 'sleep 1')),
      'sleep 60',
    );
    account.clock.advance(30_000);
    const [node] = await nodesOf(account);
    expect(node).toMatchObject({ totalTasksRun: 12, totalTasksSucceeded: 11, runningTasksCount: 1 });
    const shown = node?.recentTasks?.map(({ taskId }) => taskId) ?? [];
    expect(shown).toEqual(['t12', 't11', 't10', 't9', 't8', 't7', 't6', 't5', 't4', 't3']);
    expect(node?.recentTasks?.[0]).toMatchObject({ jobId: 'job', taskState: 'running' });
  });

  it('is running while it has a task, and idle when it has none (batch-semantics 11.6)', async () => {
    const account = await accountWithPool(1, { taskSlotsPerNode: 2 });
    await addJob(account);
    await addTasks(account, 'sleep 60', 'sleep 120');
    account.clock.advance(1);
    const state = async () => (await nodesOf(account)).map((node) => [node.state, node.runningTasksCount]);
    expect(await state()).toEqual([['running', 2]]);
    account.clock.advance(60_000);
    expect(await state()).toEqual([['running', 1]]);
    account.clock.advance(60_000);
    expect(await state()).toEqual([['idle', 0]]);
  });
});

function compareAddresses(a: NodeResource, b: NodeResource): number {
  return Number(a.ipAddress?.split('.').at(-1)) - Number(b.ipAddress?.split('.').at(-1));
}
