// Nodes whose agent does not answer: what the service believes meanwhile, and what becomes of them. Batch-semantics 2.7
// and 11.6, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../../core/kernel/index.ts';
import type { NodeResource } from '../../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../../support/simulated-account.ts';

const MINUTE = duration.minutes(1);
const LOST_MS = 20 * MINUTE;

interface World extends SimulatedAccount {
  /** Where the task began. */
  readonly nodeId: string;
}

async function withTask(commandLine = 'sleep 3600', nodes = 2): Promise<World> {
  const account = await accountWithPool(nodes, {}, { settings: { lostContactMs: LOST_MS } });
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(account.engine.tasks.add('job', { id: 't', commandLine }));
  account.clock.advance(1000);
  const { nodeInfo } = await value(account.engine.tasks.get('job', 't'));
  return { ...account, nodeId: nodeInfo?.nodeId ?? '' };
}

const taskOf = ({ engine }: World) => value(engine.tasks.get('job', 't'));

async function nodesOf({ engine }: World): Promise<readonly NodeResource[]> {
  return (await value(engine.nodes.list('pool', { limit: 10 }))).items;
}

describe('a node to which contact is lost', () => {
  it.each(['by a fault', 'as its machine is gone'])(
    'is unusable without an error, its task believed to run, and then replaced: %s (batch-semantics 2.7, 11.6)',
    async (how) => {
      const world = await withTask();
      const { engine, clock, runtime, nodeId } = world;
      if (how === 'by a fault') await value(engine.faults.lose('pool', nodeId));
      else runtime.loseNode(nodeId);
      clock.advance(LOST_MS - MINUTE);
      const lost = await value(engine.nodes.get('pool', nodeId));
      expect(lost).toMatchObject({ state: 'unusable', runningTasksCount: 1 });
      expect(lost.errors).toBeUndefined();
      expect(await taskOf(world)).toMatchObject({ state: 'running', nodeInfo: { nodeId } });

      clock.advance(2 * MINUTE);

      const nodes = await nodesOf(world);
      expect(nodes.map(({ id }) => id)).not.toContain(nodeId);
      expect(nodes.map(({ state }) => state).toSorted()).toEqual(['idle', 'running']);
      const task = await taskOf(world);
      expect(task).toMatchObject({ state: 'running', executionInfo: { retryCount: 0, requeueCount: 0 } });
      expect(task.nodeInfo?.nodeId).not.toBe(nodeId);
    },
  );

  it('is not heard any more, also when its task ends there (batch-semantics 11.6)', async () => {
    const world = await withTask('sleep 60');
    await value(world.engine.faults.lose('pool', world.nodeId));
    world.clock.advance(5 * MINUTE);
    expect(await taskOf(world)).toMatchObject({ state: 'running' });
    world.clock.advance(LOST_MS);
    expect(await taskOf(world)).toMatchObject({ state: 'completed', executionInfo: { result: 'success' } });
  });

  it('comes back under its id where the fault says so, as after a reboot (batch-semantics 11.6)', async () => {
    const world = await withTask('sleep 3600', 1);
    const { engine, clock, nodeId } = world;
    await value(engine.faults.lose('pool', nodeId, 'returns'));
    clock.advance(LOST_MS + MINUTE);
    expect((await nodesOf(world)).map(({ id, state }) => [id, state])).toEqual([[nodeId, 'running']]);
    const { executionInfo, state } = await taskOf(world);
    expect(state).toBe('running');
    expect(executionInfo).toMatchObject({ retryCount: 0, requeueCount: 0 });
    expect(executionInfo.startTime ?? 0).toBeGreaterThan((await value(engine.jobs.get('job'))).creationTime + LOST_MS);
  });

  it('takes no task, no reboot and no second loss meanwhile, and shows no files (batch-semantics 11.6)', async () => {
    const world = await withTask('true', 1);
    const { engine, clock, nodeId } = world;
    await value(engine.faults.lose('pool', nodeId));
    await value(engine.tasks.add('job', { id: 'later', commandLine: 'true' }));
    clock.advance(MINUTE);
    expect(await value(engine.tasks.get('job', 'later'))).toMatchObject({ state: 'active' });
    for (const operation of [
      engine.nodes.reboot('pool', nodeId, 'requeue'),
      engine.nodes.reimage('pool', nodeId, 'requeue'),
      engine.faults.lose('pool', nodeId),
    ]) {
      expect(await refusalCode(operation)).toBe('OperationInvalidForCurrentState');
    }
    expect(await refusalCode(engine.files.ofTask('job', 't'))).toBe('TaskFilesUnavailable');
    expect(await refusalCode(engine.files.ofNode('pool', nodeId))).toBe('NodeStateUnusable');
    clock.advance(LOST_MS);
    expect(await value(engine.tasks.get('job', 'later'))).toMatchObject({ state: 'completed' });
  });

  it('leaves when the pool is resized, and is not replaced then (11.3)', async () => {
    const world = await withTask('sleep 3600', 1);
    const { engine, clock, nodeId } = world;
    await value(engine.faults.lose('pool', nodeId));
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 0, resizeTimeout: 2 * LOST_MS }));
    clock.advance(LOST_MS + MINUTE);
    expect(await nodesOf(world)).toEqual([]);
    expect(await value(engine.pools.get('pool'))).toMatchObject({ allocationState: 'steady' });
    expect(await taskOf(world)).toMatchObject({ state: 'active' });
  });

  it('stays unusable when its scheduling is disabled and a resize that would remove it stops (11.2, 11.5)', async () => {
    const world = await withTask('sleep 3600', 1);
    const { engine, clock, nodeId } = world;
    await value(engine.nodes.disableScheduling('pool', nodeId, 'taskcompletion'));
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 0, nodeDeallocationOption: 'retaineddata' }));
    await value(engine.tasks.terminate('job', 't'));
    clock.advance(1000);
    await value(engine.faults.lose('pool', nodeId));
    await value(engine.pools.stopResize('pool'));
    clock.advance(1000);
    expect((await value(engine.nodes.get('pool', nodeId))).state).toBe('unusable');
  });

  it('is explained: what is believed of it, and until when (11.6)', async () => {
    const { engine, nodeId } = await withTask();
    await value(engine.faults.lose('pool', nodeId));
    const { reasons } = await value(engine.explain.node('pool', nodeId));
    expect(reasons[0]).toMatchObject({
      code: 'nodeError',
      text: expect.stringMatching(
        /contact with the node agent is lost.*elsewhere.*another node takes its place/,
      ) as string,
    });
  });
});
