/** A job schedule as the engine keeps it: when its next job is due, and which one it made last (batch-semantics 8). */
import type { Instant } from '../../../core/kernel/index.ts';
import type { MetadataItem } from '../resources/common.ts';
import type { JobScheduleState, Schedule } from '../resources/job-schedule.ts';
import type { Deadline } from './deadlines.ts';
import type { JobSpec } from './job.ts';
import type { ScheduleKey } from './keys.ts';

/** An occurrence that is due and waits for the job before it to end. */
export interface Occurrence {
  readonly due: Instant;
  /** After it the occurrence is lost: its start window, or the next one's turn. */
  readonly until: Instant;
}

export interface JobSchedule {
  readonly key: ScheduleKey;
  readonly id: string;
  readonly displayName?: string;
  readonly schedule: Schedule;
  readonly jobSpecification: JobSpec;
  readonly metadata?: readonly MetadataItem[];
  readonly creationTime: Instant;
  readonly lastModified: Instant;
  readonly state: JobScheduleState;
  readonly stateTransitionTime: Instant;
  readonly previousState?: JobScheduleState;
  readonly previousStateTransitionTime?: Instant;
  /** Absent when no further job will come. */
  readonly nextRunTime?: Instant;
  readonly waiting?: Occurrence;
  readonly jobsMade: number;
  readonly recentJobId?: string;
  /** The pool that all its jobs share. */
  readonly autoPoolId?: string;
  readonly endTime?: Instant;
}

export const SCHEDULE_DEADLINES = ['due', 'window', 'expiry'] as const;

export function scheduleDeadlines(schedule: JobSchedule): readonly Deadline<(typeof SCHEDULE_DEADLINES)[number]>[] {
  if (schedule.state !== 'active') return [];
  const { nextRunTime, waiting } = schedule;
  const { doNotRunAfter } = schedule.schedule;
  const isOpen = nextRunTime !== undefined || waiting !== undefined;
  return [
    ...(nextRunTime === undefined ? [] : [{ name: 'due', at: nextRunTime } as const]),
    ...(waiting === undefined ? [] : [{ name: 'window', at: waiting.until } as const]),
    ...(doNotRunAfter === undefined || !isOpen ? [] : [{ name: 'expiry', at: doNotRunAfter } as const]),
  ];
}

/** Whether it counts against the quota of active jobs and schedules. */
export function isLiveSchedule(schedule: JobSchedule | undefined): boolean {
  return schedule?.state === 'active' || schedule?.state === 'disabled';
}

/** Enters a state; terminating and deleting never show up as the previous one (wire-facts 3.8). */
export function enterScheduleState(schedule: JobSchedule, state: JobScheduleState, now: Instant): JobSchedule {
  if (schedule.state === state) return schedule;
  const isTransient = schedule.state === 'terminating' || schedule.state === 'deleting';
  const previous = isTransient
    ? { state: schedule.previousState ?? 'active', at: schedule.previousStateTransitionTime ?? schedule.creationTime }
    : { state: schedule.state, at: schedule.stateTransitionTime };
  return {
    ...schedule,
    state,
    stateTransitionTime: now,
    previousState: previous.state,
    previousStateTransitionTime: previous.at,
  };
}

/** The first due time at or after `from`, on the grid that starts at `origin`; undefined when there is none. */
export function dueFrom(schedule: Schedule, origin: Instant, from: Instant): Instant | undefined {
  const first = Math.max(origin, schedule.doNotRunUntil ?? origin);
  const { recurrenceInterval, doNotRunAfter } = schedule;
  let due = first;
  if (from > first) {
    if (recurrenceInterval === undefined) return undefined;
    due = first + Math.ceil((from - first) / recurrenceInterval) * recurrenceInterval;
  }
  return doNotRunAfter !== undefined && due > doNotRunAfter ? undefined : due;
}
