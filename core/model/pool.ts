/** Pools and their nodes, as a client sees them. */
import type { Instant, Milliseconds } from '../kernel/index.ts';
import type { ImageReference } from './image.ts';
import type { Problem } from './problem.ts';
import type { EnvironmentSetting, ResourceFile, UserIdentity } from './task.ts';

export interface StartTask {
  /** Not run in a shell: wrap it with `linuxShell` for variables, pipes and `;`. */
  readonly commandLine: string;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly environment?: readonly EnvironmentSetting[];
  readonly user?: UserIdentity;
  readonly maxRetryCount?: number;
  /** Whether tasks wait until the start task has succeeded on a node. The service's default is true. */
  readonly waitForSuccess?: boolean;
}

export interface PoolSpec {
  readonly id: string;
  readonly displayName?: string;
  readonly vmSize: string;
  readonly image: ImageReference;
  readonly nodeAgentSkuId: string;
  readonly targetDedicatedNodes: number;
  readonly targetLowPriorityNodes?: number;
  readonly taskSlotsPerNode?: number;
  readonly nodeFillType?: 'spread' | 'pack';
  readonly interNodeCommunication?: boolean;
  readonly resizeTimeoutMs?: Milliseconds;
  readonly startTask?: StartTask;
  readonly metadata?: Readonly<Record<string, string>>;
}

export type PoolState = 'active' | 'deleting';
export type AllocationState = 'steady' | 'resizing' | 'stopping';

export interface Pool {
  readonly id: string;
  readonly state: PoolState;
  readonly allocationState: AllocationState;
  readonly vmSize: string;
  readonly image?: ImageReference;
  readonly nodeAgentSkuId?: string;
  readonly currentDedicatedNodes: number;
  readonly targetDedicatedNodes: number;
  readonly currentLowPriorityNodes: number;
  readonly targetLowPriorityNodes: number;
  readonly taskSlotsPerNode: number;
  readonly interNodeCommunication: boolean;
  readonly startTask?: StartTask;
  readonly resizeErrors: readonly Problem[];
  readonly metadata: Readonly<Record<string, string>>;
}

export type DeallocationOption = 'requeue' | 'terminate' | 'taskCompletion' | 'retainedData';

export interface PoolTarget {
  readonly dedicatedNodes?: number;
  readonly lowPriorityNodes?: number;
  readonly timeoutMs?: Milliseconds;
  readonly deallocation?: DeallocationOption;
}

export type NodeState =
  | 'creating'
  | 'starting'
  | 'waitingForStartTask'
  | 'startTaskFailed'
  | 'idle'
  | 'running'
  | 'rebooting'
  | 'reimaging'
  | 'offline'
  | 'leavingPool'
  | 'preempted'
  | 'unusable'
  | 'unknown'
  | 'other'; // a state that this version does not know

export interface StartTaskStatus {
  readonly state: 'running' | 'completed';
  readonly exitCode?: number;
  readonly failure?: Problem;
  readonly retryCount: number;
}

export interface Node {
  readonly id: string;
  readonly poolId: string;
  readonly state: NodeState;
  readonly isDedicated: boolean;
  readonly ipAddress?: string;
  readonly stateChangedAt?: Instant;
  readonly startTask?: StartTaskStatus;
  readonly errors: readonly Problem[];
}
