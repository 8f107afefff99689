/** What the planner looks at, what it decides, and what it keeps account of meanwhile (batch-semantics 2). */
import type { JobKey, NodeKey, TaskKey } from '../domain/keys.ts';

export interface NodeCandidate {
  readonly key: NodeKey;
  readonly affinityId: string;
  readonly ordinal: number;
  readonly freeSlots: number;
  readonly isEmpty: boolean;
  readonly isDedicated: boolean;
  /** A job manager runs here alone. */
  readonly isExclusive: boolean;
  readonly barredJobs: readonly JobKey[];
  /** Tasks that hold slots here. One that is ready and among them is new under the id of a deleted one that is still ending. */
  readonly occupants: readonly TaskKey[];
  /** What runs here and may be pushed back, or is about to end; only where somebody may be pushed back for. */
  readonly claims?: readonly Claim[];
}

export interface TaskCandidate {
  readonly key: TaskKey;
  readonly sequence: number;
  readonly slots: number;
  readonly affinityId?: string;
  /** Wants its node for itself. */
  readonly isExclusive: boolean;
  /** Of a multi-instance task: as many empty nodes at once. */
  readonly instances?: number;
  readonly allowsLowPriority: boolean;
}

export interface JobCandidate {
  readonly key: JobKey;
  readonly priority: number;
  readonly sequence: number;
  readonly placedCount: number;
  /** How many more tasks may run at once; Infinity without a limit. */
  readonly parallelLeft: number;
  /** A job manager that starts again: it comes before all other tasks of the priority, and may push some back. */
  readonly restarting?: TaskCandidate;
  /** The oldest ready task that needs at most `freeSlots`, not counting those in `taken`. */
  next(freeSlots: number, taken: ReadonlySet<TaskKey>): TaskCandidate | undefined;
}

export interface PoolSnapshot {
  readonly fill: 'spread' | 'pack';
  /** Whether multi-instance tasks can run here at all; elsewhere they wait for ever (batch-semantics 7). */
  readonly runsMultiInstance: boolean;
  readonly slotsPerNode: number;
  /** Whether running tasks give way to jobs of higher priority (batch-semantics 2.4). */
  readonly givesWay: boolean;
  readonly nodes: readonly NodeCandidate[];
  readonly jobs: readonly JobCandidate[];
}

export interface Assignment {
  readonly task: TaskKey;
  /** Of a multi-instance task the primary's. */
  readonly node: NodeKey;
  /** Of a multi-instance task the subtasks'. */
  readonly others?: readonly NodeKey[];
}

export interface Plan {
  readonly assignments: readonly Assignment[];
  /** Running tasks that go back to the queue, so that tasks of higher priority can start when they have stopped. */
  readonly evictions: readonly TaskKey[];
}

export interface OpenNode {
  readonly candidate: NodeCandidate;
  free: number;
  isEmpty: boolean;
  /** What is free here when others have stopped, and is kept for whom they stop. */
  room?: Room;
}

export interface OpenJob {
  readonly candidate: JobCandidate;
  placed: number;
  left: number;
}

/** A task on a node that may be pushed back, or that has been told to stop already. */
export interface Claim {
  readonly task: TaskKey;
  readonly job: JobKey;
  readonly priority: number;
  readonly sequence: number;
  readonly slots: number;
  /** Its slots are free soon, without anybody's doing. */
  readonly isStopping: boolean;
  /** Gives way to any job of higher priority; else only to a job manager that starts again. */
  readonly givesWay: boolean;
}

/** What a node has for tasks that wait for others to stop. */
export interface Room {
  readonly free: number;
  readonly evicted: ReadonlySet<TaskKey>;
}
