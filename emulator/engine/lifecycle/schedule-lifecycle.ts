/** How job schedules make jobs, one after the other, and end (batch-semantics 8). */
import { type ScheduleKey, jobKey } from '../domain/keys.ts';
import { type JobSchedule, enterScheduleState } from '../domain/schedule.ts';
import type { Turn } from '../turn.ts';
import { putNewJob } from './creation.ts';
import { deleteJob, terminateJob } from './job-lifecycle.ts';

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
  turn.world.schedules.put({ ...rest, jobsMade: number, recentJobId: id });
  putNewJob(
    turn,
    { id, directory: `workitems/${schedule.id}/job-${number}`, schedule: schedule.key },
    schedule.jobSpecification,
  );
}

function complete(turn: Turn, schedule: JobSchedule): void {
  const { nextRunTime: _, waiting: __, ...rest } = schedule;
  turn.world.schedules.put({ ...enterScheduleState(rest, 'completed', turn.now), endTime: turn.now });
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
  if (jobsOf(turn, schedule).length === 0) turn.world.schedules.delete(schedule.key);
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
