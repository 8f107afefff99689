// Why a pool does not reach its target, and what a node does: batch-semantics 6, 11.2, 11.6 and 13, answered in sentences.
import { describe, expect, it } from 'vitest';
import { duration } from '../../../core/kernel/index.ts';
import type { Explanation } from '../../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../../support/simulated-account.ts';

const explainPool = ({ engine }: SimulatedAccount): Promise<Explanation> => value(engine.explain.pool('pool'));

const codes = ({ reasons }: Explanation): readonly string[] => reasons.map(({ code }) => code);

const textOf = ({ reasons }: Explanation, code: string): string =>
  reasons.find((reason) => reason.code === code)?.text ?? `no ${code} among ${reasons.map((each) => each.code).join()}`;

async function onlyNode({ engine }: SimulatedAccount): Promise<string> {
  return (await value(engine.nodes.list('pool', { limit: 1 }))).items[0]?.id ?? '';
}

async function explainNode(account: SimulatedAccount): Promise<Explanation> {
  return value(account.engine.explain.node('pool', await onlyNode(account)));
}

async function addTask({ engine }: SimulatedAccount, id: string, commandLine: string): Promise<void> {
  await value(engine.tasks.add('job', { id, commandLine }));
}

const smallQuota = { dedicatedCores: 2, lowPriorityCores: 0, pools: 10, activeJobsAndSchedules: 10 };

describe('a pool', () => {
  it('that has what it is asked for and nothing to do says so', async () => {
    const explanation = await explainPool(await accountWithPool(2));
    expect(explanation).toMatchObject({ subject: 'pool "pool"', state: 'steady' });
    expect(explanation.summary).toContain('2 of 2 nodes can take tasks');
    expect(textOf(explanation, 'poolComplete')).toContain('no live job is bound to it');
  });

  it('that misses nodes shows the error of its last resize with its age (11.2, 13 items 4 and 14)', async () => {
    const account = await accountWithPool(3, {}, { settings: { quotas: smallQuota } });
    account.clock.advance(duration.minutes(10));
    const text = textOf(await explainPool(account), 'quota');
    expect(text).toContain('AccountCoreQuotaReached');
    expect(text).toContain('(10 min 0 s ago), and it has 1 of 3 dedicated nodes');
  });

  it('calls an error an old one when the nodes have come since (11.2)', async () => {
    const account = await accountWithPool(3, {}, { settings: { quotas: smallQuota } });
    await value(account.engine.pools.removeNodes('pool', { nodeList: [await onlyNode(account)] }));
    account.clock.advance(1);
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    account.clock.advance(1);
    expect(codes(await explainPool(account))).toEqual(['poolComplete']);
  });

  it('that shrinks says for whom it waits, and when it gives up (11.3)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await addTask(account, 't', 'sleep 3600');
    await value(
      account.engine.pools.resize('pool', { targetDedicatedNodes: 0, nodeDeallocationOption: 'taskcompletion' }),
    );
    account.clock.advance(1);
    const text = textOf(await explainPool(account), 'poolShrinking');
    expect(text).toContain('1 node is to leave (option taskcompletion) and waits for 1 task');
    expect(text).toContain('(resizeTimeout)');
  });

  it('says which nodes do not work, and why (11.6, 13 item 6)', async () => {
    const account = await accountWithPool(2, { startTask: { commandLine: "/bin/sh -c 'exit 7'" } });
    const explanation = await explainPool(account);
    expect(textOf(explanation, 'startTaskFailed')).toContain('2 nodes are in state starttaskfailed');
    expect(textOf(explanation, 'startTaskFailed')).toContain('exit code 7');
    expect(explanation.summary).toContain('0 of 2 nodes can take tasks');
  });

  it('that is idle although tasks are active says that they wait for others', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, usesTaskDependencies: true }));
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true', dependsOn: { taskIds: ['missing'] } }));
    expect(textOf(await explainPool(account), 'idle')).toContain('tasks of "job" are active, but wait for other tasks');
  });

  it('that does not exist is refused', async () => {
    const account = await accountWithPool(0);
    expect(await refusalCode(account.engine.explain.pool('nowhere'))).toBe('PoolNotFound');
    expect(await refusalCode(account.engine.explain.node('pool', 'nowhere'))).toBe('NodeNotFound');
    expect(await refusalCode(account.engine.explain.task('nowhere', 't'))).toBe('JobNotFound');
  });
});

describe('a node', () => {
  it('that is idle says that nothing waits, or why what waits cannot use it', async () => {
    const account = await accountWithPool(1);
    expect(textOf(await explainNode(account), 'idle')).toContain('no task waits on pool "pool"');
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true', requiredSlots: 9 }));
    expect(textOf(await explainNode(account), 'idle')).toContain(
      'Task "t" of job "job" is active and cannot use it now: It needs 9 slots',
    );
  });

  it('that runs tasks names them and their slots', async () => {
    const account = await accountWithPool(1, { taskSlotsPerNode: 4 });
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await addTask(account, 'a', 'sleep 60');
    await addTask(account, 'b', 'sleep 60');
    expect(textOf(await explainNode(account), 'running')).toBe('It runs 2 tasks ("a" and "b") on 2 of 4 slots.');
  });

  it('whose start task failed without consequence says so (6)', async () => {
    const account = await accountWithPool(1, {
      startTask: { commandLine: "/bin/sh -c 'exit 1'", waitForSuccess: false },
    });
    expect(codes(await explainNode(account))).toEqual(['idle', 'startTaskIgnored']);
  });

  it('that waits to reboot says for what it waits (11.4)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await addTask(account, 'a', 'sleep 60');
    await value(account.engine.nodes.reboot('pool', await onlyNode(account), 'taskcompletion'));
    expect(textOf(await explainNode(account), 'nodeLeaving')).toContain(
      'It is to reboot (option taskcompletion) and waits for its 1 task to end',
    );
  });
});
