/** Pools and nodes of the engine, as core's Pools. */
import type { CallOptions, Pools } from '../../../core/index.ts';
import { isFault } from '../../../core/kernel/index.ts';
import type { BatchEngine, NodeResource } from '../../../emulator/engine/index.ts';
import { ask, listAll, named, tell } from '../calls/engine-calls.ts';
import { nodeOf } from './node-mapping.ts';
import { enginePool, engineTarget, poolOf } from './pool-mapping.ts';

export function createPools({ pools, nodes }: BatchEngine): Pools {
  return {
    create: (spec, { signal }: CallOptions = {}) => tell(() => pools.add(enginePool(spec)), signal),
    get: async (poolId, { signal }: CallOptions = {}) => poolOf(await ask(() => pools.get(named(poolId)), signal)),
    exists: async (poolId, { signal }: CallOptions = {}) => {
      try {
        await ask(() => pools.get(named(poolId)), signal);
        return true;
      } catch (error) {
        if (isFault(error, 'notFound')) return false;
        throw error;
      }
    },
    list: ({ signal }: CallOptions = {}) => listAll((query) => pools.list(query), poolOf, { signal }),
    resize: (poolId, target, { signal }: CallOptions = {}) =>
      tell(() => pools.resize(named(poolId), engineTarget(target)), signal),
    delete: (poolId, { signal }: CallOptions = {}) => tell(() => pools.delete(named(poolId)), signal),
    nodes: (poolId, { signal }: CallOptions = {}) =>
      listAll(
        (query) => nodes.list(named(poolId), query),
        (node: NodeResource) => nodeOf(poolId, node),
        { signal },
      ),
    // Running tasks are requeued unless somebody asks otherwise (batch-semantics 11.5).
    rebootNode: (poolId, nodeId, { signal }: CallOptions = {}) =>
      tell(() => nodes.reboot(named(poolId), named(nodeId), 'requeue'), signal),
  };
}
