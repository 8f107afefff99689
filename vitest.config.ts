// The test suites, one vitest project each, so that `npm test -- --project wire` runs one of them. What a suite needs of
// the machine (a Docker engine, `az`, …) its files ask for themselves: test/support/requirements.ts.
import { defineConfig } from 'vitest/config';
import { SkipReporter } from './test/support/skip-reporter.ts';

/** Milliseconds that one test of the suite may take: those that start processes or containers get more. */
const timeoutMsBySuite = {
  unit: 5_000,
  simulation: 20_000,
  contract: 30_000,
  wire: 20_000,
  clients: 60_000,
  e2e: 60_000,
  docker: 120_000,
} as const;

export default defineConfig({
  test: {
    reporters: ['default', new SkipReporter()],
    projects: Object.entries(timeoutMsBySuite).map(([name, timeoutMs]) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        environment: 'node',
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
      },
    })),
  },
});
