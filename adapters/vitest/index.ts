/** The door for vitest: tests that get an emulator of their own, `import { batchriteTest } from 'batchrite/vitest'`. */
export type { BatchriteFixtures } from './batchrite-test.ts';
export { batchriteTest } from './batchrite-test.ts';
