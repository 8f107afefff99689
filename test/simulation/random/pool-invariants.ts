// Pools and nodes: counters, slots, states, and that resizes and deletions come to an end.
import type { NodeCounts, NodeResource, NodeState, PoolResource } from '../../../emulator/engine/index.ts';
import { coresOf } from '../../../emulator/engine/index.ts';
import type { PoolOwner, SimulatedWorld } from './simulated-world.ts';
import { QUOTAS } from './simulated-world.ts';
import type { PoolSnapshot, Snapshot } from './snapshot.ts';

/** Kills, removals and boots take seconds; this is far beyond. */
const PATIENCE_MS = 120_000;

export function* checkPools(world: SimulatedWorld, snapshot: Snapshot): Generator<string> {
  yield* checkKnownPools(world, snapshot);
  for (const each of snapshot.pools) {
    yield* checkAllocation(world, each);
    const { owner } = world.pools.get(each.pool.id.toLowerCase()) ?? {};
    if (owner !== undefined) yield* checkOwner(snapshot, each, owner);
    if (!snapshot.fresh.has(each)) continue;
    yield* checkCounters(each);
    for (const node of each.nodes) {
      const isDeparting = each.pool.allocationState !== 'steady' || world.departing.has(node.id);
      if (node.state === 'unusable' && world.lost.has(node.id)) continue;
      yield* checkNode(each, node, isDeparting);
    }
    const counts = snapshot.nodeCounts.find(({ poolId }) => poolId === each.pool.id);
    if (counts === undefined) yield `the node counts have no ${each.pool.id}`;
    else yield* checkCounts(each, counts);
  }
  yield* checkAccount(world, snapshot);
}

function* checkKnownPools(world: SimulatedWorld, snapshot: Snapshot): Generator<string> {
  const { pools, fresh } = snapshot;
  const shown = pools.map(({ pool }) => pool.id.toLowerCase());
  if (fresh.has(pools)) {
    if (shown.join() !== [...new Set(shown)].toSorted().join())
      yield `pools are not listed once and in order: ${shown.join()}`;
    for (const { pool } of pools) if (!world.pools.has(pool.id.toLowerCase())) adoptPool(world, snapshot, pool);
    for (const id of shown) if (!world.pools.has(id)) yield `nobody asked for ${id}`;
  }
  for (const [id, known] of world.pools) {
    if (shown.includes(id)) {
      const isLate = known.deletedAt !== undefined && world.clock.now() > known.deletedAt + PATIENCE_MS;
      if (isLate) yield `${id} is still there, long after it was deleted`;
    } else if (known.deletedAt === undefined && (known.owner === undefined || isOwnerThere(snapshot, known.owner))) {
      yield `${id} is lost`;
    } else {
      world.pools.delete(id);
    }
  }
}

/** Pools whose id begins as that of an auto pool does are made for jobs and schedules. */
function adoptPool(world: SimulatedWorld, { jobs, schedules }: Snapshot, pool: PoolResource): void {
  const owner = jobs.find(
    ({ job }) => job.executionInfo.poolId === pool.id && job.poolInfo.autoPoolSpecification !== undefined,
  );
  if (owner === undefined) return;
  const { id, creationTime, poolInfo } = owner.job;
  const { keepAlive, poolLifetimeOption: lifetime = 'job' } = poolInfo.autoPoolSpecification ?? {};
  const schedule = schedules.find((each) => id.startsWith(`${each.id}:`));
  world.pools.set(pool.id.toLowerCase(), {
    changedAt: world.clock.now(),
    timeoutMs: pool.resizeTimeout,
    ...(keepAlive === true
      ? {}
      : {
          owner: {
            id,
            creationTime: (lifetime === 'job' ? undefined : schedule)?.creationTime ?? creationTime,
            lifetime,
          },
        }),
  });
}

/** An auto pool lives as long as its job, or its schedule, whoever else uses it. */
function* checkOwner(snapshot: Snapshot, { pool }: PoolSnapshot, owner: PoolOwner): Generator<string> {
  const isNeeded = isOwnerThere(snapshot, owner);
  if (isNeeded || pool.state === 'deleting') return;
  yield `${pool.id} stays and its owner ${owner.id} has ended`;
}

function isOwnerThere({ jobs, schedules }: Snapshot, { id, creationTime, lifetime }: PoolOwner): boolean {
  if (lifetime === 'jobschedule') {
    const own = schedules.find((each) => id.startsWith(`${each.id}:`) && each.creationTime === creationTime);
    // One that is deleted after it has ended keeps its end.
    return own !== undefined && own.executionInfo.endTime === undefined;
  }
  return jobs.some(({ job }) => job.id === id && job.creationTime === creationTime && job.state !== 'completed');
}

function* checkCounters({ pool, nodes }: PoolSnapshot): Generator<string> {
  const dedicated = nodes.filter(({ isDedicated }) => isDedicated).length;
  if (pool.currentDedicatedNodes !== dedicated) {
    yield `${pool.id} counts ${pool.currentDedicatedNodes} dedicated nodes and has ${dedicated}`;
  }
  if (pool.currentLowPriorityNodes !== nodes.length - dedicated) {
    yield `${pool.id} counts ${pool.currentLowPriorityNodes} low-priority nodes and has ${nodes.length - dedicated}`;
  }
  if (pool.state === 'deleting' && pool.targetDedicatedNodes + pool.targetLowPriorityNodes > 0) {
    yield `${pool.id} is being deleted and wants nodes`;
  }
}

function* checkAllocation(world: SimulatedWorld, { pool, nodes }: PoolSnapshot): Generator<string> {
  const known = world.pools.get(pool.id.toLowerCase());
  if (known === undefined) return;
  const { allocationState, resizeErrors = [] } = pool;
  const isLate = world.clock.now() > known.changedAt + known.timeoutMs + PATIENCE_MS;
  if (allocationState !== 'steady') {
    if (isLate && pool.state !== 'deleting') yield `${pool.id} is ${allocationState} long after its timeout`;
    return;
  }
  if (pool.state === 'deleting' || resizeErrors.length > 0) return;
  const dedicated = nodes.filter(({ isDedicated }) => isDedicated).length;
  const lowPriority = nodes.length - dedicated;
  // A lost node is replaced at once, so a steady pool without errors has what it wants.
  const isReached = dedicated === pool.targetDedicatedNodes && lowPriority === pool.targetLowPriorityNodes;
  if (!isReached) {
    yield `${pool.id} is steady with ${dedicated}+${lowPriority} nodes and wants ${pool.targetDedicatedNodes}+${pool.targetLowPriorityNodes}`;
  }
}

/** States in which a node can have tasks. */
const BUSY: ReadonlySet<NodeState> = new Set(['running', 'waitingforstarttask', 'starttaskfailed']);

function* checkNode({ pool }: PoolSnapshot, node: NodeResource, isDeparting: boolean): Generator<string> {
  const { id, state, runningTasksCount: tasks, runningTaskSlotsCount: slots } = node;
  if (slots > pool.taskSlotsPerNode) yield `${id} has ${slots} slots taken of ${pool.taskSlotsPerNode}`;
  if (slots < tasks) yield `${id} has ${tasks} tasks on ${slots} slots`;
  if (tasks > 0 && !BUSY.has(state)) yield `${id} is ${state} and has ${tasks} tasks`;
  if (tasks === 0 && state === 'running') yield `${id} is running without a task`;
  yield* checkScheduling(node, isDeparting);
  if (state === 'unusable' && (node.errors ?? []).length === 0) yield `${id} is unusable and does not say why`;
  const { startTaskInfo: info } = node;
  if ((info?.state === 'completed') !== (info?.endTime !== undefined && info.result !== undefined)) {
    yield `the start task of ${id} is ${info?.state ?? 'absent'} and ended at ${info?.endTime ?? 'no time'}`;
  }
  if (state === 'starttaskfailed' && info?.result !== 'failure') yield `${id} has failed without a failed start task`;
}

/** A node takes no tasks when it is told so; without any it is offline, unless it waits to leave or to restart. */
function* checkScheduling({ id, state, schedulingState }: NodeResource, isDeparting: boolean): Generator<string> {
  if (state === 'offline' && schedulingState === 'enabled') yield `${id} is offline while its scheduling is enabled`;
  if (state === 'idle' && schedulingState === 'disabled' && !isDeparting) {
    yield `${id} is idle while its scheduling is disabled`;
  }
}

/** The engine's names of states and the counts' differ in letters only. */
function* checkCounts(
  { pool, nodes }: PoolSnapshot,
  counts: { readonly dedicated: NodeCounts; readonly lowPriority: NodeCounts },
): Generator<string> {
  for (const [kind, isDedicated] of [
    ['dedicated', true],
    ['lowPriority', false],
  ] as const) {
    const ofKind = nodes.filter((node) => node.isDedicated === isDedicated);
    const byState = new Map<string, number>([['total', ofKind.length]]);
    for (const { state } of ofKind) byState.set(state, (byState.get(state) ?? 0) + 1);
    for (const [name, count] of Object.entries(counts[kind])) {
      const actual = byState.get(name.toLowerCase()) ?? 0;
      if (count !== actual) yield `${pool.id} counts ${count} ${kind} nodes as ${name} and has ${actual}`;
    }
  }
}

/** Ids are unique, no node of the runtime is forgotten, and the account has no more cores than it may. */
function* checkAccount(world: SimulatedWorld, { pools, fresh }: Snapshot): Generator<string> {
  const nodes = pools.flatMap((each) => each.nodes);
  const ids = new Set(nodes.map(({ id }) => id));
  if (ids.size !== nodes.length) yield 'a node id is shown twice';
  for (const id of world.runtime.nodes.keys()) if (!ids.has(id)) yield `${id} exists and is in no pool`;
  if (!fresh.has(pools)) return;
  for (const [isDedicated, quota] of [
    [true, QUOTAS.dedicatedCores],
    [false, QUOTAS.lowPriorityCores],
  ] as const) {
    const ofKind = nodes.filter((node) => node.isDedicated === isDedicated);
    const cores = ofKind.reduce((sum, { vmSize }) => sum + coresOf(vmSize), 0);
    if (cores > quota) yield `${ofKind.length} nodes have ${cores} cores of ${quota}`;
  }
}
