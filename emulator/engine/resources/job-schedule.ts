/** Job schedules: what a client sends to create one, and what the service shows. */
import type { Instant, Milliseconds } from '../../../core/kernel/index.ts';
import type { MetadataItem, Stamped } from './common.ts';
import type { JobSpecification } from './job.ts';

/** All times UTC (batch-semantics 8). */
export interface Schedule {
  readonly doNotRunUntil?: Instant;
  readonly doNotRunAfter?: Instant;
  readonly startWindow?: Milliseconds;
  readonly recurrenceInterval?: Milliseconds;
}

export interface JobScheduleUpdate {
  readonly schedule: Schedule;
  readonly jobSpecification: JobSpecification;
  readonly metadata?: readonly MetadataItem[];
}

export type JobSchedulePatch = Partial<JobScheduleUpdate>;

export interface JobScheduleAdd extends JobScheduleUpdate {
  readonly id: string;
  readonly displayName?: string;
}

export type JobScheduleState = 'active' | 'completed' | 'disabled' | 'terminating' | 'deleting';

/** A job schedule as `GET /jobschedules/{id}` shows it, without URLs. */
export interface JobScheduleResource extends Stamped, JobScheduleAdd {
  readonly state: JobScheduleState;
  readonly stateTransitionTime: Instant;
  readonly previousState?: JobScheduleState;
  readonly previousStateTransitionTime?: Instant;
  readonly executionInfo: {
    readonly nextRunTime?: Instant;
    readonly recentJob?: { readonly id: string };
    readonly endTime?: Instant;
  };
}
