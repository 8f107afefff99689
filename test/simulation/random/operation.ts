// What a random operation is, and how it is told.
import type { Outcome, RandomStream } from '../../../core/kernel/index.ts';
import type { DeallocationOption, EngineFault } from '../../../emulator/engine/index.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** Asks the engine for something, and notes what the world must hold from then on. Resolves with a line on what it did. */
export type Operation = (world: SimulatedWorld, random: RandomStream) => Promise<string>;

/** How often each comes, relative to the others. */
export type WeightedOperations = readonly (readonly [weight: number, operation: Operation])[];

export const OPTIONS: readonly DeallocationOption[] = ['requeue', 'terminate', 'taskcompletion', 'retaineddata'];

/** For example `delete pool-1: PoolNotFound`. */
export function told(what: string, outcome: Outcome<unknown, EngineFault>): string {
  return outcome.ok ? what : `${what}: ${outcome.fault.code}`;
}
