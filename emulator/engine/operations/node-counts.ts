/** How many nodes of a pool are in which state (wire-facts 3.11). */
import type { Pool } from '../domain/pool.ts';
import type { World } from '../domain/world.ts';
import type { NodeCountState, NodeCounts, NodeState, PoolNodeCounts } from '../resources/node.ts';

const COUNTED: Readonly<Partial<Record<NodeState, NodeCountState>>> = {
  leavingpool: 'leavingPool',
  starttaskfailed: 'startTaskFailed',
  waitingforstarttask: 'waitingForStartTask',
  deallocating: 'offline',
  deallocated: 'offline',
};

type Tally = Record<NodeCountState | 'total', number>;

function emptyTally(): Tally {
  return {
    creating: 0,
    idle: 0,
    leavingPool: 0,
    offline: 0,
    preempted: 0,
    rebooting: 0,
    reimaging: 0,
    running: 0,
    starting: 0,
    startTaskFailed: 0,
    unusable: 0,
    unknown: 0,
    waitingForStartTask: 0,
    total: 0,
  };
}

export function countNodes(world: World, pool: Pool): PoolNodeCounts {
  const dedicated = emptyTally();
  const lowPriority = emptyTally();
  for (const node of world.nodes.list(pool.key)) {
    const tally = node.isDedicated ? dedicated : lowPriority;
    const name = COUNTED[node.state] ?? (node.state as NodeCountState);
    tally[name] += 1;
    tally.total += 1;
  }
  return { poolId: pool.id, dedicated: dedicated satisfies NodeCounts, lowPriority };
}
