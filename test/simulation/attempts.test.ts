// What a task did before its present state, which the service overwrites: every start with its node, end and logs.
import { describe, expect, it } from 'vitest';
import type { AttemptResource } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../support/simulated-account.ts';

async function attempts({ engine }: SimulatedAccount, taskId = 't'): Promise<readonly AttemptResource[]> {
  return value(engine.attempts.list('job', taskId));
}

async function withTask(commandLine: string, maxTaskRetryCount = 0, nodes = 1): Promise<SimulatedAccount> {
  const account = await accountWithPool(nodes);
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(account.engine.tasks.add('job', { id: 't', commandLine, constraints: { maxTaskRetryCount } }));
  account.clock.advance(1);
  return account;
}

describe('the attempts of a task', () => {
  it('are one while it runs, and none before it has started', async () => {
    const account = await withTask('sleep 60');
    await value(account.engine.tasks.add('job', { id: 'waiting', commandLine: 'true' }));
    expect(await attempts(account)).toMatchObject([{ number: 1, end: 'running', poolId: 'pool' }]);
    expect((await attempts(account))[0]).not.toHaveProperty('endTime');
    expect(await attempts(account, 'waiting')).toEqual([]);
    expect(await refusalCode(account.engine.attempts.list('job', 'nobody'))).toBe('TaskNotFound');
  });

  it('are each retry, with exit code and times, and the logs of earlier ones aside on their node (batch-semantics 2.7)', async () => {
    const account = await withTask('sleep 10; exit 3', 2);
    account.clock.advance(60_000);
    const all = await attempts(account);
    expect(all).toMatchObject([
      { number: 1, end: 'retried', exitCode: 3, logs: { place: 'aside', directory: 'workitems/job/job-1/t' } },
      { number: 2, end: 'retried', exitCode: 3, logs: { place: 'aside' } },
      { number: 3, end: 'completed', exitCode: 3, logs: { place: 'directory' } },
    ]);
    for (const { startTime, endTime = 0 } of all) expect(Math.round(endTime - startTime)).toBe(10_000);
    expect(new Set(all.map(({ startTime }) => startTime)).size).toBe(3);
  });

  it('tell what a user asked for from what only happened, and lose their logs with a node (batch-semantics 2.7)', async () => {
    const account = await withTask('sleep 3600');
    const { engine, clock } = account;
    await value(engine.jobs.disable('job', 'requeue'));
    clock.advance(1000);
    await value(engine.jobs.enable('job'));
    clock.advance(1000);
    const [node] = (await value(engine.nodes.list('pool', { limit: 1 }))).items;
    await value(engine.faults.lose('pool', node?.id ?? ''));
    clock.advance(1000);
    expect(await attempts(account)).toMatchObject([
      { number: 1, end: 'requeued', nodeId: node?.id },
      { number: 2, end: 'recovered', nodeId: node?.id },
      { number: 3, end: 'running', logs: { place: 'directory' } },
    ]);
    const [first, second] = await attempts(account);
    expect(first).not.toHaveProperty('logs');
    expect(second).not.toHaveProperty('logs');
  });

  it('go on after a reactivation, of which the task itself shows nothing (batch-semantics 3.4)', async () => {
    const account = await withTask('exit 1');
    account.clock.advance(1000);
    await value(account.engine.tasks.reactivate('job', 't'));
    account.clock.advance(1000);
    expect(await attempts(account)).toMatchObject([
      { number: 1, end: 'reactivated', exitCode: 1 },
      { number: 2, end: 'completed', exitCode: 1 },
    ]);
    expect((await value(account.engine.tasks.get('job', 't'))).executionInfo?.retryCount).toBe(0);
  });

  it('of a task that is retried without limit are the newest hundred, under their own numbers', async () => {
    const account = await withTask('sleep 1; exit 1', -1);
    account.clock.advance(150_500);
    const all = await attempts(account);
    expect(all).toHaveLength(101);
    expect(all.at(-1)?.end).toBe('running');
    expect(all.at(-1)?.number).toBe((all[0]?.number ?? 0) + 100);
  });
});
