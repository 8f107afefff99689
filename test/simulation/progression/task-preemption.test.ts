// Running tasks that give way to jobs of higher priority, off unless a setting turns it on: batch-semantics 2.4.
import { describe, expect, it } from 'vitest';
import type { JobAdd, PoolAdd, TaskAdd } from '../../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, value } from '../../support/simulated-account.ts';

async function account(nodes: number, pool: Partial<PoolAdd> = {}, taskPreemption = true): Promise<SimulatedAccount> {
  return accountWithPool(nodes, pool, { settings: { taskPreemption } });
}

async function addJob({ engine }: SimulatedAccount, job: Partial<JobAdd> & { readonly id: string }): Promise<void> {
  await value(engine.jobs.add({ poolInfo: { poolId: 'pool' }, ...job }));
}

async function addTasks(
  { engine, clock }: SimulatedAccount,
  jobId: string,
  tasks: readonly (Partial<TaskAdd> & { readonly id: string })[],
): Promise<void> {
  await value(
    engine.tasks.addCollection(
      jobId,
      tasks.map((task) => ({ commandLine: 'sleep 60', ...task })),
    ),
  );
  clock.advance(1);
}

async function statesOf({ engine }: SimulatedAccount, jobId: string): Promise<Readonly<Record<string, string>>> {
  const { items } = await value(engine.tasks.list(jobId, { limit: 100 }));
  return Object.fromEntries(items.map(({ id, state }) => [id, state]));
}

const low = { id: 'low', priority: 0, allowTaskPreemption: true };

describe('a running task of a job that allows preemption', () => {
  it('goes back to the queue for a job of higher priority, without a counter moving (batch-semantics 2.4, 2.7)', async () => {
    const world = await account(1);
    await addJob(world, low);
    await addTasks(world, 'low', [{ id: 'a' }]);
    await addJob(world, { id: 'high', priority: 10 });
    await addTasks(world, 'high', [{ id: 'x' }]);
    expect(await statesOf(world, 'high')).toEqual({ x: 'running' });
    const pushed = await value(world.engine.tasks.get('low', 'a'));
    expect(pushed).toMatchObject({ state: 'active', executionInfo: { retryCount: 0, requeueCount: 0 } });
    expect((await value(world.engine.explain.task('low', 'a'))).reasons.map(({ code }) => code)).toContain('recovered');
    world.clock.advance(130_000);
    expect(await statesOf(world, 'low')).toEqual({ a: 'completed' });
  });

  it('stays where it is when the setting is off, as on Azure by default (batch-semantics 2.1, 2.4)', async () => {
    const world = await account(1, {}, false);
    await addJob(world, low);
    await addTasks(world, 'low', [{ id: 'a' }]);
    await addJob(world, { id: 'high', priority: 10 });
    await addTasks(world, 'high', [{ id: 'x' }]);
    expect(await statesOf(world, 'low')).toEqual({ a: 'running' });
  });

  it('stays when the other job has no higher priority, or its own job does not allow it (batch-semantics 2.4)', async () => {
    const world = await account(2);
    await addJob(world, low);
    await addJob(world, { id: 'firm', priority: 0 });
    await addTasks(world, 'low', [{ id: 'a' }]);
    await addTasks(world, 'firm', [{ id: 'b' }]);
    await addJob(world, { id: 'equal', priority: 0 });
    await addTasks(world, 'equal', [{ id: 'x' }]);
    expect(await statesOf(world, 'equal')).toEqual({ x: 'active' });
    await addJob(world, { id: 'high', priority: 1 });
    await addTasks(world, 'high', [{ id: 'y' }, { id: 'z' }]);
    expect(await statesOf(world, 'high')).toEqual({ y: 'running', z: 'active' });
    expect(await statesOf(world, 'firm')).toEqual({ b: 'running' });
  });

  it('stays when there is a free slot anywhere (batch-semantics 2.4)', async () => {
    const world = await account(2);
    await addJob(world, low);
    await addTasks(world, 'low', [{ id: 'a' }]);
    await addJob(world, { id: 'high', priority: 10 });
    await addTasks(world, 'high', [{ id: 'x' }]);
    expect(await statesOf(world, 'low')).toEqual({ a: 'running' });
    expect(await statesOf(world, 'high')).toEqual({ x: 'running' });
  });

  it('is one of as few as are needed, on the node where fewest are; the newest of the lowest priority first', async () => {
    const world = await account(2, { taskSlotsPerNode: 4 });
    await addJob(world, low);
    await addJob(world, { id: 'middle', priority: 5, allowTaskPreemption: true });
    await addTasks(world, 'low', [
      { id: 'a', requiredSlots: 2 },
      { id: 'b', requiredSlots: 1 },
    ]);
    await addTasks(world, 'middle', [
      { id: 'm', requiredSlots: 2 },
      { id: 'n', requiredSlots: 3 },
    ]);
    await addJob(world, { id: 'high', priority: 10 });
    await addTasks(world, 'high', [{ id: 'x', requiredSlots: 2 }]);
    expect(await statesOf(world, 'high')).toEqual({ x: 'running' });
    const low2 = await statesOf(world, 'low');
    const middle = await statesOf(world, 'middle');
    expect([...Object.values(low2), ...Object.values(middle)].filter((state) => state === 'active')).toHaveLength(1);
  });

  it('is not pushed away for more tasks than maxParallelTasks lets run (batch-semantics 2.3)', async () => {
    const world = await account(3);
    await addJob(world, low);
    await addTasks(world, 'low', [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    await addJob(world, { id: 'high', priority: 10, maxParallelTasks: 2 });
    await addTasks(world, 'high', [{ id: 'x' }, { id: 'y' }, { id: 'z' }]);
    expect(await statesOf(world, 'high')).toEqual({ x: 'running', y: 'running', z: 'active' });
    expect(Object.values(await statesOf(world, 'low')).filter((state) => state === 'running')).toHaveLength(1);
  });

  it('is never a job manager, nor an instance of a multi-instance task', async () => {
    const world = await account(2, { enableInterNodeCommunication: true });
    await addJob(world, { ...low, id: 'managed', jobManagerTask: { id: 'manager', commandLine: 'sleep 60' } });
    await addJob(world, low);
    await addTasks(world, 'low', [
      { id: 'mpi', multiInstanceSettings: { numberOfInstances: 1, coordinationCommandLine: 'true' } },
    ]);
    await addJob(world, { id: 'high', priority: 10 });
    await addTasks(world, 'high', [{ id: 'x' }]);
    expect(await statesOf(world, 'high')).toEqual({ x: 'active' });
  });
});
