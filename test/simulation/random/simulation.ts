// One run of the random simulation: operations and checks in turn, and at the end everything is deleted and must be gone.
import { duration } from '../../../core/kernel/index.ts';
import { Invariants } from './invariants.ts';
import { randomOperation } from './operations.ts';
import { dropSchedule } from './schedule-operations.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { takeSnapshot } from './snapshot.ts';

export interface SimulationFailure {
  readonly seed: string;
  /** How many random operations lead to it. */
  readonly steps: number;
  readonly violations: readonly string[];
  /** The last operations, the newest at the end. */
  readonly operations: readonly string[];
}

const TOLD_OPERATIONS = 20;
const LONG_RULES_EVERY = 100;

/** Undefined when every rule held after every step. */
export async function simulate(seed: string, steps: number): Promise<SimulationFailure | undefined> {
  const world = new SimulatedWorld(seed);
  const invariants = new Invariants(world);
  const random = world.random('operations');
  const operations: string[] = [];
  await world.open();
  try {
    for (let step = 1; step <= steps + ENDING.length; step += 1) {
      const ending = ENDING[step - steps - 1] ?? deleteEverything;
      const violations = await perform(step, invariants, async () => {
        operations.push(await (step <= steps ? randomOperation(world, random) : ending(world)));
      });
      if (violations.length === 0) continue;
      return { seed, steps: Math.min(step, steps), violations, operations: operations.slice(-TOLD_OPERATIONS) };
    }
    return undefined;
  } finally {
    await world.close();
  }
}

/** Performs the operation and checks everything. Whatever is thrown, as by a broken engine, is a violation. */
async function perform(
  step: number,
  invariants: Invariants,
  operation: () => Promise<void>,
): Promise<readonly string[]> {
  try {
    await operation();
    const violations = await invariants.brokenRules();
    return step % LONG_RULES_EVERY === 0 ? [...violations, ...(await invariants.brokenLongRules())] : violations;
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

type Ending = (world: SimulatedWorld) => Promise<string>;

/** Every deleted thing is gone eventually, and no process is left. On the way all rules hold. */
const ENDING: readonly Ending[] = [
  deleteEverything,
  ...[0, 100, 1000, 10_000].map(pass),
  pass(duration.hours(1)),
  seeThatAllIsGone,
];

async function deleteEverything(world: SimulatedWorld): Promise<string> {
  const { engine, pools, jobs, schedules, clock } = world;
  for (const { id } of schedules.values()) await dropSchedule(world, id);
  for (const [id, job] of jobs) if ((await engine.jobs.delete(id)).ok) job.deletedAt = clock.now();
  for (const [id, pool] of pools) if ((await engine.pools.delete(id)).ok) pool.deletedAt = clock.now();
  return 'delete everything';
}

function pass(ms: number): Ending {
  return ({ clock }) => {
    clock.advance(ms);
    return Promise.resolve(`advance by ${ms} ms`);
  };
}

async function seeThatAllIsGone({ engine, runtime }: SimulatedWorld): Promise<string> {
  const { pools, jobs, schedules } = await takeSnapshot(engine);
  const names = [
    ...schedules.map(({ id }) => id),
    ...jobs.map(({ job }) => job.id),
    ...pools.map(({ pool }) => pool.id),
    ...runtime.nodes.keys(),
  ];
  if (names.length > 0) throw new Error(`Not gone an hour after it was deleted: ${names.join(', ')}.`);
  if (runtime.live.size > 0) throw new Error(`Still running at the end: ${[...runtime.live.keys()].join(', ')}.`);
  return 'all is gone';
}
