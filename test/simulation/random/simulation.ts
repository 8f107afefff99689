// One run of the random simulation: operations and checks in turn, and at the end everything is deleted and must be gone.
import { duration } from '../../../core/kernel/index.ts';
import { brokenRules, restartDifference } from './invariants.ts';
import { randomOperation } from './operations.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { takeSnapshot } from './snapshot.ts';

export interface SimulationFailure {
  readonly seed: string;
  /** Counted from 1; the step after which a rule was found broken. */
  readonly step: number;
  readonly violations: readonly string[];
  /** The last operations, the newest at the end. */
  readonly operations: readonly string[];
}

const TOLD_OPERATIONS = 20;
const RESTART_EVERY = 50;

/** Undefined when every rule held after every step. */
export async function simulate(seed: string, steps: number): Promise<SimulationFailure | undefined> {
  const world = new SimulatedWorld(seed);
  const random = world.random('operations');
  const operations: string[] = [];
  await world.open();
  const perform = async (step: number, operation: () => Promise<string>): Promise<SimulationFailure | undefined> => {
    const violations: string[] = [];
    try {
      operations.push(await operation());
      violations.push(...(await brokenRules(world)));
      const difference = step % RESTART_EVERY === 0 ? await restartDifference(world) : undefined;
      if (difference !== undefined) violations.push(difference);
    } catch (error) {
      violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    return violations.length === 0
      ? undefined
      : { seed, step, violations, operations: operations.slice(-TOLD_OPERATIONS) };
  };
  try {
    for (let step = 1; step <= steps; step += 1) {
      const failure = await perform(step, () => randomOperation(world, random));
      if (failure !== undefined) return failure;
    }
    return await perform(steps + 1, () => deleteEverything(world));
  } finally {
    await world.close();
  }
}

/** Every deleted thing is gone eventually, and no process is left. */
async function deleteEverything(world: SimulatedWorld): Promise<string> {
  const { engine, clock, runtime } = world;
  const { pools, jobs } = await takeSnapshot(engine);
  for (const { job } of jobs) await engine.jobs.delete(job.id);
  for (const { pool } of pools) await engine.pools.delete(pool.id);
  clock.advance(duration.hours(1));
  const left = await takeSnapshot(engine);
  const names = [
    ...left.jobs.map(({ job }) => job.id),
    ...left.pools.map(({ pool }) => pool.id),
    ...runtime.nodes.keys(),
  ];
  if (names.length > 0) throw new Error(`Not gone an hour after it was deleted: ${names.join(', ')}.`);
  if (runtime.live.size > 0) throw new Error(`Still running at the end: ${[...runtime.live.keys()].join(', ')}.`);
  world.jobs.clear();
  world.pools.clear();
  return 'delete everything';
}
