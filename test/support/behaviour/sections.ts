/** All sections, in their order. */
import type { Section } from './rule.ts';
import { schedulingSections } from './sections/scheduling.ts';
import { lifecycleSections } from './sections/lifecycle.ts';
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
  ...lifecycleSections,
  ...dependencySections,
  ...hookSections,
  ...startTaskSections,
  ...multiInstanceSections,
  ...scheduleSections,
  ...fileSections,
  ...nodeSections,
  ...poolSections,
];
