/** A pool as the engine keeps it, and the transitions of its allocation (batch-semantics 11). */
import type { Instant, Milliseconds } from '../../../core/kernel/index.ts';
import type { DeallocationOption, ServiceError } from '../resources/common.ts';
import type { AutoScaleRun, PoolAdd, StartTask } from '../resources/pool.ts';
import type { Deadline } from './deadlines.ts';
import type { PoolKey } from './keys.ts';

/** What every pool has once its defaults are filled in (wire-facts 3.1). */
export type PoolSpec = Omit<PoolAdd, 'id' | 'targetDedicatedNodes' | 'targetLowPriorityNodes' | 'startTask'> & {
  readonly resizeTimeout: Milliseconds;
  readonly enableAutoScale: boolean;
  readonly enableInterNodeCommunication: boolean;
  readonly taskSlotsPerNode: number;
  readonly taskSchedulingPolicy: { readonly nodeFillType: 'spread' | 'pack' };
  readonly startTask?: StartTask;
};

/** A resize under way: from its request until the targets are reached, or until its deadline. */
export interface Resize {
  /** When the first nodes are allocated or leave: the request plus the allocation's latency. */
  readonly beginsAt: Instant;
  readonly deadline: Instant;
  readonly begun: boolean;
  readonly deallocation: DeallocationOption;
  readonly errors: readonly ServiceError[];
}

export type Allocation =
  | { readonly state: 'steady'; readonly errors: readonly ServiceError[] }
  | { readonly state: 'resizing'; readonly resize: Resize }
  | { readonly state: 'stopping'; readonly endsAt: Instant; readonly errors: readonly ServiceError[] };

export interface Pool {
  readonly key: PoolKey;
  readonly id: string;
  readonly spec: PoolSpec;
  readonly creationTime: Instant;
  readonly lastModified: Instant;
  readonly state: 'active' | 'deleting';
  readonly stateTransitionTime: Instant;
  /** Of a pool that is being deleted: it stays at least until then. */
  readonly deletesAt?: Instant;
  readonly allocation: Allocation;
  readonly allocationStateTransitionTime: Instant;
  readonly targetDedicatedNodes: number;
  readonly targetLowPriorityNodes: number;
  /** Counts the nodes ever made here, for their names and addresses. */
  readonly nodesMade: number;
  readonly autoScaleRun?: AutoScaleRun;
  /** When the last request to enable autoscale was granted. */
  readonly autoScaleEnabledAt?: Instant;
  readonly currentNodeCommunicationMode?: 'classic';
}

export const POOL_DEADLINES = ['allocate', 'resizeTimeout', 'stopped', 'deleted'] as const;

export function poolDeadlines(pool: Pool): readonly Deadline<(typeof POOL_DEADLINES)[number]>[] {
  const deleted = pool.deletesAt === undefined ? [] : [{ name: 'deleted', at: pool.deletesAt } as const];
  return [...deleted, ...allocationDeadlines(pool)];
}

function allocationDeadlines({ allocation }: Pool): readonly Deadline<(typeof POOL_DEADLINES)[number]>[] {
  if (allocation.state === 'stopping') return [{ name: 'stopped', at: allocation.endsAt }];
  if (allocation.state === 'steady') return [];
  const { begun, beginsAt, deadline } = allocation.resize;
  return [...(begun ? [] : [{ name: 'allocate', at: beginsAt } as const]), { name: 'resizeTimeout', at: deadline }];
}

/** Enters an allocation state; the time of entering changes only with the state's name. */
export function allocate(pool: Pool, allocation: Allocation, now: Instant): Pool {
  const isNew = pool.allocation.state !== allocation.state;
  return {
    ...pool,
    allocation,
    allocationStateTransitionTime: isNew ? now : pool.allocationStateTransitionTime,
  };
}
