/** Pools and nodes through the SDK, as core's Pools. */
import type { CallOptions, Pools } from '../../../core/index.ts';
import type { BatchCalls } from '../calls/batch-calls.ts';
import { wasCreatedSince } from '../calls/lost-creation.ts';
import { listAll } from '../calls/paging.ts';
import type { Wire } from '../connection/sdk.ts';
import { nodeOf } from './node-mapping.ts';
import { poolOf, wirePool, wireTarget } from './pool-mapping.ts';

export function createPools(calls: BatchCalls): Pools {
  const toPool = (wire: Wire.CloudPool) => {
    if (wire.id === undefined) throw calls.malformed('a pool without an id');
    return poolOf({ ...wire, id: wire.id });
  };
  const fetchPool = (poolId: string, signal?: AbortSignal): Promise<Wire.CloudPool> =>
    calls.read((sdk, options) => sdk.pool.get(poolId, options), signal);

  return {
    create: (spec, { signal }: CallOptions = {}) => {
      const startedAt = calls.clock.now();
      return calls.write((sdk, options) => sdk.pool.add(wirePool(spec), options), {
        signal,
        doneCodes: ['PoolExists'],
        isDone: async () => {
          const pool = await fetchPool(spec.id, signal);
          const isSame = pool.vmSize?.toLowerCase() === spec.vmSize.toLowerCase();
          return isSame && wasCreatedSince(startedAt, pool.creationTime);
        },
      });
    },
    get: async (poolId, { signal }: CallOptions = {}) => toPool(await fetchPool(poolId, signal)),
    exists: async (poolId, { signal }: CallOptions = {}) => {
      const answer = await calls.read((sdk, options) => sdk.pool.exists(poolId, options), signal);
      return answer.body;
    },
    list: ({ signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.pool.list(options),
          next: (sdk, link, options) => sdk.pool.listNext(link, options),
        },
        toPool,
        signal,
      ),
    resize: (poolId, target, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.pool.resize(poolId, wireTarget(target), options), {
        signal,
        doneCodes: ['PoolBeingResized'],
        isDone: async () => {
          const pool = await fetchPool(poolId, signal);
          return (
            isTarget(pool.targetDedicatedNodes, target.dedicatedNodes) &&
            isTarget(pool.targetLowPriorityNodes, target.lowPriorityNodes)
          );
        },
      }),
    delete: (poolId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.pool.deleteMethod(poolId, options), {
        signal,
        doneCodes: ['PoolBeingDeleted', 'PoolNotFound'],
      }),
    ...createNodes(calls),
  };
}

function createNodes(calls: BatchCalls): Pick<Pools, 'nodes' | 'rebootNode'> {
  return {
    nodes: (poolId, { signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.computeNode.list(poolId, options),
          next: (sdk, link, options) => sdk.computeNode.listNext(link, options),
        },
        (wire: Wire.ComputeNode) => nodeOf(poolId, wire),
        signal,
      ),
    rebootNode: (poolId, nodeId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.computeNode.reboot(poolId, nodeId, options), {
        signal,
        doneCodes: ['NodeBeingRebooted'],
      }),
  };
}

function isTarget(actual: number | undefined, asked: number | undefined): boolean {
  return asked === undefined || actual === asked;
}
