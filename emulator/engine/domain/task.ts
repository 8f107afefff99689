/** A task as the engine keeps it (batch-semantics 3). Its transitions are in `task-transition.ts`. */
import { UNLIMITED, type Instant } from '../../../core/kernel/index.ts';
import type { ContainerInfo, TaskConstraints, TaskFailure, UserIdentity } from '../resources/common.ts';
import type { TaskAdd, TaskState } from '../resources/task.ts';
import type { Deadline } from './deadlines.ts';
import { isSatisfyingCompletion, type UnmetDependencies } from './dependencies.ts';
import type { JobKey, TaskKey } from './keys.ts';
import type { Instance, MultiRun, Placement } from './multi-instance.ts';

export type { Placement } from './multi-instance.ts';

export type TaskSpec = Omit<TaskAdd, 'id'> & {
  readonly constraints: Required<TaskConstraints>;
  readonly requiredSlots: number;
  readonly userIdentity: UserIdentity;
};

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
  /** Of a multi-instance task. */
  readonly instances?: readonly Instance[];
  readonly filesGone?: true;
}

export type TaskStatus =
  | { readonly state: 'active' }
  | {
      readonly state: 'preparing';
      readonly place: Placement;
      /** The places of a multi-instance task, the primary's first. */
      readonly places?: readonly Placement[];
      /** Nodes that are not prepared yet. */
      readonly awaited: number;
    }
  | {
      readonly state: 'running';
      readonly place: Placement;
      readonly startTime: Instant;
      readonly interruption?: Interruption;
      readonly multi?: MultiRun;
    }
  | TaskCompletion;

/** How open questions were decided when the task was added (batch-semantics 15 item 6); absent: the safe reading. */
export interface TaskRuling {
  /** maxWallClockTime counts from the first start on, over all attempts. */
  readonly wallClock?: 'overall';
  readonly wallClockCode?: string;
}

/** A start of a task that did not complete it for good (`attempt.ts`). */
export interface Attempt {
  /** From 1, over the whole life of the task. */
  readonly number: number;
  /** Of a multi-instance task the primary's. */
  readonly place: Placement;
  readonly startTime: Instant;
  readonly endTime: Instant;
  readonly exitCode?: number;
  /** What became of the task then. `recovered`: its node was lost, preempted or gave way; nobody asked for it. */
  readonly end: 'retried' | 'requeued' | 'recovered' | 'reactivated';
}

export interface Task {
  readonly key: TaskKey;
  readonly id: string;
  readonly job: JobKey;
  /** Order of addition within the engine, which is the order of starting within a job. */
  readonly sequence: number;
  readonly spec: TaskSpec;
  readonly isJobManager?: true;
  readonly ruling?: TaskRuling;
  /** Kept only where the ruling asks for it. */
  readonly firstStartTime?: Instant;
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
  /** Before the present one, the newest last. */
  readonly attempts?: readonly Attempt[];
  /** Absent: none, or all satisfied once. */
  readonly unmet?: UnmetDependencies;
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
  return isLimited
    ? [lifetime, { name: 'wallClock', at: (task.firstStartTime ?? status.startTime) + maxWallClockTime }]
    : [lifetime];
}

/** Whether the scheduler may start it now. */
export function isReady(task: Task): boolean {
  return task.status.state === 'active' && task.unmet === undefined;
}

export function placeOf(task: Task): Placement | undefined {
  return task.status.state === 'active' ? undefined : task.status.place;
}

/** Every place that the task holds now. */
export function placesOf(task: Task): readonly Placement[] {
  const { status } = task;
  if (status.state === 'preparing') return status.places ?? [status.place];
  if (status.state !== 'running') return [];
  return status.multi === undefined ? [status.place] : status.multi.instances.map(({ place }) => place);
}

/** Whether that run's place is still the task's own. */
export function holds(task: Task, runId: string): boolean {
  return placesOf(task).some((place) => place.runId === runId);
}

/** Whether this task lets its dependents go (batch-semantics 4). */
export function satisfiesDependents(task: Task): boolean {
  return task.status.state === 'completed' && isSatisfyingCompletion(task.spec.exitConditions, task.status);
}
