/** Puts new jobs and tasks, once they have been checked and their defaults filled in. */
import { type UnmetDependencies, allDependencies, withoutDependency } from '../domain/dependencies.ts';
import type { Job, JobSpec } from '../domain/job.ts';
import { type ScheduleKey, jobKey, poolKey, taskKey } from '../domain/keys.ts';
import type { Task } from '../domain/task.ts';
import type { TaskAdd } from '../resources/task.ts';
import { withTaskDefaults } from '../rules/task-rules.ts';
import type { Turn } from '../turn.ts';

export interface NewJob {
  readonly id: string;
  /** Of its tasks on nodes, below the node's root. */
  readonly directory: string;
  readonly schedule?: ScheduleKey;
}

export function putNewJob(turn: Turn, { id, directory, schedule }: NewJob, spec: JobSpec): Job {
  const { world, now } = turn;
  const key = jobKey(id);
  const poolId = spec.poolInfo.poolId ?? '';
  const added: Job = {
    key,
    id,
    sequence: world.nextSequence(),
    spec,
    // The pool need not exist: tasks wait for it (wire-facts 3.3).
    pool: poolKey(poolId),
    poolId: world.pools.get(poolKey(poolId))?.id ?? poolId,
    ...(schedule === undefined ? {} : { schedule }),
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
  const added: Task = {
    key,
    id: task.id,
    job: job.key,
    sequence: turn.world.nextSequence(),
    spec: withTaskDefaults(job, task),
    ...kind,
    creationTime: turn.now,
    lastModified: turn.now,
    stateTransitionTime: turn.now,
    status: { state: 'active' },
    retryCount: 0,
    requeueCount: 0,
    ...(unmet === undefined ? {} : { unmet }),
  };
  turn.world.tasks.put(added);
  return added;
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
