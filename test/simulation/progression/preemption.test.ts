// Spot nodes that are taken away and come back, nodes that are lost, and who counts what: batch-semantics 2.7, 11.7.
import { describe, expect, it } from 'vitest';
import { duration } from '../../../core/kernel/index.ts';
import type { EngineSettings, PoolAdd, TaskResource } from '../../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../../support/simulated-account.ts';

const MINUTE = duration.minutes(1);

async function spotPool(
  nodes: number,
  more: Partial<PoolAdd> = {},
  settings: Partial<EngineSettings> = {},
): Promise<SimulatedAccount> {
  const pool = { targetLowPriorityNodes: nodes, ...more };
  return accountWithPool(0, pool, { settings: { spotReturnMs: MINUTE, ...settings } });
}

async function withTask(account: SimulatedAccount): Promise<string> {
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 300' }));
  const task = await taskOf(account);
  const { nodeInfo } = task;
  return nodeInfo !== undefined && 'nodeId' in nodeInfo ? nodeInfo.nodeId : '';
}

const taskOf = ({ engine }: SimulatedAccount): Promise<TaskResource> => value(engine.tasks.get('job', 't'));

async function nodeIds({ engine }: SimulatedAccount): Promise<readonly string[]> {
  return (await value(engine.nodes.list('pool', { limit: 10 }))).items.map(({ id }) => id);
}

async function stateOf({ engine }: SimulatedAccount, nodeId: string): Promise<string> {
  return (await value(engine.nodes.get('pool', nodeId))).state;
}

describe('a spot node that is preempted', () => {
  it('stays listed and counted, and its task runs elsewhere without a counter moving (batch-semantics 2.7, 11.7)', async () => {
    const account = await spotPool(2);
    const nodeId = await withTask(account);
    await value(account.engine.faults.preempt('pool', nodeId));
    expect(await stateOf(account, nodeId)).toBe('preempted');
    const task = await taskOf(account);
    expect(task).toMatchObject({ state: 'running', executionInfo: { retryCount: 0, requeueCount: 0 } });
    expect(task.nodeInfo).not.toMatchObject({ nodeId });
    expect(await value(account.engine.pools.get('pool'))).toMatchObject({ currentLowPriorityNodes: 2 });
    const [counts] = (await value(account.engine.pools.nodeCounts({ limit: 1 }))).items;
    expect(counts?.lowPriority).toMatchObject({ preempted: 1, running: 1, total: 2 });
  });

  it('runs no task, and its waiting task waits (batch-semantics 11.7)', async () => {
    const account = await spotPool(1);
    const nodeId = await withTask(account);
    await value(account.engine.faults.preempt('pool', nodeId));
    account.clock.advance(MINUTE - 1);
    expect((await taskOf(account)).state).toBe('active');
    expect(await value(account.engine.explain.task('job', 't'))).toMatchObject({
      reasons: [{ code: 'preempted', text: expect.stringContaining('It comes back under the same id') as string }, {}],
    });
  });

  it('comes back with the same id through creating, starting and its start task (batch-semantics 11.7)', async () => {
    const account = await spotPool(
      1,
      { startTask: { commandLine: 'sleep 2', waitForSuccess: true } },
      { nodeCreationMs: 3000, nodeStartupMs: 4000 },
    );
    account.clock.advance(MINUTE);
    const [nodeId = ''] = await nodeIds(account);
    await value(account.engine.faults.preempt('pool', nodeId));
    const seen: string[] = [];
    for (let second = 0; second < 75; second += 1) {
      const state = await stateOf(account, nodeId);
      if (seen.at(-1) !== state) seen.push(state);
      account.clock.advance(1000);
    }
    expect(seen).toEqual(['preempted', 'creating', 'starting', 'waitingforstarttask', 'idle']);
    expect(await nodeIds(account)).toEqual([nodeId]);
  });

  it('takes a multi-instance task with it, which runs again without a retry (7)', async () => {
    const account = await spotPool(3, { enableInterNodeCommunication: true });
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    const multiInstanceSettings = { numberOfInstances: 2, coordinationCommandLine: 'true' };
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 300', multiInstanceSettings }));
    account.clock.advance(1000);
    const [subtask] = await value(account.engine.tasks.subtasks('job', 't'));
    await value(account.engine.faults.preempt('pool', subtask?.nodeInfo?.nodeId ?? ''));
    account.clock.advance(1000);
    expect(await taskOf(account)).toMatchObject({
      state: 'running',
      executionInfo: { retryCount: 0, requeueCount: 0 },
    });
    account.clock.advance(10 * MINUTE);
    expect(await taskOf(account)).toMatchObject({
      state: 'completed',
      executionInfo: { result: 'success', retryCount: 0 },
    });
  });

  it('has lost its files (batch-semantics 11.7)', async () => {
    const account = await spotPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'echo hello' }));
    account.clock.advance(1);
    const [nodeId = ''] = await nodeIds(account);
    expect(await account.runtime.files.stat(nodeId, 'workitems/job/job-1/t/stdout.txt')).toBeDefined();
    await value(account.engine.faults.preempt('pool', nodeId));
    expect(await refusalCode(account.engine.files.ofTask('job', 't'))).toBe('TaskFilesUnavailable');
    account.clock.advance(2 * MINUTE);
    expect(await account.runtime.files.stat(nodeId, 'workitems/job/job-1/t/stdout.txt')).toBeUndefined();
  });

  it('prepares its jobs anew when it is back (batch-semantics 5.1)', async () => {
    const account = await spotPool(1);
    await value(
      account.engine.jobs.add({
        id: 'job',
        poolInfo: { poolId: 'pool' },
        jobPreparationTask: { commandLine: 'sleep 5', rerunOnNodeRebootAfterSuccess: false },
      }),
    );
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 300' }));
    account.clock.advance(6000);
    const [nodeId = ''] = await nodeIds(account);
    await value(account.engine.faults.preempt('pool', nodeId));
    account.clock.advance(MINUTE + 1000);
    expect((await taskOf(account)).state).toBe('preparing');
    account.clock.advance(5000);
    expect((await taskOf(account)).state).toBe('running');
  });

  it('fails a multi-instance task on it through recovery: it runs again as a whole (batch-semantics 7)', async () => {
    const account = await spotPool(3, { enableInterNodeCommunication: true });
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(
      account.engine.tasks.add('job', {
        id: 't',
        commandLine: 'sleep 300',
        multiInstanceSettings: { numberOfInstances: 2, coordinationCommandLine: 'true' },
      }),
    );
    account.clock.advance(1000);
    const [first = ''] = (await value(account.engine.nodes.list('pool', { limit: 10 }))).items
      .filter(({ state }) => state === 'running')
      .map(({ id }) => id);
    await value(account.engine.faults.preempt('pool', first));
    account.clock.advance(1000);
    expect(await taskOf(account)).toMatchObject({
      state: 'running',
      executionInfo: { retryCount: 0, requeueCount: 0 },
    });
    expect(await stateOf(account, first)).toBe('preempted');
  });

  it('leaves first when the pool shrinks, and for good (batch-semantics 11.3)', async () => {
    const account = await spotPool(2);
    const [nodeId = '', other = ''] = await nodeIds(account);
    await value(account.engine.faults.preempt('pool', nodeId));
    await value(account.engine.pools.resize('pool', { targetLowPriorityNodes: 1 }));
    account.clock.advance(2 * MINUTE);
    expect(await nodeIds(account)).toEqual([other]);
  });

  it('leaves at once when it was to leave after its task (batch-semantics 11.4)', async () => {
    const account = await spotPool(1);
    const nodeId = await withTask(account);
    await value(
      account.engine.pools.removeNodes('pool', { nodeList: [nodeId], nodeDeallocationOption: 'taskcompletion' }),
    );
    await value(account.engine.faults.preempt('pool', nodeId));
    account.clock.advance(1);
    expect(await nodeIds(account)).toEqual([]);
    expect(await value(account.engine.pools.get('pool'))).toMatchObject({ allocationState: 'steady' });
  });

  it('does not keep its pool from being deleted (batch-semantics 11.1)', async () => {
    const account = await spotPool(1);
    const [nodeId = ''] = await nodeIds(account);
    await value(account.engine.faults.preempt('pool', nodeId));
    await value(account.engine.pools.delete('pool'));
    account.clock.advance(1);
    expect(await refusalCode(account.engine.pools.get('pool'))).toBe('PoolNotFound');
    account.clock.advance(2 * MINUTE);
  });

  it('takes no operation, and is not preempted twice (batch-semantics 11.5)', async () => {
    const account = await spotPool(1);
    const [nodeId = ''] = await nodeIds(account);
    await value(account.engine.faults.preempt('pool', nodeId));
    expect(await refusalCode(account.engine.nodes.reboot('pool', nodeId, 'requeue'))).toBe(
      'OperationInvalidForCurrentState',
    );
    expect(await refusalCode(account.engine.faults.preempt('pool', nodeId))).toBe('OperationInvalidForCurrentState');
  });

  it('is never a dedicated one (batch-semantics 11.7)', async () => {
    const account = await accountWithPool(1);
    const [nodeId = ''] = await nodeIds(account);
    expect(await refusalCode(account.engine.faults.preempt('pool', nodeId))).toBe('OperationNotValidOnNode');
  });
});

describe('a node that is lost', () => {
  it('is replaced by another one, on which its task runs without a counter moving (2.7)', async () => {
    const account = await accountWithPool(1);
    const nodeId = await withTask(account);
    await value(account.engine.faults.lose('pool', nodeId));
    account.clock.advance(1);
    const [fresh] = await nodeIds(account);
    expect(fresh).not.toBe(nodeId);
    expect(await taskOf(account)).toMatchObject({
      state: 'running',
      nodeInfo: { nodeId: fresh },
      executionInfo: { retryCount: 0, requeueCount: 0 },
    });
  });

  it('leaves nothing of its runs behind that could end a task twice (2.7)', async () => {
    const account = await accountWithPool(2);
    const nodeId = await withTask(account);
    await value(account.engine.faults.lose('pool', nodeId));
    account.clock.advance(duration.minutes(10));
    expect(await taskOf(account)).toMatchObject({ state: 'completed', executionInfo: { result: 'success' } });
  });
});
