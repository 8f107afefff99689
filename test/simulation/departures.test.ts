// Nodes that are to leave for several reasons at once, pools that are deleted meanwhile, and ids that come back too soon:
// what the random simulation found, each as a small story. Batch-semantics 11.1 to 11.5 and 3.4, in virtual time.
import { describe, expect, it, vi } from 'vitest';
import { SimulatedRuntime } from '../../adapters/simulated/index.ts';
import { duration } from '../../core/kernel/index.ts';
import type { NodeResource } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../support/simulated-account.ts';

async function withTask(nodes: number, commandLine: string, slots = 1): Promise<SimulatedAccount> {
  const account = await accountWithPool(nodes, { taskSlotsPerNode: slots });
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(account.engine.tasks.add('job', { id: 't', commandLine }));
  account.clock.advance(1);
  return account;
}

async function nodesOf({ engine }: SimulatedAccount): Promise<readonly NodeResource[]> {
  return (await value(engine.nodes.list('pool', { limit: 1000 }))).items;
}

async function busyNode(account: SimulatedAccount): Promise<string> {
  const node = (await nodesOf(account)).find(({ state }) => state === 'running');
  if (node === undefined) throw new Error('No node runs a task.');
  return node.id;
}

describe('a node that takes its time to leave', () => {
  it('leaves also when it breaks meanwhile (batch-semantics 11.6)', async () => {
    const connect = vi.spyOn(SimulatedRuntime.prototype, 'connect');
    const { engine, clock } = await accountWithPool(1, {}, { settings: { nodeLeavingMs: 5000 } });
    const report = connect.mock.calls[0]?.[0];
    connect.mockRestore();
    const nodeId = (await value(engine.nodes.list('pool', { limit: 1 }))).items[0]?.id ?? '';
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 0 }));
    clock.advance(1000);
    report?.({ type: 'nodeFailed', nodeId, error: { code: 'DiskFull', message: 'There is not enough disk space.' } });
    clock.advance(1000);
    expect((await value(engine.nodes.get('pool', nodeId))).state).toBe('leavingpool');
    clock.advance(5000);
    expect(await value(engine.pools.get('pool'))).toMatchObject({
      currentDedicatedNodes: 0,
      allocationState: 'steady',
    });
  });

  it('ends the release task that runs there, for which the job waits (5.2, 11.6)', async () => {
    const { engine, clock } = await accountWithPool(1, {}, { settings: { nodeLeavingMs: 5000 } });
    await value(
      engine.jobs.add({
        id: 'job',
        poolInfo: { poolId: 'pool' },
        jobPreparationTask: { commandLine: 'true' },
        jobReleaseTask: { commandLine: 'sleep 60' },
      }),
    );
    await value(engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    clock.advance(1000);
    await value(engine.jobs.terminate('job', undefined));
    clock.advance(1000);

    await value(engine.pools.resize('pool', { targetDedicatedNodes: 0 }));
    clock.advance(1000);

    // The process goes with its node, not before.
    expect(await value(engine.jobs.get('job'))).toMatchObject({ state: 'terminating' });
    clock.advance(5000);
    expect(await value(engine.jobs.get('job'))).toMatchObject({ state: 'completed' });
  });
});

describe('a node that is lost', () => {
  it('is removed from its runtime, so that nothing of it stays (batch-semantics 11.6)', async () => {
    const account = await withTask(1, 'sleep 60');
    const nodeId = await busyNode(account);
    const remove = vi.spyOn(account.runtime, 'removeNode');
    account.runtime.loseNode(nodeId);
    account.clock.advance(1);
    expect(remove.mock.calls).toEqual([[nodeId]]);
    expect((await value(account.engine.tasks.get('job', 't'))).nodeInfo?.nodeId).not.toBe(nodeId);
  });
});

describe('a node that is reimaged', () => {
  it('has lost the files of its tasks, also when it leaves before it has booted again (batch-semantics 11.5)', async () => {
    const settings = { nodeReimageMs: 5000, nodeLeavingMs: 5000 };
    const { engine, clock } = await accountWithPool(1, {}, { settings });
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    clock.advance(1000);
    const { nodeInfo } = await value(engine.tasks.get('job', 't'));
    await value(engine.nodes.reimage('pool', nodeInfo?.nodeId ?? '', 'requeue'));
    expect(await refusalCode(engine.files.ofTask('job', 't'))).toBe('TaskFilesUnavailable');
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 0 }));
    clock.advance(1000);
    expect((await value(engine.nodes.get('pool', nodeInfo?.nodeId ?? ''))).state).toBe('leavingpool');
    expect(await refusalCode(engine.files.ofTask('job', 't'))).toBe('TaskFilesUnavailable');
  });
});

describe('a pool that is deleted', () => {
  it('does not wait for the tasks that a resize before it would have waited for (batch-semantics 11.1)', async () => {
    const account = await withTask(1, 'sleep 36000');
    const resize = { targetDedicatedNodes: 0, nodeDeallocationOption: 'taskcompletion' } as const;
    await value(account.engine.pools.resize('pool', resize));
    account.clock.advance(1);
    await value(account.engine.pools.delete('pool'));
    account.clock.advance(1);
    expect(await refusalCode(account.engine.pools.get('pool'))).toBe('PoolNotFound');
    expect((await value(account.engine.tasks.get('job', 't'))).state).toBe('active');
  });

  it('does not wait for retained data either (batch-semantics 11.1)', async () => {
    const account = await withTask(1, 'true');
    const removal = {
      nodeList: [(await nodesOf(account))[0]?.id ?? ''],
      nodeDeallocationOption: 'retaineddata',
    } as const;
    await value(account.engine.pools.removeNodes('pool', removal));
    await value(account.engine.pools.delete('pool'));
    account.clock.advance(1);
    expect(await refusalCode(account.engine.pools.get('pool'))).toBe('PoolNotFound');
  });

  it('goes on when its resize timeout has passed before its last node can leave (batch-semantics 11.1)', async () => {
    const account = await withTask(1, 'sleep 3600');
    const { engine, clock, runtime } = account;
    // A process that does not die of its own accord keeps the node.
    vi.spyOn(runtime, 'kill').mockImplementation(() => undefined);
    await value(engine.pools.delete('pool'));
    clock.advance(duration.minutes(20));
    expect(await value(engine.pools.get('pool'))).toMatchObject({ state: 'deleting', allocationState: 'resizing' });
    clock.advance(duration.hours(1));
    expect(await refusalCode(engine.pools.get('pool'))).toBe('PoolNotFound');
  });
});

describe('a node that waits to leave', () => {
  it('still leaves when its scheduling is disabled meanwhile', async () => {
    const account = await withTask(1, 'sleep 60');
    const resize = { targetDedicatedNodes: 0, nodeDeallocationOption: 'taskcompletion' } as const;
    await value(account.engine.pools.resize('pool', resize));
    account.clock.advance(1);
    await value(account.engine.nodes.disableScheduling('pool', await busyNode(account), 'taskcompletion'));
    account.clock.advance(duration.minutes(2));
    expect(await nodesOf(account)).toEqual([]);
    expect(await value(account.engine.pools.get('pool'))).toMatchObject({ allocationState: 'steady' });
  });

  it('leaves at once when its scheduling is disabled with requeue (batch-semantics 11.4)', async () => {
    const account = await withTask(1, 'sleep 36000');
    const resize = { targetDedicatedNodes: 0, nodeDeallocationOption: 'taskcompletion' } as const;
    await value(account.engine.pools.resize('pool', resize));
    account.clock.advance(1);
    await value(account.engine.nodes.disableScheduling('pool', await busyNode(account), 'requeue'));
    account.clock.advance(1);
    expect(await nodesOf(account)).toEqual([]);
    expect((await value(account.engine.tasks.get('job', 't'))).executionInfo.requeueCount).toBe(1);
  });

  it('goes offline when it may stay after all and its scheduling was disabled before', async () => {
    const account = await withTask(1, 'sleep 3600');
    const node = await busyNode(account);
    await value(account.engine.nodes.disableScheduling('pool', node, 'taskcompletion'));
    const resize = { targetDedicatedNodes: 0, nodeDeallocationOption: 'taskcompletion' } as const;
    await value(account.engine.pools.resize('pool', { ...resize, resizeTimeout: duration.minutes(5) }));
    account.clock.advance(duration.minutes(6));
    expect((await value(account.engine.nodes.get('pool', node))).state).toBe('running');
    account.clock.advance(duration.hours(1));
    expect((await value(account.engine.nodes.get('pool', node))).state).toBe('offline');
  });
});

describe('a task under the id of one that was deleted while it ran', () => {
  it('waits until that one has really ended, so that the two never share a directory', async () => {
    const account = await withTask(1, 'sleep 60', 2);
    const { engine, clock, runtime } = account;
    const node = await busyNode(account);
    await value(engine.tasks.delete('job', 't'));
    await value(engine.tasks.add('job', { id: 't', commandLine: 'sleep 60' }));
    await value(engine.tasks.add('job', { id: 'other', commandLine: 'sleep 60' }));
    expect((await value(engine.tasks.get('job', 't'))).state).toBe('active');
    expect((await value(engine.tasks.get('job', 'other'))).state).toBe('running');
    clock.advance(1000);
    expect((await value(engine.tasks.get('job', 't'))).state).toBe('running');
    expect(await runtime.files.stat(node, 'workitems/job/job-1/t')).toBeDefined();
  });
});
