// What tasks' ends mean for their jobs, and that counters of attempts only go up.
import type { ExitOptions, TaskResource } from '../../../emulator/engine/index.ts';
import type { KnownJob, SimulatedWorld } from './simulated-world.ts';
import type { JobSnapshot, Snapshot } from './snapshot.ts';

export function* checkOutcomes(world: SimulatedWorld, { jobs, fresh }: Snapshot): Generator<string> {
  for (const each of jobs) {
    const known = fresh.has(each) ? world.jobs.get(each.job.id.toLowerCase()) : undefined;
    if (known === undefined) continue;
    yield* checkActions(known, each);
    yield* checkCounters(known, each);
  }
}

/** A job does not go on after a task that ends it (batch-semantics 3.5, 3.6, 5.3). */
function* checkActions(known: KnownJob, { job, tasks }: JobSnapshot): Generator<string> {
  if (job.state !== 'active' && job.state !== 'disabled') return;
  const completed = tasks.filter(({ state }) => state === 'completed');
  if (job.onTaskFailure === 'performexitoptionsjobaction') {
    for (const task of completed) {
      const action = optionsOf(task)?.jobAction ?? (task.executionInfo.result === 'success' ? 'none' : 'terminate');
      if (action === 'terminate') yield `${job.id} is ${job.state}, and ${task.id} was to end it`;
    }
  }
  const manager = completed.find(({ id }) => known.tasks.get(id.toLowerCase())?.isManager === true);
  if (manager !== undefined && job.jobManagerTask?.killJobOnCompletion !== false)
    yield `${job.id} is ${job.state}, and its manager has ended`;
  const isAll = job.onAllTasksComplete === 'terminatejob' && completed.length === tasks.length;
  if (job.state === 'active' && isAll) yield `${job.id} is active, and all of its tasks have ended`;
}

/** Retries and requeues are counted from the start, or from a reactivation on (batch-semantics 2.7, 3.4). */
function* checkCounters(known: KnownJob, { job, tasks }: JobSnapshot): Generator<string> {
  for (const { id, executionInfo } of tasks) {
    const task = known.tasks.get(id.toLowerCase());
    if (task === undefined) continue;
    const { retryCount, requeueCount, lastRetryTime, lastRequeueTime } = executionInfo;
    const before = task.isReactivated ? { retryCount: 0, requeueCount: 0 } : task.counters;
    if (retryCount < before.retryCount || requeueCount < before.requeueCount)
      yield `${job.id}/${id} counts ${retryCount}+${requeueCount} attempts, down from ${before.retryCount}+${before.requeueCount}`;
    if (retryCount > 0 !== (lastRetryTime !== undefined))
      yield `${job.id}/${id} was retried ${retryCount} times, at no time`;
    if (requeueCount > 0 && lastRequeueTime === undefined) yield `${job.id}/${id} was requeued at no time`;
    task.counters = { retryCount, requeueCount };
    task.isReactivated = false;
  }
}

/** The conditions of this simulation's tasks, read independently of the engine (batch-semantics 3.5). */
function optionsOf({ exitConditions, executionInfo }: TaskResource): ExitOptions | undefined {
  const { exitCode, result } = executionInfo;
  const exact = exitConditions?.exitCodes?.find(({ code }) => code === exitCode);
  const range = exitConditions?.exitCodeRanges?.find(
    ({ start, end }) => exitCode !== undefined && start <= exitCode && exitCode <= end,
  );
  return exact?.exitOptions ?? range?.exitOptions ?? (result === 'failure' ? exitConditions?.default : undefined);
}

export function isSatisfying(task: TaskResource): boolean {
  if (task.state !== 'completed') return false;
  const otherwise = task.executionInfo.result === 'success' ? 'satisfy' : 'block';
  return (optionsOf(task)?.dependencyAction ?? otherwise) === 'satisfy';
}
