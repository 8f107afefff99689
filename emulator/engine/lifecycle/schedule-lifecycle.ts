/** How job schedules make jobs, one after the other, and end (batch-semantics 8). */
import { type ScheduleKey, jobKey, poolKey } from '../domain/keys.ts';
import { type JobSchedule, enterScheduleState } from '../domain/schedule.ts';
import type { Turn } from '../turn.ts';
import { type AutoPool, autoPoolOf, dropPool, makeAutoPool } from './auto-pool.ts';
import { putNewJob } from './creation.ts';
import { deleteJob, failJob, terminateJob } from './job-lifecycle.ts';

/** The next occurrence is due: from now on it waits for its chance, and the one after it is known. */
export function reachDue(turn: Turn, key: ScheduleKey): void {
  const schedule = turn.world.schedules.get(key);
  if (schedule?.state !== 'active' || schedule.nextRunTime === undefined) return;
  const { nextRunTime: due, ...rest } = schedule;
  const { recurrenceInterval, startWindow, doNotRunAfter } = schedule.schedule;
  const next = recurrenceInterval === undefined ? undefined : due + recurrenceInterval;
  const isPast = next !== undefined && doNotRunAfter !== undefined && next > doNotRunAfter;
  turn.world.schedules.put({
    ...rest,
    // A due job is not carried over to the next interval (batch-semantics 8).
    waiting: { due, until: Math.min(due + (startWindow ?? Infinity), next ?? Infinity) },
    ...(next === undefined || isPast ? {} : { nextRunTime: next }),
  });
  advanceSchedule(turn, key);
}

/** The start window has passed while the job before was still running: this occurrence is lost. */
export function passOccurrence(turn: Turn, key: ScheduleKey): void {
  const schedule = turn.world.schedules.get(key);
  if (schedule === undefined) return;
  const { waiting: _, ...rest } = schedule;
  turn.world.schedules.put(rest);
  advanceSchedule(turn, key);
}

/** Takes every step that the schedule's state allows now. */
export function advanceSchedule(turn: Turn, key: ScheduleKey): void {
  const schedule = turn.world.schedules.get(key);
  if (schedule === undefined) return;
  if (schedule.state === 'deleting') {
    removeWhenEmpty(turn, schedule);
    return;
  }
  if (hasActiveJob(turn, schedule)) return;
  if (schedule.state === 'terminating') {
    complete(turn, schedule);
  } else if (schedule.state === 'active') {
    const { doNotRunAfter } = schedule.schedule;
    const isOver = doNotRunAfter !== undefined && turn.now > doNotRunAfter;
    if (schedule.waiting !== undefined && !isOver) makeJob(turn, schedule);
    else if (isOver || schedule.nextRunTime === undefined) complete(turn, schedule);
  }
}

function hasActiveJob(turn: Turn, schedule: JobSchedule): boolean {
  const job = schedule.recentJobId === undefined ? undefined : turn.world.jobs.get(jobKey(schedule.recentJobId));
  return job !== undefined && job.state !== 'completed';
}

function makeJob(turn: Turn, schedule: JobSchedule): void {
  const { waiting: _, ...rest } = schedule;
  const number = schedule.jobsMade + 1;
  const id = `${schedule.id}:job-${number}`;
  const spec = schedule.jobSpecification;
  const pool = poolForJob(turn, schedule);
  const autoPoolId =
    'poolId' in pool && autoPoolOf(spec)?.poolLifetimeOption === 'jobschedule' ? pool.poolId : undefined;
  turn.world.schedules.put({
    ...rest,
    jobsMade: number,
    recentJobId: id,
    ...(autoPoolId === undefined ? {} : { autoPoolId }),
  });
  const directory = `workitems/${schedule.id}/job-${number}`;
  const job = { id, directory, schedule: schedule.key };
  if ('error' in pool) failJob(turn, putNewJob(turn, { ...job, poolId: '' }, spec), pool.error);
  else putNewJob(turn, { ...job, ...pool }, spec);
}

/** The named pool, a pool of this job alone, or the one that all jobs of the schedule share. */
function poolForJob(turn: Turn, schedule: JobSchedule): AutoPool & { readonly ownPoolId?: string } {
  const spec = schedule.jobSpecification;
  const autoPool = autoPoolOf(spec);
  if (autoPool === undefined) return { poolId: spec.poolInfo.poolId ?? '' };
  const { autoPoolId } = schedule;
  const isThere = autoPoolId !== undefined && turn.world.pools.get(poolKey(autoPoolId))?.state === 'active';
  if (isThere) return { poolId: autoPoolId };
  const made = makeAutoPool(turn, autoPool);
  const ends = autoPool.poolLifetimeOption === 'job' && autoPool.keepAlive === false;
  return ends && 'poolId' in made ? { ...made, ownPoolId: made.poolId } : made;
}

/** A pool of the schedule's lifetime ends with it, unless it is to be kept. */
function dropSharedPool(turn: Turn, schedule: JobSchedule): void {
  const keeps = autoPoolOf(schedule.jobSpecification)?.keepAlive === true;
  if (schedule.autoPoolId !== undefined && !keeps) dropPool(turn, schedule.autoPoolId);
}

function complete(turn: Turn, schedule: JobSchedule): void {
  const { nextRunTime: _, waiting: __, ...rest } = schedule;
  turn.world.schedules.put({ ...enterScheduleState(rest, 'completed', turn.now), endTime: turn.now });
  dropSharedPool(turn, schedule);
}

/** The recorded reason of the job that it ends is TerminateWorkitem; the docs call it TerminateJobSchedule. */
export function terminateSchedule(turn: Turn, schedule: JobSchedule): void {
  turn.world.schedules.put(enterScheduleState(schedule, 'terminating', turn.now));
  if (schedule.recentJobId !== undefined) terminateJob(turn, jobKey(schedule.recentJobId), 'TerminateWorkitem');
  advanceSchedule(turn, schedule.key);
}

/** A deleted schedule takes all its jobs with it. */
export function deleteSchedule(turn: Turn, schedule: JobSchedule): void {
  turn.world.schedules.put(enterScheduleState(schedule, 'deleting', turn.now));
  for (const job of jobsOf(turn, schedule)) deleteJob(turn, job);
  advanceSchedule(turn, schedule.key);
}

function removeWhenEmpty(turn: Turn, schedule: JobSchedule): void {
  if (jobsOf(turn, schedule).length > 0) return;
  turn.world.schedules.delete(schedule.key);
  dropSharedPool(turn, schedule);
}

function jobsOf(turn: Turn, schedule: JobSchedule): readonly ReturnType<typeof jobKey>[] {
  const keys = [];
  const prefix = `${schedule.key}:job-`;
  for (const job of turn.world.jobs.list('', jobKey(prefix))) {
    if (!job.key.startsWith(prefix)) break;
    keys.push(job.key);
  }
  return keys;
}
