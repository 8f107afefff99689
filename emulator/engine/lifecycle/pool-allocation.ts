/** How a pool comes to the number of nodes that it is asked for (batch-semantics 11.2, 11.3). */
import type { Instant } from '../../../core/kernel/index.ts';
import { coresOf } from '../catalog/vm-sizes.ts';
import { type PoolKey, nodeKey } from '../domain/keys.ts';
import type { Node } from '../domain/node.ts';
import { type Allocation, type Pool, type Resize, allocate } from '../domain/pool.ts';
import type { DeallocationOption, ServiceError } from '../resources/common.ts';
import { durationsOf } from '../node-startup.ts';
import type { NodeSpec } from '../spi/node-runtime.ts';
import type { Turn } from '../turn.ts';
import { beginDeparture } from './node-departure.ts';

/** Starts a resize towards the pool's targets. */
export function resizing(
  turn: Turn,
  pool: Pick<Pool, 'spec'>,
  timeout: number,
  deallocation: DeallocationOption,
): Extract<Allocation, { readonly state: 'resizing' }> {
  const beginsAt: Instant = turn.now + durationsOf(turn.settings, pool).allocationMs;
  const resize: Resize = { beginsAt, deadline: turn.now + timeout, begun: false, deallocation, errors: [] };
  return { state: 'resizing', resize };
}

/** The allocation's latency is over: nodes are made and sent away from now on. */
export function beginAllocation(turn: Turn, key: PoolKey): void {
  const pool = turn.world.pools.get(key);
  if (pool?.allocation.state !== 'resizing') return;
  const { resize } = pool.allocation;
  turn.world.pools.put({ ...pool, allocation: { state: 'resizing', resize: { ...resize, begun: true } } });
  reconcilePool(turn, key);
}

/** Takes every step of a resize that can be taken now. Called when a node has gone or the targets are new. */
export function reconcilePool(turn: Turn, key: PoolKey): void {
  const pool = turn.world.pools.get(key);
  if (pool === undefined) return;
  if (pool.state === 'deleting') {
    removeAll(turn, pool);
    return;
  }
  const { allocation } = pool;
  if (allocation.state !== 'resizing' || !allocation.resize.begun) return;
  const errors = [...grow(turn, key, true), ...grow(turn, key, false)];
  shrink(turn, key, true, allocation.resize.deallocation);
  shrink(turn, key, false, allocation.resize.deallocation);
  const current = turn.world.pools.get(key);
  if (current?.allocation.state !== 'resizing' || turn.world.nodeTally(key).leaving > 0) return;
  turn.world.pools.put({
    ...allocate(current, { state: 'steady', errors: [...current.allocation.resize.errors, ...errors] }, turn.now),
    currentNodeCommunicationMode: 'classic',
  });
}

/** A node has been lost without anybody's request: another one comes, unless a resize decides that anyway. */
export function replaceNode(turn: Turn, key: PoolKey, isDedicated: boolean): void {
  const pool = turn.world.pools.get(key);
  if (pool === undefined) return;
  const target = isDedicated ? pool.targetDedicatedNodes : pool.targetLowPriorityNodes;
  const isMissing = pool.state === 'active' && stayingCount(turn, key, isDedicated) < target;
  if (pool.allocation.state === 'steady' && isMissing) createNode(turn, key, isDedicated);
  else reconcilePool(turn, key);
}

/** Targets go to zero and the nodes leave; the pool is gone with the last of them (wire-facts 4.1, 4.2). */
export function deletePool(turn: Turn, pool: Pool): void {
  const { poolDeletionMs } = durationsOf(turn.settings, pool);
  const deleting: Pool = {
    ...pool,
    ...(poolDeletionMs === 0 ? {} : { deletesAt: turn.now + poolDeletionMs }),
    state: 'deleting',
    stateTransitionTime: turn.now,
    lastModified: turn.now,
    targetDedicatedNodes: 0,
    targetLowPriorityNodes: 0,
  };
  turn.world.pools.put(allocate(deleting, resizing(turn, pool, pool.spec.resizeTimeout, 'requeue'), turn.now));
}

/** Deleting a pool sends its nodes away with requeue; it is gone with its last node (batch-semantics 11.1). */
function removeAll(turn: Turn, pool: Pool): void {
  for (const node of turn.world.nodes.snapshot(pool.key)) {
    if (!isLeavingSoon(node)) beginDeparture(turn, node, { action: 'remove', option: 'requeue' });
  }
  const isOver = turn.world.nodes.count(pool.key) === 0 && pool.deletesAt === undefined;
  if (isOver) turn.world.pools.delete(pool.key);
}

/** The time that a deletion takes is over. */
export function endDeletion(turn: Turn, key: PoolKey): void {
  const pool = turn.world.pools.get(key);
  if (pool?.state !== 'deleting') return;
  const { deletesAt: _, ...rest } = pool;
  turn.world.pools.put(rest);
  reconcilePool(turn, key);
}

/** A removal that waits for tasks or for retained data would outlast the pool. */
function isLeavingSoon({ state, departure }: Node): boolean {
  if (state === 'leavingpool') return true;
  return departure?.action === 'remove' && (departure.option === 'requeue' || departure.option === 'terminate');
}

/** Makes the nodes that are missing, as many as the account's cores allow; the rest is an error at the end. */
function grow(turn: Turn, key: PoolKey, isDedicated: boolean): readonly ServiceError[] {
  const pool = turn.world.pools.get(key);
  if (pool === undefined) return [];
  const target = isDedicated ? pool.targetDedicatedNodes : pool.targetLowPriorityNodes;
  const missing = target - stayingCount(turn, key, isDedicated);
  if (missing <= 0) return [];
  const allowed = Math.min(missing, affordable(turn, pool, isDedicated));
  for (let count = 0; count < allowed; count += 1) createNode(turn, key, isDedicated);
  return allowed < missing ? [quotaError(isDedicated)] : [];
}

function quotaError(isDedicated: boolean): ServiceError {
  return isDedicated
    ? { code: 'AccountCoreQuotaReached', message: 'The specified account has reached core quota' }
    : {
        code: 'AccountLowPriorityCoreQuotaReached',
        message: 'The specified account has reached low priority core quota',
      };
}

function affordable(turn: Turn, pool: Pool, isDedicated: boolean): number {
  const quota = isDedicated ? turn.settings.quotas.dedicatedCores : turn.settings.quotas.lowPriorityCores;
  let used = 0;
  for (const node of turn.world.nodes.all()) {
    if (node.isDedicated !== isDedicated) continue;
    used += coresOf(turn.world.pools.get(node.pool)?.spec.vmSize ?? '');
  }
  return Math.max(0, Math.floor((quota - used) / coresOf(pool.spec.vmSize)));
}

function createNode(turn: Turn, key: PoolKey, isDedicated: boolean): void {
  const pool = turn.world.pools.get(key);
  if (pool === undefined) return;
  const id = `tvmps_${turn.random.hex(64)}_${isDedicated ? 'd' : 'p'}`;
  const ordinal = pool.nodesMade;
  const ipAddress = addressOf(ordinal);
  const { nodeCreationMs, nodeStartupMs } = durationsOf(turn.settings, pool);
  const node: Node = {
    key: nodeKey(id),
    id,
    pool: key,
    ordinal,
    isDedicated,
    state: 'creating',
    stateTransitionTime: turn.now,
    schedulingState: 'enabled',
    allocationTime: turn.now,
    ipAddress,
    startsAt: turn.now + nodeCreationMs,
    readyAt: turn.now + nodeCreationMs + nodeStartupMs,
    occupancy: [],
    barredJobs: [],
    errors: [],
    totalTasksRun: 0,
    totalTasksSucceeded: 0,
    recentTasks: [],
  };
  turn.world.pools.put({ ...pool, nodesMade: ordinal + 1 });
  turn.world.nodes.put(node);
  turn.commands.push({ type: 'createNode', node: nodeSpec(turn, pool, node) });
}

/** What the runtime is told of a node. */
function nodeSpec(turn: Turn, pool: Pool, node: Node): NodeSpec {
  const configuration = pool.spec.virtualMachineConfiguration;
  const image = configuration?.imageReference;
  const container = configuration?.containerConfiguration;
  return {
    nodeId: node.id,
    poolId: pool.id,
    accountName: turn.accountName,
    isDedicated: node.isDedicated,
    image: {
      publisher: image?.publisher ?? '',
      offer: image?.offer ?? '',
      sku: image?.sku ?? '',
      version: image?.version ?? 'latest',
    },
    vmSize: pool.spec.vmSize,
    suggestedIpAddress: node.ipAddress,
    userAccounts: pool.spec.userAccounts ?? [],
    ...(container === undefined
      ? {}
      : {
          container: {
            imageNames: container.containerImageNames ?? [],
            registries: container.containerRegistries ?? [],
          },
        }),
    interNodeCommunication: pool.spec.enableInterNodeCommunication,
  };
}

/** Addresses count up from 10.0.0.4, as in recorded pools (batch-semantics 11.6). */
function addressOf(ordinal: number): string {
  const host = ordinal + 4;
  return `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`;
}

/** Sends surplus nodes away: those that cannot work first, then idle ones, job managers' nodes last. */
function shrink(turn: Turn, key: PoolKey, isDedicated: boolean, option: DeallocationOption): void {
  const pool = turn.world.pools.get(key);
  if (pool === undefined) return;
  const target = isDedicated ? pool.targetDedicatedNodes : pool.targetLowPriorityNodes;
  const surplus = stayingCount(turn, key, isDedicated) - target;
  if (surplus <= 0) return;
  const victims = staying(turn, key, isDedicated)
    .toSorted((a, b) => usefulness(turn, a) - usefulness(turn, b) || b.ordinal - a.ordinal)
    .slice(0, surplus);
  for (const node of victims) beginDeparture(turn, node, { action: 'remove', option });
}

function usefulness(turn: Turn, node: Node): number {
  if (node.state === 'unusable' || node.state === 'starttaskfailed' || node.state === 'preempted') return 0;
  if (node.occupancy.length === 0) return 1;
  const hasManager = node.occupancy.some(({ task }) => turn.world.tasks.get(task)?.isJobManager === true);
  return hasManager ? 3 : 2;
}

function staying(turn: Turn, key: PoolKey, isDedicated: boolean): readonly Node[] {
  return turn.world.nodes
    .snapshot(key)
    .filter((node) => node.isDedicated === isDedicated && node.departure?.action !== 'remove');
}

function stayingCount(turn: Turn, key: PoolKey, isDedicated: boolean): number {
  const { dedicated, lowPriority } = turn.world.nodeTally(key);
  return isDedicated ? dedicated : lowPriority;
}

/** The resize timeout has passed: nodes that still wait to leave stay (batch-semantics 11.2, 11.3). */
export function timeOutResize(turn: Turn, key: PoolKey): void {
  const pool = turn.world.pools.get(key);
  // A pool that is being deleted goes on until its last node has left.
  if (pool?.allocation.state !== 'resizing' || pool.state === 'deleting') return;
  keepWaitingNodes(turn, key);
  const code = 'AllocationTimedout';
  const errors: readonly ServiceError[] = [
    {
      code,
      message: 'Desired number of dedicated nodes could not be allocated as the resize timeout was reached',
    },
  ];
  turn.world.pools.put(allocate(pool, { state: 'steady', errors }, turn.now));
}

/** What is under way ends; nodes got so far stay, targets stay as asked (wire-facts 2.5, 4.2). */
export function stopResize(turn: Turn, pool: Pool): void {
  keepWaitingNodes(turn, pool.key);
  const failed = (kind: string): ServiceError => ({
    code: 'ResizeStopped',
    message: `Desired number of ${kind} nodes could not be allocated due to a stop resize operation`,
  });
  const current = turn.world.pools.get(pool.key) ?? pool;
  turn.world.pools.put(
    allocate(
      current,
      {
        state: 'stopping',
        endsAt: turn.now + durationsOf(turn.settings, pool).stopResizeMs,
        errors: [failed('dedicated'), failed('low priority')],
      },
      turn.now,
    ),
  );
}

export function endStopping(turn: Turn, key: PoolKey): void {
  const pool = turn.world.pools.get(key);
  if (pool?.allocation.state !== 'stopping') return;
  turn.world.pools.put(allocate(pool, { state: 'steady', errors: pool.allocation.errors }, turn.now));
}

function keepWaitingNodes(turn: Turn, key: PoolKey): void {
  for (const node of turn.world.nodes.snapshot(key)) {
    if (node.departure?.action !== 'remove' || node.state === 'leavingpool') continue;
    const { departure: _, ...stays } = node;
    turn.world.nodes.put(stays);
    // A node whose scheduling is disabled goes offline instead, once its tasks are done.
    if (node.schedulingState === 'disabled') {
      beginDeparture(turn, stays, { action: 'offline', option: 'taskcompletion' });
    }
  }
}
