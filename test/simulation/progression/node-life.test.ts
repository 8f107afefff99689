// How long nodes, pools and jobs stay in states that pass: batch-semantics 11.6, 14, 3.7, in virtual time.
import { describe, expect, it, test } from 'vitest';
import { duration } from '../../../core/kernel/index.ts';
import { nodeDurations } from '../../../emulator/engine/index.ts';
import {
  type SimulatedAccount,
  accountWithPool,
  poolOf,
  refusalCode,
  simulatedAccount,
  value,
} from '../../support/simulated-account.ts';

const SECOND = duration.seconds(1);
const times = {
  allocationMs: SECOND,
  nodeCreationMs: 2 * SECOND,
  nodeStartupMs: 3 * SECOND,
  nodeRebootMs: 4 * SECOND,
  nodeReimageMs: 5 * SECOND,
  nodeLeavingMs: 6 * SECOND,
  poolDeletionMs: 20 * SECOND,
};

const nodesOf = async ({ engine }: SimulatedAccount): Promise<readonly string[]> =>
  (await value(engine.nodes.list('pool', { limit: 10 }))).items.map(({ state }) => state);

async function onlyNode({ engine }: SimulatedAccount): Promise<string> {
  return (await value(engine.nodes.list('pool', { limit: 1 }))).items[0]?.id ?? '';
}

const jobState = async ({ engine }: SimulatedAccount): Promise<string> => (await value(engine.jobs.get('job'))).state;

/** The states that something passes through, one look a second, without repetitions. */
async function watch(
  account: SimulatedAccount,
  seconds: number,
  look: (account: SimulatedAccount) => Promise<string>,
): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let second = 0; second <= seconds; second += 1) {
    const state = await look(account);
    if (seen.at(-1)?.split(' ')[0] !== state) seen.push(`${state} at ${second}`);
    account.clock.advance(SECOND);
  }
  return seen;
}

const nodeState = async (account: SimulatedAccount): Promise<string> => (await nodesOf(account))[0] ?? 'none';

describe('a node', () => {
  it('passes visibly from creating over starting and its start task to idle (batch-semantics 11.6)', async () => {
    const account = await simulatedAccount({ settings: times });
    await value(
      account.engine.pools.add(poolOf('pool', 1, { startTask: { commandLine: 'sleep 2', waitForSuccess: true } })),
    );
    expect(await watch(account, 10, nodeState)).toEqual([
      'none at 0',
      'creating at 1',
      'starting at 3',
      'waitingforstarttask at 6',
      'idle at 8',
    ]);
  });

  it('takes at least that long, and longer when its runtime does (batch-semantics 11.6)', async () => {
    const account = await simulatedAccount({ settings: { nodeCreationMs: SECOND }, bootMs: 4 * SECOND });
    await value(account.engine.pools.add(poolOf('pool', 1)));
    account.clock.advance(1);
    expect(await watch(account, 5, nodeState)).toEqual(['creating at 0', 'idle at 4']);
  });

  test.each([
    ['reboot', 'rebooting', 4],
    ['reimage', 'reimaging', 5],
  ] as const)('that is asked to %s stays %s for that long, then starts (11.5)', async (operation, state, seconds) => {
    const account = await accountWithPool(1, {}, { settings: times });
    account.clock.advance(duration.minutes(1));
    await value(account.engine.nodes[operation]('pool', await onlyNode(account), 'requeue'));
    expect(await watch(account, 10, nodeState)).toEqual([
      `${state} at 0`,
      `starting at ${seconds}`,
      `idle at ${seconds + 3}`,
    ]);
  });

  it('that leaves the pool is seen leaving; the resize ends when it is gone (batch-semantics 11.2, 11.6)', async () => {
    const account = await accountWithPool(1, {}, { settings: times });
    account.clock.advance(duration.minutes(1));
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 0 }));
    const look = async (): Promise<string> =>
      `${await nodeState(account)}/${(await value(account.engine.pools.get('pool'))).allocationState}`;
    expect(await watch(account, 9, look)).toEqual([
      'idle/resizing at 0',
      'leavingpool/resizing at 1',
      'none/steady at 7',
    ]);
  });
});

describe('a pool', () => {
  it('that is deleted stays deleting for that long, and its id is taken meanwhile (batch-semantics 11.1)', async () => {
    const account = await accountWithPool(0, {}, { settings: times });
    account.clock.advance(duration.minutes(1));
    await value(account.engine.pools.delete('pool'));
    account.clock.advance(19 * SECOND);
    expect(await refusalCode(account.engine.pools.add(poolOf('pool', 0)))).toBe('PoolBeingDeleted');
    account.clock.advance(SECOND);
    expect(await refusalCode(account.engine.pools.get('pool'))).toBe('PoolNotFound');
  });

  it('can have times of its own, in metadata that Azure keeps and ignores', async () => {
    const account = await simulatedAccount({ settings: { nodeCreationMs: duration.hours(1) } });
    const metadata = [{ name: 'batchrite.node-startup', value: '4s' }];
    await value(account.engine.pools.add(poolOf('pool', 1, { metadata })));
    const seen = await watch(account, 5, nodeState);
    expect(seen).toEqual(['none at 0', 'creating at 1', 'starting at 3', 'idle at 4']);
    expect((await value(account.engine.pools.get('pool'))).metadata).toEqual(metadata);
  });

  it('is refused when that metadata is no word that means a time', async () => {
    const account = await simulatedAccount();
    const metadata = [{ name: 'batchrite.node-startup', value: 'soonish' }];
    expect(await refusalCode(account.engine.pools.add(poolOf('pool', 1, { metadata })))).toBe('InvalidPropertyValue');
  });
});

describe('node durations by one word', () => {
  it('are nothing for instant, and what the service takes for azure (batch-semantics 11.6, 14)', () => {
    expect(Object.values(nodeDurations('instant') ?? { none: 1 }).every((each) => each === 0)).toBe(true);
    const azure = nodeDurations('azure');
    const total = (azure?.allocationMs ?? 0) + (azure?.nodeCreationMs ?? 0) + (azure?.nodeStartupMs ?? 0);
    expect(total).toBeGreaterThanOrEqual(duration.minutes(3));
    expect(total).toBeLessThanOrEqual(duration.minutes(8));
    expect(azure?.stopResizeMs).toBe(duration.seconds(30));
  });

  test.each([
    ['2s', 2000],
    ['90s', 90_000],
    ['PT1M', 60_000],
    ['1ms', 1],
  ])('%s is the time from the request to an idle node', (text, total) => {
    const times2 = nodeDurations(text);
    expect((times2?.allocationMs ?? 0) + (times2?.nodeCreationMs ?? 0) + (times2?.nodeStartupMs ?? 0)).toBe(total);
  });

  test.each(['', 'soon', '-2s', '2'])('"%s" is none', (text) => {
    expect(nodeDurations(text)).toBeUndefined();
  });
});

describe('settings', () => {
  it('that are changed hold for what begins from then on', async () => {
    const account = await accountWithPool(1);
    account.engine.settings.change({ nodeRebootMs: 7 * SECOND });
    expect(account.engine.settings.get().nodeRebootMs).toBe(7 * SECOND);
    await value(account.engine.nodes.reboot('pool', await onlyNode(account), 'requeue'));
    expect(await watch(account, 8, nodeState)).toEqual(['rebooting at 0', 'idle at 7']);
  });
});

describe('a job', () => {
  const slow = {
    jobDisablingMs: 2 * SECOND,
    jobEnablingMs: 3 * SECOND,
    jobTerminatingMs: 4 * SECOND,
    jobDeletingMs: 5 * SECOND,
  };

  async function withJob(): Promise<SimulatedAccount> {
    const account = await accountWithPool(1, {}, { settings: slow });
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    account.clock.advance(1); // two changes of one instant differ by a tick
    return account;
  }

  it('passes visibly through disabling and enabling (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await value(account.engine.jobs.disable('job', 'requeue'));
    expect(await watch(account, 3, jobState)).toEqual(['disabling at 0', 'disabled at 2']);
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    account.clock.advance(1);
    await value(account.engine.jobs.enable('job'));
    account.clock.advance(2 * SECOND);
    expect((await value(account.engine.tasks.get('job', 't'))).state).toBe('active');
    expect(await watch(account, 2, jobState)).toEqual(['enabling at 0', 'active at 1']);
    expect((await value(account.engine.tasks.get('job', 't'))).state).toBe('completed');
  });

  it('can be enabled while tasks that it waits for still run (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 60' }));
    await value(account.engine.jobs.disable('job', 'wait'));
    account.clock.advance(5 * SECOND);
    expect(await jobState(account)).toBe('disabling');
    await value(account.engine.jobs.enable('job'));
    account.clock.advance(3 * SECOND);
    expect(await jobState(account)).toBe('active');
  });

  it('passes visibly through terminating and deleting (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await value(account.engine.jobs.terminate('job', undefined));
    expect(await watch(account, 5, jobState)).toEqual(['terminating at 0', 'completed at 4']);
    await value(account.engine.jobs.delete('job'));
    account.clock.advance(4 * SECOND);
    expect(await jobState(account)).toBe('deleting');
    account.clock.advance(SECOND);
    expect(await refusalCode(account.engine.jobs.get('job'))).toBe('JobNotFound');
  });

  it('waits longer than that for its tasks (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 60' }));
    await value(account.engine.jobs.disable('job', 'wait'));
    expect(await watch(account, 61, jobState)).toEqual(['disabling at 0', 'disabled at 60']);
  });
});
