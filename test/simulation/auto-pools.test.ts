// Pools that come and go with jobs and job schedules: batch-semantics 8, wire-facts 2.4 and 3.3, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { AutoPoolSpecification } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, poolOf, refusalCode, simulatedAccount, value } from '../support/simulated-account.ts';

function autoPool(more: Partial<AutoPoolSpecification> = {}): AutoPoolSpecification {
  const { id: _, ...pool } = poolOf('unused', 1);
  return { poolLifetimeOption: 'job', autoPoolIdPrefix: 'Auto', pool, ...more };
}

const poolIds = async ({ engine }: SimulatedAccount): Promise<readonly string[]> =>
  (await value(engine.pools.list({ limit: 100 }))).items.map(({ id }) => id);

describe('an auto pool', () => {
  it('is named by its prefix and a GUID, runs the job, and ends with it (batch-semantics 3.7)', async () => {
    const account = await simulatedAccount();
    const job = await value(account.engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification: autoPool() } }));
    expect(job.executionInfo.poolId).toMatch(/^Auto_[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    expect(job.poolInfo.autoPoolSpecification?.keepAlive).toBe(false);
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    account.clock.advance(1);
    expect((await value(account.engine.tasks.get('job', 't'))).state).toBe('completed');
    await value(account.engine.jobs.terminate('job', undefined));
    account.clock.advance(1);
    expect(await poolIds(account)).toEqual([]);
  });

  it('ends with its job also when the job has moved to another pool, which stays (batch-semantics 3.7)', async () => {
    const account = await simulatedAccount();
    await value(account.engine.pools.add(poolOf('pool', 1)));
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification: autoPool() } }));
    await value(account.engine.jobs.disable('job', 'requeue'));
    await value(account.engine.jobs.patch('job', { poolInfo: { poolId: 'pool' } }));
    await value(account.engine.jobs.delete('job'));
    account.clock.advance(1);
    expect(await poolIds(account)).toEqual(['pool']);
  });

  it('stays when it is to be kept alive', async () => {
    const account = await simulatedAccount();
    await value(
      account.engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification: autoPool({ keepAlive: true }) } }),
    );
    await value(account.engine.jobs.delete('job'));
    account.clock.advance(1);
    expect(await poolIds(account)).toHaveLength(1);
  });

  it('changes, while its job is disabled, in that alone whether it is kept (batch-semantics 3.7)', async () => {
    for (const keepAlive of [true, false]) {
      const account = await simulatedAccount();
      const specification = autoPool({ keepAlive: !keepAlive });
      await value(account.engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification: specification } }));
      const change = {
        poolInfo: { autoPoolSpecification: { poolLifetimeOption: 'job', autoPoolIdPrefix: 'other', keepAlive } },
      } as const;
      expect(await refusalCode(account.engine.jobs.patch('job', change))).toBe('OperationInvalidForCurrentState');
      await value(account.engine.jobs.disable('job', 'requeue'));
      account.clock.advance(1);
      await value(account.engine.jobs.patch('job', change));
      expect((await value(account.engine.jobs.get('job'))).poolInfo.autoPoolSpecification).toMatchObject({
        autoPoolIdPrefix: 'Auto',
        keepAlive,
        pool: { targetDedicatedNodes: 1 },
      });
      await value(account.engine.jobs.delete('job'));
      account.clock.advance(1);
      expect(await poolIds(account)).toHaveLength(keepAlive ? 1 : 0);
    }
  });

  it('is nothing that a job on a named pool can be given, and may be told again as it is (batch-semantics 3.7)', async () => {
    const account = await simulatedAccount();
    await value(account.engine.pools.add(poolOf('pool', 0)));
    await value(account.engine.jobs.add({ id: 'named', poolInfo: { poolId: 'pool' } }));
    await value(account.engine.jobs.add({ id: 'auto', poolInfo: { autoPoolSpecification: autoPool() } }));
    const poolInfo = { autoPoolSpecification: autoPool() };
    expect(await refusalCode(account.engine.jobs.patch('named', { poolInfo }))).toBe('InvalidPropertyValue');
    const { poolInfo: own } = await value(account.engine.jobs.get('auto'));
    await value(account.engine.jobs.update('auto', { poolInfo: own, priority: 7 }));
    expect(await value(account.engine.jobs.get('auto'))).toMatchObject({ priority: 7, poolInfo: own });
  });

  it('that cannot be made completes its job with a scheduling error (batch-semantics 3.7; wire-facts 2.4)', async () => {
    const account = await simulatedAccount();
    const specification = autoPool();
    const pool = { ...specification.pool, vmSize: 'standard_d2s_v3', taskSlotsPerNode: 1000 };
    const job = await value(
      account.engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification: { ...specification, pool } } }),
    );
    expect(job).toMatchObject({
      state: 'completed',
      executionInfo: { schedulingError: { category: 'usererror', code: 'InvalidAutoPoolSettings' } },
    });
  });

  it('of a schedule is shared by its jobs and ends with it; a job cannot have one (batch-semantics 8)', async () => {
    const account = await simulatedAccount();
    const shared = autoPool({ poolLifetimeOption: 'jobschedule' });
    expect(await refusalCode(account.engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification: shared } }))).toBe(
      'InvalidPropertyValue',
    );
    await value(
      account.engine.schedules.add({
        id: 'hourly',
        schedule: { recurrenceInterval: duration.hours(1) },
        jobSpecification: {
          poolInfo: { autoPoolSpecification: shared },
          jobManagerTask: { id: 'manager', commandLine: 'true' },
        },
      }),
    );
    account.clock.advance(duration.hours(2) + 1);
    expect((await value(account.engine.schedules.jobs('hourly', { limit: 10 }))).items).toHaveLength(3);
    expect(await poolIds(account)).toHaveLength(1);
    await value(account.engine.schedules.terminate('hourly'));
    account.clock.advance(1000);
    expect(await poolIds(account)).toEqual([]);
  });
});
