/** Why a task, a node or a pool is where it is, in sentences: an answer of ours, not of the service's (issue 5). */

export type ReasonCode =
  // the job
  | 'jobNotActive'
  | 'jobEnded'
  // dependencies
  | 'dependencyPending'
  | 'dependencyFailed'
  | 'dependencyMissing'
  | 'dependencyCycle'
  // the pool
  | 'poolMissing'
  | 'poolDeleting'
  | 'poolEmpty'
  | 'poolAllocating'
  | 'poolStopping'
  | 'poolShrinking'
  | 'poolIncomplete'
  | 'poolComplete'
  | 'autoScale'
  | 'resizeError'
  | 'quota'
  // never, as things are
  | 'tooManySlots'
  | 'interNodeCommunicationOff'
  | 'severalSlotsPerNode'
  | 'tooFewNodes'
  | 'onlyLowPriorityNodes'
  // capacity
  | 'nodeState'
  | 'nodeLeaving'
  | 'nodeSchedulingDisabled'
  | 'slotsTaken'
  | 'slotsScattered'
  | 'nodeExclusive'
  | 'nodeNotEmpty'
  | 'notEnoughFreeNodes'
  | 'preparationFailed'
  | 'maxParallelTasks'
  | 'higherPriority'
  | 'queue'
  | 'idle'
  // what happened before
  | 'retrying'
  | 'requeued'
  | 'recovered'
  // a task on its way
  | 'preparing'
  | 'running'
  | 'stopping'
  | 'coordinating'
  // a task at its end
  | 'succeeded'
  | 'failed'
  | 'blocksOthers'
  // a node on its way
  | 'provisioning'
  | 'startTaskRunning'
  | 'startTaskFailed'
  | 'startTaskIgnored'
  | 'nodeError'
  | 'preempted'
  // when nothing stands in the way
  | 'next';

export interface Reason {
  readonly code: ReasonCode;
  /** A plain sentence or two, with the ids and values that count. */
  readonly text: string;
  /** What a person can do about it. */
  readonly remedy?: string;
}

export interface Explanation {
  /** `task "t" of job "j"`. */
  readonly subject: string;
  /** The state that the service shows. */
  readonly state: string;
  /** One sentence: the state and what decides. */
  readonly summary: string;
  /** What decides first; never empty. */
  readonly reasons: readonly Reason[];
}
