// Ends every test run with one line for each suite that was skipped and why, then with the closing line
// `N passed, N failed, N skipped`, alone on its line, which CI reads.
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    for (const line of closingLines(modules, unhandledErrors.length)) process.stdout.write(`${line}\n`);
  }
}

/** What the run ends with. A file that could not be loaded and an error outside every test count as failed. */
function closingLines(modules: readonly TestModule[], unhandledErrors: number): string[] {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: 'passed' | 'failed' | 'skipped'): TestCase[] =>
    tests.filter((each) => each.result().state === state);
  const brokenSuites = modules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .filter((suite) => suite.errors().length > 0);
  const failed = inState('failed').length + brokenSuites.length + unhandledErrors;
  const skipped = inState('skipped');
  const unfinished = tests.filter((each) => each.result().state === 'pending').length;
  return [
    '',
    ...new Set(skipped.map(skipLine)),
    `${inState('passed').length} passed, ${failed + unfinished} failed, ${skipped.length} skipped`,
  ];
}

function skipLine(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  const suite = test.parent.type === 'suite' ? test.parent.fullName : test.module.relativeModuleId;
  const reason = test.meta().skippedBecause ?? note ?? 'no reason given';
  return `skipped ${test.project.name}: ${suite}: ${reason}`;
}
