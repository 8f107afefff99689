/** Job preparation before a job's first task on a node, job release at the job's end (batch-semantics 5). */
import { UNLIMITED } from '../../../core/kernel/index.ts';
import { failureOfExitCode } from '../domain/failures.ts';
import type { Hook, HookExecution } from '../domain/hook.ts';
import type { Job } from '../domain/job.ts';
import { type HookKey, type JobKey, type TaskKey, hookKey } from '../domain/keys.ts';
import type { Node } from '../domain/node.ts';
import { placesOf } from '../domain/task.ts';
import type { Pool } from '../domain/pool.ts';
import type { RunResult } from '../spi/node-runtime.ts';
import { type Turn, newRunId } from '../turn.ts';
import { hookRun } from './run-specs.ts';
import { applyToTask } from './task-lifecycle.ts';

interface Place {
  readonly pool: Pool;
  readonly node: Node;
  readonly job: Job;
}

/**
 * Sees to it that the job is prepared on the node. Returns whether the task must wait for it; a task
 * that waits is let go, or sent back to the queue, when the preparation ends.
 */
export function prepareNode(turn: Turn, place: Place, task: TaskKey): boolean {
  const spec = place.job.spec.jobPreparationTask;
  if (spec === undefined) return false;
  const key = hookKey(place.job.key, place.node.key);
  const hook = turn.world.hooks.get(key);
  const waits = spec.waitForSuccess !== false;
  if (hook !== undefined && !hook.mustRerun) {
    if (hook.preparation.state === 'completed') return false;
    // A task that left this node and came back waits once.
    if (waits && !hook.waiting.includes(task)) turn.world.hooks.put({ ...hook, waiting: [...hook.waiting, task] });
    return waits;
  }
  startPreparation(turn, place, { retryCount: 0, waiting: waits ? [task] : [] });
  return waits;
}

function startPreparation(
  turn: Turn,
  place: Place,
  attempt: { readonly retryCount: number; readonly waiting: readonly TaskKey[] },
): void {
  const spec = place.job.spec.jobPreparationTask;
  if (spec === undefined) return;
  const runId = newRunId(turn);
  const preparation: HookExecution = {
    state: 'running',
    runId,
    startTime: turn.now,
    retryCount: attempt.retryCount,
    ...(attempt.retryCount === 0 ? {} : { lastRetryTime: turn.now }),
    maxWallClockTime: spec.constraints?.maxWallClockTime ?? UNLIMITED,
  };
  turn.world.hooks.put({
    key: hookKey(place.job.key, place.node.key),
    job: place.job.key,
    node: place.node.key,
    poolId: place.pool.id,
    nodeId: place.node.id,
    preparation,
    waiting: attempt.waiting,
    mustRerun: false,
  });
  turn.commands.push({
    type: 'run',
    nodeId: place.node.id,
    run: hookRun(turn, place, 'preparation', { spec, runId }),
  });
}

/** A run on this node has ended. Returns whether it was one of a hook task. */
export function endHookRun(turn: Turn, node: Node, runId: string, result: RunResult): boolean {
  for (const hook of turn.world.hooksOfNode(node.key)) {
    if (hook.preparation.runId === runId) {
      endPreparation(turn, hook, node, result);
      return true;
    }
    if (hook.release?.runId === runId) {
      turn.world.hooks.put({ ...hook, release: ended(turn, hook.release, result) });
      turn.facts.push({ type: 'jobTouched', job: hook.job });
      return true;
    }
  }
  return false;
}

function endPreparation(turn: Turn, hook: Hook, node: Node, result: RunResult): void {
  const place = placeOf(turn, hook);
  const spec = place?.job.spec.jobPreparationTask;
  const preparation = ended(turn, hook.preparation, result);
  if (place === undefined || spec === undefined) return;
  if (preparation.result === 'success') {
    turn.world.hooks.put({ ...hook, preparation, waiting: [] });
    letGo(turn, hook, { type: 'prepared' });
    turn.facts.push({ type: 'jobTouched', job: hook.job });
    return;
  }
  const retries = spec.constraints?.maxTaskRetryCount ?? 0;
  const mayRetry = retries === -1 || hook.preparation.retryCount < retries;
  if (mayRetry && result.failure === undefined && preparation.timedOut === undefined && place.job.state === 'active') {
    startPreparation(turn, place, { retryCount: hook.preparation.retryCount + 1, waiting: hook.waiting });
    return;
  }
  turn.world.hooks.put({ ...hook, preparation, waiting: [] });
  turn.facts.push({ type: 'jobTouched', job: hook.job });
  if (spec.waitForSuccess !== false) {
    // No more tasks of this job here until the node is reimaged (batch-semantics 5.1).
    turn.world.nodes.put({ ...node, barredJobs: [...node.barredJobs, hook.job] });
  }
  letGo(turn, hook, { type: 'preparationFailed' });
}

/** Those that waited and are still placed here: some may be back in the queue, or wait for another node by now. */
function letGo(turn: Turn, hook: Hook, event: { readonly type: 'prepared' | 'preparationFailed' }): void {
  for (const key of hook.waiting) {
    const task = turn.world.tasks.get(key);
    const isHere = task !== undefined && placesOf(task).some(({ node }) => node === hook.node);
    if (isHere) applyToTask(turn, task, event);
  }
}

function ended(turn: Turn, execution: HookExecution, result: RunResult): HookExecution {
  const failure = result.failure ?? failureOfExitCode(result.exitCode);
  return {
    ...execution,
    state: 'completed',
    endTime: turn.now,
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    ...(failure === undefined ? {} : { failure }),
    result: failure === undefined && result.exitCode === 0 ? 'success' : 'failure',
  };
}

/** A hook task's time is up. */
export function stopHookRun(turn: Turn, key: HookKey, kind: 'preparation' | 'release'): void {
  const hook = turn.world.hooks.get(key);
  const execution = kind === 'preparation' ? hook?.preparation : hook?.release;
  if (hook === undefined || execution?.state !== 'running') return;
  turn.world.hooks.put({ ...hook, [kind]: { ...execution, timedOut: true } });
  turn.commands.push({ type: 'kill', nodeId: hook.nodeId, runId: execution.runId });
}

export function startReleases(turn: Turn, job: Job): void {
  const spec = job.spec.jobReleaseTask;
  if (spec === undefined) return;
  for (const hook of turn.world.hooks.snapshot(job.key)) {
    const place = placeOf(turn, hook);
    const canRun = place !== undefined && (place.node.state === 'idle' || place.node.state === 'running');
    if (!canRun || hook.mustRerun || hook.preparation.state !== 'completed') continue;
    const runId = newRunId(turn);
    turn.world.hooks.put({
      ...hook,
      release: {
        state: 'running',
        runId,
        startTime: turn.now,
        retryCount: 0,
        maxWallClockTime: spec.maxWallClockTime ?? UNLIMITED,
      },
    });
    turn.commands.push({
      type: 'run',
      nodeId: hook.nodeId,
      run: hookRun(turn, place, 'release', { spec, runId }),
    });
  }
}

export function releasesUnderWay(turn: Turn, job: JobKey): boolean {
  for (const hook of turn.world.hooks.list(job)) {
    if (hook.release?.state === 'running' || hook.preparation.state === 'running') return true;
  }
  return false;
}

/** The node is gone, or its files or processes are: what its hooks were doing has stopped. */
export function loseHooks(turn: Turn, node: Node, how: 'rebooted' | 'emptied'): void {
  for (const hook of turn.world.hooksOfNode(node.key)) {
    const spec = turn.world.jobs.get(hook.job)?.spec.jobPreparationTask;
    const reruns = how === 'emptied' || spec?.rerunOnNodeRebootAfterSuccess !== false;
    const stopped = (execution: HookExecution): HookExecution =>
      execution.state === 'running'
        ? { ...execution, state: 'completed', endTime: turn.now, result: 'failure' }
        : execution;
    turn.world.hooks.put({
      ...hook,
      preparation: stopped(hook.preparation),
      ...(hook.release === undefined ? {} : { release: stopped(hook.release) }),
      waiting: [],
      mustRerun: hook.mustRerun || reruns || hook.preparation.state === 'running',
    });
    turn.facts.push({ type: 'jobTouched', job: hook.job });
  }
}

function placeOf(turn: Turn, hook: Hook): Place | undefined {
  const node = turn.world.nodes.get(hook.node);
  const job = turn.world.jobs.get(hook.job);
  const pool = node === undefined ? undefined : turn.world.pools.get(node.pool);
  return node === undefined || job === undefined || pool === undefined ? undefined : { pool, node, job };
}
