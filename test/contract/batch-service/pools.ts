// Contract: pools, from creation to deletion.
import { describe, expect } from 'vitest';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault } from './contract-target.ts';

export function describePools(context: ContractContext): void {
  describe('pools', () => {
    describeCreation(context);
    describeResizing(context);
    describeDeletion(context);
  });
}

function describeCreation(context: ContractContext): void {
  const { test } = context;

  test('a pool is shown as it was asked for', async () => {
    const startTask = {
      commandLine: "/bin/sh -c 'echo hello'",
      environment: [{ name: 'GREETING', value: 'hello, "world"' }],
      user: { autoUser: { scope: 'pool', elevation: 'admin' } },
      maxRetryCount: 2,
      waitForSuccess: false,
    } as const;
    const metadata = { run: '42', note: 'a = b; c' };
    const changes = { taskSlotsPerNode: 4, interNodeCommunication: true, displayName: 'Ein Pool', startTask, metadata };
    const spec = await context.createPool(changes);
    const pool = await context.service.pools.get(spec.id);
    expect(pool).toMatchObject({
      id: spec.id,
      state: 'active',
      // The service gives sizes back in lower case (wire-facts 1.16).
      vmSize: spec.vmSize.toLowerCase(),
      image: spec.image,
      nodeAgentSkuId: spec.nodeAgentSkuId,
      targetDedicatedNodes: 0,
      targetLowPriorityNodes: 0,
      taskSlotsPerNode: 4,
      interNodeCommunication: true,
      startTask,
      resizeErrors: [],
      metadata,
    });
  });

  test('a pool becomes steady, also without nodes', async () => {
    const { id } = await context.createPool();
    const pool = await context.untilPool(id, ({ allocationState }) => allocationState === 'steady');
    expect(pool.currentDedicatedNodes).toBe(0);
  });

  test('an id that is taken is refused, also in other letters (batch-semantics 3.7)', async () => {
    const spec = await context.createPool();
    await expectFault(context.service.pools.create(spec), 'alreadyExists', 'PoolExists');
    const inCapitals = { ...spec, id: spec.id.toUpperCase() };
    await expectFault(context.service.pools.create(inCapitals), 'alreadyExists', 'PoolExists');
  });

  test('of many that create the same pool at the same time, one succeeds', async () => {
    const spec = await context.poolSpec();
    context.ownPool(spec.id);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => context.service.pools.create(spec)));
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refusals).toHaveLength(9);
    for (const { reason } of refusals) expect(reason).toMatchObject({ fault: { code: 'alreadyExists' } });
  });

  test('a pool with an id that the rules forbid is refused (batch-semantics 3.7)', async () => {
    const spec = await context.poolSpec({ id: 'not a pool!' });
    await expectFault(context.service.pools.create(spec), 'invalid', 'InvalidPropertyValue');
  });

  test('a pool of an image that is not supported is refused with the reason', async () => {
    const image = { publisher: 'nobody', offer: 'nothing', sku: '0' };
    const spec = await context.poolSpec({ image });
    const { fault } = await expectFault(context.service.pools.create(spec), 'invalid', 'InvalidPropertyValue');
    expect(fault.details).toContainEqual({ key: 'PropertyName', value: 'imageReference' });
    expect(fault.message).not.toContain('RequestId');
  });

  test('a pool that does not exist is not found', async () => {
    const id = context.id('missing');
    await expectFault(context.service.pools.get(id), 'notFound', 'PoolNotFound');
    expect(await context.service.pools.exists(id)).toBe(false);
  });

  test('a pool is found by its id in other letters', async () => {
    const { id } = await context.createPool();
    expect(await context.service.pools.exists(id.toUpperCase())).toBe(true);
    expect((await context.service.pools.get(id.toUpperCase())).id).toBe(id);
  });

  test('the list has the pools in the order of their ids', async () => {
    const later = await context.createPool({ id: `${context.id('list')}-b` });
    const earlier = await context.createPool({ id: later.id.replace(/b$/, 'a') });
    const ids = (await collect(context.service.pools.list())).map(({ id }) => id);
    expect(ids.filter((id) => id === later.id || id === earlier.id)).toEqual([earlier.id, later.id]);
  });
}

function describeResizing(context: ContractContext): void {
  const { test } = context;

  test('a resize brings nodes and takes them away (batch-semantics 11.2)', async () => {
    const { id } = await context.createPool();
    await context.untilPool(id, ({ allocationState }) => allocationState === 'steady');
    await context.service.pools.resize(id, { dedicatedNodes: 2 });
    const grown = await context.untilPool(id, (pool) => pool.allocationState === 'steady');
    expect(grown).toMatchObject({ currentDedicatedNodes: 2, targetDedicatedNodes: 2, targetLowPriorityNodes: 0 });
    await context.untilNodes(id, 'idle', 2);
    await context.service.pools.resize(id, { dedicatedNodes: 0 });
    const shrunk = await context.untilPool(id, (pool) => pool.allocationState === 'steady');
    expect(shrunk.currentDedicatedNodes).toBe(0);
    expect(await collect(context.service.pools.nodes(id))).toEqual([]);
  });

  test('low-priority nodes are told from dedicated ones (batch-semantics 11.7)', async () => {
    const { id } = await context.createPool({ targetDedicatedNodes: 1, targetLowPriorityNodes: 1 });
    await context.untilNodes(id, 'idle', 2);
    const nodes = await collect(context.service.pools.nodes(id));
    expect(nodes.filter(({ isDedicated }) => isDedicated)).toHaveLength(1);
    expect(await context.service.pools.get(id)).toMatchObject({ currentDedicatedNodes: 1, currentLowPriorityNodes: 1 });
  });

  test('a resize of a pool that does not exist is refused', async () => {
    const call = context.service.pools.resize(context.id('missing'), { dedicatedNodes: 1 });
    await expectFault(call, 'notFound', 'PoolNotFound');
  });

  test('a resize during a resize is refused (batch-semantics 11.2)', async () => {
    const { id } = await context.createPool();
    await context.untilPool(id, ({ allocationState }) => allocationState === 'steady');
    await context.service.pools.resize(id, { dedicatedNodes: 1 });
    await expectFault(context.service.pools.resize(id, { dedicatedNodes: 2 }), 'conflict', 'PoolBeingResized');
  });
}

function describeDeletion(context: ContractContext): void {
  const { test } = context;

  test('a deleted pool is gone with its nodes after a while (batch-semantics 11.1)', async () => {
    const { id } = await context.createPool({ targetDedicatedNodes: 1 });
    await context.untilNodes(id, 'idle', 1);
    await context.service.pools.delete(id);
    await context.until(
      () => context.service.pools.exists(id),
      (exists) => !exists,
    );
    await expectFault(context.service.pools.get(id), 'notFound', 'PoolNotFound');
    await expectFault(collect(context.service.pools.nodes(id)), 'notFound', 'PoolNotFound');
  });

  test('the id of a deleted pool can be used again', async () => {
    const spec = await context.createPool();
    await context.service.pools.delete(spec.id);
    await context.until(
      () => context.service.pools.exists(spec.id),
      (exists) => !exists,
    );
    await context.service.pools.create(spec);
    expect(await context.service.pools.get(spec.id)).toMatchObject({ id: spec.id, state: 'active' });
  });

  test('a pool that does not exist cannot be deleted', async () => {
    await expectFault(context.service.pools.delete(context.id('missing')), 'notFound', 'PoolNotFound');
  });
}
