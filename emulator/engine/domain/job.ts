/** A job as the engine keeps it, and the transitions of its state (wire-facts 4.4, batch-semantics 3.7). */
import { UNLIMITED, type Instant } from '../../../core/kernel/index.ts';
import type {
  JobConstraints,
  JobSchedulingError,
  JobSpecification,
  JobState,
  OnAllTasksComplete,
  OnTaskFailure,
} from '../resources/job.ts';
import type { Deadline } from './deadlines.ts';
import type { JobKey, PoolKey, ScheduleKey } from './keys.ts';

/** What every job has once its defaults are filled in. */
export type JobSpec = JobSpecification & {
  readonly priority: number;
  readonly maxParallelTasks: number;
  readonly allowTaskPreemption: boolean;
  readonly usesTaskDependencies: boolean;
  readonly constraints: Required<JobConstraints>;
  readonly onAllTasksComplete: OnAllTasksComplete;
  readonly onTaskFailure: OnTaskFailure;
};

export interface Job {
  readonly key: JobKey;
  readonly id: string;
  /** Creation order, which decides between jobs of equal merit. */
  readonly sequence: number;
  readonly spec: JobSpec;
  readonly pool: PoolKey;
  readonly poolId: string;
  /** The job schedule that made it. */
  readonly schedule?: ScheduleKey;
  /** The auto pool that ends with it; the job may have moved to another one. */
  readonly ownPoolId?: string;
  readonly creationTime: Instant;
  readonly lastModified: Instant;
  readonly state: JobState;
  readonly stateTransitionTime: Instant;
  /** In a state that passes: not before, however soon everything has stopped. */
  readonly settlesAt?: Instant;
  readonly previousState?: JobState;
  readonly previousStateTransitionTime?: Instant;
  /** In a state that passes: what was shown as the previous one before. */
  readonly earlier?: { readonly state: JobState; readonly at: Instant };
  readonly startTime: Instant;
  readonly endTime?: Instant;
  readonly terminateReason?: string;
  readonly schedulingError?: JobSchedulingError;
  /** The directory of its tasks on nodes, below `workitems`: `{job}/job-1` (batch-semantics 10.1). */
  readonly directory: string;
  /** Whether release tasks are still to be started while it terminates or is deleted. */
  readonly releasePending: boolean;
}

export const JOB_DEADLINES = ['wallClock', 'settles'] as const;

export function jobDeadlines(job: Job): readonly Deadline<(typeof JOB_DEADLINES)[number]>[] {
  const { maxWallClockTime } = job.spec.constraints;
  const settles = job.settlesAt === undefined ? [] : [{ name: 'settles', at: job.settlesAt } as const];
  const ends = job.state === 'terminating' || job.state === 'completed' || job.state === 'deleting';
  if (ends || maxWallClockTime >= UNLIMITED) return settles;
  return [...settles, { name: 'wallClock', at: job.creationTime + maxWallClockTime }];
}

const TRANSIENT: ReadonlySet<JobState> = new Set(['disabling', 'enabling', 'terminating', 'deleting']);

/**
 * Enters a state. Transient states never show up as the previous one (wire-facts 4.4), nor does a job that comes back
 * to the state that it left by one of them show that state: it shows what it did before.
 */
export function enterJobState(job: Job, state: JobState, now: Instant): Job {
  if (job.state === state) return job;
  const { previousState, previousStateTransitionTime, earlier, ...rest } = job;
  const isKnown = previousState !== undefined && previousStateTransitionTime !== undefined;
  const shown = isKnown ? { state: previousState, at: previousStateTransitionTime } : undefined;
  const entered = { ...rest, state, stateTransitionTime: now };
  if (!TRANSIENT.has(job.state)) {
    const left = withPrevious(entered, { state: job.state, at: job.stateTransitionTime });
    return TRANSIENT.has(state) && shown !== undefined ? { ...left, earlier: shown } : left;
  }
  if (TRANSIENT.has(state)) return { ...withPrevious(entered, shown), ...(earlier === undefined ? {} : { earlier }) };
  return withPrevious(entered, shown?.state === state ? earlier : shown);
}

function withPrevious(job: Job, previous: Job['earlier']): Job {
  if (previous === undefined) return job;
  return { ...job, previousState: previous.state, previousStateTransitionTime: previous.at };
}

/** Whether the scheduler may start tasks of this job. */
export function startsTasks(job: Job): boolean {
  return job.state === 'active';
}

/** Whether the job counts against the quota of active jobs and schedules (batch-semantics 3.7). */
export function countsAgainstQuota(job: Job): boolean {
  return job.state !== 'completed' && job.state !== 'deleting';
}
