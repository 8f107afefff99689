/**
 * Which task starts on which node (batch-semantics 2). Planning is pure and deterministic: it looks at
 * a pool and names assignments; applying them is somebody else's work.
 */
import type { JobKey, TaskKey } from '../domain/keys.ts';
import { makeRoom, makeRoomForManager } from './evictions.ts';
import type { Assignment, JobCandidate, OpenJob, OpenNode, Plan, PoolSnapshot, TaskCandidate } from './snapshot.ts';

/**
 * Takes jobs by priority, those of equal priority in turns (fewest running tasks first), and tasks in
 * the order of their addition. A task that fits nowhere is passed over and blocks nobody.
 */
export function plan(pool: PoolSnapshot): Plan {
  const nodes = pool.nodes
    .map((candidate): OpenNode => ({ candidate, free: candidate.freeSlots, isEmpty: candidate.isEmpty }))
    .toSorted((a, b) => a.candidate.ordinal - b.candidate.ordinal);
  const everyNode = [...nodes];
  const assignments: Assignment[] = [];
  const evictions: TaskKey[] = [];
  const taken = new Set<TaskKey>();
  for (const group of byPriority(pool.jobs)) {
    const jobs = group.map((candidate): OpenJob => ({
      candidate,
      placed: candidate.placedCount,
      left: candidate.parallelLeft,
    }));
    const everyJob = [...jobs];
    const managers = placeManagers(jobs, { nodes: everyNode, taken, pool, assignments });
    evictions.push(...managers.evictions);
    while (jobs.length > 0 && nodes.length > 0) {
      const at = leastServed(jobs);
      const job = jobs[at];
      if (job === undefined) break;
      const used = placeNext(job, nodes, taken, { pool, assignments });
      if (used.length === 0) {
        jobs.splice(at, 1);
        continue;
      }
      job.placed += 1;
      job.left -= 1;
      if (job.left <= 0) jobs.splice(at, 1);
      for (const node of used) if (node.free <= 0) nodes.splice(nodes.indexOf(node), 1);
    }
    // Before anybody of lower priority takes what this group is about to need.
    if (pool.givesWay) {
      const placed = [...assignments.map(({ task }) => task), ...managers.waiting];
      evictions.push(...makeRoom({ pool, nodes: everyNode, jobs: everyJob, placed }));
    }
  }
  return { assignments, evictions };
}

interface Progress {
  readonly nodes: readonly OpenNode[];
  readonly taken: Set<TaskKey>;
  readonly pool: PoolSnapshot;
  readonly assignments: Assignment[];
}

/** Job managers that start again come first in their priority, and names who must stop for them (batch-semantics 5.3). */
function placeManagers(
  jobs: readonly OpenJob[],
  { nodes, taken, pool, assignments }: Progress,
): { readonly evictions: readonly TaskKey[]; readonly waiting: readonly TaskKey[] } {
  const evictions: TaskKey[] = [];
  const waiting: TaskKey[] = [];
  for (const job of jobs) {
    const { restarting: manager, key } = job.candidate;
    if (manager === undefined || job.left <= 0) continue;
    taken.add(manager.key);
    const node = chooseNode(manager, key, nodes, pool.fill);
    if (node === undefined) {
      evictions.push(...makeRoomForManager(manager, job, nodes));
      waiting.push(manager.key);
      continue;
    }
    node.free = manager.isExclusive ? 0 : node.free - manager.slots;
    node.isEmpty = false;
    assignments.push({ task: manager.key, node: node.candidate.key });
    job.placed += 1;
    job.left -= 1;
  }
  return { evictions, waiting };
}

function placeNext(
  job: OpenJob,
  nodes: readonly OpenNode[],
  taken: Set<TaskKey>,
  into: { readonly pool: PoolSnapshot; readonly assignments: Assignment[] },
): readonly OpenNode[] {
  if (job.left <= 0) return [];
  let mostFree = 0;
  for (const node of nodes) {
    if (node.free > mostFree && !node.candidate.barredJobs.includes(job.candidate.key)) mostFree = node.free;
  }
  for (;;) {
    const task = mostFree === 0 ? undefined : job.candidate.next(mostFree, taken);
    if (task === undefined) return [];
    taken.add(task.key);
    const chosen = chooseNodes(task, job.candidate.key, nodes, into.pool);
    const [first, ...others] = chosen;
    if (first === undefined) continue;
    for (const node of chosen) {
      node.free = task.isExclusive ? 0 : node.free - task.slots;
      node.isEmpty = false;
    }
    into.assignments.push({
      task: task.key,
      node: first.candidate.key,
      ...(task.instances === undefined ? {} : { others: others.map(({ candidate }) => candidate.key) }),
    });
    return chosen;
  }
}

/** One node, or for a multi-instance task as many empty ones as it needs; none when it must wait. */
function chooseNodes(
  task: TaskCandidate,
  job: JobKey,
  nodes: readonly OpenNode[],
  pool: PoolSnapshot,
): readonly OpenNode[] {
  if (task.instances === undefined) {
    const node = chooseNode(task, job, nodes, pool.fill);
    return node === undefined ? [] : [node];
  }
  if (!pool.runsMultiInstance) return [];
  const fitting = nodes.filter((node) => node.isEmpty && fits(task, job, node));
  return fitting.length < task.instances ? [] : fitting.slice(0, task.instances);
}

function chooseNode(
  task: TaskCandidate,
  job: JobKey,
  nodes: readonly OpenNode[],
  fill: 'spread' | 'pack',
): OpenNode | undefined {
  let best: OpenNode | undefined;
  for (const node of nodes) {
    if (!fits(task, job, node)) continue;
    if (node.candidate.affinityId === task.affinityId) return node;
    if (best === undefined || (fill === 'spread' ? node.free > best.free : node.free < best.free)) best = node;
  }
  return best;
}

function fits(task: TaskCandidate, job: JobKey, { candidate, free, isEmpty }: OpenNode): boolean {
  if (free < task.slots || candidate.isExclusive) return false;
  if (task.isExclusive && !isEmpty) return false;
  if (!task.allowsLowPriority && !candidate.isDedicated) return false;
  // Two runs would share one directory, which goes with the end of the first.
  if (candidate.occupants.includes(task.key)) return false;
  return !candidate.barredJobs.includes(job);
}

function leastServed(jobs: readonly OpenJob[]): number {
  let best = 0;
  for (let index = 1; index < jobs.length; index += 1) {
    const job = jobs[index];
    const leader = jobs[best];
    if (job === undefined || leader === undefined) break;
    const isFewer = job.placed < leader.placed;
    const isOlder = job.placed === leader.placed && job.candidate.sequence < leader.candidate.sequence;
    if (isFewer || isOlder) best = index;
  }
  return best;
}

function byPriority(jobs: readonly JobCandidate[]): readonly (readonly JobCandidate[])[] {
  const groups = new Map<number, JobCandidate[]>();
  for (const job of jobs) {
    const group = groups.get(job.priority);
    if (group === undefined) groups.set(job.priority, [job]);
    else group.push(job);
  }
  return [...groups].toSorted(([a], [b]) => b - a).map(([, group]) => group);
}
