/** Tasks: what a client sends to add one, and what the service shows. */
import type { Instant } from '../../../core/kernel/index.ts';
import type {
  ApplicationPackageReference,
  ContainerInfo,
  ContainerSettings,
  EnvironmentSetting,
  Opaque,
  OutputFile,
  ResourceFile,
  Stamped,
  TaskConstraints,
  TaskFailure,
  UserIdentity,
} from './common.ts';

export interface ExitOptions {
  readonly jobAction?: 'none' | 'disable' | 'terminate';
  readonly dependencyAction?: 'satisfy' | 'block';
}

export interface ExitConditions {
  readonly exitCodes?: readonly { readonly code: number; readonly exitOptions: ExitOptions }[];
  readonly exitCodeRanges?: readonly {
    readonly start: number;
    readonly end: number;
    readonly exitOptions: ExitOptions;
  }[];
  readonly preProcessingError?: ExitOptions;
  readonly fileUploadError?: ExitOptions;
  readonly default?: ExitOptions;
}

export interface MultiInstanceSettings {
  readonly numberOfInstances?: number;
  readonly coordinationCommandLine: string;
  readonly commonResourceFiles?: readonly ResourceFile[];
}

export interface TaskDependencies {
  readonly taskIds?: readonly string[];
  readonly taskIdRanges?: readonly { readonly start: number; readonly end: number }[];
}

export interface TaskAdd {
  readonly id: string;
  readonly displayName?: string;
  readonly commandLine: string;
  readonly containerSettings?: ContainerSettings;
  readonly exitConditions?: ExitConditions;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly outputFiles?: readonly OutputFile[];
  readonly environmentSettings?: readonly EnvironmentSetting[];
  readonly affinityInfo?: { readonly affinityId: string };
  readonly constraints?: TaskConstraints;
  readonly requiredSlots?: number;
  readonly userIdentity?: UserIdentity;
  readonly multiInstanceSettings?: MultiInstanceSettings;
  readonly dependsOn?: TaskDependencies;
  readonly applicationPackageReferences?: readonly ApplicationPackageReference[];
  readonly authenticationTokenSettings?: Opaque;
}

export type TaskState = 'active' | 'preparing' | 'running' | 'completed';

export interface TaskExecutionInfo {
  readonly startTime?: Instant;
  readonly endTime?: Instant;
  readonly exitCode?: number;
  readonly containerInfo?: ContainerInfo;
  readonly failureInfo?: TaskFailure;
  readonly result?: 'success' | 'failure';
  readonly retryCount: number;
  readonly lastRetryTime?: Instant;
  readonly requeueCount: number;
  readonly lastRequeueTime?: Instant;
}

export interface TaskNodeInfo {
  readonly affinityId: string;
  readonly poolId: string;
  readonly nodeId: string;
  /** Relative to the node's root, for example `workitems/j/job-1/t`. */
  readonly taskRootDirectory: string;
}

/** A task as `GET /jobs/{j}/tasks/{t}` shows it, without URLs. */
export interface TaskResource extends Stamped, TaskAdd {
  readonly state: TaskState;
  readonly stateTransitionTime: Instant;
  readonly previousState?: TaskState;
  readonly previousStateTransitionTime?: Instant;
  readonly constraints: Required<TaskConstraints>;
  readonly requiredSlots: number;
  readonly executionInfo: TaskExecutionInfo;
  /** `{}` for a task that ended without ever reaching a node (wire-facts 3.4). */
  readonly nodeInfo?: TaskNodeInfo | Record<string, never>;
}

export interface SubtaskResource {
  /** 1 and up; the primary is not listed. */
  readonly id: number;
  readonly nodeInfo?: TaskNodeInfo;
  readonly startTime?: Instant;
  readonly endTime?: Instant;
  readonly exitCode?: number;
  readonly containerInfo?: ContainerInfo;
  readonly failureInfo?: TaskFailure;
  readonly state: 'preparing' | 'running' | 'completed';
  readonly stateTransitionTime: Instant;
  readonly previousState?: 'preparing' | 'running' | 'completed';
  readonly previousStateTransitionTime?: Instant;
  readonly result?: 'success' | 'failure';
}
