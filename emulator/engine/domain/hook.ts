/** What a job's preparation and release tasks did on one node (batch-semantics 5). */
import { UNLIMITED, type Instant } from '../../../core/kernel/index.ts';
import type { TaskFailure } from '../resources/common.ts';
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
  readonly maxWallClockTime: number;
  /** Set when its time is up and it has been told to end. */
  readonly timedOut?: true;
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
}

export const HOOK_DEADLINES = ['preparationWallClock', 'releaseWallClock'] as const;

export function hookDeadlines(hook: Hook): readonly Deadline<(typeof HOOK_DEADLINES)[number]>[] {
  const deadlines: Deadline<(typeof HOOK_DEADLINES)[number]>[] = [];
  const { preparation, release } = hook;
  if (isLimited(preparation)) {
    deadlines.push({ name: 'preparationWallClock', at: preparation.startTime + preparation.maxWallClockTime });
  }
  if (release !== undefined && isLimited(release)) {
    deadlines.push({ name: 'releaseWallClock', at: release.startTime + release.maxWallClockTime });
  }
  return deadlines;
}

function isLimited(execution: HookExecution): boolean {
  return execution.state === 'running' && execution.timedOut === undefined && execution.maxWallClockTime < UNLIMITED;
}
