/** Jobs, as a client describes and sees them. */
import type { Instant, Milliseconds } from '../kernel/index.ts';
import type { Problem } from './problem.ts';
import type { EnvironmentSetting, ResourceFile, UserIdentity } from './task.ts';

/** A task that prepares a node before the job's first task there, or cleans up after the job. */
export interface HookTask {
  readonly commandLine: string;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly environment?: readonly EnvironmentSetting[];
  readonly user?: UserIdentity;
}

export interface JobSpec {
  readonly id: string;
  readonly displayName?: string;
  readonly poolId: string;
  /** -1000 (lowest) to 1000; 0 by default. */
  readonly priority?: number;
  readonly maxParallelTasks?: number;
  readonly usesTaskDependencies?: boolean;
  readonly maxTaskRetryCount?: number;
  readonly maxWallClockMs?: Milliseconds;
  readonly onAllTasksComplete?: 'noAction' | 'terminateJob';
  readonly onTaskFailure?: 'noAction' | 'performExitOptionsJobAction';
  readonly preparation?: HookTask;
  readonly release?: HookTask;
  readonly commonEnvironment?: readonly EnvironmentSetting[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export type JobState = 'active' | 'disabling' | 'disabled' | 'enabling' | 'terminating' | 'completed' | 'deleting';

export interface Job {
  readonly id: string;
  readonly state: JobState;
  readonly poolId?: string;
  readonly priority: number;
  readonly createdAt?: Instant;
  readonly endedAt?: Instant;
  readonly terminateReason?: string;
  readonly schedulingError?: Problem;
  readonly metadata: Readonly<Record<string, string>>;
}
