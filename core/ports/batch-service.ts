/**
 * What a workflow needs of a Batch service. Every method rejects with a `FaultError`; `signal` cancels
 * it with the code `cancelled`. Lists are lazy and follow the service's paging.
 */
import type { NodeFile } from '../model/file.ts';
import type { SupportedImage } from '../model/image.ts';
import type { HookStatus, Job, JobSpec } from '../model/job.ts';
import type { Node, Pool, PoolSpec, PoolTarget } from '../model/pool.ts';
import type { Problem } from '../model/problem.ts';
import type { Schedule, ScheduleSpec } from '../model/schedule.ts';
import type { Subtask, Task, TaskCounts, TaskSpec, TaskState } from '../model/task.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface BatchService {
  readonly images: ImageCatalog;
  readonly pools: Pools;
  readonly jobs: Jobs;
  readonly schedules: Schedules;
  readonly tasks: Tasks;
  readonly files: NodeFiles;
}

export interface ImageCatalog {
  list(options?: CallOptions): AsyncIterable<SupportedImage>;
}

export interface Pools {
  create(spec: PoolSpec, options?: CallOptions): Promise<void>;
  get(poolId: string, options?: CallOptions): Promise<Pool>;
  exists(poolId: string, options?: CallOptions): Promise<boolean>;
  list(options?: CallOptions): AsyncIterable<Pool>;
  /** Asks for new targets; the pool's allocation state tells when they are reached. */
  resize(poolId: string, target: PoolTarget, options?: CallOptions): Promise<void>;
  /** Marks the pool for deletion; `get` answers `notFound` when it is gone. */
  delete(poolId: string, options?: CallOptions): Promise<void>;
  nodes(poolId: string, options?: CallOptions): AsyncIterable<Node>;
  rebootNode(poolId: string, nodeId: string, options?: CallOptions): Promise<void>;
}

export interface Jobs {
  create(spec: JobSpec, options?: CallOptions): Promise<void>;
  get(jobId: string, options?: CallOptions): Promise<Job>;
  list(options?: CallOptions): AsyncIterable<Job>;
  /** Lets the job end by itself when all its tasks are complete. */
  terminateWhenTasksComplete(jobId: string, options?: CallOptions): Promise<void>;
  disable(jobId: string, runningTasks: 'requeue' | 'terminate' | 'wait', options?: CallOptions): Promise<void>;
  enable(jobId: string, options?: CallOptions): Promise<void>;
  terminate(jobId: string, reason?: string, options?: CallOptions): Promise<void>;
  /** Marks the job for deletion; `get` answers `notFound` when it is gone. */
  delete(jobId: string, options?: CallOptions): Promise<void>;
  taskCounts(jobId: string, options?: CallOptions): Promise<TaskCounts>;
  /** Where and how its preparation and release tasks ran. `invalid` for a job that has none. */
  hooks(jobId: string, options?: CallOptions): AsyncIterable<HookStatus>;
}

export interface Schedules {
  create(spec: ScheduleSpec, options?: CallOptions): Promise<void>;
  get(scheduleId: string, options?: CallOptions): Promise<Schedule>;
  list(options?: CallOptions): AsyncIterable<Schedule>;
  /** The jobs that it has made, whatever has become of them. */
  jobs(scheduleId: string, options?: CallOptions): AsyncIterable<Job>;
  /** No new jobs; one that runs goes on. */
  disable(scheduleId: string, options?: CallOptions): Promise<void>;
  /** Goes on with the next time to come; what was missed is lost. */
  enable(scheduleId: string, options?: CallOptions): Promise<void>;
  /** Ends it together with a job that runs. */
  terminate(scheduleId: string, options?: CallOptions): Promise<void>;
  /** Marks it and all its jobs for deletion; `get` answers `notFound` when they are gone. */
  delete(scheduleId: string, options?: CallOptions): Promise<void>;
}

/** A task that a collection could not add, and why. */
export interface RefusedTask {
  readonly taskId: string;
  readonly problem: Problem;
}

export interface TaskQuery extends CallOptions {
  readonly states?: readonly TaskState[];
}

export interface Tasks {
  /**
   * Adds any number of tasks, in collections as large as the service takes. Resolves with the tasks
   * that were refused; the others have been added.
   */
  addAll(jobId: string, tasks: readonly TaskSpec[], options?: CallOptions): Promise<readonly RefusedTask[]>;
  get(jobId: string, taskId: string, options?: CallOptions): Promise<Task>;
  list(jobId: string, query?: TaskQuery): AsyncIterable<Task>;
  terminate(jobId: string, taskId: string, options?: CallOptions): Promise<void>;
  reactivate(jobId: string, taskId: string, options?: CallOptions): Promise<void>;
  delete(jobId: string, taskId: string, options?: CallOptions): Promise<void>;
  /** The other instances of a multi-instance task, by their numbers; none of any other task. */
  subtasks(jobId: string, taskId: string, options?: CallOptions): AsyncIterable<Subtask>;
}

export interface ReadOptions extends CallOptions {
  /** First and last byte, both included; without `end` to the end of the file. */
  readonly range?: { readonly start: number; readonly end?: number };
}

/** Files of tasks (relative to the task's directory) and of nodes (relative to the node's root). */
export interface NodeFiles {
  listOfTask(jobId: string, taskId: string, options?: CallOptions): AsyncIterable<NodeFile>;
  listOfNode(poolId: string, nodeId: string, options?: CallOptions): AsyncIterable<NodeFile>;
  /** The file's properties; `notFound` when it is not there. */
  statOfTask(jobId: string, taskId: string, path: string, options?: CallOptions): Promise<NodeFile>;
  readOfTask(jobId: string, taskId: string, path: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  readOfNode(poolId: string, nodeId: string, path: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
}
