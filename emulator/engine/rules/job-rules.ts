/** What a job may be, and what is filled in where nothing is said (wire-facts 3.3, batch-semantics 3.6, 5). */
import { UNLIMITED, duration } from '../../../core/kernel/index.ts';
import type { JobSpec } from '../domain/job.ts';
import { engineFault, invalidProperty } from '../fault.ts';
import type { TaskConstraints, UserIdentity } from '../resources/common.ts';
import type { PoolSpecification } from '../resources/pool.ts';
import type {
  AutoPoolSpecification,
  JobConstraints,
  JobManagerTask,
  JobPreparationTask,
  JobReleaseTask,
  JobSpecification,
  PoolInfo,
} from '../resources/job.ts';
import {
  type AccountMeans,
  type Check,
  checkAtLeast,
  checkCommandLine,
  checkDisplayName,
  checkId,
  checkInteger,
  checkMetadata,
  checkResourceFiles,
  checkTaskPackages,
  checkUserIdentity,
  firstOf,
} from './checks.ts';
import { withPoolDefaults } from './pool-rules.ts';

const RELEASE_WALL_CLOCK = duration.minutes(15);
const WEEK = duration.days(7);
const POOL_USER: UserIdentity = { autoUser: { scope: 'pool', elevationLevel: 'nonadmin' } };

export function checkJob(job: JobSpecification, means: AccountMeans, owner: 'job' | 'schedule' = 'job'): Check {
  return firstOf(
    () => checkDisplayName(job.displayName),
    () => checkPoolInfo(job.poolInfo, owner),
    () => checkPriority(job.priority),
    () => checkMaxParallelTasks(job.maxParallelTasks),
    () => checkJobConstraints(job.constraints),
    () => checkManager(job.jobManagerTask, means),
    () => checkHook('jobPreparationTask', job.jobPreparationTask, means),
    () => checkHook('jobReleaseTask', job.jobReleaseTask, means),
    () => checkRelease(job),
    () => checkMetadata(job.metadata),
  );
}

/** `owner` is what the job belongs to: an auto pool that lives as long as a schedule needs one. */
export function checkPoolInfo(poolInfo: PoolInfo, owner: 'job' | 'schedule' = 'job'): Check {
  const { poolId, autoPoolSpecification } = poolInfo;
  if ((poolId === undefined) === (autoPoolSpecification === undefined)) {
    return invalidProperty('poolInfo', undefined, 'Exactly one of poolId and autoPoolSpecification must be specified.');
  }
  if (autoPoolSpecification !== undefined) return checkAutoPool(autoPoolSpecification, owner);
  return poolId === undefined ? undefined : checkId('poolId', poolId);
}

function checkAutoPool(specification: AutoPoolSpecification, owner: 'job' | 'schedule'): Check {
  const { autoPoolIdPrefix = '', poolLifetimeOption, pool } = specification;
  if (!/^[A-Za-z0-9_-]{0,20}$/.test(autoPoolIdPrefix)) {
    return invalidProperty(
      'autoPoolIdPrefix',
      autoPoolIdPrefix,
      'The value must be at most 20 letters, digits, underscores and hyphens.',
    );
  }
  if (poolLifetimeOption === 'jobschedule' && owner === 'job') {
    return invalidProperty(
      'poolLifetimeOption',
      poolLifetimeOption,
      'Only a job schedule can have a pool of its lifetime.',
    );
  }
  return pool === undefined ? engineFault('MissingRequiredProperty', { PropertyName: 'pool' }) : undefined;
}

/** It has a code of its own (batch-semantics 2.1, 3.9). */
export function checkPriority(priority: number | undefined): Check {
  const fault = checkInteger('priority', priority, { min: -1000, max: 1000 });
  return fault === undefined ? undefined : { ...fault, code: 'OutOfRangePriority' };
}

export function checkMaxParallelTasks(max: number | undefined): Check {
  if (max === undefined || max === -1 || (Number.isInteger(max) && max > 0)) return undefined;
  return invalidProperty('maxParallelTasks', max, 'The value must be -1 or greater than 0.');
}

export function checkJobConstraints(constraints: JobConstraints | undefined): Check {
  return firstOf(
    () => checkInteger('constraints.maxTaskRetryCount', constraints?.maxTaskRetryCount, { min: -1 }),
    () => checkAtLeast('constraints.maxWallClockTime', constraints?.maxWallClockTime, { min: 1, text: 'a moment' }),
  );
}

function checkManager(manager: JobManagerTask | undefined, means: AccountMeans): Check {
  if (manager === undefined) return undefined;
  return firstOf(
    () => checkId('jobManagerTask.id', manager.id),
    () => checkCommandLine('jobManagerTask.commandLine', manager.commandLine, manager.containerSettings !== undefined),
    () => checkInteger('jobManagerTask.requiredSlots', manager.requiredSlots, { min: 1 }),
    () => checkUserIdentity(manager.userIdentity),
    () => checkResourceFiles(manager.resourceFiles, means),
    () => checkTaskPackages(manager.applicationPackageReferences, means),
  );
}

function checkHook(name: string, hook: JobPreparationTask | JobReleaseTask | undefined, means: AccountMeans): Check {
  if (hook === undefined) return undefined;
  return firstOf(
    () => (hook.id === undefined ? undefined : checkId(`${name}.id`, hook.id)),
    () => checkCommandLine(`${name}.commandLine`, hook.commandLine, hook.containerSettings !== undefined),
    () => checkUserIdentity(hook.userIdentity),
    () => checkResourceFiles(hook.resourceFiles, means),
  );
}

function checkRelease(job: JobSpecification): Check {
  const { jobReleaseTask: release } = job;
  if (release === undefined) return undefined;
  if (job.jobPreparationTask === undefined) {
    return invalidProperty('jobReleaseTask', undefined, 'A job release task needs a job preparation task.');
  }
  if ((release.maxWallClockTime ?? 0) <= RELEASE_WALL_CLOCK) return undefined;
  return invalidProperty(
    'jobReleaseTask.maxWallClockTime',
    release.maxWallClockTime,
    'The value must be at most 15 minutes.',
  );
}

export function withJobConstraints(constraints: JobConstraints | undefined): Required<JobConstraints> {
  return {
    maxWallClockTime: constraints?.maxWallClockTime ?? UNLIMITED,
    maxTaskRetryCount: constraints?.maxTaskRetryCount ?? 0,
  };
}

/** A task without constraints of its own takes the job's retry count (wire-facts 3.4). */
export function withTaskConstraints(
  constraints: TaskConstraints | undefined,
  jobRetryCount: number,
): Required<TaskConstraints> {
  return {
    maxWallClockTime: constraints?.maxWallClockTime ?? UNLIMITED,
    retentionTime: constraints?.retentionTime ?? WEEK,
    maxTaskRetryCount: constraints?.maxTaskRetryCount ?? jobRetryCount,
  };
}

export function withJobDefaults(job: JobSpecification): JobSpec {
  const constraints = withJobConstraints(job.constraints);
  const { metadata, ...rest } = job;
  return {
    ...rest,
    poolInfo: withPoolInfoDefaults(job.poolInfo),
    priority: job.priority ?? 0,
    maxParallelTasks: job.maxParallelTasks ?? -1,
    allowTaskPreemption: job.allowTaskPreemption ?? false,
    usesTaskDependencies: job.usesTaskDependencies ?? false,
    constraints,
    ...(job.jobManagerTask === undefined
      ? {}
      : { jobManagerTask: withManagerDefaults(job.jobManagerTask, constraints.maxTaskRetryCount) }),
    ...(job.jobPreparationTask === undefined
      ? {}
      : { jobPreparationTask: withPreparationDefaults(job.jobPreparationTask) }),
    ...(job.jobReleaseTask === undefined ? {} : { jobReleaseTask: withReleaseDefaults(job.jobReleaseTask) }),
    onAllTasksComplete: job.onAllTasksComplete ?? 'noaction',
    onTaskFailure: job.onTaskFailure ?? 'noaction',
    ...(metadata === undefined || metadata.length === 0 ? {} : { metadata }),
  };
}

/** The pool shows its defaults inside the specification, too (wire-facts 3.3). */
function withPoolInfoDefaults(poolInfo: PoolInfo): PoolInfo {
  const { autoPoolSpecification } = poolInfo;
  if (autoPoolSpecification === undefined) return poolInfo;
  const { pool } = autoPoolSpecification;
  return {
    autoPoolSpecification: {
      ...autoPoolSpecification,
      keepAlive: autoPoolSpecification.keepAlive ?? false,
      ...(pool === undefined ? {} : { pool: { ...withPoolDefaults(pool), ...shownTargets(pool) } }),
    },
  };
}

/** A formula excludes targets (batch-semantics 1.9): then only those that were given are kept, to be refused. */
function shownTargets(
  pool: PoolSpecification,
): Pick<PoolSpecification, 'targetDedicatedNodes' | 'targetLowPriorityNodes'> {
  const { targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority } = pool;
  if (pool.enableAutoScale !== true) {
    return { targetDedicatedNodes: dedicated ?? 0, targetLowPriorityNodes: lowPriority ?? 0 };
  }
  return {
    ...(dedicated === undefined ? {} : { targetDedicatedNodes: dedicated }),
    ...(lowPriority === undefined ? {} : { targetLowPriorityNodes: lowPriority }),
  };
}

function withManagerDefaults(manager: JobManagerTask, jobRetryCount: number): JobManagerTask {
  return {
    ...manager,
    constraints: withTaskConstraints(manager.constraints, jobRetryCount),
    requiredSlots: manager.requiredSlots ?? 1,
    userIdentity: manager.userIdentity ?? POOL_USER,
    runExclusive: manager.runExclusive ?? true,
    allowLowPriorityNode: manager.allowLowPriorityNode ?? true,
    killJobOnCompletion: manager.killJobOnCompletion ?? true,
  };
}

function withPreparationDefaults(preparation: JobPreparationTask): JobPreparationTask {
  return {
    ...preparation,
    id: preparation.id ?? 'jobpreparation',
    constraints: withTaskConstraints(preparation.constraints, 0),
    userIdentity: preparation.userIdentity ?? POOL_USER,
    waitForSuccess: preparation.waitForSuccess ?? true,
    rerunOnNodeRebootAfterSuccess: preparation.rerunOnNodeRebootAfterSuccess ?? true,
  };
}

function withReleaseDefaults(release: JobReleaseTask): JobReleaseTask {
  return {
    ...release,
    id: release.id ?? 'jobrelease',
    maxWallClockTime: release.maxWallClockTime ?? RELEASE_WALL_CLOCK,
    retentionTime: release.retentionTime ?? WEEK,
    userIdentity: release.userIdentity ?? POOL_USER,
  };
}
