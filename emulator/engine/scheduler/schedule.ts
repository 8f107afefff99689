/** Shows a pool to the planner, and carries out what it decides. */
import type { Job } from '../domain/job.ts';
import { startsTasks } from '../domain/job.ts';
import { type PoolKey, type TaskKey, taskKey } from '../domain/keys.ts';
import { type Node, occupy, takesTasks, usedSlots } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import { type Placement, type Task, holds, isReady } from '../domain/task.ts';
import { prepareNode } from '../lifecycle/hook-lifecycle.ts';
import { taskDirectory } from '../lifecycle/run-specs.ts';
import { applyToTask } from '../lifecycle/task-lifecycle.ts';
import { type Turn, newRunId } from '../turn.ts';
import { plan } from './plan.ts';
import type { Assignment, Claim, JobCandidate, NodeCandidate, TaskCandidate } from './snapshot.ts';

/** Starts every task that can start in the pool now. */
export function schedulePool(turn: Turn, key: PoolKey): void {
  const pool = turn.world.pools.get(key);
  if (pool === undefined || pool.state === 'deleting') return;
  const jobs = turn.world.jobsOfPool(key).filter((job) => startsTasks(job) && turn.world.ledger(job.key).hasReady);
  if (jobs.length === 0) return;
  const candidates = jobs.map((job) => jobCandidate(turn, job));
  // Where running tasks may give way, full nodes count, too (batch-semantics 2.4, 5.3).
  const givesWay = turn.settings.taskPreemption;
  const looksAtAll = givesWay || candidates.some(({ restarting }) => restarting !== undefined);
  const nodes = looksAtAll ? turn.world.nodes.snapshot(key).filter(takesTasks) : turn.world.openNodes(key);
  if (nodes.length === 0) return;
  const { assignments, evictions } = plan({
    fill: pool.spec.taskSchedulingPolicy.nodeFillType,
    runsMultiInstance: pool.spec.enableInterNodeCommunication && pool.spec.taskSlotsPerNode === 1,
    slotsPerNode: pool.spec.taskSlotsPerNode,
    givesWay,
    nodes: nodes.map((node) => ({
      ...nodeCandidate(pool, node),
      ...(looksAtAll ? { claims: claimsOn(turn, node) } : {}),
    })),
    jobs: candidates,
  });
  for (const assignment of assignments) carryOut(turn, pool, assignment);
  for (const task of evictions) evict(turn, task);
}

/** What may give way here: plain tasks. What is stopping anyway gives its slots back by itself. */
function claimsOn(turn: Turn, node: Node): readonly Claim[] {
  return node.occupancy.flatMap((occupancy): readonly Claim[] => {
    const task = turn.world.tasks.get(occupancy.task);
    const job = turn.world.jobs.get(occupancy.job);
    const isOwn = task !== undefined && holds(task, occupancy.runId);
    const isStopping = !isOwn || (task.status.state === 'running' && task.status.interruption !== undefined);
    const isPlain = task?.isJobManager !== true && task?.spec.multiInstanceSettings === undefined;
    if (!isStopping && !isPlain) return [];
    const givesWay = turn.settings.taskPreemption && job?.spec.allowTaskPreemption === true;
    const { slots } = occupancy;
    const priority = job?.spec.priority ?? 0;
    return [
      {
        task: occupancy.task,
        job: occupancy.job,
        priority,
        sequence: task?.sequence ?? 0,
        slots,
        isStopping,
        givesWay,
      },
    ];
  });
}

/** Back to the queue by the system: no counter moves (batch-semantics 2.4). */
function evict(turn: Turn, key: TaskKey): void {
  const task = turn.world.tasks.get(key);
  if (task !== undefined) applyToTask(turn, task, { type: 'interrupted', why: 'recover' });
}

function nodeCandidate(pool: Pool, node: Node): NodeCandidate {
  return {
    key: node.key,
    affinityId: affinityId(node),
    ordinal: node.ordinal,
    freeSlots: pool.spec.taskSlotsPerNode - usedSlots(node),
    isEmpty: node.occupancy.length === 0,
    isDedicated: node.isDedicated,
    isExclusive: node.occupancy.some(({ exclusive }) => exclusive),
    barredJobs: node.barredJobs,
    occupants: node.occupancy.map(({ task }) => task),
  };
}

function affinityId(node: Node): string {
  return `TVM:${node.id}`;
}

function jobCandidate(turn: Turn, job: Job): JobCandidate {
  const ledger = turn.world.ledger(job.key);
  const { maxParallelTasks } = job.spec;
  return {
    key: job.key,
    priority: job.spec.priority,
    sequence: job.sequence,
    placedCount: ledger.placedCount,
    parallelLeft: maxParallelTasks === -1 ? Infinity : maxParallelTasks - ledger.placedCount,
    ...restartingManager(turn, job),
    next: (freeSlots, taken) => nextTask(turn, job, freeSlots, taken),
  };
}

/** Has it been on a node before, it starts again: after a failure, a requeue or the loss of its node. */
function restartingManager(turn: Turn, job: Job): Pick<JobCandidate, 'restarting'> {
  const { jobManagerTask } = job.spec;
  const task = jobManagerTask === undefined ? undefined : turn.world.tasks.get(taskKey(job.key, jobManagerTask.id));
  const isAgain = task !== undefined && isReady(task) && task.isJobManager === true && task.previousState === 'running';
  return isAgain ? { restarting: taskCandidate(job, task) } : {};
}

function nextTask(turn: Turn, job: Job, freeSlots: number, taken: ReadonlySet<TaskKey>): TaskCandidate | undefined {
  const ledger = turn.world.ledger(job.key);
  let best: { readonly sequence: number; readonly key: TaskKey } | undefined;
  for (const slots of ledger.readySlots()) {
    if (slots > freeSlots) continue;
    for (const entry of ledger.ready(slots)) {
      if (taken.has(entry.key)) continue;
      if (best === undefined || entry.sequence < best.sequence) best = entry;
      break;
    }
  }
  const task = best === undefined ? undefined : turn.world.tasks.get(best.key);
  return task === undefined ? undefined : taskCandidate(job, task);
}

function taskCandidate(job: Job, task: Task): TaskCandidate {
  const manager = task.isJobManager === true ? job.spec.jobManagerTask : undefined;
  const affinity = task.spec.affinityInfo?.affinityId;
  const settings = task.spec.multiInstanceSettings;
  return {
    key: task.key,
    sequence: task.sequence,
    slots: task.spec.requiredSlots,
    ...(affinity === undefined ? {} : { affinityId: affinity }),
    ...(settings === undefined ? {} : { instances: settings.numberOfInstances ?? 1 }),
    isExclusive: manager !== undefined && manager.runExclusive !== false,
    allowsLowPriority: manager?.allowLowPriorityNode !== false,
  };
}

function carryOut(turn: Turn, pool: Pool, assignment: Assignment): void {
  const task = turn.world.tasks.get(assignment.task);
  const job = task === undefined ? undefined : turn.world.jobs.get(task.job);
  if (task === undefined || job === undefined) return;
  const nodes = [assignment.node, ...(assignment.others ?? [])].flatMap((key) => turn.world.nodes.get(key) ?? []);
  const places = nodes.map((node) => claim(turn, { pool, node, job }, task));
  const [place] = places;
  if (place === undefined) return;
  const awaited = nodes.filter((node) => prepareNode(turn, { pool, node, job }, task.key)).length;
  applyToTask(turn, task, {
    type: 'assigned',
    place,
    ...(assignment.others === undefined ? {} : { places }),
    awaited,
  });
}

/** Takes the slots of a node for a task, under the name of a new run. */
function claim(
  turn: Turn,
  { pool, node, job }: { readonly pool: Pool; readonly node: Node; readonly job: Job },
  task: Task,
): Placement {
  const runId = newRunId(turn);
  const occupancy = {
    runId,
    task: task.key,
    job: job.key,
    slots: task.spec.requiredSlots,
    directory: taskDirectory(job, task.id),
    exclusive: task.isJobManager === true && job.spec.jobManagerTask?.runExclusive !== false,
  };
  turn.world.nodes.put(occupy(node, occupancy, turn.now));
  return { node: node.key, nodeId: node.id, poolId: pool.id, runId };
}
