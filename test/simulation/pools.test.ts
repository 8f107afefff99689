// How pools grow, shrink and go, and how nodes come up: batch-semantics 6 and 11, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import {
  type SimulatedAccount,
  accountWithPool,
  poolOf,
  refusalCode,
  simulatedAccount,
  value,
} from '../support/simulated-account.ts';

const nodesOf = async ({ engine }: SimulatedAccount): Promise<readonly string[]> =>
  (await value(engine.nodes.list('pool', { limit: 1000 }))).items.map(({ state }) => state);

const poolState = async ({ engine }: SimulatedAccount): Promise<string> =>
  (await value(engine.pools.get('pool'))).allocationState;

describe('a pool', () => {
  it('is resizing right after its creation, even towards no nodes, then steady (batch-semantics 11.1; wire-facts 3.1)', async () => {
    const account = await simulatedAccount();
    const added = await value(account.engine.pools.add(poolOf('pool', 0)));
    expect(added).toMatchObject({
      allocationState: 'resizing',
      currentDedicatedNodes: 0,
      resizeTimeout: duration.minutes(15),
    });
    account.clock.advance(1);
    expect(await poolState(account)).toBe('steady');
  });

  it('is steady when its nodes are allocated, not when they are idle (batch-semantics 11.2; wire-facts 4.2)', async () => {
    const account = await simulatedAccount({ settings: { nodeStartupMs: 5000, allocationMs: 1000 } });
    await value(account.engine.pools.add(poolOf('pool', 2)));
    account.clock.advance(1000);
    expect(await poolState(account)).toBe('steady');
    expect(await nodesOf(account)).toEqual(['starting', 'starting']);
    account.clock.advance(5000);
    expect(await nodesOf(account)).toEqual(['idle', 'idle']);
  });

  it('runs its start task on each node before tasks go there (batch-semantics 6)', async () => {
    const account = await accountWithPool(1, { startTask: { commandLine: 'sleep 5', waitForSuccess: true } });
    expect(await nodesOf(account)).toEqual(['waitingforstarttask']);
    account.clock.advance(5000);
    expect(await nodesOf(account)).toEqual(['idle']);
  });

  it('has nodes in starttaskfailed when the start task has failed for good (batch-semantics 6)', async () => {
    const account = await accountWithPool(1, {
      startTask: { commandLine: "/bin/sh -c 'sleep 1; exit 4'", maxTaskRetryCount: 1 },
    });
    account.clock.advance(2000);
    const [node] = (await value(account.engine.nodes.list('pool', { limit: 10 }))).items;
    expect(node).toMatchObject({
      state: 'starttaskfailed',
      startTaskInfo: {
        state: 'completed',
        exitCode: 4,
        retryCount: 1,
        result: 'failure',
        failureInfo: { code: 'FailureExitCode' },
      },
    });
  });

  it('does not wait for a start task that it need not wait for', async () => {
    const account = await accountWithPool(1, { startTask: { commandLine: 'sleep 5', waitForSuccess: false } });
    expect(await nodesOf(account)).toEqual(['idle']);
  });

  it('can be resized only when it is steady (batch-semantics 11.2)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 3 }));
    expect(await refusalCode(account.engine.pools.resize('pool', { targetDedicatedNodes: 2 }))).toBe(
      'PoolBeingResized',
    );
    account.clock.advance(1);
    expect(await nodesOf(account)).toEqual(['idle', 'idle', 'idle']);
  });

  it('that shrinks with taskcompletion waits for running tasks, idle nodes go first (batch-semantics 11.3, 11.4)', async () => {
    const account = await accountWithPool(2);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 60' }));
    await value(
      account.engine.pools.resize('pool', { targetDedicatedNodes: 0, nodeDeallocationOption: 'taskcompletion' }),
    );
    account.clock.advance(1000);
    expect(await nodesOf(account)).toEqual(['running']);
    expect(await poolState(account)).toBe('resizing');
    account.clock.advance(59_000);
    expect(await nodesOf(account)).toEqual([]);
    expect(await poolState(account)).toBe('steady');
    expect((await value(account.engine.tasks.get('job', 't'))).executionInfo.result).toBe('success');
  });

  it('that shrinks with requeue sends the task back and counts it (batch-semantics 2.7, 11.4)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 60' }));
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 0 }));
    account.clock.advance(1);
    expect(await value(account.engine.tasks.get('job', 't'))).toMatchObject({
      state: 'active',
      executionInfo: { requeueCount: 1 },
    });
  });

  it('gives up a shrink whose timeout has passed; the waiting node stays (batch-semantics 11.2, 11.3)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 3600' }));
    await value(
      account.engine.pools.resize('pool', {
        targetDedicatedNodes: 0,
        nodeDeallocationOption: 'taskcompletion',
        resizeTimeout: duration.minutes(5),
      }),
    );
    account.clock.advance(duration.minutes(6));
    const pool = await value(account.engine.pools.get('pool'));
    expect(pool).toMatchObject({ allocationState: 'steady', currentDedicatedNodes: 1, targetDedicatedNodes: 0 });
    expect(pool.resizeErrors?.[0]?.code).toBe('AllocationTimedout');
  });

  it('gets as many nodes as the core quota allows, and an error for the rest (batch-semantics 11.2)', async () => {
    const quotas = { dedicatedCores: 6, lowPriorityCores: 0, pools: 10, activeJobsAndSchedules: 10 };
    const account = await accountWithPool(5, {}, { settings: { quotas } });
    const pool = await value(account.engine.pools.get('pool'));
    expect(pool).toMatchObject({ currentDedicatedNodes: 3, targetDedicatedNodes: 5, allocationState: 'steady' });
    expect(pool.resizeErrors?.[0]?.code).toBe('AccountCoreQuotaReached');
  });

  it('replaces a node that is lost (batch-semantics 11.6)', async () => {
    const account = await accountWithPool(1);
    const [lost] = (await value(account.engine.nodes.list('pool', { limit: 10 }))).items;
    account.runtime.loseNode(lost?.id ?? '');
    account.clock.advance(1);
    const [fresh] = (await value(account.engine.nodes.list('pool', { limit: 10 }))).items;
    expect(fresh?.state).toBe('idle');
    expect(fresh?.id).not.toBe(lost?.id);
  });

  it('that is deleted is gone when its nodes are; its jobs stay and their tasks wait (batch-semantics 11.1)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 60' }));
    await value(account.engine.pools.delete('pool'));
    expect(await value(account.engine.pools.get('pool'))).toMatchObject({ state: 'deleting', targetDedicatedNodes: 0 });
    expect(await refusalCode(account.engine.pools.delete('pool'))).toBe('PoolBeingDeleted');
    account.clock.advance(1);
    expect(await refusalCode(account.engine.pools.get('pool'))).toBe('PoolNotFound');
    expect((await value(account.engine.tasks.get('job', 't'))).state).toBe('active');
  });

  it('takes the node agent that belongs to the image, and no other (batch-semantics 11.8)', async () => {
    const { engine } = await simulatedAccount();
    const wrong = poolOf('pool', 0);
    const machine = wrong.virtualMachineConfiguration;
    const add = engine.pools.add({
      ...wrong,
      ...(machine === undefined
        ? {}
        : { virtualMachineConfiguration: { ...machine, nodeAgentSKUId: 'batch.node.ubuntu 18.04' } }),
    });
    expect(await refusalCode(add)).toBe('InvalidPropertyValue');
  });
});

describe('a node', () => {
  const onlyNode = async ({ engine }: SimulatedAccount): Promise<string> =>
    (await value(engine.nodes.list('pool', { limit: 1 }))).items[0]?.id ?? '';

  it('that reboots runs its start task again and keeps its id (batch-semantics 11.5, 11.6)', async () => {
    const account = await accountWithPool(1, { startTask: { commandLine: 'sleep 5' } });
    account.clock.advance(5000);
    const id = await onlyNode(account);
    await value(account.engine.nodes.reboot('pool', id, 'requeue'));
    expect(await nodesOf(account)).toEqual(['rebooting']);
    account.clock.advance(4000);
    expect(await nodesOf(account)).toEqual(['waitingforstarttask']);
    account.clock.advance(1000);
    expect(await nodesOf(account)).toEqual(['idle']);
    expect(await onlyNode(account)).toBe(id);
  });

  it('whose scheduling is disabled goes offline when its tasks are done, and takes no new ones (batch-semantics 11.4, 11.5)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(
      account.engine.tasks.addCollection('job', [
        { id: 'a', commandLine: 'sleep 10' },
        { id: 'b', commandLine: 'true' },
      ]),
    );
    const id = await onlyNode(account);
    await value(account.engine.nodes.disableScheduling('pool', id, 'taskcompletion'));
    expect(await nodesOf(account)).toEqual(['running']);
    account.clock.advance(10_000);
    expect(await nodesOf(account)).toEqual(['offline']);
    expect(await refusalCode(account.engine.nodes.disableScheduling('pool', id, 'requeue'))).toBe(
      'NodeAlreadyInTargetSchedulingState',
    );
    await value(account.engine.nodes.enableScheduling('pool', id));
    account.clock.advance(1);
    expect((await value(account.engine.tasks.get('job', 'b'))).state).toBe('completed');
  });
});
