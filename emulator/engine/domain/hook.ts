/** What a job's preparation and release tasks did on one node (batch-semantics 5). */
import { UNLIMITED, type Instant } from '../../../core/kernel/index.ts';
import type { ContainerInfo, TaskFailure } from '../resources/common.ts';
import type { Deadline } from './deadlines.ts';
import type { HookKey, JobKey, NodeKey, TaskKey } from './keys.ts';

export interface HookExecution {
  readonly state: 'running' | 'completed';
  /** The attempt that runs, or ran last. */
  readonly runId: string;
  readonly startTime: Instant;
  readonly endTime?: Instant;
  readonly exitCode?: number;
  readonly failure?: TaskFailure;
  readonly result?: 'success' | 'failure';
  readonly retryCount: number;
  readonly lastRetryTime?: Instant;
  readonly container?: ContainerInfo;
  readonly maxWallClockTime: number;
  readonly retentionTime: number;
  /** Set when it has been told to end: its time is up, or its job ends. */
  readonly stopped?: true;
  /** A release task that a reboot has cut off or put off: it runs when the node has started. */
  readonly awaitsNode?: true;
  /** Its directory has been deleted. */
  readonly filesGone?: true;
}

export interface Hook {
  readonly key: HookKey;
  readonly job: JobKey;
  readonly node: NodeKey;
  readonly poolId: string;
  readonly nodeId: string;
  readonly preparation: HookExecution;
  readonly release?: HookExecution;
  /** Tasks in state preparing that wait for it. */
  readonly waiting: readonly TaskKey[];
  /** Whether the node rebooted or lost its files since the preparation succeeded. */
  readonly mustRerun: boolean;
  /** Whether tasks of the job have run here since the node had its files; only then there is something to release. */
  readonly tasksRan?: true;
}

export const HOOK_DEADLINES = [
  'preparationWallClock',
  'releaseWallClock',
  'preparationRetention',
  'releaseRetention',
] as const;

export function hookDeadlines(hook: Hook): readonly Deadline<(typeof HOOK_DEADLINES)[number]>[] {
  const deadlines: Deadline<(typeof HOOK_DEADLINES)[number]>[] = [];
  for (const kind of ['preparation', 'release'] as const) {
    const execution = hook[kind];
    if (execution === undefined) continue;
    const { startTime, endTime, maxWallClockTime, retentionTime } = execution;
    if (isLimited(execution)) deadlines.push({ name: `${kind}WallClock`, at: startTime + maxWallClockTime });
    const keepsFiles = endTime !== undefined && execution.filesGone === undefined && retentionTime < UNLIMITED;
    if (keepsFiles) deadlines.push({ name: `${kind}Retention`, at: endTime + retentionTime });
  }
  return deadlines;
}

function isLimited(execution: HookExecution): boolean {
  return execution.state === 'running' && execution.stopped === undefined && execution.maxWallClockTime < UNLIMITED;
}
