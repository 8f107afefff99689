/** Whether an account waits for nothing but its users: no pool, node or job of it is on its way to another state. */
import type {
  BatchEngine,
  JobResource,
  ListQuery,
  NodeCountState,
  Page,
  PoolNodeCounts,
  PoolResource,
  Reply,
} from '../engine/index.ts';

/** States of a node in which something is under way on it. */
const MOVING_STATES: readonly NodeCountState[] = [
  'creating',
  'starting',
  'waitingForStartTask',
  'rebooting',
  'reimaging',
  'running',
  'leavingPool',
];

const MOVING_JOB_STATES: readonly JobResource['state'][] = ['disabling', 'enabling', 'terminating', 'deleting'];

export async function isIdle({ pools, jobs }: BatchEngine): Promise<boolean> {
  const moving =
    (await any((query) => pools.list(query), poolMoves)) ||
    (await any((query) => pools.nodeCounts(query), nodesMove)) ||
    (await any((query) => jobs.list(query), jobMoves));
  return !moving;
}

/** Whether the account has pools, jobs or schedules. */
export async function isEmpty({ pools, jobs, schedules }: BatchEngine): Promise<boolean> {
  const inhabited =
    (await any(
      (query) => pools.list(query),
      () => true,
    )) ||
    (await any(
      (query) => jobs.list(query),
      () => true,
    )) ||
    (await any(
      (query) => schedules.list(query),
      () => true,
    ));
  return !inhabited;
}

function poolMoves({ state, allocationState }: PoolResource): boolean {
  return state === 'deleting' || allocationState !== 'steady';
}

function nodesMove({ dedicated, lowPriority }: PoolNodeCounts): boolean {
  return MOVING_STATES.some((state) => dedicated[state] + lowPriority[state] > 0);
}

function jobMoves({ state }: JobResource): boolean {
  return MOVING_JOB_STATES.includes(state);
}

async function any<T>(list: (query: ListQuery<T>) => Reply<Page<T>>, where: (item: T) => boolean): Promise<boolean> {
  for (let after: string | undefined; ;) {
    const page = await list({ limit: 1, where, ...(after === undefined ? {} : { after }) });
    if (!page.ok) throw new Error(`A list of the whole account was refused: ${page.fault.code}.`);
    if (page.value.items.length > 0) return true;
    after = page.value.next;
    if (after === undefined) return false;
  }
}
