/** Operations on pools (wire-facts 3.1, 4.1, 4.2; batch-semantics 11). */
import { type Outcome, refusal, success } from '../../../core/kernel/index.ts';
import type { PoolOperations, Precondition, Stamp } from '../batch-engine.ts';
import { poolKey } from '../domain/keys.ts';
import { type Pool, allocate } from '../domain/pool.ts';
import { type EngineFault, engineFault, invalidProperty } from '../fault.ts';
import { accountMeans } from '../lifecycle/application-packages.ts';
import { putNewPool } from '../lifecycle/creation.ts';
import { beginDeparture } from '../lifecycle/node-departure.ts';
import { deletePool, resizing, stopResize } from '../lifecycle/pool-allocation.ts';
import type { PoolAdd, PoolPatch, PoolResource, PoolResize } from '../resources/pool.ts';
import { checkId, checkMetadata, firstOf } from '../rules/checks.ts';
import {
  DEFAULT_RESIZE_TIMEOUT,
  checkNodeStartup,
  checkPool,
  checkPoolPackages,
  checkResizeTimeout,
  checkStartTask,
  checkTargets,
  withStartTaskDefaults,
} from '../rules/pool-rules.ts';
import { checkPoolIsSimulated } from '../rules/simulation-rules.ts';
import type { Turn } from '../turn.ts';
import { disableAutoScale, enableAutoScale, evaluateAutoScale } from './autoscale-operations.ts';
import { countNodes } from './node-counts.ts';
import { poolResource } from './resources.ts';
import { type Runner, findNode, findPool, page } from './runner.ts';

type Result<T> = Outcome<T, EngineFault>;

export function poolOperations(runner: Runner): PoolOperations {
  return {
    add: (pool) => runner.change((turn) => addPool(turn, pool)),
    get: (poolId, precondition) =>
      runner.ask((world) => {
        const pool = findPool(world, poolId, precondition);
        return pool.ok ? success(poolResource(world, pool.value)) : pool;
      }),
    list: (query) =>
      runner.ask((world) =>
        success(page(world.pools, { keyOf: (pool) => pool.key, show: (pool) => poolResource(world, pool) }, query)),
      ),
    patch: (poolId, change, precondition) =>
      runner.change((turn) => changePool(turn, activePool(turn, poolId, precondition), change, 'merge')),
    updateProperties: (poolId, properties) =>
      runner.change((turn) => changePool(turn, activePool(turn, poolId), properties, 'replace')),
    delete: (poolId, precondition) => runner.change((turn) => removePool(turn, poolId, precondition)),
    resize: (poolId, resize, precondition) => runner.change((turn) => resizePool(turn, poolId, resize, precondition)),
    stopResize: (poolId, precondition) =>
      runner.change((turn) => {
        const pool = activePool(turn, poolId, precondition);
        if (!pool.ok) return pool;
        if (pool.value.allocation.state !== 'resizing') return refusal(notNow('The pool is not being resized.'));
        stopResize(turn, pool.value);
        return success({ lastModified: pool.value.lastModified }); // keeps the old ETag (wire-facts 1.8)
      }),
    removeNodes: (poolId, removal, precondition) =>
      runner.change((turn) => removeNodes(turn, poolId, removal, precondition)),
    enableAutoScale: (poolId, settings, precondition) =>
      runner.change((turn) => {
        const pool = activePool(turn, poolId, precondition);
        return pool.ok ? enableAutoScale(turn, pool.value, settings) : pool;
      }),
    disableAutoScale: (poolId) =>
      runner.change((turn) => {
        const pool = activePool(turn, poolId);
        return pool.ok ? disableAutoScale(turn, pool.value) : pool;
      }),
    evaluateAutoScale: (poolId, formula) =>
      runner.change((turn) => {
        const pool = findPool(turn.world, poolId);
        return pool.ok ? evaluateAutoScale(turn, pool.value, formula) : pool;
      }),
    nodeCounts: (query) =>
      runner.ask((world) =>
        success(page(world.pools, { keyOf: (pool) => pool.key, show: (pool) => countNodes(world, pool) }, query)),
      ),
  };
}

function notNow(reason: string): EngineFault {
  return engineFault('OperationInvalidForCurrentState', { Reason: reason });
}

/** A pool that is not being deleted: deleting refuses every change (wire-facts 4.1). */
function activePool(turn: Turn, poolId: string, precondition?: Precondition): Result<Pool> {
  const pool = findPool(turn.world, poolId, precondition);
  if (!pool.ok) return pool;
  return pool.value.state === 'deleting' ? refusal(engineFault('PoolBeingDeleted')) : pool;
}

function addPool(turn: Turn, pool: PoolAdd): Result<PoolResource> {
  const { world } = turn;
  const existing = world.pools.get(poolKey(pool.id));
  if (existing !== undefined) {
    return refusal(engineFault(existing.state === 'deleting' ? 'PoolBeingDeleted' : 'PoolExists'));
  }
  const fault = firstOf(
    () => checkId('id', pool.id),
    () => checkPool(pool, accountMeans(turn)),
    () => checkPoolIsSimulated(pool, turn.settings),
  );
  if (fault !== undefined) return refusal(fault);
  if (world.pools.size >= turn.settings.quotas.pools) return refusal(engineFault('PoolQuotaReached'));
  const { id, ...specification } = pool;
  const added = putNewPool(turn, id, specification);
  return success(poolResource(world, added));
}

/** PATCH merges; updateproperties replaces, and what is not given falls away (wire-facts 3.1). */
function changePool(turn: Turn, pool: Result<Pool>, change: PoolPatch, how: 'merge' | 'replace'): Result<Stamp> {
  if (!pool.ok) return pool;
  const means = accountMeans(turn);
  const fault = firstOf(
    () => checkStartTask(change.startTask, means),
    () => checkMetadata(change.metadata),
    () => checkNodeStartup(change.metadata),
    () => checkPoolPackages(change.applicationPackageReferences, means),
    () => checkPoolIsSimulated(change, turn.settings),
  );
  if (fault !== undefined) return refusal(fault);
  const { metadata: oldMetadata, startTask: oldStartTask, ...spec } = pool.value.spec;
  const { metadata, startTask, ...rest } = change;
  const kept = how === 'merge' ? oldStartTask : undefined;
  const newStartTask = startTask === undefined ? kept : withStartTaskDefaults(startTask);
  const newMetadata = metadata ?? oldMetadata ?? [];
  turn.world.pools.put({
    ...pool.value,
    spec: {
      ...spec,
      ...(how === 'replace' ? { targetNodeCommunicationMode: 'default' } : {}),
      ...rest,
      ...(newStartTask === undefined ? {} : { startTask: newStartTask }),
      ...(newMetadata.length === 0 ? {} : { metadata: newMetadata }),
    },
    lastModified: turn.now,
  });
  return success({ lastModified: turn.now });
}

function removePool(turn: Turn, poolId: string, precondition?: Precondition): Result<Stamp> {
  const pool = activePool(turn, poolId, precondition);
  if (!pool.ok) return pool;
  deletePool(turn, pool.value);
  return success({ lastModified: turn.now });
}

/** Only steady, active pools with fixed targets can be resized (batch-semantics 11.2). */
function steadyPool(turn: Turn, poolId: string, precondition?: Precondition): Result<Pool> {
  const pool = activePool(turn, poolId, precondition);
  if (!pool.ok) return pool;
  if (pool.value.spec.enableAutoScale) {
    const { autoScaledResizeCode } = turn.settings.openQuestions;
    return refusal(engineFault(autoScaledResizeCode, { Reason: 'The pool scales automatically.' }));
  }
  return pool.value.allocation.state === 'steady' ? pool : refusal(engineFault('PoolBeingResized'));
}

function resizePool(turn: Turn, poolId: string, resize: PoolResize, precondition?: Precondition): Result<Stamp> {
  const pool = steadyPool(turn, poolId, precondition);
  if (!pool.ok) return pool;
  const fault = firstOf(
    () => checkTargets(resize),
    () => checkResizeTimeout(resize.resizeTimeout),
    () =>
      resize.targetDedicatedNodes === undefined && resize.targetLowPriorityNodes === undefined
        ? invalidProperty('targetDedicatedNodes', undefined, 'At least one target must be specified.')
        : undefined,
  );
  if (fault !== undefined) return refusal(fault);
  const timeout = resize.resizeTimeout ?? DEFAULT_RESIZE_TIMEOUT;
  const resized: Pool = {
    ...pool.value,
    targetDedicatedNodes: resize.targetDedicatedNodes ?? pool.value.targetDedicatedNodes,
    targetLowPriorityNodes: resize.targetLowPriorityNodes ?? pool.value.targetLowPriorityNodes,
    lastModified: turn.now,
  };
  const allocation = resizing(turn, resized, timeout, resize.nodeDeallocationOption ?? 'requeue');
  turn.world.pools.put(allocate(resized, allocation, turn.now));
  return success({ lastModified: turn.now });
}

/** The targets drop by what is removed (batch-semantics 11.3). */
function removeNodes(
  turn: Turn,
  poolId: string,
  removal: Parameters<PoolOperations['removeNodes']>[1],
  precondition?: Precondition,
): Result<Stamp> {
  const pool = steadyPool(turn, poolId, precondition);
  if (!pool.ok) return pool;
  const ids = [...new Set(removal.nodeList)];
  if (ids.length === 0 || ids.length > 100) {
    return refusal(invalidProperty('nodeList', ids.length, 'The list must have 1 to 100 nodes.'));
  }
  const timeoutFault = checkResizeTimeout(removal.resizeTimeout);
  if (timeoutFault !== undefined) return refusal(timeoutFault);
  const nodes = ids.map((id) => findNode(turn.world, poolId, id));
  const missing = nodes.find((found) => !found.ok);
  if (missing?.ok === false) return missing;
  const leaving = nodes.flatMap((found) => (found.ok ? [found.value.node] : []));
  const dedicated = leaving.filter((node) => node.isDedicated).length;
  const option = removal.nodeDeallocationOption ?? 'requeue';
  const allocation = resizing(turn, pool.value, removal.resizeTimeout ?? DEFAULT_RESIZE_TIMEOUT, option);
  const shrunk: Pool = {
    ...pool.value,
    targetDedicatedNodes: Math.max(0, pool.value.targetDedicatedNodes - dedicated),
    targetLowPriorityNodes: Math.max(0, pool.value.targetLowPriorityNodes - (leaving.length - dedicated)),
    lastModified: turn.now,
  };
  turn.world.pools.put(allocate(shrunk, allocation, turn.now));
  for (const node of leaving) beginDeparture(turn, node, { action: 'remove', option });
  return success({ lastModified: turn.now });
}
