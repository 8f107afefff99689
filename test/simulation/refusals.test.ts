// How a refusal names what was wrong: wire-facts 2.2.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import { poolOf, simulatedAccount } from '../support/simulated-account.ts';

describe('an invalid property', () => {
  it('is named alone, without the path to it, as `subnetId` is in the recordings (wire-facts 2.2)', async () => {
    const { engine } = await simulatedAccount();
    const outcomes = [
      await engine.pools.add(poolOf('pool', 0, { startTask: { commandLine: 'true', maxTaskRetryCount: -2 } })),
      await engine.schedules.add({
        id: 'schedule',
        schedule: { recurrenceInterval: duration.seconds(1) },
        jobSpecification: { poolInfo: { poolId: 'pool' } },
      }),
    ];
    const named = outcomes.map((outcome) =>
      outcome.ok ? 'accepted' : outcome.fault.values?.find(({ key }) => key === 'PropertyName')?.value,
    );
    expect(named).toEqual(['maxTaskRetryCount', 'recurrenceInterval']);
  });
});
