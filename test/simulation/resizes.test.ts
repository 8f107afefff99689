// How a pool comes to another number of nodes, and which of them go: batch-semantics 11.2, 11.3 and 11.7, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { EngineSettings, NodeResource, PoolResource } from '../../emulator/engine/index.ts';
import { addJob, addTasks, nodesOf, taskState } from '../support/run-log.ts';
import { type SimulatedAccount, accountWithPool, poolOf, refusalCode, value } from '../support/simulated-account.ts';

const shownPool = ({ engine }: SimulatedAccount): Promise<PoolResource> => value(engine.pools.get('pool'));

const errorCodes = async (account: SimulatedAccount) =>
  (await shownPool(account)).resizeErrors?.map(({ code }) => code);

/** A pool of `nodes` whose further allocations take ten minutes. */
async function slowPool(nodes: number, settings: Partial<EngineSettings> = {}): Promise<SimulatedAccount> {
  const account = await accountWithPool(nodes);
  account.engine.settings.change({ allocationMs: duration.minutes(10), ...settings });
  return account;
}

const ids = (nodes: readonly NodeResource[]): readonly string[] => nodes.map(({ id }) => id);

describe('a resize', () => {
  it('needs a target, whole numbers, and at least five minutes (batch-semantics 11.2)', async () => {
    const { engine } = await accountWithPool(1);
    const refused = [
      {},
      { targetDedicatedNodes: -1 },
      { targetLowPriorityNodes: 0.5 },
      { targetDedicatedNodes: 2, resizeTimeout: duration.minutes(5) - 1 },
    ];
    for (const resize of refused) {
      expect(await refusalCode(engine.pools.resize('pool', resize))).toBe('InvalidPropertyValue');
    }
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 2, resizeTimeout: duration.minutes(5) }));
  });

  it('is refused by a pool that scales by a formula (batch-semantics 11.2)', async () => {
    const { engine, clock } = await accountWithPool(1);
    await value(engine.pools.enableAutoScale('pool', { autoScaleFormula: '$TargetDedicatedNodes = 1;' }));
    clock.advance(1000);
    expect(await refusalCode(engine.pools.resize('pool', { targetDedicatedNodes: 2 }))).toBe(
      'OperationInvalidForCurrentState',
    );
  });

  it('shows its targets at once, and its nodes when they are there (batch-semantics 11.2)', async () => {
    const account = await slowPool(1);
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 3, targetLowPriorityNodes: 2 }));
    expect(await shownPool(account)).toMatchObject({
      allocationState: 'resizing',
      targetDedicatedNodes: 3,
      targetLowPriorityNodes: 2,
      currentDedicatedNodes: 1,
      currentLowPriorityNodes: 0,
    });
    account.clock.advance(duration.minutes(10));
    expect(await shownPool(account)).toMatchObject({
      allocationState: 'steady',
      currentDedicatedNodes: 3,
      currentLowPriorityNodes: 2,
    });
  });

  it('keeps the target that it does not name (batch-semantics 11.2)', async () => {
    const account = await accountWithPool(2);
    await value(account.engine.pools.resize('pool', { targetLowPriorityNodes: 1 }));
    account.clock.advance(1);
    expect(await shownPool(account)).toMatchObject({ currentDedicatedNodes: 2, currentLowPriorityNodes: 1 });
  });

  it('gives up after its timeout, of 15 minutes by default: targets and nodes stay as they are (batch-semantics 11.2)', async () => {
    const account = await slowPool(1, { allocationMs: duration.hours(1) });
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 3 }));
    account.clock.advance(duration.minutes(15) - 1);
    expect(await shownPool(account)).toMatchObject({ allocationState: 'resizing' });
    account.clock.advance(1);
    expect(await shownPool(account)).toMatchObject({
      allocationState: 'steady',
      targetDedicatedNodes: 3,
      currentDedicatedNodes: 1,
      resizeErrors: [{ code: 'AllocationTimedout' }],
    });
    account.clock.advance(duration.hours(2));
    expect(await shownPool(account)).toMatchObject({ currentDedicatedNodes: 1 });
  });

  it('takes the errors of the one before away when it begins (batch-semantics 11.2)', async () => {
    const quotas = { dedicatedCores: 4, lowPriorityCores: 0, pools: 10, activeJobsAndSchedules: 10 };
    const account = await accountWithPool(3, {}, { settings: { quotas } });
    account.clock.advance(duration.days(3));
    expect(await errorCodes(account)).toEqual(['AccountCoreQuotaReached']);
    account.engine.settings.change({ allocationMs: duration.minutes(1) });
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 2 }));
    expect(await errorCodes(account)).toBeUndefined();
    account.clock.advance(duration.minutes(1));
    expect(await shownPool(account)).toMatchObject({ allocationState: 'steady', currentDedicatedNodes: 2 });
    expect(await errorCodes(account)).toBeUndefined();
  });

  it('counts spot nodes against a quota of their own (batch-semantics 11.2, 11.7)', async () => {
    const quotas = { dedicatedCores: 100, lowPriorityCores: 4, pools: 10, activeJobsAndSchedules: 10 };
    const account = await accountWithPool(5, { targetLowPriorityNodes: 5 }, { settings: { quotas } });
    expect(await shownPool(account)).toMatchObject({
      currentDedicatedNodes: 5,
      currentLowPriorityNodes: 2,
      targetLowPriorityNodes: 5,
    });
    expect(await errorCodes(account)).toEqual(['AccountLowPriorityCoreQuotaReached']);
  });
});

describe('a resize that is stopped', () => {
  it('is stopping, then steady; target and nodes stay, and an error says so (batch-semantics 11.2)', async () => {
    const account = await slowPool(1, { stopResizeMs: duration.seconds(30) });
    const { engine, clock } = account;
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 4 }));
    clock.advance(duration.minutes(1));
    await value(engine.pools.stopResize('pool'));
    expect(await shownPool(account)).toMatchObject({ allocationState: 'stopping' });
    expect(await errorCodes(account)).toBeUndefined();
    expect(await refusalCode(engine.pools.resize('pool', { targetDedicatedNodes: 2 }))).toBe('PoolBeingResized');
    clock.advance(duration.seconds(30));
    expect(await shownPool(account)).toMatchObject({
      allocationState: 'steady',
      targetDedicatedNodes: 4,
      currentDedicatedNodes: 1,
    });
    expect(new Set(await errorCodes(account))).toEqual(new Set(['ResizeStopped']));
    clock.advance(duration.hours(1));
    expect(await shownPool(account)).toMatchObject({ currentDedicatedNodes: 1 });
  });

  it('must be under way (batch-semantics 11.2)', async () => {
    const account = await slowPool(1, { stopResizeMs: duration.seconds(30) });
    const { engine } = account;
    const code = 'OperationInvalidForCurrentState';
    expect(await refusalCode(engine.pools.stopResize('pool'))).toBe(code);
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 4 }));
    await value(engine.pools.stopResize('pool'));
    expect(await refusalCode(engine.pools.stopResize('pool'))).toBe(code);
  });

  it('no longer sends away what waits for its task (batch-semantics 11.2, 11.3)', async () => {
    const account = await accountWithPool(1);
    await addJob(account);
    await addTasks(account, 'sleep 600', 'true');
    account.clock.advance(1);
    const shrink = { targetDedicatedNodes: 0, nodeDeallocationOption: 'taskcompletion' } as const;
    await value(account.engine.pools.resize('pool', shrink));
    account.clock.advance(1000);
    await value(account.engine.pools.stopResize('pool'));
    account.clock.advance(duration.minutes(11));
    expect(await shownPool(account)).toMatchObject({ currentDedicatedNodes: 1, targetDedicatedNodes: 0 });
    expect(await taskState(account, 't1')).toBe('completed');
  });
});

describe('a pool that shrinks', () => {
  it('parts with nodes that cannot work, then idle ones, then busy ones, and with job managers last (batch-semantics 11.3)', async () => {
    let failing = '';
    const startTask = { commandLine: 'true' };
    const account = await accountWithPool(
      4,
      { startTask },
      {
        program: ({ kind }, nodeId) => {
          if (kind !== 'startTask') return undefined;
          failing ||= nodeId;
          return { durationMs: 0, exitCode: nodeId === failing ? 1 : 0 };
        },
      },
    );
    const { engine, clock } = account;
    await addJob(account, {
      jobManagerTask: { id: 'manager', commandLine: 'sleep 7200', runExclusive: true, killJobOnCompletion: false },
    });
    clock.advance(1);
    // The idle node is not the newest one, which leaves first among equals.
    await addTasks(account, 'sleep 1', 'sleep 7200');
    clock.advance(duration.seconds(2));
    const placeOf = async (task: string): Promise<string> => {
      const { nodeInfo } = await value(engine.tasks.get('job', task));
      return nodeInfo !== undefined && 'nodeId' in nodeInfo ? nodeInfo.nodeId : '';
    };
    const [manager, busy] = [await placeOf('manager'), await placeOf('t1')];
    const idle = await placeOf('t0');
    expect(new Set([failing, manager, busy, idle]).size).toBe(4);
    for (const left of [[idle, busy, manager], [busy, manager], [manager]]) {
      await value(engine.pools.resize('pool', { targetDedicatedNodes: left.length }));
      clock.advance(1);
      expect(ids(await nodesOf(account)).toSorted()).toEqual(left.toSorted());
    }
  });
});

describe('the removal of nodes', () => {
  it('takes those that are named, and lowers the target by their number (batch-semantics 11.3)', async () => {
    const account = await accountWithPool(3, { targetLowPriorityNodes: 2 });
    const nodes = await nodesOf(account);
    const dedicated = ids(nodes.filter(({ isDedicated }) => isDedicated));
    const spot = ids(nodes.filter(({ isDedicated }) => !isDedicated));
    const leaving = [dedicated[0] ?? '', dedicated[2] ?? '', spot[0] ?? ''];
    await value(account.engine.pools.removeNodes('pool', { nodeList: leaving }));
    expect(await shownPool(account)).toMatchObject({ targetDedicatedNodes: 1, targetLowPriorityNodes: 1 });
    account.clock.advance(1);
    expect(ids(await nodesOf(account)).toSorted()).toEqual([dedicated[1] ?? '', spot[1] ?? ''].toSorted());
    expect(await shownPool(account)).toMatchObject({ allocationState: 'steady', currentDedicatedNodes: 1 });
  });

  it('takes 1 to 100 nodes that are there, from a pool that is steady (batch-semantics 11.3)', async () => {
    const account = await slowPool(2);
    const { engine } = account;
    const [first = ''] = ids(await nodesOf(account));
    const tooMany = Array.from({ length: 101 }, (_, index) => `node-${index}`);
    for (const nodeList of [[], tooMany]) {
      expect(await refusalCode(engine.pools.removeNodes('pool', { nodeList }))).toBe('InvalidPropertyValue');
    }
    expect(await refusalCode(engine.pools.removeNodes('pool', { nodeList: [first, 'nobody'] }))).toBe('NodeNotFound');
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 3 }));
    expect(await refusalCode(engine.pools.removeNodes('pool', { nodeList: [first] }))).toBe('PoolBeingResized');
    expect(ids(await nodesOf(account))).toHaveLength(2);
  });

  it('ends with an error when tasks take longer than its timeout, and the nodes stay (batch-semantics 11.3)', async () => {
    const account = await accountWithPool(1);
    await addJob(account);
    await addTasks(account, 'sleep 3600');
    account.clock.advance(1);
    const [node = ''] = ids(await nodesOf(account));
    await value(
      account.engine.pools.removeNodes('pool', {
        nodeList: [node],
        nodeDeallocationOption: 'taskcompletion',
        resizeTimeout: duration.minutes(5),
      }),
    );
    account.clock.advance(duration.minutes(5) + 1);
    expect(await errorCodes(account)).toEqual(['AllocationTimedout']);
    account.clock.advance(duration.hours(2));
    expect(await taskState(account, 't0')).toBe('completed');
    expect(ids(await nodesOf(account))).toEqual([node]);
  });
});

describe('a pool of spot and dedicated nodes', () => {
  it('keeps the two apart: each has its own target, and none becomes the other (batch-semantics 11.7)', async () => {
    const account = await accountWithPool(1, { targetLowPriorityNodes: 2 });
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 3, targetLowPriorityNodes: 0 }));
    const before = ids((await nodesOf(account)).filter(({ isDedicated }) => isDedicated));
    account.clock.advance(1);
    const nodes = await nodesOf(account);
    expect(nodes.map(({ isDedicated }) => isDedicated)).toEqual([true, true, true]);
    expect(ids(nodes)).toEqual(expect.arrayContaining([...before]));
    expect(await refusalCode(account.engine.pools.add(poolOf('pool', 0)))).toBe('PoolExists');
  });
});
