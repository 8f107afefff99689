// How job schedules make jobs: batch-semantics 8 and wire-facts 3.8, 4.6, in virtual time.
import { describe, expect, it, vi } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { JobScheduleAdd, JobScheduleResource } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../support/simulated-account.ts';

async function withSchedule(
  schedule: JobScheduleAdd['schedule'],
  jobSpecification: Partial<JobScheduleAdd['jobSpecification']> = {},
): Promise<SimulatedAccount> {
  const account = await accountWithPool(1);
  await value(
    account.engine.schedules.add({
      id: 'nightly',
      schedule,
      jobSpecification: {
        poolInfo: { poolId: 'pool' },
        jobManagerTask: { id: 'manager', commandLine: 'sleep 30' },
        ...jobSpecification,
      },
    }),
  );
  account.clock.advance(1);
  return account;
}

const jobIds = async ({ engine }: SimulatedAccount): Promise<readonly string[]> =>
  (await value(engine.schedules.jobs('nightly', { limit: 100 }))).items.map(({ id }) => id);

const shown = ({ engine }: SimulatedAccount): Promise<JobScheduleResource> => value(engine.schedules.get('nightly'));

describe('a job schedule', () => {
  it('makes its first job at once and the next one an interval later (batch-semantics 8; wire-facts 3.8)', async () => {
    const account = await withSchedule({ recurrenceInterval: duration.hours(1) });
    expect(await jobIds(account)).toEqual(['nightly:job-1']);
    const schedule = await shown(account);
    expect(schedule.executionInfo.nextRunTime).toBe(schedule.creationTime + duration.hours(1));
    account.clock.advance(duration.hours(2));
    expect(await jobIds(account)).toEqual(['nightly:job-1', 'nightly:job-2', 'nightly:job-3']);
    expect((await shown(account)).executionInfo.recentJob).toEqual({ id: 'nightly:job-3' });
  });

  it('gives its jobs directories of their own number (batch-semantics 8)', async () => {
    const account = await withSchedule({ recurrenceInterval: duration.hours(1) });
    const task = await value(account.engine.tasks.get('nightly:job-1', 'manager'));
    expect(task.nodeInfo).toMatchObject({ taskRootDirectory: 'workitems/nightly/job-1/manager' });
  });

  it('waits for the active job, and loses an occurrence whose start window passes (batch-semantics 8)', async () => {
    const account = await withSchedule(
      { recurrenceInterval: duration.hours(1), startWindow: duration.minutes(10) },
      { jobManagerTask: { id: 'manager', commandLine: 'sleep 4500' } },
    );
    // The first job lasts 75 minutes: the second occurrence is due after 60 and lost after 70.
    account.clock.advance(duration.minutes(119));
    expect(await jobIds(account)).toEqual(['nightly:job-1']);
    account.clock.advance(duration.minutes(2));
    expect(await jobIds(account)).toEqual(['nightly:job-1', 'nightly:job-2']);
  });

  it('starts a waiting occurrence as soon as the job before has ended (batch-semantics 8)', async () => {
    const account = await withSchedule(
      { recurrenceInterval: duration.hours(1) },
      { jobManagerTask: { id: 'manager', commandLine: 'sleep 4500' } },
    );
    account.clock.advance(duration.minutes(76));
    expect(await jobIds(account)).toEqual(['nightly:job-1', 'nightly:job-2']);
  });

  it('without recurrence makes one job and is completed when that has ended (batch-semantics 8)', async () => {
    const account = await withSchedule({});
    expect((await shown(account)).state).toBe('active');
    account.clock.advance(duration.minutes(1));
    expect(await shown(account)).toMatchObject({ state: 'completed', previousState: 'active' });
    expect(await refusalCode(account.engine.schedules.disable('nightly'))).toBe('JobScheduleCompleted');
  });

  it('makes no job before doNotRunUntil and none after doNotRunAfter (batch-semantics 8)', async () => {
    const account = await accountWithPool(1);
    const start = account.clock.now();
    await value(
      account.engine.schedules.add({
        id: 'nightly',
        schedule: {
          doNotRunUntil: start + duration.hours(1),
          doNotRunAfter: start + duration.minutes(150),
          recurrenceInterval: duration.hours(1),
        },
        jobSpecification: { poolInfo: { poolId: 'pool' }, jobManagerTask: { id: 'manager', commandLine: 'true' } },
      }),
    );
    account.clock.advance(duration.minutes(59));
    expect(await jobIds(account)).toEqual([]);
    account.clock.advance(duration.hours(10));
    expect(await jobIds(account)).toEqual(['nightly:job-1', 'nightly:job-2']);
    expect((await shown(account)).state).toBe('completed');
  });

  it('that is disabled makes no job, and loses what it missed when it is enabled (batch-semantics 8)', async () => {
    const account = await withSchedule({ recurrenceInterval: duration.hours(1) });
    await value(account.engine.schedules.disable('nightly'));
    account.clock.advance(duration.minutes(150));
    expect(await jobIds(account)).toEqual(['nightly:job-1']);
    await value(account.engine.schedules.enable('nightly'));
    account.clock.advance(duration.minutes(29));
    expect(await jobIds(account)).toEqual(['nightly:job-1']);
    account.clock.advance(duration.minutes(2));
    expect(await jobIds(account)).toEqual(['nightly:job-1', 'nightly:job-2']);
  });

  it('that is terminated ends its job with TerminateWorkitem (batch-semantics 3.7, 8; wire-facts 3.3)', async () => {
    const account = await withSchedule({ recurrenceInterval: duration.hours(1) });
    await value(account.engine.schedules.terminate('nightly'));
    account.clock.advance(1000);
    expect((await value(account.engine.jobs.get('nightly:job-1'))).executionInfo.terminateReason).toBe(
      'TerminateWorkitem',
    );
    expect((await shown(account)).state).toBe('completed');
  });

  it('that is deleted takes all its jobs with it (batch-semantics 8)', async () => {
    const account = await withSchedule({ recurrenceInterval: duration.hours(1) });
    account.clock.advance(duration.hours(1));
    await value(account.engine.schedules.delete('nightly'));
    account.clock.advance(1000);
    expect(await refusalCode(account.engine.schedules.get('nightly'))).toBe('JobScheduleNotFound');
    expect(await refusalCode(account.engine.jobs.get('nightly:job-1'))).toBe('JobNotFound');
  });

  it('that is deleted does not release a job again that is being deleted already (5.2)', async () => {
    const account = await withSchedule(
      { recurrenceInterval: duration.hours(1) },
      { jobPreparationTask: { commandLine: 'true' }, jobReleaseTask: { commandLine: 'sleep 60' } },
    );
    const run = vi.spyOn(account.runtime, 'run');
    await value(account.engine.jobs.delete('nightly:job-1'));
    account.clock.advance(1000);
    await value(account.engine.schedules.delete('nightly'));
    account.clock.advance(duration.minutes(5));
    expect(run.mock.calls.map(([, { kind }]) => kind)).toEqual(['release']);
    expect(await refusalCode(account.engine.schedules.get('nightly'))).toBe('JobScheduleNotFound');
  });

  it('and a job cannot share an id (batch-semantics 8)', async () => {
    const account = await withSchedule({ recurrenceInterval: duration.hours(1) });
    const job = account.engine.jobs.add({ id: 'Nightly', poolInfo: { poolId: 'pool' } });
    expect(await refusalCode(job)).toBe('JobScheduleWithSameIdExists');
  });
});
