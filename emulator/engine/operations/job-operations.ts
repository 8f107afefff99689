/** Operations on jobs (wire-facts 3.3, 4.4; batch-semantics 3.6, 3.7). */
import { type Outcome, refusal, success } from '../../../core/kernel/index.ts';
import type { JobOperations, Precondition, Stamp } from '../batch-engine.ts';
import type { Hook } from '../domain/hook.ts';
import type { Job } from '../domain/job.ts';
import { jobKey, poolKey, scheduleKey } from '../domain/keys.ts';
import { type EngineFault, engineFault, invalidProperty } from '../fault.ts';
import { accountMeans } from '../lifecycle/application-packages.ts';
import { autoPoolOf, makeAutoPool } from '../lifecycle/auto-pool.ts';
import { putNewJob } from '../lifecycle/creation.ts';
import { deleteJob, disableJob, failJob, enableJob, terminateJob } from '../lifecycle/job-lifecycle.ts';
import type { AutoPoolSpecification, JobAdd, JobPatch, JobResource, JobUpdate, PoolInfo } from '../resources/job.ts';
import { checkId, checkMetadata, firstOf } from '../rules/checks.ts';
import {
  checkJob,
  checkJobConstraints,
  checkMaxParallelTasks,
  checkPoolInfo,
  checkPriority,
  withJobConstraints,
  withJobDefaults,
} from '../rules/job-rules.ts';
import { checkJobIsSimulated } from '../rules/simulation-rules.ts';
import type { Turn } from '../turn.ts';
import { refuseEnded } from './job-state.ts';
import { hookStatus, jobResource } from './resources.ts';
import { type Runner, findJob, page } from './runner.ts';

type Result<T> = Outcome<T, EngineFault>;

export function jobOperations(runner: Runner): JobOperations {
  return {
    add: (job) => runner.change((turn) => addJob(turn, job)),
    get: (jobId, precondition) =>
      runner.ask((world) => {
        const job = findJob(world, jobId, precondition);
        return job.ok ? success(jobResource(job.value)) : job;
      }),
    list: (query) =>
      runner.ask((world) => success(page(world.jobs, { keyOf: (job) => job.key, show: jobResource }, query))),
    patch: (jobId, change, precondition) =>
      runner.change((turn) => changeJob(turn, jobId, change, { precondition, how: 'merge' })),
    update: (jobId, change, precondition) =>
      runner.change((turn) => changeJob(turn, jobId, change, { precondition, how: 'replace' })),
    delete: (jobId, precondition) => runner.change((turn) => removeJob(turn, jobId, precondition)),
    disable: (jobId, tasks, precondition) =>
      runner.change((turn) => {
        const job = liveJob(turn, jobId, precondition);
        if (!job.ok) return job;
        const stamp = stampJob(turn, job.value);
        disableJob(turn, job.value.key, tasks);
        return stamp;
      }),
    enable: (jobId, precondition) =>
      runner.change((turn) => {
        const job = liveJob(turn, jobId, precondition);
        if (!job.ok) return job;
        if (job.value.state === 'active') return refusal(engineFault('JobNotActive'));
        const stamp = stampJob(turn, job.value);
        enableJob(turn, job.value.key);
        return stamp;
      }),
    terminate: (jobId, reason, precondition) =>
      runner.change((turn) => {
        const job = liveJob(turn, jobId, precondition);
        if (!job.ok) return job;
        const stamp = stampJob(turn, job.value);
        terminateJob(turn, job.value.key, reason ?? turn.settings.openQuestions.defaultTerminateReason);
        return stamp;
      }),
    taskCounts: (jobId) =>
      runner.ask((world) => {
        const job = findJob(world, jobId);
        if (!job.ok) return job;
        const ledger = world.ledger(job.value.key);
        return success({ taskCounts: ledger.taskCounts, taskSlotCounts: ledger.slotCounts });
      }),
    hookTaskStatus: (jobId, query) =>
      runner.ask((world) => {
        const job = findJob(world, jobId);
        if (!job.ok) return job;
        if (job.value.spec.jobPreparationTask === undefined) {
          return refusal(engineFault('JobPreparationTaskNotSpecified'));
        }
        const source = {
          group: job.value.key,
          keyOf: (hook: Hook) => hook.key,
          show: (hook: Hook) => hookStatus(job.value, hook),
        };
        return success(page(world.hooks, source, query));
      }),
  };
}

function addJob(turn: Turn, job: JobAdd): Result<JobResource> {
  const { world } = turn;
  const key = jobKey(job.id);
  const existing = world.jobs.get(key);
  if (existing !== undefined) {
    return refusal(engineFault(existing.state === 'deleting' ? 'JobBeingDeleted' : 'JobExists'));
  }
  if (world.schedules.has(scheduleKey(job.id))) return refusal(engineFault('JobScheduleWithSameIdExists'));
  const fault = firstOf(
    () => checkId('id', job.id),
    () => checkJob(job, accountMeans(turn)),
    () => checkJobIsSimulated(job, turn.settings),
  );
  if (fault !== undefined) return refusal(fault);
  if (world.activeJobsAndSchedules >= turn.settings.quotas.activeJobsAndSchedules) {
    return refusal(engineFault('ActiveJobAndScheduleQuotaReached'));
  }
  const { id, ...specification } = job;
  const spec = withJobDefaults(specification);
  const autoPool = autoPoolOf(spec);
  const pool = autoPool === undefined ? { poolId: spec.poolInfo.poolId ?? '' } : makeAutoPool(turn, autoPool);
  const directory = `workitems/${id}/job-1`;
  if ('error' in pool)
    return success(jobResource(failJob(turn, putNewJob(turn, { id, directory, poolId: '' }, spec), pool.error)));
  const own = autoPool?.keepAlive === false ? { ownPoolId: pool.poolId } : {};
  const added = putNewJob(turn, { id, directory, poolId: pool.poolId, ...own }, spec);
  return success(jobResource(added));
}

/** A job that can still be changed (wire-facts 4.4). */
function liveJob(turn: Turn, jobId: string, precondition?: Precondition): Result<Job> {
  const job = findJob(turn.world, jobId, precondition);
  if (!job.ok) return job;
  const fault = refuseEnded(job.value);
  return fault === undefined ? job : refusal(fault);
}

function stampJob(turn: Turn, job: Job): Result<Stamp> {
  turn.world.jobs.put({ ...job, lastModified: turn.now });
  return success({ lastModified: turn.now });
}

/** Deleting keeps the eTag (wire-facts 1.8). */
function removeJob(turn: Turn, jobId: string, precondition?: Precondition): Result<Stamp> {
  const job = findJob(turn.world, jobId, precondition);
  if (!job.ok) return job;
  if (job.value.state === 'deleting') return refusal(engineFault('JobBeingDeleted'));
  deleteJob(turn, job.value.key);
  return success({ lastModified: job.value.lastModified });
}

/** PATCH merges whole members, PUT resets what is absent (wire-facts 3.3, update semantics). */
function changeJob(
  turn: Turn,
  jobId: string,
  change: JobPatch | JobUpdate,
  { precondition, how }: { readonly precondition: Precondition | undefined; readonly how: 'merge' | 'replace' },
): Result<Stamp> {
  const job = liveJob(turn, jobId, precondition);
  if (!job.ok) return job;
  const fault = firstOf(
    () => checkPriority(change.priority),
    () => checkMaxParallelTasks(change.maxParallelTasks),
    () => checkJobConstraints(change.constraints),
    () => checkMetadata(change.metadata),
    () => checkNewPoolInfo(change.poolInfo),
    () => checkJobIsSimulated(change, turn.settings),
    () => checkPoolChange(job.value, change),
    () => checkCompletionChange(job.value, change, how),
  );
  if (fault !== undefined) return refusal(fault);
  turn.world.jobs.put(changedJob(turn, job.value, change, how));
  turn.facts.push({ type: 'jobTouched', job: job.value.key });
  return success({ lastModified: turn.now });
}

/** Of an auto pool only keepAlive counts, so the pool itself need not be told again. */
function checkNewPoolInfo(poolInfo: PoolInfo | undefined): EngineFault | undefined {
  const isAuto = poolInfo?.autoPoolSpecification !== undefined && poolInfo.poolId === undefined;
  return poolInfo === undefined || isAuto ? undefined : checkPoolInfo(poolInfo);
}

/** A pool of its own stays a job's own: what can change is whether it outlives the job (batch-semantics 3.7). */
function checkAutoPoolChange(job: Job, wanted: AutoPoolSpecification): EngineFault | undefined {
  const own = autoPoolOf(job.spec);
  if (own !== undefined && (wanted.keepAlive ?? false) === own.keepAlive) return undefined;
  if (own?.poolLifetimeOption !== 'job') {
    return invalidProperty('poolInfo', undefined, 'Only a job that was added with an auto pool of its own has one.');
  }
  if (job.state === 'disabled') return undefined;
  return engineFault('OperationInvalidForCurrentState', {
    Reason: 'The pool of a job can be changed only while the job is disabled.',
  });
}

function checkPoolChange(job: Job, change: JobPatch): EngineFault | undefined {
  const wanted = change.poolInfo?.autoPoolSpecification;
  if (wanted !== undefined) return checkAutoPoolChange(job, wanted);
  const poolId = change.poolInfo?.poolId;
  if (poolId === undefined || poolKey(poolId) === job.pool || job.state === 'disabled') return undefined;
  return engineFault('OperationInvalidForCurrentState', {
    Reason: 'The pool of a job can be changed only while the job is disabled.',
  });
}

/** Once terminatejob, a job cannot go back (batch-semantics 3.6). */
function checkCompletionChange(job: Job, change: JobPatch, how: 'merge' | 'replace'): EngineFault | undefined {
  const wanted = change.onAllTasksComplete ?? (how === 'replace' ? 'noaction' : job.spec.onAllTasksComplete);
  if (job.spec.onAllTasksComplete !== 'terminatejob' || wanted === 'terminatejob') return undefined;
  return invalidProperty('onAllTasksComplete', wanted, 'The value cannot be changed from terminatejob to noaction.');
}

function newPoolInfo(old: PoolInfo, change: PoolInfo | undefined): PoolInfo {
  const wanted = change?.autoPoolSpecification;
  const own = old.autoPoolSpecification;
  if (wanted === undefined || own === undefined) return change ?? old;
  return { autoPoolSpecification: { ...own, keepAlive: wanted.keepAlive ?? false } };
}

/** The pool that ends with the job: its auto pool, unless that is to be kept. */
function ownPool(job: Job, poolInfo: PoolInfo): Pick<Job, 'ownPoolId'> {
  const own = poolInfo.autoPoolSpecification;
  if (own === undefined) return job.ownPoolId === undefined ? {} : { ownPoolId: job.ownPoolId };
  return own.poolLifetimeOption === 'job' && own.keepAlive === false ? { ownPoolId: job.poolId } : {};
}

function changedJob(turn: Turn, job: Job, change: JobPatch, how: 'merge' | 'replace'): Job {
  const old = job.spec;
  const base = how === 'merge' ? old : withJobDefaults({ poolInfo: old.poolInfo });
  const { metadata: _, ...spec } = old;
  const metadata = change.metadata ?? base.metadata ?? [];
  const poolInfo = newPoolInfo(old.poolInfo, change.poolInfo);
  const poolId = poolInfo.poolId ?? job.poolId;
  const pool = poolKey(poolId);
  const { ownPoolId: __, ...rest } = job;
  return {
    ...rest,
    ...ownPool(job, poolInfo),
    spec: {
      ...spec,
      priority: change.priority ?? base.priority,
      maxParallelTasks: change.maxParallelTasks ?? base.maxParallelTasks,
      allowTaskPreemption: change.allowTaskPreemption ?? base.allowTaskPreemption,
      constraints: change.constraints === undefined ? base.constraints : withJobConstraints(change.constraints),
      onAllTasksComplete: change.onAllTasksComplete ?? base.onAllTasksComplete,
      poolInfo,
      ...(metadata.length === 0 ? {} : { metadata }),
    },
    pool,
    poolId: turn.world.pools.get(pool)?.id ?? poolId,
    lastModified: turn.now,
  };
}
