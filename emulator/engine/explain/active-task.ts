/** The checklist of batch-semantics 2.6 for a task in state active, in its order: never "unknown". */
import type { Job } from '../domain/job.ts';
import type { Pool } from '../domain/pool.ts';
import type { Task } from '../domain/task.ts';
import type { Reason } from '../resources/explanation.ts';
import { type Demand, capacityFor, demandOf } from './capacity.ts';
import { dependencyReasons } from './dependency-chain.ts';
import { impossible } from './impossible.ts';
import { allocationReasons } from './pool-reasons.ts';
import { type View, reason } from './view.ts';
import { at, count, quoted } from './words.ts';

export function activeReasons(view: View, job: Job, task: Task): readonly Reason[] {
  const pool = view.world.pools.get(job.pool);
  const before = [...jobReasons(job), ...dependencyReasons(view, job, task), ...missingPool(job, pool)];
  const never = pool === undefined ? [] : impossible(view.world, demandOf(job, task, pool));
  // What nodes have free matters only to a task that could start.
  const capacity =
    pool === undefined || before.length + never.length > 0 ? [] : waiting(view, demandOf(job, task, pool));
  return [...never, ...before, ...capacity, ...past(task)];
}

function jobReasons(job: Job): readonly Reason[] {
  switch (job.state) {
    case 'active':
      return [];
    case 'disabling':
    case 'disabled':
    case 'enabling':
      return [
        reason(
          'jobNotActive',
          `Job "${job.id}" is ${job.state}, so none of its tasks starts.`,
          `Enable it: az batch job enable --job-id ${job.id}`,
        ),
      ];
    case 'terminating':
    case 'completed':
    case 'deleting': {
      const why = job.terminateReason === undefined ? '' : ` (${job.terminateReason})`;
      const error =
        job.schedulingError === undefined ? '' : ` It could not be started: ${job.schedulingError.message}.`;
      return [
        reason(
          'jobEnded',
          `Job "${job.id}" is ${job.state}${why}: tasks that were still active then stay so for ever.${error}`,
          'Add the task to a new job.',
        ),
      ];
    }
  }
}

function missingPool(job: Job, pool: Pool | undefined): readonly Reason[] {
  // Its auto pool could not be made, which is why the job has ended.
  if (job.schedulingError !== undefined) return [];
  if (pool === undefined) {
    return [
      reason(
        'poolMissing',
        `Pool "${job.poolId}", on which job "${job.id}" runs, does not exist.`,
        `Make a pool with the id "${job.poolId}", or disable the job and give it another pool.`,
      ),
    ];
  }
  if (pool.state !== 'deleting') return [];
  return [
    reason(
      'poolDeleting',
      `Pool "${pool.id}", on which job "${job.id}" runs, is being deleted.`,
      `Make a pool with the same id when it is gone: the task then starts there.`,
    ),
  ];
}

function waiting(view: View, demand: Demand): readonly Reason[] {
  const { job, task, pool, instances } = demand;
  const { open, reasons } = capacityFor(view, demand);
  const parallel = parallelReasons(view, job);
  const first = open[0];
  if (first !== undefined && open.length >= instances) {
    if (parallel.length > 0) return [...parallel, ...competition(view, job, task)];
    return [
      reason('next', `Nothing stands in its way: it starts with the scheduler's next turn, on node ${first.id}.`),
    ];
  }
  const nodes = view.world.nodes.count(pool.key);
  const few =
    open.length === 0
      ? []
      : [
          reason(
            'notEnoughFreeNodes',
            `It needs ${instances} nodes without other tasks at the same time, and ${open.length} of the pool's ${nodes} are free.`,
          ),
        ];
  const growth = allocationReasons(view, pool);
  // Without nodes only the allocation tells what comes; with nodes theirs is the nearer story.
  const all = nodes === 0 ? [...growth, ...reasons] : [...few, ...reasons, ...growth];
  const before = all.length === 0 ? [emptyPool(pool)] : all;
  const isBusy = before.some(({ code }) => BUSY.has(code));
  return [...parallel, ...before, ...(isBusy ? competition(view, job, task) : [])];
}

const BUSY: ReadonlySet<Reason['code']> = new Set([
  'slotsTaken',
  'slotsScattered',
  'notEnoughFreeNodes',
  'nodeNotEmpty',
  'nodeExclusive',
]);

/** A resize that has begun and not brought its first node yet. */
function emptyPool(pool: Pool): Reason {
  return reason('poolEmpty', `Pool "${pool.id}" has no node yet; the task starts on the first that is ready.`);
}

function parallelReasons(view: View, job: Job): readonly Reason[] {
  const { maxParallelTasks } = job.spec;
  const { placedCount } = view.world.ledger(job.key);
  if (maxParallelTasks === -1 || placedCount < maxParallelTasks) return [];
  return [
    reason(
      'maxParallelTasks',
      `Job "${job.id}" lets ${count(maxParallelTasks, 'task')} run at once (maxParallelTasks), and ${placedCount} do.`,
      `Raise it: az batch job patch --job-id ${job.id} with maxParallelTasks; -1 is no limit.`,
    ),
  ];
}

/** Who goes first: jobs of higher priority, then older tasks of its own job (batch-semantics 2.1). */
function competition(view: View, job: Job, task: Task): readonly Reason[] {
  const reasons: Reason[] = [];
  const rivals = view.world
    .jobsOfPool(job.pool)
    .filter((other) => other.state === 'active' && other.spec.priority > job.spec.priority)
    .filter((other) => view.world.ledger(other.key).hasReady);
  if (rivals.length > 0) {
    reasons.push(
      reason(
        'higherPriority',
        `${count(rivals.length, 'job')} of higher priority on the same pool (${quoted(rivals.map((other) => other.id))}) ${rivals.length === 1 ? 'has' : 'have'} tasks ready, which go first; the priority of job "${job.id}" is ${job.spec.priority}.`,
        `Raise the priority of job "${job.id}": az batch job set --job-id ${job.id} --priority ${Math.min(1000, Math.max(...rivals.map(({ spec }) => spec.priority)))}`,
      ),
    );
  }
  const ledger = view.world.ledger(job.key);
  let older = 0;
  for (const slots of ledger.readySlots()) {
    for (const { sequence } of ledger.ready(slots)) {
      if (sequence >= task.sequence) break;
      older += 1;
    }
  }
  if (older > 0) {
    reasons.push(
      reason(
        'queue',
        `${count(older, 'task')} of its job ${older === 1 ? 'was' : 'were'} added before it and also wait${older === 1 ? 's' : ''} for a node.`,
      ),
    );
  }
  return reasons;
}

/** What happened to it before (batch-semantics 2.7). */
function past(task: Task): readonly Reason[] {
  const reasons: Reason[] = [];
  const { maxTaskRetryCount } = task.spec.constraints;
  if (task.retryCount > 0) {
    const limit = maxTaskRetryCount === -1 ? 'without a limit' : `of at most ${maxTaskRetryCount}`;
    reasons.push(
      reason(
        'retrying',
        `Its last attempt exited with a nonzero code${task.lastRetryTime === undefined ? '' : ` at ${at(task.lastRetryTime)}`}; what it waits for is retry ${task.retryCount} ${limit}.`,
      ),
    );
  }
  if (task.requeueCount > 0) {
    reasons.push(
      reason(
        'requeued',
        `It was sent back to the queue ${count(task.requeueCount, 'time')} because a node was removed or rebooted or the job disabled${task.lastRequeueTime === undefined ? '' : `, last at ${at(task.lastRequeueTime)}`}.`,
      ),
    );
  }
  const ranBefore = task.previousState === 'running' || task.previousState === 'preparing';
  if (ranBefore && task.retryCount + task.requeueCount === 0) {
    reasons.push(
      reason(
        'recovered',
        `It had a node until ${at(task.stateTransitionTime)} and was sent back by the system, because the node was lost, preempted or not prepared, or its slots went to a job of higher priority; no counter changes for that.`,
      ),
    );
  }
  return reasons;
}
