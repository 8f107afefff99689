/** Which task runs when and where: batch-semantics 2. */
import type { Section } from '../rule.ts';

export const schedulingSections: readonly Section[] = [
  { number: '2.1', title: 'Choosing tasks', rules: [] },
  { number: '2.2', title: 'Slots', rules: [] },
  { number: '2.3', title: 'Where a task goes', rules: [] },
  { number: '2.4', title: 'Preemption between jobs', rules: [] },
  { number: '2.5', title: 'Schedule failures', rules: [] },
  { number: '2.6', title: 'Why a task stays active', rules: [] },
  { number: '2.7', title: 'Requeue, retry, recovery', rules: [] },
];
