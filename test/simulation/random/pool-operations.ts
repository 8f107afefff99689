// Random operations on pools and nodes, and faults of nodes.
import type { RandomStream } from '../../../core/kernel/index.ts';
import type { PoolAdd, StartTask } from '../../../emulator/engine/index.ts';
import { poolOf } from '../../support/simulated-account.ts';
import type { Operation, WeightedOperations } from './operation.ts';
import { OPTIONS, told } from './operation.ts';
import type { KnownPool, SimulatedWorld } from './simulated-world.ts';
import { chance, mostly, pick } from './simulated-world.ts';

/** Few, so that ids are used again and again, in either case. */
const POOL_IDS = ['pool-1', 'pool-2', 'Pool-3', 'pool-4', 'pool-5'];
const DEFAULT_TIMEOUT_MS = 900_000;

const START_TASKS: readonly StartTask[] = [
  { commandLine: 'sleep 1', waitForSuccess: true },
  { commandLine: 'sleep 20', waitForSuccess: false },
  { commandLine: "/bin/sh -c 'sleep 2; exit 1'", waitForSuccess: true, maxTaskRetryCount: 2 },
  { commandLine: "/bin/sh -c 'exit 1'", waitForSuccess: false },
];

export function anyPoolId({ pools }: SimulatedWorld, random: RandomStream): string {
  return mostly(random, [...pools.keys()], POOL_IDS);
}

function poolSpec({ pools }: SimulatedWorld, random: RandomStream): PoolAdd {
  const slots = 1 + random.integer(4);
  const free = POOL_IDS.filter((id) => !pools.has(id.toLowerCase()));
  return poolOf(mostly(random, free, POOL_IDS), random.integer(4), {
    targetLowPriorityNodes: random.integer(3),
    taskSlotsPerNode: slots,
    taskSchedulingPolicy: { nodeFillType: pick(random, ['spread', 'pack']) },
    resizeTimeout: 300_000 + random.integer(600_000),
    ...(chance(random, 0.2) ? { startTask: pick(random, START_TASKS) } : {}),
    ...(slots === 1 && chance(random, 0.7) ? { enableInterNodeCommunication: true } : {}),
  });
}

const addPool: Operation = async (world, random) => {
  const spec = poolSpec(world, random);
  const outcome = await world.engine.pools.add(spec);
  if (outcome.ok) {
    const timeoutMs = spec.resizeTimeout ?? DEFAULT_TIMEOUT_MS;
    world.pools.set(spec.id.toLowerCase(), { changedAt: world.clock.now(), timeoutMs });
  }
  const { targetDedicatedNodes, targetLowPriorityNodes, taskSlotsPerNode } = spec;
  return told(`add ${spec.id} ${targetDedicatedNodes}+${targetLowPriorityNodes} of ${taskSlotsPerNode} slots`, outcome);
};

const deletePool: Operation = async (world, random) => {
  const id = anyPoolId(world, random);
  const outcome = await world.engine.pools.delete(id);
  const pool = world.pools.get(id.toLowerCase());
  if (outcome.ok && pool !== undefined) pool.deletedAt = world.clock.now();
  return told(`delete ${id}`, outcome);
};

function changed(world: SimulatedWorld, id: string, timeoutMs = DEFAULT_TIMEOUT_MS): void {
  const pool: KnownPool | undefined = world.pools.get(id.toLowerCase());
  if (pool === undefined) return;
  pool.changedAt = world.clock.now();
  pool.timeoutMs = timeoutMs;
}

const resizePool: Operation = async (world, random) => {
  const id = anyPoolId(world, random);
  const option = pick(random, OPTIONS);
  const resize = {
    ...(chance(random, 0.8) ? { targetDedicatedNodes: random.integer(5) } : {}),
    ...(chance(random, 0.5) ? { targetLowPriorityNodes: random.integer(3) } : {}),
    resizeTimeout: 300_000,
    nodeDeallocationOption: option,
  };
  const outcome = await world.engine.pools.resize(id, resize);
  if (outcome.ok) changed(world, id, resize.resizeTimeout);
  const { targetDedicatedNodes = 'same', targetLowPriorityNodes = 'same' } = resize;
  return told(`resize ${id} to ${targetDedicatedNodes}+${targetLowPriorityNodes} with ${option}`, outcome);
};

const stopResize: Operation = async (world, random) => {
  const id = anyPoolId(world, random);
  return told(`stop the resize of ${id}`, await world.engine.pools.stopResize(id));
};

const removeNode: Operation = async (world, random) => {
  const node = anyNode(world, random);
  if (node === undefined) return 'no node to remove';
  const option = pick(random, OPTIONS);
  const outcome = await world.engine.pools.removeNodes(node.poolId, {
    nodeList: [node.id],
    nodeDeallocationOption: option,
  });
  if (outcome.ok) changed(world, node.poolId);
  return told(`remove ${short(node.id)} of ${node.poolId} with ${option}`, outcome);
};

const restartNode: Operation = async (world, random) => {
  const node = anyNode(world, random);
  if (node === undefined) return 'no node to restart';
  const how = pick(random, ['reboot', 'reimage'] as const);
  const option = pick(random, OPTIONS);
  const before = await world.engine.nodes.get(node.poolId, node.id);
  const outcome = await world.engine.nodes[how](node.poolId, node.id, option);
  if (outcome.ok && before.ok) world.departing.set(node.id, before.value.lastBootTime);
  return told(`${how} ${short(node.id)} with ${option}`, outcome);
};

const disableNode: Operation = async (world, random) => {
  const node = anyNode(world, random);
  if (node === undefined) return 'no node to disable';
  const option = pick(random, ['requeue', 'terminate', 'taskcompletion'] as const);
  const outcome = await world.engine.nodes.disableScheduling(node.poolId, node.id, option);
  return told(`disable scheduling on ${short(node.id)} with ${option}`, outcome);
};

const enableNode: Operation = async (world, random) => {
  const node = anyNode(world, random);
  if (node === undefined) return 'no node to enable';
  return told(
    `enable scheduling on ${short(node.id)}`,
    await world.engine.nodes.enableScheduling(node.poolId, node.id),
  );
};

const loseNode: Operation = async (world, random) => {
  const node = anyNode(world, random);
  if (node === undefined) return 'no node to lose';
  world.runtime.loseNode(node.id);
  world.lost.add(node.id);
  return `lose ${short(node.id)} of ${node.poolId}`;
};

const preemptNode: Operation = async (world, random) => {
  const node = anyNode(world, random);
  if (node === undefined) return 'no node to preempt';
  return told(`preempt ${short(node.id)}`, await world.engine.faults.preempt(node.poolId, node.id));
};

const breakContact: Operation = async (world, random) => {
  const node = anyNode(world, random);
  if (node === undefined) return 'no node to break contact with';
  const what = pick(random, ['replaced', 'returns'] as const);
  const outcome = await world.engine.faults.lose(node.poolId, node.id, what);
  if (outcome.ok) world.lost.add(node.id);
  return told(`break contact with ${short(node.id)}, which ${what}`, outcome);
};

const failNode: Operation = async (world, random) => {
  const node = anyNode(world, random);
  if (node === undefined) return 'no node to fail';
  world.runtime.failNode(node.id);
  return `fail ${short(node.id)} of ${node.poolId}`;
};

function anyNode(world: SimulatedWorld, random: RandomStream): { id: string; poolId: string } | undefined {
  const nodes = [...world.runtime.nodes.values()];
  if (nodes.length === 0) return undefined;
  const { nodeId, poolId } = pick(random, nodes).spec;
  return { id: nodeId, poolId };
}

function short(nodeId: string): string {
  return `${nodeId.slice(0, 12)}…${nodeId.slice(-2)}`;
}

export const POOL_OPERATIONS: WeightedOperations = [
  [3, addPool],
  [0.5, deletePool],
  [5, resizePool],
  [0.5, stopResize],
  [2, removeNode],
  [2, restartNode],
  [1, disableNode],
  [3, enableNode],
  [1, loseNode],
  [4, preemptNode],
  [1, breakContact],
  [0.3, failNode],
];
