/** All sections, in their order. */
import type { Section } from './rule.ts';
import { schedulingSections } from './sections/scheduling.ts';
import { recoverySections } from './sections/recovery.ts';
import { taskLifeSections } from './sections/task-life.ts';
import { jobLifeSections } from './sections/job-life.ts';
import { errorCodeSections } from './sections/error-codes.ts';
import { dependencySections } from './sections/dependencies.ts';
import { hookSections } from './sections/hooks.ts';
import { startTaskSections } from './sections/start-task.ts';
import { multiInstanceSections } from './sections/multi-instance.ts';
import { scheduleSections } from './sections/schedules.ts';
import { fileSections } from './sections/files.ts';
import { nodeSections } from './sections/on-the-node.ts';
import { poolSections } from './sections/pools.ts';

export const sections: readonly Section[] = [
  ...schedulingSections,
  ...recoverySections,
  ...taskLifeSections,
  ...jobLifeSections,
  ...errorCodeSections,
  ...dependencySections,
  ...hookSections,
  ...startTaskSections,
  ...multiInstanceSections,
  ...scheduleSections,
  ...fileSections,
  ...nodeSections,
  ...poolSections,
];
