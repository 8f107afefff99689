// Places on nodes that become free in unusual ways: batch-semantics 2.1 to 2.3, as the random simulation found them.
import { describe, expect, it } from 'vitest';
import { accountWithPool, value } from '../support/simulated-account.ts';

describe('a place that becomes free', () => {
  it('goes to the next task at once when a running task of a limited job is deleted (batch-semantics 2.3)', async () => {
    const { engine, clock } = await accountWithPool(1, { taskSlotsPerNode: 2 });
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, maxParallelTasks: 1 }));
    await value(engine.tasks.add('job', { id: 'first', commandLine: 'sleep 60' }));
    await value(engine.tasks.add('job', { id: 'next', commandLine: 'sleep 60' }));
    clock.advance(1000);

    await value(engine.tasks.delete('job', 'first'));

    expect(await value(engine.tasks.get('job', 'next'))).toMatchObject({ state: 'running' });
  });
});
