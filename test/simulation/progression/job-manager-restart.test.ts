// A job manager that starts again comes before all other tasks of its priority, and pushes some back when there is no
// room: batch-semantics 5.3, in virtual time.
import { describe, expect, it } from 'vitest';
import type { JobAdd, JobManagerTask, PoolAdd } from '../../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, value } from '../../support/simulated-account.ts';

const manager = (more: Partial<JobManagerTask> = {}): JobManagerTask => ({
  id: 'manager',
  commandLine: "/bin/sh -c 'sleep 10; exit 1'",
  constraints: { maxTaskRetryCount: 1 },
  killJobOnCompletion: false,
  runExclusive: false,
  ...more,
});

async function account(nodes: number, pool: Partial<PoolAdd> = {}): Promise<SimulatedAccount> {
  return accountWithPool(nodes, pool);
}

async function addJob(
  { engine, clock }: SimulatedAccount,
  id: string,
  more: Partial<JobAdd>,
  tasks: readonly string[],
) {
  await value(engine.jobs.add({ id, poolInfo: { poolId: 'pool' }, ...more }));
  for (const task of tasks) await value(engine.tasks.add(id, { id: task, commandLine: 'sleep 600' }));
  clock.advance(1);
}

async function states({ engine }: SimulatedAccount, jobId: string): Promise<Readonly<Record<string, string>>> {
  const { items } = await value(engine.tasks.list(jobId, { limit: 100 }));
  return Object.fromEntries(items.map(({ id, state }) => [id, state]));
}

describe('a job manager that failed and is retried', () => {
  it('starts before tasks that have waited longer, of other jobs of its priority, too (batch-semantics 5.3)', async () => {
    const world = await account(1);
    await addJob(world, 'managed', { jobManagerTask: manager() }, []);
    await addJob(world, 'other', {}, ['waits']);
    world.clock.advance(10_500);
    expect(await states(world, 'managed')).toEqual({ manager: 'running' });
    expect(await states(world, 'other')).toEqual({ waits: 'active' });
    expect((await value(world.engine.tasks.get('managed', 'manager'))).executionInfo.retryCount).toBe(1);
  });
});

describe('a job manager whose node is taken away', () => {
  async function withoutNode(world: SimulatedAccount): Promise<void> {
    const { engine, clock } = world;
    const { nodeInfo } = await value(engine.tasks.get('managed', 'manager'));
    await value(engine.nodes.disableScheduling('pool', nodeInfo?.nodeId ?? '', 'requeue'));
    clock.advance(1);
  }
  const patient = manager({ commandLine: 'sleep 600' });

  it('pushes a running task of equal priority back to the queue, without a counter moving (batch-semantics 5.3)', async () => {
    const world = await account(2);
    await addJob(world, 'managed', { jobManagerTask: patient }, []);
    await addJob(world, 'other', {}, ['first']);
    await withoutNode(world);
    expect(await states(world, 'managed')).toEqual({ manager: 'running' });
    expect(await value(world.engine.tasks.get('other', 'first'))).toMatchObject({
      state: 'active',
      executionInfo: { retryCount: 0, requeueCount: 0 },
    });
  });

  it('takes the place of the lowest priority, there of the newest task', async () => {
    const world = await account(3, { taskSlotsPerNode: 1 });
    await addJob(world, 'managed', { jobManagerTask: patient }, []);
    await addJob(world, 'equal', {}, ['a']);
    await addJob(world, 'low', { priority: -5 }, ['b']);
    await withoutNode(world);
    expect(await states(world, 'managed')).toEqual({ manager: 'running' });
    expect([await states(world, 'equal'), await states(world, 'low')]).toEqual([{ a: 'running' }, { b: 'active' }]);
  });

  it('never displaces a task of a higher priority (batch-semantics 5.3)', async () => {
    const world = await account(2);
    await addJob(world, 'managed', { jobManagerTask: patient }, []);
    await addJob(world, 'high', { priority: 1 }, ['a']);
    await withoutNode(world);
    expect(await states(world, 'managed')).toEqual({ manager: 'active' });
    expect(await states(world, 'high')).toEqual({ a: 'running' });
  });

  it('that wants a node alone pushes all of its tasks back, or none', async () => {
    const world = await account(2, { taskSlotsPerNode: 2 });
    const alone = manager({ commandLine: 'sleep 600', runExclusive: true });
    await addJob(world, 'managed', { jobManagerTask: alone }, []);
    await addJob(world, 'other', {}, ['a']);
    await addJob(world, 'high', { priority: 1 }, ['b']);
    await withoutNode(world);
    expect(await states(world, 'managed')).toEqual({ manager: 'active' });
    await value(world.engine.tasks.terminate('high', 'b'));
    world.clock.advance(1);
    expect(await states(world, 'managed')).toEqual({ manager: 'running' });
    expect(await states(world, 'other')).toEqual({ a: 'active' });
  });

  it('leaves other job managers where they are', async () => {
    const world = await account(2);
    await addJob(world, 'managed', { jobManagerTask: patient }, []);
    await addJob(world, 'other', { jobManagerTask: patient }, []);
    await withoutNode(world);
    expect(await states(world, 'managed')).toEqual({ manager: 'active' });
    expect(await states(world, 'other')).toEqual({ manager: 'running' });
  });
});
