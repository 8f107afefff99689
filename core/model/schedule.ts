/** Job schedules: they make jobs of one specification, again and again, at most one active at a time. */
import type { Instant, Milliseconds } from '../kernel/index.ts';
import type { JobSpecification } from './job.ts';

export interface Recurrence {
  /** At once by default. */
  readonly doNotRunUntil?: Instant;
  /** No job is made later; one that runs goes on. */
  readonly doNotRunAfter?: Instant;
  /** How long after its time a job may still be made when the one before was not over; a minute at least. */
  readonly startWindowMs?: Milliseconds;
  /** From one job's time to the next one's; a minute at least. Without it there is one job. */
  readonly intervalMs?: Milliseconds;
}

export interface ScheduleSpec {
  readonly id: string;
  readonly displayName?: string;
  readonly recurrence: Recurrence;
  /** Its jobs are called `{schedule}:job-1`, `{schedule}:job-2`, …. */
  readonly job: JobSpecification;
  readonly metadata?: Readonly<Record<string, string>>;
}

export type ScheduleState = 'active' | 'completed' | 'disabled' | 'terminating' | 'deleting';

export interface Schedule {
  readonly id: string;
  readonly state: ScheduleState;
  readonly recurrence: Recurrence;
  readonly createdAt?: Instant;
  readonly endedAt?: Instant;
  /** Absent when no job will come any more. Means something while the schedule is active only. */
  readonly nextRunAt?: Instant;
  readonly recentJobId?: string;
  readonly metadata: Readonly<Record<string, string>>;
}
