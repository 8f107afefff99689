/** Job preparation before a job's first task on a node, and how runs of hook tasks end (batch-semantics 5). */
import { UNLIMITED, duration } from '../../../core/kernel/index.ts';
import { failureOfExitCode } from '../domain/failures.ts';
import type { Hook, HookExecution } from '../domain/hook.ts';
import type { Job } from '../domain/job.ts';
import { type HookKey, type JobKey, type TaskKey, hookKey } from '../domain/keys.ts';
import type { Node } from '../domain/node.ts';
import { placesOf } from '../domain/task.ts';
import type { Pool } from '../domain/pool.ts';
import type { RunResult } from '../spi/node-runtime.ts';
import { type Turn, newRunId } from '../turn.ts';
import { hookDirectory, hookRun } from './run-specs.ts';
import { applyToTask } from './task-lifecycle.ts';

export interface HookPlace {
  readonly pool: Pool;
  readonly node: Node;
  readonly job: Job;
}

/**
 * Sees to it that the job is prepared on the node. Returns whether the task must wait for it; a task
 * that waits is let go, or sent back to the queue, when the preparation ends.
 */
export function prepareNode(turn: Turn, place: HookPlace, task: TaskKey): boolean {
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
  const ran = hook?.tasksRan === undefined ? {} : { tasksRan: hook.tasksRan };
  startPreparation(turn, place, { retryCount: 0, waiting: waits ? [task] : [], ...ran });
  return waits;
}

function startPreparation(
  turn: Turn,
  place: HookPlace,
  attempt: Pick<Hook, 'waiting' | 'tasksRan'> & { readonly retryCount: number },
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
    retentionTime: spec.constraints?.retentionTime ?? duration.days(7),
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
    ...(attempt.tasksRan === undefined ? {} : { tasksRan: attempt.tasksRan }),
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
  const place = placeOfHook(turn, hook);
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
  if (mayRetry && result.failure === undefined && preparation.stopped === undefined && !isEnding(place.job)) {
    startPreparation(turn, place, { ...hook, retryCount: hook.preparation.retryCount + 1 });
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

function isEnding({ state }: Job): boolean {
  return state === 'terminating' || state === 'completed' || state === 'deleting';
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
    ...(result.container === undefined ? {} : { container: result.container }),
    result: failure === undefined && result.exitCode === 0 ? 'success' : 'failure',
  };
}

/** A hook task's time is up, or its job ends while it still prepares. */
export function stopHookRun(turn: Turn, key: HookKey, kind: 'preparation' | 'release'): void {
  const hook = turn.world.hooks.get(key);
  const execution = hook?.[kind];
  if (hook === undefined || execution?.state !== 'running') return;
  if (execution.awaitsNode === true) {
    turn.world.hooks.put({ ...hook, [kind]: cutOff(turn, execution) });
    turn.facts.push({ type: 'jobTouched', job: hook.job });
    return;
  }
  turn.world.hooks.put({ ...hook, [kind]: { ...execution, stopped: true } });
  turn.commands.push({ type: 'kill', nodeId: hook.nodeId, runId: execution.runId });
}

/** A job that ends prepares no more nodes (batch-semantics 5.1). */
export function stopPreparations(turn: Turn, job: JobKey): void {
  for (const { key } of turn.world.hooks.snapshot(job)) stopHookRun(turn, key, 'preparation');
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
    turn.world.hooks.put(how === 'emptied' ? emptied(turn, hook) : rebooted(turn, hook));
    turn.facts.push({ type: 'jobTouched', job: hook.job });
  }
}

/** Nothing is left to release, and every task is preceded by a preparation again. */
function emptied(turn: Turn, hook: Hook): Hook {
  const { tasksRan: _, ...rest } = hook;
  const lost = (execution: HookExecution): HookExecution => ({ ...cutOff(turn, execution), filesGone: true });
  return {
    ...rest,
    preparation: lost(hook.preparation),
    ...(hook.release === undefined ? {} : { release: lost(hook.release) }),
    waiting: [],
    mustRerun: true,
  };
}

/** A release that was running runs again when the node has started (batch-semantics 5.2). */
function rebooted(turn: Turn, hook: Hook): Hook {
  const { preparation, release } = hook;
  const spec = turn.world.jobs.get(hook.job)?.spec.jobPreparationTask;
  const reruns = spec?.rerunOnNodeRebootAfterSuccess !== false || preparation.state === 'running';
  return {
    ...hook,
    preparation: cutOff(turn, preparation),
    ...(release?.state === 'running' ? { release: { ...release, awaitsNode: true } } : {}),
    waiting: [],
    mustRerun: reruns || hook.mustRerun,
  };
}

/** As it is when its process has gone without an end. */
function cutOff(turn: Turn, execution: HookExecution): HookExecution {
  if (execution.state !== 'running') return execution;
  const { awaitsNode: _, ...rest } = execution;
  return { ...rest, state: 'completed', endTime: turn.now, result: 'failure' };
}

/** Its retention time is over (batch-semantics 5.1, 5.2). */
export function cleanUpHookFiles(turn: Turn, key: HookKey, kind: 'preparation' | 'release'): void {
  const hook = turn.world.hooks.get(key);
  const execution = hook?.[kind];
  const job = hook === undefined ? undefined : turn.world.jobs.get(hook.job);
  if (hook === undefined || execution === undefined || job === undefined) return;
  turn.commands.push({ type: 'deleteDirectory', nodeId: hook.nodeId, path: hookDirectory(job, kind) });
  turn.world.hooks.put({ ...hook, [kind]: { ...execution, filesGone: true } });
}

export function placeOfHook(turn: Turn, hook: Hook): HookPlace | undefined {
  const node = turn.world.nodes.get(hook.node);
  const job = turn.world.jobs.get(hook.job);
  const pool = node === undefined ? undefined : turn.world.pools.get(node.pool);
  return node === undefined || job === undefined || pool === undefined ? undefined : { pool, node, job };
}
