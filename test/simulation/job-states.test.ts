// What a job shows as the state before, on its ways through states that pass: batch-semantics 3.7, wire-facts 4.4, in
// virtual time.
import { expect, test } from 'vitest';
import { type SimulatedAccount, accountWithPool, value } from '../support/simulated-account.ts';

async function runningJob(): Promise<SimulatedAccount> {
  const account = await accountWithPool(1);
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 60' }));
  account.clock.advance(1);
  return account;
}

async function shown({ engine }: SimulatedAccount): Promise<readonly (string | undefined)[]> {
  const { state, previousState } = await value(engine.jobs.get('job'));
  return [state, previousState];
}

test('a job that is enabled while it is disabling has never been anything but active (batch-semantics 3.7)', async () => {
  const account = await runningJob();
  await value(account.engine.jobs.disable('job', 'wait'));
  expect(await shown(account)).toEqual(['disabling', 'active']);
  await value(account.engine.jobs.enable('job'));
  account.clock.advance(1);
  expect(await shown(account)).toEqual(['active', undefined]);
  expect(await value(account.engine.tasks.get('job', 't'))).toMatchObject({ state: 'running' });
});

test('a job that is disabled again while it is disabling, or when it is disabled, was active before (batch-semantics 3.7)', async () => {
  const account = await runningJob();
  await value(account.engine.jobs.disable('job', 'wait'));
  await value(account.engine.jobs.disable('job', 'requeue'));
  expect(await shown(account)).toEqual(['disabling', 'active']);
  account.clock.advance(1);
  expect(await shown(account)).toEqual(['disabled', 'active']);
  const { previousStateTransitionTime } = await value(account.engine.jobs.get('job'));
  account.clock.advance(1000);
  await value(account.engine.jobs.disable('job', 'requeue'));
  account.clock.advance(1);
  expect(await shown(account)).toEqual(['disabled', 'active']);
  expect(await value(account.engine.jobs.get('job'))).toMatchObject({ previousStateTransitionTime });
});

test('a job that is active again was disabled before, and terminated then, active (batch-semantics 3.7)', async () => {
  const account = await runningJob();
  await value(account.engine.jobs.disable('job', 'requeue'));
  account.clock.advance(1);
  await value(account.engine.jobs.enable('job'));
  account.clock.advance(1);
  expect(await shown(account)).toEqual(['active', 'disabled']);
  await value(account.engine.jobs.terminate('job', undefined));
  account.clock.advance(1);
  expect(await shown(account)).toEqual(['completed', 'active']);
});

test('a job that is enabling is ended by a task that is to end it, and by its manager (batch-semantics 3.5, 5.3)', async () => {
  const manager = { id: 'manager', commandLine: "/bin/sh -c 'sleep 10; exit 1'" };
  for (const more of [
    { onTaskFailure: 'performexitoptionsjobaction', jobManagerTask: { ...manager, killJobOnCompletion: false } },
    { jobManagerTask: manager },
  ] as const) {
    const { engine, clock } = await accountWithPool(1, {}, { settings: { jobEnablingMs: 60_000 } });
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, ...more }));
    clock.advance(1000);
    await value(engine.jobs.disable('job', 'wait'));
    await value(engine.jobs.enable('job'));
    clock.advance(10_000);
    expect(await value(engine.jobs.get('job'))).toMatchObject({ state: 'completed' });
  }
});
