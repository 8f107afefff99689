// "Why is my task still active?" where its pool has no node that works: batch-semantics 2.6, items 3 and 4.
import { describe, expect, it } from 'vitest';
import { duration } from '../../../core/kernel/index.ts';
import type { Explanation } from '../../../emulator/engine/index.ts';
import {
  type SimulatedAccount,
  accountWithPool,
  poolOf,
  simulatedAccount,
  value,
} from '../../support/simulated-account.ts';

/** Of a task that has just been added. */
async function explained({ engine }: SimulatedAccount): Promise<Explanation> {
  await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(engine.tasks.add('job', { id: 't', commandLine: 'sleep 60' }));
  return value(engine.explain.task('job', 't'));
}

describe('a task whose pool has no node that works', () => {
  it.each(['unusable', 'rebooting', 'preempted'] as const)(
    'says that its node is %s (batch-semantics 2.6 item 4)',
    async (state) => {
      const settings = { lostContactMs: 60_000, nodeRebootMs: 60_000, spotReturnMs: 60_000 };
      const account = await accountWithPool(0, { targetLowPriorityNodes: 1 }, { settings });
      const { engine, clock } = account;
      const [node] = (await value(engine.nodes.list('pool', { limit: 1 }))).items;
      const id = node?.id ?? '';
      if (state === 'unusable') await value(engine.faults.lose('pool', id));
      else if (state === 'preempted') await value(engine.faults.preempt('pool', id));
      else await value(engine.nodes.reboot('pool', id, 'requeue'));
      clock.advance(1);
      expect((await value(engine.nodes.get('pool', id))).state).toBe(state);
      expect(JSON.stringify(await explained(account))).toContain(state);
    },
  );

  it('says that the pool gave up getting nodes (batch-semantics 2.6 item 3)', async () => {
    const account = await accountWithPool(1, {}, { settings: { allocationMs: duration.hours(2) } });
    account.clock.advance(duration.minutes(16));
    expect(JSON.stringify(await explained(account))).toMatch(/AllocationTimed[oO]ut/);
  });

  it('says that the pool scales by a formula, which is not evaluated (batch-semantics 2.6 item 3)', async () => {
    const account = await simulatedAccount();
    const { targetDedicatedNodes: _, ...pool } = poolOf('pool', 0);
    await value(
      account.engine.pools.add({ ...pool, enableAutoScale: true, autoScaleFormula: '$TargetDedicatedNodes=1' }),
    );
    expect((await explained(account)).reasons.map(({ code }) => code)).toContain('autoScale');
  });
});
