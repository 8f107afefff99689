// A stream of random operations on the engine in virtual time, with every invariant checked after every step. The fast
// suite takes a few seeds and steps; `.ci/run` takes 200 of 10,000 with `BATCHRITE_SIMULATION_SEEDS` and
// `BATCHRITE_SIMULATION_STEPS`. `BATCHRITE_SIMULATION_SEED` replays one.
import { describe, expect, test } from 'vitest';
import type { SimulationFailure } from './simulation.ts';
import { simulate } from './simulation.ts';

const DEFAULT_SEEDS = 12;
const DEFAULT_STEPS = 400;

/** A step takes a fifth of a millisecond; this is for a slow machine that does other things. */
const STEP_LIMIT_MS = 5;
const START_LIMIT_MS = 10_000;

/** The seeds of one of `parts` test files; parts count from 1. */
export function describeSeeds(part: number, parts: number): void {
  const steps = wholeNumber('BATCHRITE_SIMULATION_STEPS', DEFAULT_STEPS);
  const one = process.env['BATCHRITE_SIMULATION_SEED'];
  const count = wholeNumber('BATCHRITE_SIMULATION_SEEDS', DEFAULT_SEEDS);
  const own = Array.from({ length: count }, (_, index) => index + 1).filter((seed) => seed % parts === part % parts);
  const seeds = one === undefined || one === '' ? own.map((seed) => `seed-${seed}`) : [one];
  describe('the engine under random operations', () => {
    test.each(seeds)(
      `keeps every rule for ${steps} steps of %s`,
      async (seed) => {
        expect(report(await simulate(seed, steps), part)).toBe('');
      },
      START_LIMIT_MS + STEP_LIMIT_MS * steps,
    );
  });
}

function report(failure: SimulationFailure | undefined, part: number): string {
  if (failure === undefined) return '';
  const { seed, steps, violations, operations } = failure;
  return [
    `Step ${steps} of ${seed} broke ${violations.length} rules:`,
    ...violations.map((violation) => `  ${violation}`),
    'The last operations were:',
    ...operations.map((operation) => `  ${operation}`),
    'Replay it with:',
    `  BATCHRITE_SIMULATION_SEED=${seed} BATCHRITE_SIMULATION_STEPS=${steps} npx vitest run --project simulation test/simulation/random-operations-${part}.test.ts`,
  ].join('\n');
}

function wholeNumber(variable: string, otherwise: number): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return otherwise;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${variable} is "${text}"; set it to a whole number above 0.`);
}
