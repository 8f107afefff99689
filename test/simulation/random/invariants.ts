// What must hold after every step, whatever was asked for: each check yields a sentence for each rule that is broken.
// What has changed is read anew and checked; of what has not, only the rules that depend on time or on what really runs.
import { checkExplanations } from './explanations.ts';
import { FileWatch } from './file-invariants.ts';
import { checkJobs } from './job-invariants.ts';
import { checkOutcomes } from './outcome-invariants.ts';
import { checkPools } from './pool-invariants.ts';
import { checkProgress } from './progress-invariants.ts';
import { checkRuns } from './run-invariants.ts';
import { checkSchedules } from './schedule-invariants.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import type { Snapshot } from './snapshot.ts';
import { takeSnapshot } from './snapshot.ts';

export class Invariants {
  readonly #world: SimulatedWorld;
  readonly #files: FileWatch;
  #snapshot: Snapshot | undefined;
  #runtimeChanges = -1;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    this.#files = new FileWatch(world);
  }

  /** Empty when everything holds. */
  async brokenRules(): Promise<readonly string[]> {
    const world = this.#world;
    const snapshot = await takeSnapshot(world.engine, this.#snapshot, world.store.takeChanged());
    forgetLost(world, snapshot);
    const isMoved = snapshot.fresh.size > 0 || this.#runtimeChanges !== world.runtime.changes;
    this.#snapshot = snapshot;
    this.#runtimeChanges = world.runtime.changes;
    return [
      ...world.runtime.violations,
      ...checkJobs(world, snapshot),
      ...checkOutcomes(world, snapshot),
      ...checkSchedules(world, snapshot),
      ...checkPools(world, snapshot),
      ...(isMoved ? checkRuns(world, snapshot) : []),
      ...(isMoved ? checkProgress(world, snapshot) : []),
      ...(await this.#files.check(snapshot)),
    ];
  }

  /** What costs more: the engine shows nothing new where nothing was committed, a restart shows the same, all is explained. */
  async brokenLongRules(): Promise<readonly string[]> {
    const { engine } = this.#world;
    const full = await takeSnapshot(engine);
    const stale = this.#snapshot === undefined ? undefined : difference(this.#snapshot, full);
    const restored = await this.#world.restored();
    try {
      const restart = difference(full, await takeSnapshot(restored));
      return [
        ...(stale === undefined ? [] : [`something shows that was not committed: ${stale}`]),
        ...(restart === undefined ? [] : [`a restart shows something else: ${restart}`]),
        ...(await checkExplanations(engine, full)),
      ];
    } finally {
      await restored.close();
    }
  }
}

/** The engine has noticed and has done something about it. */
function forgetLost({ lost, runtime }: SimulatedWorld, { pools }: Snapshot): void {
  if (lost.size === 0) return;
  const states = new Map(pools.flatMap(({ nodes }) => nodes.map(({ id, state }) => [id, state] as const)));
  for (const id of lost) {
    const state = states.get(id);
    if (state === undefined || (state !== 'unusable' && runtime.nodes.has(id))) lost.delete(id);
  }
}

function difference(before: Snapshot, after: Snapshot): string | undefined {
  const [a, b] = [entries(before), entries(after)];
  for (const [name, text] of a) if (b.get(name) !== text) return `${name}: ${text} became ${b.get(name) ?? 'nothing'}`;
  const added = [...b.keys()].find((name) => !a.has(name));
  if (added !== undefined) return `${added} is there`;
  return [...a.keys()].join() === [...b.keys()].join() ? undefined : 'another order';
}

function entries({ pools, jobs, schedules, nodeCounts }: Snapshot): Map<string, string> {
  const named = new Map<string, string>();
  for (const { pool, nodes } of pools) {
    named.set(`pool ${pool.id}`, JSON.stringify(pool));
    for (const node of nodes) named.set(`node ${node.id}`, JSON.stringify(node));
  }
  for (const { job, tasks, counts, hooks, subtasks } of jobs) {
    named.set(`job ${job.id}`, JSON.stringify(job));
    named.set(`counts of ${job.id}`, JSON.stringify(counts));
    named.set(`hooks of ${job.id}`, JSON.stringify(hooks));
    for (const task of tasks) named.set(`task ${job.id}/${task.id}`, JSON.stringify(task));
    for (const [id, list] of subtasks) named.set(`subtasks of ${job.id}/${id}`, JSON.stringify(list));
  }
  for (const schedule of schedules) named.set(`schedule ${schedule.id}`, JSON.stringify(schedule));
  for (const counts of nodeCounts) named.set(`node counts of ${counts.poolId}`, JSON.stringify(counts));
  return named;
}
