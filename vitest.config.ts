// The test suites, one vitest project each, so that `npm test -- --project wire` runs one of them. What a suite needs of
// the machine (a Docker engine, `az`, …) its files ask for themselves: test/support/requirements.ts.
import { defineConfig } from 'vitest/config';
import { SkipReporter } from './test/support/skip-reporter.ts';

interface Suite {
  /** Milliseconds that one test may take: those that start processes or containers get more. */
  readonly timeoutMs: number;
  /** Suites of a later round start when the earlier ones have ended, so that processes do not starve each other. */
  readonly round: number;
}

const suites: Record<string, Suite> = {
  unit: { timeoutMs: 20_000, round: 1 },
  simulation: { timeoutMs: 20_000, round: 1 },
  contract: { timeoutMs: 30_000, round: 2 },
  wire: { timeoutMs: 30_000, round: 2 },
  clients: { timeoutMs: 120_000, round: 3 },
  e2e: { timeoutMs: 120_000, round: 3 },
  docker: { timeoutMs: 120_000, round: 3 },
};

export default defineConfig({
  test: {
    reporters: ['default', new SkipReporter()],
    projects: Object.entries(suites).map(([name, { timeoutMs, round }]) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        environment: 'node',
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
        sequence: { groupOrder: round },
      },
    })),
  },
});
