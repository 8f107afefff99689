// The stream of random operations.
import type { RandomStream } from '../../../core/kernel/index.ts';
import { JOB_OPERATIONS } from './job-operations.ts';
import type { Operation, WeightedOperations } from './operation.ts';
import { POOL_OPERATIONS } from './pool-operations.ts';
import { SCHEDULE_OPERATIONS } from './schedule-operations.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { chance, durations, pick } from './simulated-world.ts';
import { TASK_OPERATIONS } from './task-operations.ts';

/** Mostly shorter than tasks take; at times long enough for everything to come to an end. */
const ADVANCES = [0, 0, 0, 1, 100, 500, 1000, 1000, 2000, 3000, 5000, 5000, 10_000, 20_000, 60_000, 300_000];
const LONG_ADVANCES = [1_800_000, 7_200_000, 86_400_000];

const advance: Operation = async ({ clock }, random) => {
  const ms = pick(random, chance(random, 0.01) ? LONG_ADVANCES : ADVANCES);
  clock.advance(ms);
  return `advance by ${ms} ms`;
};

/** What begins from now on takes other times, and may or may not push others aside. */
const changeSettings: Operation = (world, random) => {
  const change = durations(random);
  world.engine.settings.change(change);
  return Promise.resolve(`set ${JSON.stringify(change)}`);
};

const OPERATIONS: WeightedOperations = [
  [35, advance],
  [0.5, changeSettings],
  ...POOL_OPERATIONS,
  ...JOB_OPERATIONS,
  ...SCHEDULE_OPERATIONS,
  ...TASK_OPERATIONS,
];
const TOTAL = OPERATIONS.reduce((sum, [weight]) => sum + weight, 0);

export function randomOperation(world: SimulatedWorld, random: RandomStream): Promise<string> {
  let left = random.next() * TOTAL;
  for (const [weight, operation] of OPERATIONS) {
    left -= weight;
    if (left < 0) return operation(world, random);
  }
  return advance(world, random);
}
