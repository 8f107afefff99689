/**
 * Preemption between jobs (batch-semantics 2.4): running tasks of jobs that allow it go back to the queue when a task of
 * a job of higher priority fits nowhere. Pure: it names the tasks, and keeps the slots that will be free for whom they
 * are freed.
 */
import type { TaskKey } from '../domain/keys.ts';
import type { Assignment, Claim, OpenJob, OpenNode, PoolSnapshot, Room, TaskCandidate } from './snapshot.ts';

interface Demand {
  readonly pool: PoolSnapshot;
  readonly nodes: readonly OpenNode[];
  /** Jobs of one priority. */
  readonly jobs: readonly OpenJob[];
  readonly assignments: readonly Assignment[];
}

/** The tasks that must stop for the jobs' next tasks. */
export function makeRoom({ pool, nodes, jobs, assignments }: Demand): readonly TaskKey[] {
  const evicted: TaskKey[] = [];
  const seen = new Set(assignments.map(({ task }) => task));
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
      const place = cheapestPlace(task, job, nodes);
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

interface Place {
  readonly node: OpenNode;
  readonly victims: readonly Claim[];
}

/** Where fewest tasks must stop; of equal ones the node with the lower number. */
function cheapestPlace(task: TaskCandidate, job: OpenJob, nodes: readonly OpenNode[]): Place | undefined {
  let best: Place | undefined;
  for (const node of nodes) {
    const victims = canRun(node, task, job) ? victimsOn(node, task, job.candidate.priority) : undefined;
    if (victims === undefined) continue;
    if (best === undefined || victims.length < best.victims.length) best = { node, victims };
  }
  return best;
}

function canRun({ candidate }: OpenNode, task: TaskCandidate, job: OpenJob): boolean {
  if (candidate.isExclusive || candidate.barredJobs.includes(job.candidate.key)) return false;
  if (candidate.occupants.includes(task.key)) return false;
  return task.allowsLowPriority || candidate.isDedicated;
}

/** Who must stop there; nobody when what stops already is enough, undefined when it would not help. */
function victimsOn(node: OpenNode, task: TaskCandidate, priority: number): readonly Claim[] | undefined {
  const room = roomOn(node);
  let { free } = room;
  const victims: Claim[] = [];
  const weakest = (node.candidate.claims ?? [])
    .filter((claim) => !claim.isStopping && claim.priority < priority && !room.evicted.has(claim.task))
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
    free: room.free + gained - task.slots,
    evicted: new Set([...room.evicted, ...victims.map((victim) => victim.task)]),
  };
  // Nobody of lower priority starts here before.
  node.free = 0;
}
