/**
 * The engine as its callers see it: one account of the Batch service. Each call is one turn: it is
 * decided at once, and its promise resolves when the turn's changes are committed. Refusals are
 * values. Ids are compared without case.
 */
import type { Instant, Outcome } from '../../core/kernel/index.ts';
import type { EngineFault } from './fault.ts';
import type { ApplicationSummary, ImageInformation } from './resources/account.ts';
import type { ActivatedPackage, ApplicationChange, ApplicationResource } from './resources/application.ts';
import type { AttemptResource } from './resources/attempt.ts';
import type { DeallocationOption, ServiceError } from './resources/common.ts';
import type { Explanation } from './resources/explanation.ts';
import type { HookTaskStatus, JobAdd, JobPatch, JobResource, JobUpdate, TaskCountsResult } from './resources/job.ts';
import type {
  JobScheduleAdd,
  JobSchedulePatch,
  JobScheduleResource,
  JobScheduleUpdate,
} from './resources/job-schedule.ts';
import type { NodeResource, PoolNodeCounts } from './resources/node.ts';
import type {
  AutoScaleEnablement,
  AutoScaleRun,
  NodesRemoval,
  PoolAdd,
  PoolPatch,
  PoolResize,
  PoolResource,
  PoolUpdateProperties,
} from './resources/pool.ts';
import type { SubtaskResource, TaskAdd, TaskResource } from './resources/task.ts';
import type { TaskConstraints } from './resources/common.ts';
import type { EngineSettings } from './settings.ts';

export type Reply<T> = Promise<Outcome<T, EngineFault>>;

/** Decides on the resource's `lastModified` whether the call goes on; false gives `ConditionNotMet`. */
export type Precondition = (resource: { readonly lastModified: Instant }) => boolean;

/** One page of a list. `after` is the `next` of the page before. A page may be shorter than `limit`. */
export interface ListQuery<T> {
  readonly limit: number;
  readonly after?: string;
  readonly where?: (item: T) => boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Present when more may follow. It stays right while items come and go. */
  readonly next?: string;
}

/** A stamp that changes carry: the resource after the change. */
export interface Stamp {
  readonly lastModified: Instant;
}

export interface BatchEngine {
  readonly account: { readonly name: string };
  readonly pools: PoolOperations;
  readonly nodes: NodeOperations;
  readonly jobs: JobOperations;
  readonly tasks: TaskOperations;
  readonly schedules: ScheduleOperations;
  readonly files: FileOperations;
  readonly catalog: CatalogOperations;
}

export interface PoolOperations {
  add(pool: PoolAdd): Reply<PoolResource>;
  get(poolId: string, precondition?: Precondition): Reply<PoolResource>;
  list(query: ListQuery<PoolResource>): Reply<Page<PoolResource>>;
  patch(poolId: string, change: PoolPatch, precondition?: Precondition): Reply<Stamp>;
  updateProperties(poolId: string, properties: PoolUpdateProperties): Reply<Stamp>;
  delete(poolId: string, precondition?: Precondition): Reply<Stamp>;
  resize(poolId: string, resize: PoolResize, precondition?: Precondition): Reply<Stamp>;
  stopResize(poolId: string, precondition?: Precondition): Reply<Stamp>;
  removeNodes(poolId: string, removal: NodesRemoval, precondition?: Precondition): Reply<Stamp>;
  enableAutoScale(poolId: string, settings: AutoScaleEnablement, precondition?: Precondition): Reply<Stamp>;
  disableAutoScale(poolId: string): Reply<Stamp>;
  evaluateAutoScale(poolId: string, formula: string): Reply<AutoScaleRun>;
  nodeCounts(query: ListQuery<PoolNodeCounts>): Reply<Page<PoolNodeCounts>>;
}

export interface NodeOperations {
  get(poolId: string, nodeId: string): Reply<NodeResource>;
  list(poolId: string, query: ListQuery<NodeResource>): Reply<Page<NodeResource>>;
  reboot(poolId: string, nodeId: string, option: DeallocationOption): Reply<void>;
  reimage(poolId: string, nodeId: string, option: DeallocationOption): Reply<void>;
  disableScheduling(poolId: string, nodeId: string, option: Exclude<DeallocationOption, 'retaineddata'>): Reply<void>;
  enableScheduling(poolId: string, nodeId: string): Reply<void>;
}

export interface JobOperations {
  add(job: JobAdd): Reply<JobResource>;
  get(jobId: string, precondition?: Precondition): Reply<JobResource>;
  list(query: ListQuery<JobResource>): Reply<Page<JobResource>>;
  patch(jobId: string, change: JobPatch, precondition?: Precondition): Reply<Stamp>;
  update(jobId: string, change: JobUpdate, precondition?: Precondition): Reply<Stamp>;
  delete(jobId: string, precondition?: Precondition): Reply<Stamp>;
  disable(jobId: string, tasks: 'requeue' | 'terminate' | 'wait', precondition?: Precondition): Reply<Stamp>;
  enable(jobId: string, precondition?: Precondition): Reply<Stamp>;
  terminate(jobId: string, reason: string | undefined, precondition?: Precondition): Reply<Stamp>;
  taskCounts(jobId: string): Reply<TaskCountsResult>;
  hookTaskStatus(jobId: string, query: ListQuery<HookTaskStatus>): Reply<Page<HookTaskStatus>>;
}

export interface ScheduleOperations {
  add(schedule: JobScheduleAdd): Reply<JobScheduleResource>;
  get(scheduleId: string, precondition?: Precondition): Reply<JobScheduleResource>;
  list(query: ListQuery<JobScheduleResource>): Reply<Page<JobScheduleResource>>;
  patch(scheduleId: string, change: JobSchedulePatch, precondition?: Precondition): Reply<Stamp>;
  update(scheduleId: string, change: JobScheduleUpdate, precondition?: Precondition): Reply<Stamp>;
  delete(scheduleId: string, precondition?: Precondition): Reply<Stamp>;
  disable(scheduleId: string, precondition?: Precondition): Reply<Stamp>;
  enable(scheduleId: string, precondition?: Precondition): Reply<Stamp>;
  terminate(scheduleId: string, precondition?: Precondition): Reply<Stamp>;
  jobs(scheduleId: string, query: ListQuery<JobResource>): Reply<Page<JobResource>>;
}

/** What became of one task of a collection. */
export type TaskAddition =
  | { readonly taskId: string; readonly outcome: 'added'; readonly task: TaskResource }
  | { readonly taskId: string; readonly outcome: 'refused'; readonly fault: EngineFault };

export interface TaskOperations {
  add(jobId: string, task: TaskAdd): Reply<TaskResource>;
  /** Refuses as a whole only for the job's sake; tasks are refused one by one. At most 100. */
  addCollection(jobId: string, tasks: readonly TaskAdd[]): Reply<readonly TaskAddition[]>;
  get(jobId: string, taskId: string, precondition?: Precondition): Reply<TaskResource>;
  list(jobId: string, query: ListQuery<TaskResource>): Reply<Page<TaskResource>>;
  updateConstraints(
    jobId: string,
    taskId: string,
    constraints: TaskConstraints | undefined,
    precondition?: Precondition,
  ): Reply<Stamp>;
  delete(jobId: string, taskId: string, precondition?: Precondition): Reply<void>;
  terminate(jobId: string, taskId: string, precondition?: Precondition): Reply<Stamp>;
  reactivate(jobId: string, taskId: string, precondition?: Precondition): Reply<Stamp>;
  subtasks(jobId: string, taskId: string): Reply<readonly SubtaskResource[]>;
}

/** Where a task's or a node's files are; reading them is the node runtime's work. */
export interface FileLocation {
  readonly nodeId: string;
  readonly poolId: string;
  /** Relative to the node's root; empty for the root itself. */
  readonly directory: string;
}

export interface FileOperations {
  /** Refused while the task has not run, and after its files are gone. */
  ofTask(jobId: string, taskId: string): Reply<FileLocation>;
  ofNode(poolId: string, nodeId: string): Reply<FileLocation>;
}

export interface CatalogOperations {
  supportedImages(): Reply<readonly ImageInformation[]>;
  applications(query: ListQuery<ApplicationSummary>): Reply<Page<ApplicationSummary>>;
  application(applicationId: string): Reply<ApplicationSummary>;
}

/**
 * Applications and their packages, which Azure manages elsewhere. The caller moves the zips: it asks `announce` for a place,
 * puts the zip there, and says so to `activate`; blobs that an answer names are its to delete.
 */
export interface ApplicationOperations {
  list(): Reply<readonly ApplicationResource[]>;
  get(applicationId: string): Reply<ApplicationResource>;
  /** Where the package's zip is to be put. Refuses what `activate` would refuse. */
  announce(applicationId: string, version: string): Reply<{ readonly blob: string }>;
  /** The package is there, and its application, which may be new. `replaced` is the blob of the version as it was. */
  activate(
    applicationId: string,
    version: string,
    added: ActivatedPackage,
  ): Reply<{ readonly application: ApplicationResource; readonly replaced?: string }>;
  change(applicationId: string, change: ApplicationChange): Reply<ApplicationResource>;
  /** Nodes that have it keep it. */
  removePackage(applicationId: string, version: string): Reply<{ readonly blobs: readonly string[] }>;
  /** With all of its packages. */
  remove(applicationId: string): Reply<{ readonly blobs: readonly string[] }>;
}

/** Ours, not Azure's: why something is in the state that it is in. Never "unknown". */
export interface ExplainOperations {
  task(jobId: string, taskId: string): Reply<Explanation>;
  node(poolId: string, nodeId: string): Reply<Explanation>;
  pool(poolId: string): Reply<Explanation>;
}

/** Ours: what a task did, start by start, of which the service shows the newest alone. The newest is last. */
export interface AttemptOperations {
  list(jobId: string, taskId: string): Reply<readonly AttemptResource[]>;
}

/** Ours: makes happen what on Azure happens by itself. */
export interface FaultOperations {
  /** Takes a spot node away; it comes back with the same id. */
  preempt(poolId: string, nodeId: string): Reply<void>;
  /**
   * Breaks contact with a node. After `lostContactMs` its tasks run elsewhere, and the pool gets another node, or this
   * one `returns`, as after a reboot.
   */
  lose(poolId: string, nodeId: string, what?: 'replaced' | 'returns'): Reply<void>;
}

/** Ours: what can be chosen about the account, also while it is in use. */
export interface SettingOperations {
  get(): EngineSettings;
  /** Holds for what begins from now on: what is under way ends as it was begun. */
  change(settings: Partial<EngineSettings>): void;
}

export type { ServiceError };
