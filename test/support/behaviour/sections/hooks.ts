/** Job preparation, job release and the job manager: batch-semantics 5. */
import type { Section } from '../rule.ts';

export const hookSections: readonly Section[] = [
  { number: '5.1', title: 'Job preparation task', rules: [] },
  { number: '5.2', title: 'Job release task', rules: [] },
  { number: '5.3', title: 'Job manager task', rules: [] },
];
