// A stream of random operations on the engine in virtual time, with every invariant checked after every step. The fast
// suite takes a few seeds and steps. `BATCHRITE_SIMULATION_SEEDS=200 BATCHRITE_SIMULATION_STEPS=10000` is the full run;
// `BATCHRITE_SIMULATION_SEED` replays one.
import { describe, expect, test } from 'vitest';
import type { SimulationFailure } from './random/simulation.ts';
import { simulate } from './random/simulation.ts';

const STEPS = wholeNumber('BATCHRITE_SIMULATION_STEPS', 400);
const ONE = process.env['BATCHRITE_SIMULATION_SEED'];
const SEEDS =
  ONE === undefined
    ? Array.from({ length: wholeNumber('BATCHRITE_SIMULATION_SEEDS', 12) }, (_, index) => `seed-${index + 1}`)
    : [ONE];

/** A step takes about a millisecond; this is for a slow machine that does other things. */
const TIMEOUT_MS = 10_000 + 20 * STEPS;

describe('the engine under random operations', () => {
  test.each(SEEDS)(
    `keeps every rule for ${STEPS} steps of %s`,
    async (seed) => {
      expect(report(await simulate(seed, STEPS))).toBe('');
    },
    TIMEOUT_MS,
  );
});

function report(failure: SimulationFailure | undefined): string {
  if (failure === undefined) return '';
  const { seed, steps, violations, operations } = failure;
  return [
    `Step ${steps} of ${seed} broke ${violations.length} rules:`,
    ...violations.map((violation) => `  ${violation}`),
    'The last operations were:',
    ...operations.map((operation) => `  ${operation}`),
    'Replay it with:',
    `  BATCHRITE_SIMULATION_SEED=${seed} BATCHRITE_SIMULATION_STEPS=${steps} npx vitest run --project simulation test/simulation/random-operations.test.ts`,
  ].join('\n');
}

function wholeNumber(variable: string, otherwise: number): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return otherwise;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${variable} is "${text}"; set it to a whole number above 0.`);
}
