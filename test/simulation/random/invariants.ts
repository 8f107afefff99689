// What must hold after every step, whatever was asked for: each check yields a sentence for each rule that is broken.
import { checkFiles } from './file-invariants.ts';
import { checkJobs } from './job-invariants.ts';
import { checkPools } from './pool-invariants.ts';
import { checkProgress } from './progress-invariants.ts';
import { checkRuns } from './run-invariants.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import type { Snapshot } from './snapshot.ts';
import { takeSnapshot } from './snapshot.ts';

/** Empty when everything holds. */
export async function brokenRules(world: SimulatedWorld): Promise<readonly string[]> {
  const snapshot = await takeSnapshot(world.engine);
  return [
    ...world.runtime.violations,
    ...checkPools(world, snapshot),
    ...checkJobs(world, snapshot),
    ...checkRuns(world, snapshot),
    ...checkProgress(world, snapshot),
    ...(await checkFiles(world, snapshot)),
  ];
}

/** An engine that is started from what has been committed shows the same. */
export async function restartDifference(world: SimulatedWorld): Promise<string | undefined> {
  const restored = await world.restored();
  try {
    const [before, after] = [await takeSnapshot(world.engine), await takeSnapshot(restored)];
    return sameText(before, after) ? undefined : `a restart shows something else: ${firstDifference(before, after)}`;
  } finally {
    await restored.close();
  }
}

function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function firstDifference(before: Snapshot, after: Snapshot): string {
  const [a, b] = [entries(before), entries(after)];
  for (const [name, text] of a) if (b.get(name) !== text) return `${name}: ${text} became ${b.get(name) ?? 'nothing'}`;
  return [...b.keys()].find((name) => !a.has(name)) ?? 'another order';
}

function entries({ pools, jobs }: Snapshot): Map<string, string> {
  const named = new Map<string, string>();
  for (const { pool, nodes } of pools) {
    named.set(`pool ${pool.id}`, JSON.stringify(pool));
    for (const node of nodes) named.set(`node ${node.id}`, JSON.stringify(node));
  }
  for (const { job, tasks, counts, hooks } of jobs) {
    named.set(`job ${job.id}`, JSON.stringify(job));
    named.set(`counts of ${job.id}`, JSON.stringify(counts));
    named.set(`hooks of ${job.id}`, JSON.stringify(hooks));
    for (const task of tasks) named.set(`task ${job.id}/${task.id}`, JSON.stringify(task));
  }
  return named;
}
