/** Compute nodes as the service shows them. */
import type { Instant } from '../../../core/kernel/index.ts';
import type { ContainerInfo, NameValue, Opaque, TaskFailure } from './common.ts';
import type { ImageReference, StartTask } from './pool.ts';

export type NodeState =
  | 'creating'
  | 'starting'
  | 'waitingforstarttask'
  | 'starttaskfailed'
  | 'idle'
  | 'running'
  | 'rebooting'
  | 'reimaging'
  | 'offline'
  | 'leavingpool'
  | 'preempted'
  | 'unusable'
  | 'unknown'
  | 'deallocating'
  | 'deallocated';

export interface NodeError {
  readonly code: string;
  readonly message: string;
  readonly errorDetails?: readonly NameValue[];
}

export interface StartTaskInfo {
  readonly state: 'running' | 'completed';
  readonly startTime: Instant;
  readonly endTime?: Instant;
  readonly exitCode?: number;
  readonly containerInfo?: ContainerInfo;
  readonly failureInfo?: TaskFailure;
  readonly retryCount: number;
  readonly lastRetryTime?: Instant;
  readonly result?: 'success' | 'failure';
}

export interface RecentTask {
  readonly jobId: string;
  readonly taskId: string;
  readonly subtaskId?: number;
  readonly taskState: 'active' | 'preparing' | 'running' | 'completed';
  readonly executionInfo: {
    readonly startTime?: Instant;
    readonly endTime?: Instant;
    readonly exitCode?: number;
    readonly failureInfo?: TaskFailure;
    readonly result?: 'success' | 'failure';
    readonly retryCount: number;
    readonly requeueCount: number;
  };
}

/** A node as `GET /pools/{p}/nodes/{n}` shows it, without URLs. */
export interface NodeResource {
  readonly id: string;
  readonly state: NodeState;
  readonly schedulingState: 'enabled' | 'disabled';
  readonly stateTransitionTime: Instant;
  readonly lastBootTime?: Instant;
  readonly allocationTime: Instant;
  readonly ipAddress?: string;
  readonly affinityId: string;
  readonly vmSize: string;
  readonly totalTasksRun: number;
  readonly totalTasksSucceeded: number;
  readonly runningTasksCount: number;
  readonly runningTaskSlotsCount: number;
  readonly recentTasks?: readonly RecentTask[];
  readonly startTask?: StartTask;
  readonly startTaskInfo?: StartTaskInfo;
  readonly certificateReferences?: readonly Opaque[];
  readonly errors?: readonly NodeError[];
  readonly isDedicated: boolean;
  readonly nodeAgentInfo?: { readonly version: string; readonly lastUpdateTime: Instant };
  readonly virtualMachineInfo?: { readonly imageReference: ImageReference };
}

export type NodeCountState =
  | 'creating'
  | 'idle'
  | 'leavingPool'
  | 'offline'
  | 'preempted'
  | 'rebooting'
  | 'reimaging'
  | 'running'
  | 'starting'
  | 'startTaskFailed'
  | 'unusable'
  | 'unknown'
  | 'waitingForStartTask';

export type NodeCounts = Readonly<Record<NodeCountState | 'total', number>>;

export interface PoolNodeCounts {
  readonly poolId: string;
  readonly dedicated: NodeCounts;
  readonly lowPriority: NodeCounts;
}
