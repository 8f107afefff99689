/** Jobs, as a client describes and sees them. */
import type { Instant, Milliseconds } from '../kernel/index.ts';
import type { Problem } from './problem.ts';
import type { EnvironmentSetting, OutputFile, ResourceFile, TaskConstraints, TaskNode, UserIdentity } from './task.ts';

/** A task that prepares a node before the job's first task there, or cleans up after the job. */
export interface HookTask {
  readonly commandLine: string;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly environment?: readonly EnvironmentSetting[];
  readonly user?: UserIdentity;
}

/** A task that comes with its job, before all others: it adds the job's tasks, or is all the work there is. */
export interface JobManager {
  readonly id: string;
  /** Not run in a shell: wrap it with `linuxShell` for variables, pipes and `;`. */
  readonly commandLine: string;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly outputFiles?: readonly OutputFile[];
  readonly environment?: readonly EnvironmentSetting[];
  readonly user?: UserIdentity;
  readonly constraints?: TaskConstraints;
  readonly requiredSlots?: number;
  /** Whether the job ends with its manager, and takes its other tasks along. The service's default is true. */
  readonly endsJob?: boolean;
  /** Whether nothing else runs on its node meanwhile. The service's default is true. */
  readonly runsAlone?: boolean;
}

/** What a job is, apart from its id: also what a schedule makes jobs of. */
export interface JobSpecification {
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
  /** Needs a preparation task beside it. */
  readonly release?: HookTask;
  readonly manager?: JobManager;
  readonly commonEnvironment?: readonly EnvironmentSetting[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface JobSpec extends JobSpecification {
  readonly id: string;
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

/** How a preparation or release task went on one node; it is shown once it has started there. */
export interface HookRun {
  readonly state: 'running' | 'completed';
  /** Absent until it has ended. */
  readonly result?: 'success' | 'failure';
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly exitCode?: number;
  readonly failure?: Problem;
  /** Its directory, relative to the node's root, with stdout.txt and stderr.txt. */
  readonly directory?: string;
}

/** A node on which a job prepared itself. */
export interface HookStatus {
  readonly node: TaskNode;
  readonly preparation?: HookRun;
  readonly release?: HookRun;
}
