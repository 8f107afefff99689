/** Jobs: what a client sends to create one, and what the service shows. */
import type { Instant, Milliseconds } from '../../../core/kernel/index.ts';
import type {
  ApplicationPackageReference,
  ContainerInfo,
  ContainerSettings,
  EnvironmentSetting,
  MetadataItem,
  NameValue,
  Opaque,
  OutputFile,
  ResourceFile,
  Stamped,
  TaskConstraints,
  TaskFailure,
  UserIdentity,
} from './common.ts';
import type { PoolSpecification } from './pool.ts';

export interface JobConstraints {
  readonly maxWallClockTime?: Milliseconds;
  readonly maxTaskRetryCount?: number;
}

export interface AutoPoolSpecification {
  readonly autoPoolIdPrefix?: string;
  readonly poolLifetimeOption: 'job' | 'jobschedule';
  readonly keepAlive?: boolean;
  readonly pool?: PoolSpecification;
}

export interface PoolInfo {
  readonly poolId?: string;
  readonly autoPoolSpecification?: AutoPoolSpecification;
}

export interface JobManagerTask {
  readonly id: string;
  readonly displayName?: string;
  readonly commandLine: string;
  readonly containerSettings?: ContainerSettings;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly outputFiles?: readonly OutputFile[];
  readonly environmentSettings?: readonly EnvironmentSetting[];
  readonly constraints?: TaskConstraints;
  readonly requiredSlots?: number;
  readonly killJobOnCompletion?: boolean;
  readonly userIdentity?: UserIdentity;
  readonly runExclusive?: boolean;
  readonly applicationPackageReferences?: readonly ApplicationPackageReference[];
  readonly authenticationTokenSettings?: Opaque;
  readonly allowLowPriorityNode?: boolean;
}

export interface JobPreparationTask {
  readonly id?: string;
  readonly commandLine: string;
  readonly containerSettings?: ContainerSettings;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly environmentSettings?: readonly EnvironmentSetting[];
  readonly constraints?: TaskConstraints;
  readonly waitForSuccess?: boolean;
  readonly userIdentity?: UserIdentity;
  readonly rerunOnNodeRebootAfterSuccess?: boolean;
}

export interface JobReleaseTask {
  readonly id?: string;
  readonly commandLine: string;
  readonly containerSettings?: ContainerSettings;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly environmentSettings?: readonly EnvironmentSetting[];
  readonly maxWallClockTime?: Milliseconds;
  readonly retentionTime?: Milliseconds;
  readonly userIdentity?: UserIdentity;
}

export type OnAllTasksComplete = 'noaction' | 'terminatejob';
export type OnTaskFailure = 'noaction' | 'performexitoptionsjobaction';

/** The members that a job shares with a job schedule's specification. */
export interface JobSpecification {
  readonly displayName?: string;
  readonly priority?: number;
  readonly maxParallelTasks?: number;
  readonly allowTaskPreemption?: boolean;
  readonly usesTaskDependencies?: boolean;
  readonly constraints?: JobConstraints;
  readonly jobManagerTask?: JobManagerTask;
  readonly jobPreparationTask?: JobPreparationTask;
  readonly jobReleaseTask?: JobReleaseTask;
  readonly commonEnvironmentSettings?: readonly EnvironmentSetting[];
  readonly poolInfo: PoolInfo;
  readonly onAllTasksComplete?: OnAllTasksComplete;
  readonly onTaskFailure?: OnTaskFailure;
  readonly metadata?: readonly MetadataItem[];
  readonly networkConfiguration?: Opaque;
}

export interface JobAdd extends JobSpecification {
  readonly id: string;
}

/** PATCH: members that are given replace whole values, others stay (wire-facts 3.3). */
export interface JobPatch {
  readonly priority?: number;
  readonly maxParallelTasks?: number;
  readonly allowTaskPreemption?: boolean;
  readonly onAllTasksComplete?: OnAllTasksComplete;
  readonly constraints?: JobConstraints;
  readonly poolInfo?: PoolInfo;
  readonly metadata?: readonly MetadataItem[];
}

/** PUT: members that are absent fall back to their defaults. */
export interface JobUpdate extends JobPatch {
  readonly poolInfo: PoolInfo;
}

export type JobState = 'active' | 'disabling' | 'disabled' | 'enabling' | 'terminating' | 'completed' | 'deleting';

export interface JobSchedulingError {
  readonly category: 'usererror' | 'servererror';
  readonly code: string;
  readonly message: string;
  readonly details?: readonly NameValue[];
}

/** A job as `GET /jobs/{id}` shows it, without URLs. */
export interface JobResource extends Stamped, JobSpecification {
  readonly state: JobState;
  readonly stateTransitionTime: Instant;
  readonly previousState?: JobState;
  readonly previousStateTransitionTime?: Instant;
  readonly executionInfo: {
    readonly startTime: Instant;
    readonly endTime?: Instant;
    readonly poolId?: string;
    readonly schedulingError?: JobSchedulingError;
    readonly terminateReason?: string;
  };
}

export interface TaskCountValues {
  readonly active: number;
  readonly running: number;
  readonly completed: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface TaskCountsResult {
  readonly taskCounts: TaskCountValues;
  readonly taskSlotCounts: TaskCountValues;
}

interface HookTaskExecutionInfo {
  readonly startTime: Instant;
  readonly endTime?: Instant;
  readonly state: 'running' | 'completed';
  readonly taskRootDirectory?: string;
  readonly exitCode?: number;
  readonly containerInfo?: ContainerInfo;
  readonly failureInfo?: TaskFailure;
  readonly result?: 'success' | 'failure';
}

export interface JobPreparationTaskExecutionInfo extends HookTaskExecutionInfo {
  readonly retryCount: number;
  readonly lastRetryTime?: Instant;
}

export interface HookTaskStatus {
  readonly poolId: string;
  readonly nodeId: string;
  readonly jobPreparationTaskExecutionInfo?: JobPreparationTaskExecutionInfo;
  readonly jobReleaseTaskExecutionInfo?: HookTaskExecutionInfo;
}
