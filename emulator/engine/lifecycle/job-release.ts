/** Job release at the end of a job, on the nodes that it has used (batch-semantics 5.2). */
import { UNLIMITED, duration } from '../../../core/kernel/index.ts';
import type { Hook } from '../domain/hook.ts';
import type { Job } from '../domain/job.ts';
import type { NodeKey } from '../domain/keys.ts';
import type { Node } from '../domain/node.ts';
import { type Turn, newRunId } from '../turn.ts';
import { type HookPlace, placeOfHook, stopHookRun } from './hook-lifecycle.ts';
import { hookRun } from './run-specs.ts';

/** Where tasks of the job have run and the node is there, or is about to start again. */
export function startReleases(turn: Turn, job: Job): void {
  for (const hook of turn.world.hooks.snapshot(job.key)) {
    const place = placeOfHook(turn, hook);
    if (place === undefined || hook.tasksRan !== true || hook.preparation.state !== 'completed') continue;
    if (isUp(place.node) || isStarting(place.node)) startRelease(turn, hook, place);
  }
}

/** The node has started: what a reboot has cut off or put off runs now. */
export function resumeReleases(turn: Turn, node: NodeKey): void {
  for (const hook of waitingFor(turn, node)) {
    const place = placeOfHook(turn, hook);
    if (place !== undefined) startRelease(turn, hook, place);
  }
}

/** The node will not start by itself: no job waits for it. */
export function giveUpReleases(turn: Turn, node: NodeKey): void {
  for (const { key } of waitingFor(turn, node)) stopHookRun(turn, key, 'release');
}

function waitingFor(turn: Turn, node: NodeKey): readonly Hook[] {
  return turn.world.hooksOfNode(node).filter(({ release }) => release?.awaitsNode === true);
}

function startRelease(turn: Turn, hook: Hook, place: HookPlace): void {
  const spec = place.job.spec.jobReleaseTask;
  if (spec === undefined) return;
  const runId = newRunId(turn);
  const canRun = isUp(place.node);
  turn.world.hooks.put({
    ...hook,
    release: {
      state: 'running',
      runId,
      startTime: turn.now,
      retryCount: 0,
      maxWallClockTime: spec.maxWallClockTime ?? UNLIMITED,
      retentionTime: spec.retentionTime ?? duration.days(7),
      ...(canRun ? {} : { awaitsNode: true }),
    },
  });
  if (canRun) {
    const run = hookRun(turn, place, 'release', { spec, runId });
    turn.commands.push({ type: 'run', nodeId: hook.nodeId, run });
  }
}

/** Also when it takes no tasks. */
function isUp({ state }: Node): boolean {
  return state === 'idle' || state === 'running' || state === 'offline';
}

function isStarting({ state }: Node): boolean {
  return state === 'rebooting' || state === 'starting' || state === 'waitingforstarttask';
}
