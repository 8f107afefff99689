/**
 * A task as the engine keeps it, and every transition of its state (batch-semantics 2.7, 3; wire-facts
 * 4.5). A transition is pure: it returns the new task and what has to happen because of it.
 */
import { UNLIMITED, type Instant } from '../../../core/kernel/index.ts';
import type { ContainerInfo, TaskConstraints, TaskFailure, UserIdentity } from '../resources/common.ts';
import type { TaskAdd, TaskState } from '../resources/task.ts';
import type { RunResult } from '../spi/node-runtime.ts';
import type { Deadline } from './deadlines.ts';
import { isSatisfyingCompletion, type UnmetDependencies, withoutDependency } from './dependencies.ts';
import { failureOfExitCode, failureOfInterruption } from './failures.ts';
import type { JobKey, NodeKey, TaskKey } from './keys.ts';

export type TaskSpec = Omit<TaskAdd, 'id'> & {
  readonly constraints: Required<TaskConstraints>;
  readonly requiredSlots: number;
  readonly userIdentity: UserIdentity;
};

/** Where a task was put, and the run that it became there. */
export interface Placement {
  readonly node: NodeKey;
  readonly nodeId: string;
  readonly poolId: string;
  readonly runId: string;
}

/** Why a running task has been told to stop; decides what becomes of it when its process has ended. */
export type Interruption = 'terminate' | 'wallClock' | 'requeue' | 'recover';

export interface TaskCompletion {
  readonly state: 'completed';
  readonly startTime?: Instant;
  readonly endTime: Instant;
  readonly exitCode?: number;
  readonly failure?: TaskFailure;
  readonly phase?: 'preProcessing' | 'fileUpload';
  readonly result: 'success' | 'failure';
  readonly container?: ContainerInfo;
  readonly place?: Placement;
  readonly filesGone?: true;
}

export type TaskStatus =
  | { readonly state: 'active' }
  | { readonly state: 'preparing'; readonly place: Placement }
  | {
      readonly state: 'running';
      readonly place: Placement;
      readonly startTime: Instant;
      readonly interruption?: Interruption;
    }
  | TaskCompletion;

export interface Task {
  readonly key: TaskKey;
  readonly id: string;
  readonly job: JobKey;
  /** Order of addition within the engine, which is the order of starting within a job. */
  readonly sequence: number;
  readonly spec: TaskSpec;
  readonly isJobManager?: true;
  readonly creationTime: Instant;
  readonly lastModified: Instant;
  readonly stateTransitionTime: Instant;
  readonly previousState?: TaskState;
  readonly previousStateTransitionTime?: Instant;
  readonly status: TaskStatus;
  readonly retryCount: number;
  readonly lastRetryTime?: Instant;
  readonly requeueCount: number;
  readonly lastRequeueTime?: Instant;
  /** Absent: none, or all satisfied once. */
  readonly unmet?: UnmetDependencies;
}

export type TaskEvent =
  | { readonly type: 'assigned'; readonly place: Placement; readonly prepare: boolean }
  | { readonly type: 'prepared' }
  /** The node cannot prepare the job: back to the queue (batch-semantics 5.1). */
  | { readonly type: 'preparationFailed' }
  | { readonly type: 'runEnded'; readonly result: RunResult }
  | { readonly type: 'interrupted'; readonly why: Interruption }
  /** Its node is gone, rebooted or reimaged; no end of its run will be reported. */
  | { readonly type: 'nodeGone' }
  | { readonly type: 'reactivated' }
  | { readonly type: 'dependencySatisfied'; readonly parent: TaskKey; readonly number?: number };

export type TaskEffect =
  | { readonly type: 'killRun'; readonly place: Placement }
  | { readonly type: 'releaseSlots'; readonly place: Placement }
  | { readonly type: 'started'; readonly place: Placement }
  | { readonly type: 'completed'; readonly completion: TaskCompletion };

export interface TaskTransition {
  readonly task: Task;
  readonly effects: readonly TaskEffect[];
}

export const TASK_DEADLINES = ['wallClock', 'retention', 'lifetime'] as const;

const LIFETIME = 180 * 24 * 3_600_000; // batch-semantics 3.1

export function taskDeadlines(task: Task): readonly Deadline<(typeof TASK_DEADLINES)[number]>[] {
  const { status } = task;
  const { maxWallClockTime, retentionTime } = task.spec.constraints;
  if (status.state === 'completed') {
    const keeps = status.place !== undefined && status.filesGone === undefined && retentionTime < UNLIMITED;
    return keeps ? [{ name: 'retention', at: status.endTime + retentionTime }] : [];
  }
  if (status.state === 'running' && status.interruption !== undefined) return [];
  const lifetime = { name: 'lifetime', at: task.creationTime + LIFETIME } as const;
  const isLimited = status.state === 'running' && maxWallClockTime < UNLIMITED;
  return isLimited ? [lifetime, { name: 'wallClock', at: status.startTime + maxWallClockTime }] : [lifetime];
}

/** Whether the scheduler may start it now. */
export function isReady(task: Task): boolean {
  return task.status.state === 'active' && task.unmet === undefined;
}

export function placeOf(task: Task): Placement | undefined {
  return task.status.state === 'active' ? undefined : task.status.place;
}

/** Applies an event. Events that do not fit the state, such as a late end of an old run, change nothing. */
export function transition(task: Task, event: TaskEvent, now: Instant): TaskTransition {
  switch (event.type) {
    case 'assigned':
      return assign(task, event.place, event.prepare, now);
    case 'prepared':
      return task.status.state === 'preparing' ? start(task, task.status.place, now) : unchanged(task);
    case 'preparationFailed':
      return task.status.state === 'preparing' ? requeue(task, now) : unchanged(task);
    case 'runEnded':
      return endRun(task, event.result, now);
    case 'interrupted':
      return interrupt(task, event.why, now);
    case 'nodeGone':
      return loseNode(task, now);
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

function assign(task: Task, place: Placement, prepare: boolean, now: Instant): TaskTransition {
  if (!isReady(task)) return unchanged(task);
  return prepare ? { task: enter(task, { state: 'preparing', place }, now), effects: [] } : start(task, place, now);
}

/** Running includes downloads and image pulls, so the start time is now (batch-semantics 3.1). */
function start(task: Task, place: Placement, now: Instant): TaskTransition {
  return {
    task: enter(task, { state: 'running', place, startTime: now }, now),
    effects: [{ type: 'started', place }],
  };
}

function requeue(task: Task, now: Instant, counters: Partial<Task> = {}): TaskTransition {
  const place = placeOf(task);
  return {
    task: { ...enter(task, { state: 'active' }, now), ...counters },
    effects: place === undefined ? [] : [{ type: 'releaseSlots', place }],
  };
}

function complete(task: Task, completion: TaskCompletion, now: Instant): TaskTransition {
  const place = completion.place;
  const isPlaced = place !== undefined && task.status.state !== 'completed';
  return {
    task: enter(task, completion, now),
    effects: [...(isPlaced ? [{ type: 'releaseSlots', place } as const] : []), { type: 'completed', completion }],
  };
}

function endRun(task: Task, result: RunResult, now: Instant): TaskTransition {
  const { status } = task;
  if (status.state !== 'running') return unchanged(task);
  if (status.interruption !== undefined) return endInterrupted(task, status.interruption, result, now);
  const failed = result.failure !== undefined || (result.exitCode ?? 0) !== 0;
  const { maxTaskRetryCount } = task.spec.constraints;
  // Only a nonzero exit code is retried: never an error before the start or while uploading (2.7).
  const mayRetry = maxTaskRetryCount === -1 || task.retryCount < maxTaskRetryCount;
  if (failed && result.failure === undefined && mayRetry) {
    return requeue(task, now, { retryCount: task.retryCount + 1, lastRetryTime: now });
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

function withoutPhase(failure: NonNullable<RunResult['failure']>): TaskFailure {
  const { phase: _, ...rest } = failure;
  return rest;
}

function endInterrupted(task: Task, why: Interruption, result: RunResult, now: Instant): TaskTransition {
  if (task.status.state !== 'running') return unchanged(task);
  if (why === 'recover') return requeue(task, now);
  if (why === 'requeue') return requeue(task, now, { requeueCount: task.requeueCount + 1, lastRequeueTime: now });
  return complete(
    task,
    {
      state: 'completed',
      startTime: task.status.startTime,
      endTime: now,
      ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
      failure: failureOfInterruption(why),
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
      effects: status.interruption === undefined ? [{ type: 'killRun', place: status.place }] : [],
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
      failure: failureOfInterruption(why),
      result: 'failure',
      ...(place === undefined ? {} : { place }),
    },
    now,
  );
}

/** System recovery: the task runs again, whatever its retry count, and no counter moves (2.7). */
function loseNode(task: Task, now: Instant): TaskTransition {
  const { status } = task;
  if (status.state === 'preparing') return requeue(task, now);
  if (status.state !== 'running') return unchanged(task);
  return endInterrupted(task, status.interruption ?? 'recover', {}, now);
}

/** Only failed tasks come back; what they did before is forgotten (batch-semantics 3.4). */
function reactivate(task: Task, now: Instant): TaskTransition {
  if (task.status.state !== 'completed' || task.status.result === 'success') return unchanged(task);
  const { lastRetryTime: _, lastRequeueTime: __, ...rest } = task;
  return { task: { ...enter(rest, { state: 'active' }, now), retryCount: 0, requeueCount: 0 }, effects: [] };
}

function satisfyDependency(task: Task, parent: TaskKey, number: number | undefined): TaskTransition {
  if (task.unmet === undefined) return unchanged(task);
  const { unmet, ...rest } = task;
  const left = withoutDependency(unmet, parent, number);
  return { task: left === undefined ? rest : { ...rest, unmet: left }, effects: [] };
}

/** Whether this task lets its dependents go (batch-semantics 4). */
export function satisfiesDependents(task: Task): boolean {
  return task.status.state === 'completed' && isSatisfyingCompletion(task.spec.exitConditions, task.status);
}
