// Nothing that can be done is left lying: no task waits while a node has room for it (batch-semantics 2).
import type { NodeResource, TaskResource } from '../../../emulator/engine/index.ts';
import { missingParents } from './job-invariants.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { MANAGER_ID } from './simulated-world.ts';
import type { JobSnapshot, PoolSnapshot, Snapshot } from './snapshot.ts';

export function* checkProgress(world: SimulatedWorld, snapshot: Snapshot): Generator<string> {
  forgetDepartures(world, snapshot);
  for (const each of snapshot.jobs) {
    const poolId = (each.job.poolInfo.poolId ?? each.job.executionInfo.poolId)?.toLowerCase();
    const pool = snapshot.pools.find(({ pool: { id } }) => id.toLowerCase() === poolId);
    if (pool === undefined || !mayStart(pool, each)) continue;
    const ready = each.tasks.filter((task) => isReady(world, each, task));
    for (const node of pool.nodes.filter((candidate) => takesTasks(world, snapshot, candidate))) {
      const free = pool.pool.taskSlotsPerNode - node.runningTaskSlotsCount;
      const ending = world.runtime
        .runsOf(node.id)
        .flatMap(({ jobId, taskId }) => (jobId === each.job.id ? taskId : []));
      // A task under the id of one that was deleted waits where that one is still being ended.
      const task = ready.find(({ id, requiredSlots }) => requiredSlots <= free && !ending.includes(id));
      if (task !== undefined) yield `${each.job.id}/${task.id} waits, and ${node.id} has ${free} slots for it`;
    }
  }
}

/** A node that has gone through its restart, or is gone itself, takes tasks as any other does. */
function forgetDepartures(world: SimulatedWorld, { pools }: Snapshot): void {
  const bootedAt = new Map(pools.flatMap(({ nodes }) => nodes.map(({ id, lastBootTime }) => [id, lastBootTime])));
  for (const [id, lastBootTime] of world.departing) {
    if (bootedAt.get(id) !== lastBootTime) world.departing.delete(id);
  }
}

function mayStart({ pool }: PoolSnapshot, { job, placed }: JobSnapshot): boolean {
  // While a pool is resized some of its nodes may wait to leave.
  if (pool.state !== 'active' || pool.allocationState !== 'steady' || job.state !== 'active') return false;
  // A failed preparation bars the job from a node; only the status of hook tasks would tell.
  if (job.jobPreparationTask !== undefined) return false;
  const { maxParallelTasks = -1 } = job;
  return maxParallelTasks === -1 || placed.length < maxParallelTasks;
}

function isReady(world: SimulatedWorld, { job }: JobSnapshot, task: TaskResource): boolean {
  const known = world.jobs.get(job.id.toLowerCase())?.tasks.get(task.id.toLowerCase());
  if (known === undefined || task.state !== 'active' || task.multiInstanceSettings !== undefined) return false;
  // A job manager may want a node of its own.
  return !known.isManager && missingParents(known).length === 0;
}

function takesTasks(world: SimulatedWorld, { jobs }: Snapshot, node: NodeResource): boolean {
  if (node.state !== 'idle' && node.state !== 'running') return false;
  if (node.schedulingState === 'disabled' || world.departing.has(node.id)) return false;
  // What stops makes room for a task that may need more than is free now (batch-semantics 2.4, 5.3).
  if (world.runtime.runsOf(node.id).some(({ isKilled }) => isKilled)) return false;
  // A job manager may have the node for itself, also while it is deleted or still waits for the preparation.
  const runs = world.runtime.runsOf(node.id).some(({ taskId }) => taskId === MANAGER_ID);
  const waits = jobs.some(({ placed }) =>
    placed.some(
      ({ id, state, nodeInfo }) => id === MANAGER_ID && state === 'preparing' && nodeInfo?.nodeId === node.id,
    ),
  );
  return !runs && !waits && world.runtime.nodes.has(node.id);
}
