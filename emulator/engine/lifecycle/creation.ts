/** Puts new pools, jobs and tasks, once they have been checked and their defaults filled in. */
import { type UnmetDependencies, allDependencies, withoutDependency } from '../domain/dependencies.ts';
import type { Job, JobSpec } from '../domain/job.ts';
import { type ScheduleKey, jobKey, poolKey, taskKey } from '../domain/keys.ts';
import type { Pool } from '../domain/pool.ts';
import type { Task, TaskRuling } from '../domain/task.ts';
import type { PoolSpecification } from '../resources/pool.ts';
import type { TaskAdd } from '../resources/task.ts';
import { withPoolDefaults } from '../rules/pool-rules.ts';
import { withTaskDefaults } from '../rules/task-rules.ts';
import type { Turn } from '../turn.ts';
import { unevaluatedRun } from './autoscale-run.ts';
import { resizing } from './pool-allocation.ts';

export function putNewPool(turn: Turn, id: string, specification: PoolSpecification): Pool {
  const { world, now } = turn;
  const spec = withPoolDefaults(specification);
  const targets = {
    targetDedicatedNodes: specification.targetDedicatedNodes ?? 0,
    targetLowPriorityNodes: specification.targetLowPriorityNodes ?? 0,
  };
  const added: Pool = {
    key: poolKey(id),
    id,
    spec,
    creationTime: now,
    lastModified: now,
    state: 'active',
    stateTransitionTime: now,
    // Resizing at once, even towards no nodes (wire-facts 3.1).
    allocation: resizing(turn, { spec }, spec.resizeTimeout, 'requeue'),
    allocationStateTransitionTime: now,
    ...targets,
    nodesMade: 0,
    ...(spec.enableAutoScale ? { autoScaleRun: unevaluatedRun(targets, now) } : {}),
  };
  world.pools.put(added);
  return added;
}

export interface NewJob {
  readonly id: string;
  /** Of its tasks on nodes, below the node's root. */
  readonly directory: string;
  readonly schedule?: ScheduleKey;
  /** Of the pool that it runs on, which need not exist (wire-facts 3.3). */
  readonly poolId: string;
  /** The auto pool that ends with the job. */
  readonly ownPoolId?: string;
}

export function putNewJob(turn: Turn, job: NewJob, spec: JobSpec): Job {
  const { id, directory, schedule, poolId } = job;
  const { world, now } = turn;
  const key = jobKey(id);
  const added: Job = {
    key,
    id,
    sequence: world.nextSequence(),
    spec,
    pool: poolKey(poolId),
    poolId: world.pools.get(poolKey(poolId))?.id ?? poolId,
    ...(schedule === undefined ? {} : { schedule }),
    ...(job.ownPoolId === undefined ? {} : { ownPoolId: job.ownPoolId }),
    creationTime: now,
    lastModified: now,
    state: 'active',
    stateTransitionTime: now,
    startTime: now,
    directory,
    releasePending: false,
  };
  world.jobs.put(added);
  addJobManager(turn, added);
  turn.facts.push({ type: 'jobTouched', job: key });
  return added;
}

/** The job manager is an ordinary task that comes with the job, before all others (batch-semantics 5.3). */
function addJobManager(turn: Turn, job: Job): void {
  const { jobManagerTask } = job.spec;
  if (jobManagerTask === undefined) return;
  const { killJobOnCompletion: _, runExclusive: __, allowLowPriorityNode: ___, ...task } = jobManagerTask;
  putNewTask(turn, job, task, { isJobManager: true });
}

export function putNewTask(turn: Turn, job: Job, task: TaskAdd, kind: Pick<Task, 'isJobManager'> = {}): Task {
  const key = taskKey(job.key, task.id);
  const unmet = unmetDependencies(turn, job, task);
  const ruling = rulingOf(turn);
  const added: Task = {
    key,
    id: task.id,
    job: job.key,
    sequence: turn.world.nextSequence(),
    spec: withTaskDefaults(job, task),
    ...kind,
    ...(ruling === undefined ? {} : { ruling }),
    creationTime: turn.now,
    lastModified: turn.now,
    stateTransitionTime: turn.now,
    status: { state: 'active' },
    retryCount: 0,
    requeueCount: 0,
    ...(unmet === undefined ? {} : { unmet }),
  };
  turn.world.tasks.put(added);
  turn.facts.push({ type: 'taskAdded', task: key });
  return added;
}

function rulingOf(turn: Turn): TaskRuling | undefined {
  const { wallClockPerAttempt, wallClockFailureCode } = turn.settings.openQuestions;
  const isSafe = wallClockPerAttempt && wallClockFailureCode === 'TaskEnded';
  if (isSafe) return undefined;
  return { ...(wallClockPerAttempt ? {} : { wallClock: 'overall' }), wallClockCode: wallClockFailureCode };
}

/** What is not satisfied yet at the moment of adding; a parent that does not exist is waited for. */
function unmetDependencies(turn: Turn, job: Job, task: TaskAdd): UnmetDependencies | undefined {
  let unmet = allDependencies(job.key, task.dependsOn);
  if (unmet === undefined) return undefined;
  const ledger = turn.world.ledger(job.key);
  for (const parent of unmet.parents) {
    if (ledger.isSatisfied(parent))
      unmet = unmet === undefined ? undefined : withoutDependency(unmet, parent, undefined);
  }
  if (unmet === undefined || unmet.numbers.length === 0) return unmet;
  for (const [parent, number] of ledger.satisfied()) {
    if (number !== undefined && unmet !== undefined) unmet = withoutDependency(unmet, parent, number);
  }
  return unmet;
}
