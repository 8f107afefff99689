/** The door of the scenarios: what there is to run. */
import { dependencies } from './dependencies.ts';
import { jobSchedule } from './job-schedule.ts';
import { multiInstance } from './multi-instance.ts';
import { outputFiles } from './output-files.ts';
import { poolReuse } from './pool-reuse.ts';
import { preparationAndRelease } from './preparation-and-release.ts';
import { retries } from './retries.ts';
import type { Scenario } from './scenario.ts';
import { sweep } from './sweep.ts';
import { topWords } from './top-words.ts';

export type { Option, RawOptions, RawValue } from './options.ts';
export type { Footprint, PlannedPool, PreparedScenario, Scenario, ScenarioContext } from './scenario.ts';

export const scenarios: readonly Scenario[] = [
  topWords,
  dependencies,
  retries,
  preparationAndRelease,
  outputFiles,
  multiInstance,
  jobSchedule,
  sweep,
  poolReuse,
];
