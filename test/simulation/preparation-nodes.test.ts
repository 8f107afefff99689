// Which node's preparation a task waits for, and when it runs again: batch-semantics 5.1, as the random simulation found
// it. In virtual time.
import { describe, expect, it } from 'vitest';
import type { NodeResource } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, value } from '../support/simulated-account.ts';

async function nodesOf({ engine }: SimulatedAccount): Promise<readonly NodeResource[]> {
  return (await value(engine.nodes.list('pool', { limit: 100 }))).items;
}

async function preparations({ engine }: SimulatedAccount): Promise<readonly (string | undefined)[]> {
  const { items } = await value(engine.jobs.hookTaskStatus('job', { limit: 100 }));
  return items.map(({ jobPreparationTaskExecutionInfo: info }) => info?.state);
}

describe('a task that waits for the preparation of its node', () => {
  it('is not let go by that of a node that it has left (5.1)', async () => {
    const account = await accountWithPool(2);
    const { engine, clock } = account;
    await value(
      engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, jobPreparationTask: { commandLine: 'sleep 60' } }),
    );
    await value(engine.tasks.add('job', { id: 't', commandLine: 'sleep 600' }));
    const first = await value(engine.tasks.get('job', 't'));
    expect(first.state).toBe('preparing');
    clock.advance(30_000);
    // Back to the queue and on to the other node, while the first is still being prepared.
    await value(engine.nodes.disableScheduling('pool', first.nodeInfo?.nodeId ?? '', 'requeue'));
    const second = await value(engine.tasks.get('job', 't'));
    expect(second.state).toBe('preparing');
    expect(second.nodeInfo?.nodeId).not.toBe(first.nodeInfo?.nodeId);

    clock.advance(31_000);

    expect(await preparations(account)).toEqual(expect.arrayContaining(['completed', 'running']));
    expect(await value(engine.tasks.get('job', 't'))).toMatchObject({ state: 'preparing' });
    clock.advance(30_000);
    expect(await value(engine.tasks.get('job', 't'))).toMatchObject({ state: 'running' });
  });

  it('waits for a new one when the node has lost its files and then reboots (5.1, 11.7)', async () => {
    const account = await accountWithPool(0, { targetLowPriorityNodes: 1 }, { settings: { spotReturnMs: 0 } });
    const { engine, clock } = account;
    await value(
      engine.jobs.add({
        id: 'job',
        poolInfo: { poolId: 'pool' },
        jobPreparationTask: { commandLine: 'sleep 60', rerunOnNodeRebootAfterSuccess: false },
      }),
    );
    await value(engine.tasks.add('job', { id: 'before', commandLine: 'true' }));
    clock.advance(61_000);
    const nodeId = (await nodesOf(account))[0]?.id ?? '';
    await value(engine.faults.preempt('pool', nodeId));
    clock.advance(1000);
    await value(engine.nodes.reboot('pool', nodeId, 'requeue'));
    clock.advance(1000);

    await value(engine.tasks.add('job', { id: 'after', commandLine: 'true' }));

    expect(await value(engine.tasks.get('job', 'after'))).toMatchObject({ state: 'preparing' });
  });
});
