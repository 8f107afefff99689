/** The lives of tasks and jobs: batch-semantics 3. */
import type { Section } from '../rule.ts';

export const lifecycleSections: readonly Section[] = [
  { number: '3.1', title: 'Task states', rules: [] },
  { number: '3.2', title: 'Constraints', rules: [] },
  { number: '3.3', title: 'Outcome', rules: [] },
  { number: '3.4', title: 'Wall clock and termination', rules: [] },
  { number: '3.5', title: 'Exit conditions', rules: [] },
  { number: '3.6', title: 'onAllTasksComplete', rules: [] },
  { number: '3.7', title: 'Job states', rules: [] },
  { number: '3.8', title: 'Counts', rules: [] },
  { number: '3.9', title: 'Error codes', rules: [] },
];
