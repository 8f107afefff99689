/** A vitest `test` with a private emulator, started for each test that asks for it and closed when that test has ended. */
import { type TestAPI, test } from 'vitest';
import { type Batchrite, type BatchriteOptions, startBatchrite } from '../embedded/index.ts';

export interface BatchriteFixtures {
  /** How the emulator is started. Simulated nodes on a virtual clock unless `extend` or `override` says otherwise. */
  readonly batchriteOptions: BatchriteOptions;
  readonly batchrite: Batchrite;
}

/**
 * `batchriteTest('…', async ({ batchrite }) => { … })`. Other options for a whole file or a `describe`:
 * `const test = batchriteTest.extend({ batchriteOptions: { runtime: 'process' } })`.
 */
export const batchriteTest: TestAPI<BatchriteFixtures> = test.extend<BatchriteFixtures>({
  batchriteOptions: {},
  batchrite: async ({ batchriteOptions }, use) => {
    await using batchrite = await startBatchrite(batchriteOptions);
    await use(batchrite);
  },
});
