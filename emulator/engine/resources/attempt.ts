/** One start of a task, as people see it who ask what happened: an answer of ours, not of the service's. */
import type { Instant } from '../../../core/kernel/index.ts';

export interface AttemptResource {
  /** From 1, over the whole life of the task. */
  readonly number: number;
  readonly runId: string;
  readonly poolId: string;
  readonly nodeId: string;
  readonly startTime: Instant;
  /** Absent while it runs. */
  readonly endTime?: Instant;
  readonly exitCode?: number;
  /** `recovered`: its node was lost or preempted, or it gave way; nobody asked for it. */
  readonly end: 'running' | 'completed' | 'retried' | 'requeued' | 'recovered' | 'reactivated';
  /** Where its logs are on its node, while that has them. */
  readonly logs?: AttemptLogs;
}

export interface AttemptLogs {
  /** The task's, relative to the node's root. */
  readonly directory: string;
  /** In the directory itself, or set aside under the attempt's number by a later attempt on the same node. */
  readonly place: 'directory' | 'aside';
}
