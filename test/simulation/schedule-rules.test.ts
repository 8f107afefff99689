// What job schedules make of their fields, operations and pools: batch-semantics 8, in virtual time. The main course is in schedules.test.ts.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { AutoPoolSpecification, JobScheduleAdd, JobScheduleResource } from '../../emulator/engine/index.ts';
import { type LoggedAccount, type LoggedAccountOptions, addJob, jobState, loggedAccount } from '../support/run-log.ts';
import { poolOf, refusalCode, value } from '../support/simulated-account.ts';

const HOUR = duration.hours(1);
const MINUTE = duration.minutes(1);

function scheduleOf(
  schedule: JobScheduleAdd['schedule'],
  jobSpecification: Partial<JobScheduleAdd['jobSpecification']> = {},
): JobScheduleAdd {
  return {
    id: 'nightly',
    schedule,
    jobSpecification: {
      poolInfo: { poolId: 'pool' },
      jobManagerTask: { id: 'manager', commandLine: 'sleep 30' },
      ...jobSpecification,
    },
  };
}

async function withSchedule(
  schedule: JobScheduleAdd['schedule'],
  jobSpecification: Partial<JobScheduleAdd['jobSpecification']> = {},
  options: LoggedAccountOptions = {},
): Promise<LoggedAccount> {
  const account = await loggedAccount(options);
  await value(account.engine.schedules.add(scheduleOf(schedule, jobSpecification)));
  account.clock.advance(1);
  return account;
}

const hourly = { recurrenceInterval: HOUR };

/** A manager that keeps its job active for that long. */
const lasting = (minutes: number) => ({ jobManagerTask: { id: 'manager', commandLine: `sleep ${minutes * 60}` } });

const shown = ({ engine }: LoggedAccount): Promise<JobScheduleResource> => value(engine.schedules.get('nightly'));

const jobIds = async ({ engine }: LoggedAccount): Promise<readonly string[]> =>
  (await value(engine.schedules.jobs('nightly', { limit: 100 }))).items.map(({ id }) => id);

const jobCount = async (account: LoggedAccount) => (await jobIds(account)).length;

describe('the times of a schedule', () => {
  it('are at least a minute from one job to the next, and for a window (batch-semantics 8)', async () => {
    const { engine } = await loggedAccount();
    for (const schedule of [
      { recurrenceInterval: MINUTE - 1 },
      { startWindow: MINUTE - 1 },
      { doNotRunUntil: 2 * HOUR, doNotRunAfter: HOUR },
    ]) {
      expect(await refusalCode(engine.schedules.add(scheduleOf(schedule)))).toBe('InvalidPropertyValue');
    }
    await value(engine.schedules.add(scheduleOf({ recurrenceInterval: MINUTE, startWindow: MINUTE })));
  });

  it('let a running job go on when no further one may come, and end the schedule after it (batch-semantics 8)', async () => {
    const account = await loggedAccount();
    const doNotRunAfter = account.clock.now() + 90 * MINUTE;
    await value(account.engine.schedules.add(scheduleOf({ ...hourly, doNotRunAfter }, lasting(45))));
    account.clock.advance(100 * MINUTE);
    expect([await jobIds(account), await jobState(account, 'nightly:job-2')]).toEqual([
      ['nightly:job-1', 'nightly:job-2'],
      'active',
    ]);
    expect((await shown(account)).state).toBe('active');
    account.clock.advance(6 * MINUTE);
    expect(await jobState(account, 'nightly:job-2')).toBe('completed');
    const ended = await shown(account);
    expect(ended).toMatchObject({ state: 'completed', executionInfo: { recentJob: { id: 'nightly:job-2' } } });
    expect(ended.executionInfo).not.toHaveProperty('nextRunTime');
    expect(ended.executionInfo.endTime).toBeGreaterThan(doNotRunAfter);
    account.clock.advance(duration.days(1));
    expect(await jobCount(account)).toBe(2);
  });

  it('of an occurrence without a window last until the next one is due (batch-semantics 8)', async () => {
    // The first job ends after 130 minutes: the second occurrence, of minute 60, is lost at minute 120.
    const account = await withSchedule(hourly, lasting(130));
    account.clock.advance(129 * MINUTE);
    expect(await jobCount(account)).toBe(1);
    account.clock.advance(2 * MINUTE);
    expect(await jobCount(account)).toBe(2);
    // One job came for two occurrences; the next is that of minute 180, which waits for the second job's end at 260.
    account.clock.advance(128 * MINUTE);
    expect(await jobCount(account)).toBe(2);
    account.clock.advance(3 * MINUTE);
    expect(await jobCount(account)).toBe(3);
  });

  it('with a window longer than the interval are as with none (batch-semantics 8)', async () => {
    const account = await withSchedule({ ...hourly, startWindow: 5 * HOUR }, lasting(130));
    account.clock.advance(129 * MINUTE);
    expect(await jobCount(account)).toBe(1);
    account.clock.advance(2 * MINUTE);
    expect(await jobCount(account)).toBe(2);
    expect((await shown(account)).executionInfo.nextRunTime).toBe((await shown(account)).creationTime + 3 * HOUR);
  });

  it('of lost occurrences are not made up for (batch-semantics 8)', async () => {
    const account = await withSchedule({ ...hourly, startWindow: 10 * MINUTE }, lasting(255));
    account.clock.advance(299 * MINUTE);
    expect(await jobIds(account)).toEqual(['nightly:job-1']);
    account.clock.advance(2 * MINUTE);
    expect(await jobIds(account)).toEqual(['nightly:job-1', 'nightly:job-2']);
  });
});

describe('the jobs of a schedule', () => {
  it('are never two at once (batch-semantics 8)', async () => {
    const account = await withSchedule({ recurrenceInterval: MINUTE }, lasting(3));
    for (let minute = 0; minute < 30; minute += 1) {
      account.clock.advance(MINUTE);
      const { items } = await value(account.engine.schedules.jobs('nightly', { limit: 100 }));
      expect(items.filter(({ state }) => state !== 'completed').length).toBeLessThanOrEqual(1);
    }
    expect(await jobCount(account)).toBeGreaterThan(7);
  });

  it('are numbered by a name that no other job can have (batch-semantics 8)', async () => {
    const account = await withSchedule(hourly);
    const { engine } = account;
    expect(await refusalCode(engine.jobs.add({ id: 'other:job-1', poolInfo: { poolId: 'pool' } }))).toBe(
      'InvalidPropertyValue',
    );
    await value(engine.jobs.patch('nightly:job-1', { priority: 5 }));
    expect(await value(engine.jobs.get('nightly:job-1'))).toMatchObject({ id: 'nightly:job-1', priority: 5 });
    await value(engine.jobs.delete('nightly:job-1'));
    account.clock.advance(HOUR);
    expect(await jobIds(account)).toEqual(['nightly:job-2']);
  });

  it('wait for the tasks of a client when they have no manager (batch-semantics 8)', async () => {
    const account = await loggedAccount();
    const { jobManagerTask: _, ...jobSpecification } = scheduleOf({}).jobSpecification;
    await value(account.engine.schedules.add({ id: 'nightly', schedule: hourly, jobSpecification }));
    account.clock.advance(5 * HOUR);
    expect(await jobIds(account)).toEqual(['nightly:job-1']);
    expect((await value(account.engine.tasks.list('nightly:job-1', { limit: 10 }))).items).toEqual([]);
    await value(account.engine.tasks.add('nightly:job-1', { id: 't', commandLine: 'true' }));
    account.clock.advance(1);
    expect((await value(account.engine.tasks.get('nightly:job-1', 't'))).state).toBe('completed');
    expect(await jobState(account, 'nightly:job-1')).toBe('active');
    await value(account.engine.jobs.terminate('nightly:job-1', undefined));
    account.clock.advance(1);
    expect(await jobIds(account)).toEqual(['nightly:job-1', 'nightly:job-2']);
  });

  it('end at once when they are to end with their tasks and have none (batch-semantics 8)', async () => {
    const account = await loggedAccount();
    const { jobManagerTask: _, ...specification } = scheduleOf({}).jobSpecification;
    const jobSpecification = { ...specification, onAllTasksComplete: 'terminatejob' } as const;
    await value(account.engine.schedules.add({ id: 'nightly', schedule: hourly, jobSpecification }));
    account.clock.advance(1);
    expect(await jobState(account, 'nightly:job-1')).toBe('completed');
    account.clock.advance(HOUR);
    expect(await jobState(account, 'nightly:job-2')).toBe('completed');
  });

  it('are what the specification says (batch-semantics 8)', async () => {
    const specification = {
      displayName: 'Every night',
      priority: 77,
      constraints: { maxTaskRetryCount: 3, maxWallClockTime: HOUR },
      jobPreparationTask: { commandLine: 'true' },
      jobReleaseTask: { commandLine: 'true' },
      commonEnvironmentSettings: [{ name: 'GREETING', value: 'hello' }],
      onAllTasksComplete: 'noaction',
      onTaskFailure: 'performexitoptionsjobaction',
      usesTaskDependencies: true,
      metadata: [{ name: 'team', value: 'a' }],
    } as const;
    const account = await withSchedule(hourly, specification);
    const job = await value(account.engine.jobs.get('nightly:job-1'));
    expect(job).toMatchObject(specification);
    expect(job.jobManagerTask).toMatchObject({ id: 'manager' });
    const run = account.runs.find(({ run: { kind } }) => kind === 'task')?.run;
    expect(run?.environment).toContainEqual({ name: 'GREETING', value: 'hello' });
  });
});

describe('a schedule', () => {
  it('says when it runs next and which job it made last (batch-semantics 8)', async () => {
    const account = await withSchedule(hourly);
    account.clock.advance(HOUR);
    const { creationTime, executionInfo } = await shown(account);
    expect(executionInfo).toEqual({ nextRunTime: creationTime + 2 * HOUR, recentJob: { id: 'nightly:job-2' } });
  });

  it('that is changed makes its future jobs anew and leaves the running one (batch-semantics 8)', async () => {
    const account = await withSchedule(hourly, { ...lasting(30), priority: 1 });
    const { poolInfo } = scheduleOf({}).jobSpecification;
    const jobSpecification = { poolInfo, ...lasting(1), priority: 9 };
    await value(account.engine.schedules.patch('nightly', { jobSpecification }));
    account.clock.advance(20 * MINUTE);
    expect(await value(account.engine.jobs.get('nightly:job-1'))).toMatchObject({ state: 'active', priority: 1 });
    account.clock.advance(41 * MINUTE);
    expect(await value(account.engine.jobs.get('nightly:job-2'))).toMatchObject({ priority: 9 });
  });

  it('runs by its new times when they are changed (batch-semantics 8)', async () => {
    const account = await withSchedule(hourly);
    const { creationTime } = await shown(account);
    account.clock.advance(10 * MINUTE);
    await value(account.engine.schedules.patch('nightly', { schedule: { recurrenceInterval: 15 * MINUTE } }));
    expect((await shown(account)).executionInfo.nextRunTime).toBe(creationTime + 15 * MINUTE);
    account.clock.advance(51 * MINUTE);
    expect(await jobCount(account)).toBe(5);
  });

  it('that is disabled lets its job go on (batch-semantics 8)', async () => {
    const account = await withSchedule(hourly, lasting(10));
    await value(account.engine.schedules.disable('nightly'));
    expect(await shown(account)).toMatchObject({ state: 'disabled', previousState: 'active' });
    account.clock.advance(9 * MINUTE);
    expect(await jobState(account, 'nightly:job-1')).toBe('active');
    account.clock.advance(2 * MINUTE);
    const job = await value(account.engine.jobs.get('nightly:job-1'));
    expect(job.executionInfo.terminateReason).toBe('JMComplete');
  });

  it.each([
    [
      'is enabled after its only job has ended',
      {},
      ({ engine }: LoggedAccount) => value(engine.schedules.enable('nightly')),
    ],
    [
      'is changed so that no job may come',
      hourly,
      async ({ engine, clock }: LoggedAccount) => {
        await value(engine.schedules.enable('nightly'));
        const schedule = { ...hourly, doNotRunAfter: clock.now() };
        await value(engine.schedules.patch('nightly', { schedule }));
      },
    ],
  ])('that %s is completed (batch-semantics 8)', async (_how, schedule, change) => {
    const account = await withSchedule(schedule);
    await value(account.engine.schedules.disable('nightly'));
    account.clock.advance(10 * MINUTE);
    expect(await jobState(account, 'nightly:job-1')).toBe('completed');
    await change(account);
    account.clock.advance(1);
    expect((await shown(account)).state).toBe('completed');
  });

  it('passes through terminating and deleting while its jobs end (batch-semantics 8)', async () => {
    const account = await withSchedule(hourly, lasting(10), {
      settings: { jobTerminatingMs: MINUTE, jobDeletingMs: MINUTE },
    });
    await value(account.engine.schedules.terminate('nightly'));
    account.clock.advance(30_000);
    expect([(await shown(account)).state, await jobState(account, 'nightly:job-1')]).toEqual([
      'terminating',
      'terminating',
    ]);
    account.clock.advance(30_000);
    expect([(await shown(account)).state, await jobState(account, 'nightly:job-1')]).toEqual([
      'completed',
      'completed',
    ]);
    await value(account.engine.schedules.delete('nightly'));
    account.clock.advance(30_000);
    expect([(await shown(account)).state, await jobState(account, 'nightly:job-1')]).toEqual(['deleting', 'deleting']);
    account.clock.advance(30_001);
    expect(await refusalCode(account.engine.schedules.get('nightly'))).toBe('JobScheduleNotFound');
  });

  it('counts as a job against the quota while it is active or disabled (batch-semantics 8)', async () => {
    const quotas = { dedicatedCores: 100, lowPriorityCores: 0, pools: 10, activeJobsAndSchedules: 2 };
    const account = await loggedAccount({ settings: { quotas } });
    const { engine } = account;
    await value(engine.schedules.add(scheduleOf({ ...hourly, doNotRunUntil: account.clock.now() + HOUR })));
    await addJob(account);
    const add = () => engine.jobs.add({ id: 'more', poolInfo: { poolId: 'pool' } });
    expect(await refusalCode(add())).toBe('ActiveJobAndScheduleQuotaReached');
    expect(await refusalCode(engine.schedules.add({ ...scheduleOf(hourly), id: 'other' }))).toBe(
      'ActiveJobAndScheduleQuotaReached',
    );
    await value(engine.schedules.disable('nightly'));
    expect(await refusalCode(add())).toBe('ActiveJobAndScheduleQuotaReached');
    await value(engine.schedules.terminate('nightly'));
    account.clock.advance(1);
    await value(add());
  });

  it('cannot have the id of a job (batch-semantics 8)', async () => {
    const account = await loggedAccount();
    await addJob(account, { id: 'nightly' });
    expect(await refusalCode(account.engine.schedules.add(scheduleOf(hourly)))).toBe('JobWithSameIdExists');
  });
});

describe('an auto pool of a schedule', () => {
  function autoPool(more: Partial<AutoPoolSpecification>): Partial<JobScheduleAdd['jobSpecification']> {
    const { id: _, ...pool } = poolOf('unused', 1);
    const specification = { poolLifetimeOption: 'jobschedule', autoPoolIdPrefix: 'auto', pool, ...more } as const;
    return { poolInfo: { autoPoolSpecification: specification } };
  }

  const pools = async ({ engine }: LoggedAccount) =>
    (await value(engine.pools.list({ limit: 100 }))).items.map(({ id }) => id).filter((id) => id !== 'pool');

  it.each([
    ['all jobs together', 'jobschedule', 1],
    ['each job on its own', 'job', 2],
  ] as const)('serves %s with lifetime %s (batch-semantics 8)', async (_how, poolLifetimeOption, count) => {
    const account = await withSchedule(hourly, autoPool({ poolLifetimeOption }));
    const poolOfJob = async (id: string) => (await value(account.engine.jobs.get(id))).executionInfo.poolId;
    const first = await poolOfJob('nightly:job-1');
    expect(await pools(account)).toEqual([first]);
    account.clock.advance(HOUR);
    const second = await poolOfJob('nightly:job-2');
    expect(new Set([first, second]).size).toBe(count);
    expect(await pools(account)).toEqual([second]);
    await value(account.engine.schedules.terminate('nightly'));
    account.clock.advance(1000);
    expect(await pools(account)).toEqual([]);
  });

  it.each(['jobschedule', 'job'] as const)(
    'of lifetime %s stays at the end when it is to be kept (batch-semantics 8)',
    async (poolLifetimeOption) => {
      const account = await withSchedule(hourly, autoPool({ poolLifetimeOption, keepAlive: true }));
      await value(account.engine.schedules.delete('nightly'));
      account.clock.advance(1000);
      expect(await pools(account)).toHaveLength(1);
    },
  );

  it('is named by its prefix of at most 20 characters and a generated part (batch-semantics 8)', async () => {
    const account = await withSchedule(hourly, autoPool({ autoPoolIdPrefix: 'p'.repeat(20) }));
    expect((await pools(account))[0]).toMatch(/^p{20}_[0-9A-F-]{36}$/);
    const longer = scheduleOf(hourly, autoPool({ autoPoolIdPrefix: 'p'.repeat(21) }));
    expect(await refusalCode(account.engine.schedules.add({ ...longer, id: 'other' }))).toBe('InvalidPropertyValue');
  });
});
