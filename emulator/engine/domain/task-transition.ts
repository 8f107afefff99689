/**
 * Every transition of a task's state (batch-semantics 2.7, 3; wire-facts 4.5). A transition is pure: it
 * returns the new task and what has to happen because of it.
 */
import type { Instant } from '../../../core/kernel/index.ts';
import type { TaskFailure } from '../resources/common.ts';
import type { RunResult } from '../spi/node-runtime.ts';
import { withAttempt } from './attempt.ts';
import { withoutDependency } from './dependencies.ts';
import { failureOfExitCode, failureOfInterruption } from './failures.ts';
import type { NodeKey, TaskKey } from './keys.ts';
import {
  type Instance,
  type MultiRun,
  type Placement,
  beginMultiRun,
  coordinationRunId,
  endApplication,
  endCoordination,
  liveRuns,
  loseInstance,
  mayStartApplication,
} from './multi-instance.ts';
import {
  type Interruption,
  type Task,
  type TaskCompletion,
  type TaskStatus,
  isReady,
  placeOf,
  placesOf,
} from './task.ts';

export type TaskEvent =
  | {
      readonly type: 'assigned';
      readonly place: Placement;
      /** All places of a multi-instance task, the primary's first. */
      readonly places?: readonly Placement[];
      /** How many of its nodes must be prepared first. */
      readonly awaited: number;
    }
  | { readonly type: 'prepared' }
  /** The node cannot prepare the job: back to the queue (batch-semantics 5.1). */
  | { readonly type: 'preparationFailed' }
  /** `coordination` is the index of the instance whose coordination command it was. */
  | { readonly type: 'runEnded'; readonly result: RunResult; readonly coordination?: number }
  | { readonly type: 'interrupted'; readonly why: Interruption }
  /** Its node is gone, rebooted or reimaged; no end of its run will be reported. */
  | {
      readonly type: 'nodeGone';
      readonly node: NodeKey;
      /** Raises requeueCount, which a loss by itself does not. */
      readonly counts?: true;
    }
  | { readonly type: 'reactivated' }
  | { readonly type: 'dependencySatisfied'; readonly parent: TaskKey; readonly number?: number };

export type TaskEffect =
  | { readonly type: 'killRun'; readonly nodeId: string; readonly runId: string }
  | { readonly type: 'releaseSlots'; readonly place: Placement }
  | { readonly type: 'started'; readonly place: Placement }
  | { readonly type: 'coordinationStarted'; readonly instances: readonly Instance[] }
  | { readonly type: 'applicationStarted'; readonly instances: readonly Instance[] }
  | { readonly type: 'completed'; readonly completion: TaskCompletion };

export interface TaskTransition {
  readonly task: Task;
  readonly effects: readonly TaskEffect[];
}

/** Applies an event. Events that do not fit the state, such as a late end of an old run, change nothing. */
export function transition(task: Task, event: TaskEvent, now: Instant): TaskTransition {
  switch (event.type) {
    case 'assigned':
      return assign(task, event, now);
    case 'prepared':
      return prepared(task, now);
    case 'preparationFailed':
      return task.status.state === 'preparing' ? requeue(task, now) : unchanged(task);
    case 'runEnded':
      return event.coordination === undefined
        ? endRun(task, event.result, now)
        : endCoordinationRun(task, event.coordination, event.result, now);
    case 'interrupted':
      return interrupt(task, event.why, now);
    case 'nodeGone':
      return loseNode(task, event.node, event.counts === true ? 'requeue' : 'recover', now);
    case 'reactivated':
      return reactivate(task, now);
    case 'dependencySatisfied':
      return satisfyDependency(task, event.parent, event.number);
  }
}

function unchanged(task: Task): TaskTransition {
  return { task, effects: [] };
}

/** The one place that writes a task's state, its time and the state before. */
function enter(task: Task, status: TaskStatus, now: Instant): Task {
  if (task.status.state === status.state) return { ...task, status };
  return {
    ...task,
    status,
    stateTransitionTime: now,
    previousState: task.status.state,
    previousStateTransitionTime: task.stateTransitionTime,
  };
}

function assign(task: Task, event: Extract<TaskEvent, { readonly type: 'assigned' }>, now: Instant): TaskTransition {
  if (!isReady(task)) return unchanged(task);
  const { place, places, awaited } = event;
  if (awaited === 0) return start(task, place, places, now);
  const status = { state: 'preparing', place, ...(places === undefined ? {} : { places }), awaited } as const;
  return { task: enter(task, status, now), effects: [] };
}

function prepared(task: Task, now: Instant): TaskTransition {
  const { status } = task;
  if (status.state !== 'preparing') return unchanged(task);
  if (status.awaited > 1) return { task: { ...task, status: { ...status, awaited: status.awaited - 1 } }, effects: [] };
  return start(task, status.place, status.places, now);
}

/** Running includes downloads and image pulls, so the start time is now (batch-semantics 3.1). */
function start(
  waiting: Task,
  place: Placement,
  places: readonly Placement[] | undefined,
  now: Instant,
): TaskTransition {
  const isCounted = waiting.ruling?.wallClock === 'overall' && waiting.firstStartTime === undefined;
  const task = isCounted ? { ...waiting, firstStartTime: now } : waiting;
  if (places === undefined) {
    return {
      task: enter(task, { state: 'running', place, startTime: now }, now),
      effects: [{ type: 'started', place }],
    };
  }
  const multi = beginMultiRun(places, now);
  return {
    task: enter(task, { state: 'running', place, startTime: now, multi }, now),
    effects: [{ type: 'coordinationStarted', instances: multi.instances }],
  };
}

function slotReleases(task: Task): readonly TaskEffect[] {
  return placesOf(task).map((place) => ({ type: 'releaseSlots', place }) as const);
}

function requeue(task: Task, now: Instant, counters: Partial<Task> = {}): TaskTransition {
  return { task: { ...enter(task, { state: 'active' }, now), ...counters }, effects: slotReleases(task) };
}

function complete(task: Task, completion: TaskCompletion, now: Instant): TaskTransition {
  const multi = task.status.state === 'running' ? task.status.multi : undefined;
  const instances = multi?.instances.map((instance) => ({ ...instance, endTime: instance.endTime ?? now }));
  const status = instances === undefined ? completion : { ...completion, instances };
  return {
    task: enter(task, status, now),
    effects: [...slotReleases(task), { type: 'completed', completion: status }],
  };
}

function endRun(task: Task, result: RunResult, now: Instant): TaskTransition {
  const { status } = task;
  if (status.state !== 'running') return unchanged(task);
  if (status.multi !== undefined && status.multi.application !== 'ended') {
    return advanceMultiRun(task, endApplication(status.multi, result), now);
  }
  if (status.interruption !== undefined) return endInterrupted(task, status.interruption, result, now);
  const failed = result.failure !== undefined || (result.exitCode ?? 0) !== 0;
  const { maxTaskRetryCount } = task.spec.constraints;
  // Only a nonzero exit code is retried: never an error before the start or while uploading (2.7).
  const mayRetry = maxTaskRetryCount === -1 || task.retryCount < maxTaskRetryCount;
  if (failed && result.failure === undefined && mayRetry) {
    const tried = withAttempt(task, 'retried', now, result.exitCode);
    return requeue(tried, now, { retryCount: task.retryCount + 1, lastRetryTime: now });
  }
  const failure = result.failure === undefined ? failureOfExitCode(result.exitCode) : withoutPhase(result.failure);
  return complete(
    task,
    {
      state: 'completed',
      startTime: status.startTime,
      endTime: now,
      ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
      ...(failed && failure !== undefined ? { failure } : {}),
      ...(result.failure === undefined ? {} : { phase: result.failure.phase }),
      result: failed ? 'failure' : 'success',
      ...(result.container === undefined ? {} : { container: result.container }),
      place: status.place,
    },
    now,
  );
}

function endCoordinationRun(task: Task, index: number, result: RunResult, now: Instant): TaskTransition {
  const multi = task.status.state === 'running' ? task.status.multi : undefined;
  return multi === undefined ? unchanged(task) : advanceMultiRun(task, endCoordination(multi, index, result, now), now);
}

/** After a step of a multi-instance run: it goes on, is being stopped everywhere, or is over (batch-semantics 7). */
function advanceMultiRun(task: Task, multi: MultiRun, now: Instant): TaskTransition {
  const { status } = task;
  if (status.state !== 'running') return unchanged(task);
  const isOver = multi.verdict !== undefined || status.interruption !== undefined;
  if (!isOver) {
    if (!mayStartApplication(multi)) return { task: { ...task, status: { ...status, multi } }, effects: [] };
    const running: MultiRun = { ...multi, application: 'running' };
    return {
      task: { ...task, status: { ...status, multi: running } },
      effects: [{ type: 'applicationStarted', instances: running.instances }],
    };
  }
  const live = liveRuns(multi);
  if (live.length > 0) {
    return { task: { ...task, status: { ...status, multi } }, effects: live.map(killOf) };
  }
  // Services that coordination commands left behind end with the task.
  const services = multi.instances.map(({ place }, index) => killOf({ place, runId: runOf(place, index) }));
  const ended: Task = { ...task, status: { ...status, multi: { ...multi, application: 'ended' } } };
  const outcome = endRun(ended, multi.verdict ?? {}, now);
  return { task: outcome.task, effects: [...services, ...outcome.effects] };
}

function runOf(place: Placement, index: number): string {
  return index === 0 ? coordinationRunId(place) : place.runId;
}

function killOf({ place, runId }: { readonly place: Placement; readonly runId: string }): TaskEffect {
  return { type: 'killRun', nodeId: place.nodeId, runId };
}

function withoutPhase(failure: NonNullable<RunResult['failure']>): TaskFailure {
  const { phase: _, ...rest } = failure;
  return rest;
}

function endInterrupted(task: Task, why: Interruption, result: RunResult, now: Instant): TaskTransition {
  if (task.status.state !== 'running') return unchanged(task);
  if (why === 'recover') return requeue(withAttempt(task, 'recovered', now, result.exitCode), now);
  if (why === 'requeue') {
    const tried = withAttempt(task, 'requeued', now, result.exitCode);
    return requeue(tried, now, { requeueCount: task.requeueCount + 1, lastRequeueTime: now });
  }
  return complete(
    task,
    {
      state: 'completed',
      startTime: task.status.startTime,
      endTime: now,
      ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
      failure: failureOfInterruption(why, task.ruling?.wallClockCode),
      result: 'failure',
      place: task.status.place,
    },
    now,
  );
}

function interrupt(task: Task, why: Interruption, now: Instant): TaskTransition {
  const { status } = task;
  if (status.state === 'completed') return unchanged(task);
  if (status.state === 'running') {
    // A termination overrules a requeue that is under way; nothing overrules a termination.
    const isWeaker = status.interruption === 'terminate' || status.interruption === 'wallClock';
    const interruption = isWeaker && why !== 'terminate' ? status.interruption : why;
    return {
      task: { ...task, status: { ...status, interruption } },
      effects: status.interruption === undefined ? killAll(status) : [],
    };
  }
  if (why === 'requeue' || why === 'recover') {
    return status.state === 'preparing' ? requeue(task, now) : unchanged(task);
  }
  const place = placeOf(task);
  return complete(
    task,
    {
      state: 'completed',
      endTime: now,
      failure: failureOfInterruption(why, task.ruling?.wallClockCode),
      result: 'failure',
      ...(place === undefined ? {} : { place }),
    },
    now,
  );
}

function killAll(status: Extract<TaskStatus, { readonly state: 'running' }>): readonly TaskEffect[] {
  if (status.multi !== undefined) return liveRuns(status.multi).map(killOf);
  return [killOf({ place: status.place, runId: status.place.runId })];
}

/** System recovery: the task runs again, whatever its retry count, and no counter moves (2.7). */
function loseNode(task: Task, node: NodeKey, why: 'requeue' | 'recover', now: Instant): TaskTransition {
  const { status } = task;
  if (status.state === 'preparing') return requeue(task, now);
  if (status.state !== 'running') return unchanged(task);
  if (status.multi !== undefined) {
    const interrupted = { ...task, status: { ...status, interruption: status.interruption ?? why } };
    return advanceMultiRun(interrupted, loseInstance(status.multi, node, now), now);
  }
  return endInterrupted(task, status.interruption ?? why, {}, now);
}

/** Only failed tasks come back; what they did before shows no more (batch-semantics 3.4). */
function reactivate(task: Task, now: Instant): TaskTransition {
  if (task.status.state !== 'completed' || task.status.result === 'success') return unchanged(task);
  const tried = withAttempt(task, 'reactivated', now, task.status.exitCode);
  const { lastRetryTime: _, lastRequeueTime: __, firstStartTime: ___, ...rest } = tried;
  return { task: { ...enter(rest, { state: 'active' }, now), retryCount: 0, requeueCount: 0 }, effects: [] };
}

function satisfyDependency(task: Task, parent: TaskKey, number: number | undefined): TaskTransition {
  if (task.unmet === undefined) return unchanged(task);
  const { unmet, ...rest } = task;
  const left = withoutDependency(unmet, parent, number);
  return { task: left === undefined ? rest : { ...rest, unmet: left }, effects: [] };
}
