// Contract: job schedules and the jobs that they make.
import { describe, expect } from 'vitest';
import type { Schedule, ScheduleState } from '../../../core/index.ts';
import { duration } from '../../../core/kernel/index.ts';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell, text } from './contract-target.ts';

/** The first day of the year 2100. */
const IN_ANOTHER_CENTURY = Date.UTC(2100, 0, 1);

export function describeSchedules(context: ContractContext): void {
  describe('job schedules', () => {
    describeCreation(context);
    describeJobsMade(context);
    describeTransitions(context);
    describeEnd(context);
  });
}

function untilSchedule(context: ContractContext, id: string, state: ScheduleState): Promise<Schedule> {
  return context.until(
    () => context.service.schedules.get(id),
    (schedule) => schedule.state === state,
  );
}

/** The schedule once it has made its first job. */
function untilJobMade(context: ContractContext, id: string): Promise<Schedule> {
  return context.until(
    () => context.service.schedules.get(id),
    ({ recentJobId }) => recentJobId !== undefined,
  );
}

function describeCreation(context: ContractContext): void {
  const { test } = context;

  test('a schedule is shown as it was asked for, and has made its first job', async () => {
    const recurrence = { intervalMs: duration.hours(2), startWindowMs: duration.minutes(90) };
    const metadata = { run: '42' };
    const id = await context.createSchedule({ recurrence, metadata });
    const schedule = await untilJobMade(context, id);
    expect(schedule).toMatchObject({ id, state: 'active', recurrence, metadata, recentJobId: `${id}:job-1` });
    expect(schedule.createdAt).toBeGreaterThan(0);
    expect(schedule.nextRunAt).toBeGreaterThan(schedule.createdAt ?? Infinity);
    expect(schedule).not.toHaveProperty('endedAt');
  });

  test('a schedule that is not to begin yet has no job, and says when it comes', async () => {
    const recurrence = { doNotRunUntil: IN_ANOTHER_CENTURY, doNotRunAfter: IN_ANOTHER_CENTURY + duration.days(1) };
    const id = await context.createSchedule({ recurrence });
    const schedule = await context.service.schedules.get(id);
    expect(schedule).toMatchObject({ state: 'active', recurrence, nextRunAt: IN_ANOTHER_CENTURY, metadata: {} });
    expect(schedule).not.toHaveProperty('recentJobId');
    expect(await collect(context.service.schedules.jobs(id))).toEqual([]);
  });

  test('an id that is taken, by a schedule or by a job, is refused', async () => {
    const { schedules, jobs } = context.service;
    const id = await context.createSchedule();
    const spec = { recurrence: {}, job: { poolId: 'contract-no-such-pool' } };
    await expectFault(schedules.create({ id, ...spec }), 'alreadyExists', 'JobScheduleExists');
    await expectFault(jobs.create({ id, poolId: 'p' }), 'alreadyExists', 'JobScheduleWithSameIdExists');
    const jobId = await context.createJob();
    await expectFault(schedules.create({ id: jobId, ...spec }), 'alreadyExists', 'JobWithSameIdExists');
  });

  test('a schedule that the rules forbid is refused', async () => {
    const { schedules } = context.service;
    const job = { poolId: 'contract-no-such-pool' };
    const good = { id: context.id('schedule'), recurrence: {}, job };
    const bad = [
      { ...good, id: 'a/b?c' },
      { ...good, recurrence: { intervalMs: duration.seconds(59) } },
      { ...good, recurrence: { intervalMs: duration.minutes(2), startWindowMs: duration.seconds(30) } },
      { ...good, recurrence: { doNotRunUntil: IN_ANOTHER_CENTURY, doNotRunAfter: IN_ANOTHER_CENTURY - 1000 } },
      { ...good, job: { ...job, manager: { id: '', commandLine: 'true' } } },
    ];
    for (const spec of bad) await expectFault(schedules.create(spec), 'invalid', 'InvalidPropertyValue');
    const urgent = { ...good, job: { ...job, priority: 1001 } };
    await expectFault(schedules.create(urgent), 'invalid', 'OutOfRangePriority');
    await expectFault(schedules.get(good.id), 'notFound', 'JobScheduleNotFound');
  });

  test('a schedule that does not exist is not found, whatever is done to it', async () => {
    const { schedules } = context.service;
    const id = context.id('missing');
    const calls = [
      schedules.get(id),
      collect(schedules.jobs(id)),
      schedules.disable(id),
      schedules.enable(id),
      schedules.terminate(id),
      schedules.delete(id),
    ];
    for (const call of calls) await expectFault(call, 'notFound', 'JobScheduleNotFound');
  });

  test('the list has the schedules, active and ended', async () => {
    const ended = await context.createSchedule();
    const active = await context.createSchedule();
    await untilJobMade(context, ended);
    await context.service.schedules.terminate(ended);
    await untilSchedule(context, ended, 'completed');
    const schedules = await collect(context.service.schedules.list());
    expect(schedules.find(({ id }) => id === active)?.state).toBe('active');
    expect(schedules.find(({ id }) => id === ended)?.state).toBe('completed');
  });
}

function describeJobsMade(context: ContractContext): void {
  const { test } = context;

  test('a job of a schedule is a job like any other, with a manager that does its work (batch-semantics 8)', async () => {
    const poolId = await context.sharedPool();
    const manager = { id: 'boss', commandLine: shell('echo "$AZ_BATCH_JOB_ID"') };
    const id = await context.createSchedule({ job: { poolId, priority: 7, manager } });
    await untilJobMade(context, id);
    const jobId = `${id}:job-1`;
    const job = await context.untilJob(jobId, 'completed');
    expect(job).toMatchObject({ id: jobId, poolId, priority: 7, terminateReason: 'JMComplete' });
    expect(await collect(context.service.schedules.jobs(id))).toEqual([job]);
    expect(await text(context.service.files.readOfTask(jobId, 'boss', 'stdout.txt'))).toBe(`${jobId}\n`);
    expect((await context.service.schedules.get(id)).state).toBe('active');
  });

  test('tasks of a schedule have the directory of its job, by number (batch-semantics 8)', async () => {
    const poolId = await context.sharedPool();
    const manager = { id: 'boss', commandLine: shell('echo "${AZ_BATCH_TASK_DIR##*/workitems/}"') };
    const id = await context.createSchedule({ job: { poolId, manager } });
    await untilJobMade(context, id);
    await context.untilJob(`${id}:job-1`, 'completed');
    const output = context.service.files.readOfTask(`${id}:job-1`, 'boss', 'stdout.txt');
    expect(await text(output)).toBe(`${id}/job-1/boss\n`);
  });

  test('a schedule lists its own jobs and no others', async () => {
    const [one, other] = [await context.createSchedule(), await context.createSchedule()];
    await untilJobMade(context, one);
    await untilJobMade(context, other);
    const jobs = await collect(context.service.schedules.jobs(one));
    expect(jobs.map(({ id }) => id)).toEqual([`${one}:job-1`]);
  });

  test('a schedule without an interval makes one job and ends with it', async () => {
    const id = await context.createSchedule({ recurrence: {} });
    expect(await untilJobMade(context, id)).not.toHaveProperty('nextRunAt');
    await context.service.jobs.terminate(`${id}:job-1`);
    const schedule = await untilSchedule(context, id, 'completed');
    expect(schedule.endedAt).toBeGreaterThanOrEqual(schedule.createdAt ?? Infinity);
  });
}

function describeTransitions(context: ContractContext): void {
  const { test } = context;

  test('a disabled schedule keeps its job and goes on when it is enabled', async () => {
    const { schedules, jobs } = context.service;
    const id = await context.createSchedule();
    await untilJobMade(context, id);
    await schedules.disable(id);
    await untilSchedule(context, id, 'disabled');
    expect((await jobs.get(`${id}:job-1`)).state).toBe('active');
    await schedules.enable(id);
    const schedule = await untilSchedule(context, id, 'active');
    expect(schedule.nextRunAt).toBeGreaterThan(schedule.createdAt ?? Infinity);
  });
}

function describeEnd(context: ContractContext): void {
  const { test } = context;

  test('a schedule that is terminated ends its job, too', async () => {
    const id = await context.createSchedule();
    await untilJobMade(context, id);
    await context.service.schedules.terminate(id);
    const schedule = await untilSchedule(context, id, 'completed');
    expect(schedule.endedAt).toBeGreaterThanOrEqual(schedule.createdAt ?? Infinity);
    expect(schedule).not.toHaveProperty('nextRunAt');
    expect(await context.untilJob(`${id}:job-1`, 'completed')).toMatchObject({ terminateReason: 'TerminateWorkitem' });
  });

  test('a schedule that has ended takes no transitions', async () => {
    const { schedules } = context.service;
    const id = await context.createSchedule();
    await untilJobMade(context, id);
    await schedules.terminate(id);
    await untilSchedule(context, id, 'completed');
    for (const method of ['disable', 'enable', 'terminate'] as const) {
      await expectFault(schedules[method](id), 'conflict', 'JobScheduleCompleted');
    }
  });

  test('a deleted schedule is gone with its jobs after a while', async () => {
    const { schedules, jobs } = context.service;
    const id = await context.createSchedule();
    await untilJobMade(context, id);
    await schedules.delete(id);
    const look = () =>
      schedules.get(id).then(
        () => true,
        () => false,
      );
    await context.until(look, (exists) => !exists);
    await expectFault(schedules.get(id), 'notFound', 'JobScheduleNotFound');
    await expectFault(jobs.get(`${id}:job-1`), 'notFound', 'JobNotFound');
  });
}
