/**
 * Who goes back to the queue: running tasks of jobs that allow it, when a task of a job of higher priority fits nowhere
 * (batch-semantics 2.4), and any plain task of the priority or below, when a job manager starts again (5.3). Pure: it
 * names the tasks, and keeps the slots that will be free for whom they are freed.
 */
import type { TaskKey } from '../domain/keys.ts';
import type { Claim, OpenJob, OpenNode, PoolSnapshot, Room, TaskCandidate } from './snapshot.ts';

interface Demand {
  readonly pool: PoolSnapshot;
  readonly nodes: readonly OpenNode[];
  /** Jobs of one priority. */
  readonly jobs: readonly OpenJob[];
  /** Tasks that have a place by now, or one that is kept for them. */
  readonly placed: readonly TaskKey[];
}

/** The tasks that must stop for the jobs' next tasks. */
export function makeRoom({ pool, nodes, jobs, placed }: Demand): readonly TaskKey[] {
  const evicted: TaskKey[] = [];
  const seen = new Set(placed);
  for (const job of jobs) {
    // When a task finds no room, no bigger one of the job does.
    let most = pool.slotsPerNode;
    let { left } = job;
    while (left > 0 && most > 0) {
      const task = job.candidate.next(most, seen);
      if (task === undefined) break;
      seen.add(task.key);
      // Whole nodes at one moment are nothing that others can be pushed away for.
      if (task.instances !== undefined || task.isExclusive) continue;
      const { priority } = job.candidate;
      const place = cheapestPlace(task, job, nodes, (claim) => claim.givesWay && claim.priority < priority);
      if (place === undefined) {
        most = task.slots - 1;
        continue;
      }
      evicted.push(...place.victims.map((victim) => victim.task));
      keepRoom(place, task);
      left -= 1;
    }
  }
  return evicted;
}

/** The tasks that must stop for a job manager that starts again; none when it fits nowhere. */
export function makeRoomForManager(
  manager: TaskCandidate,
  job: OpenJob,
  nodes: readonly OpenNode[],
): readonly TaskKey[] {
  const { priority } = job.candidate;
  const place = cheapestPlace(manager, job, nodes, (claim) => claim.priority <= priority);
  if (place === undefined) return [];
  keepRoom(place, manager);
  return place.victims.map((victim) => victim.task);
}

interface Place {
  readonly node: OpenNode;
  readonly victims: readonly Claim[];
}

/** Where fewest tasks must stop, of equal ones the least important, and then the node with the lower number. */
function cheapestPlace(
  task: TaskCandidate,
  job: OpenJob,
  nodes: readonly OpenNode[],
  mayStop: (claim: Claim) => boolean,
): Place | undefined {
  let best: Place | undefined;
  for (const node of nodes) {
    const victims = canRun(node, task, job) ? victimsOn(node, task, mayStop) : undefined;
    if (victims === undefined) continue;
    if (best === undefined || isCheaper(victims, best.victims)) best = { node, victims };
  }
  return best;
}

function isCheaper(victims: readonly Claim[], others: readonly Claim[]): boolean {
  if (victims.length !== others.length) return victims.length < others.length;
  return highestPriority(victims) < highestPriority(others);
}

function highestPriority(claims: readonly Claim[]): number {
  return Math.max(...claims.map(({ priority }) => priority));
}

function canRun({ candidate }: OpenNode, task: TaskCandidate, job: OpenJob): boolean {
  if (candidate.isExclusive || candidate.barredJobs.includes(job.candidate.key)) return false;
  if (candidate.occupants.includes(task.key)) return false;
  return task.allowsLowPriority || candidate.isDedicated;
}

/** Who must stop there; nobody when what stops already is enough, undefined when it would not help. */
function victimsOn(
  node: OpenNode,
  task: TaskCandidate,
  mayStop: (claim: Claim) => boolean,
): readonly Claim[] | undefined {
  const room = roomOn(node);
  let { free } = room;
  const victims: Claim[] = [];
  const { claims = [], occupants } = node.candidate;
  // Who wants the node alone needs that everybody goes.
  if (task.isExclusive) {
    const staying = claims.filter((claim) => !claim.isStopping);
    const isFree = room.evicted.size === 0 && claims.length === occupants.length && staying.every(mayStop);
    return isFree ? staying : undefined;
  }
  const weakest = claims
    .filter((claim) => !claim.isStopping && mayStop(claim) && !room.evicted.has(claim.task))
    // The lowest priority gives way first, and of that what was added last.
    .toSorted((a, b) => a.priority - b.priority || b.sequence - a.sequence);
  for (const claim of weakest) {
    if (free >= task.slots) break;
    victims.push(claim);
    free += claim.slots;
  }
  return free >= task.slots ? victims : undefined;
}

function roomOn(node: OpenNode): Room {
  if (node.room !== undefined) return node.room;
  let { free } = node;
  for (const claim of node.candidate.claims ?? []) if (claim.isStopping) free += claim.slots;
  return { free, evicted: new Set() };
}

function keepRoom({ node, victims }: Place, task: TaskCandidate): void {
  const room = roomOn(node);
  const gained = victims.reduce((sum, { slots }) => sum + slots, 0);
  node.room = {
    free: task.isExclusive ? 0 : room.free + gained - task.slots,
    evicted: new Set([...room.evicted, ...victims.map((victim) => victim.task)]),
  };
  // Nobody of lower priority starts here before.
  node.free = 0;
}
