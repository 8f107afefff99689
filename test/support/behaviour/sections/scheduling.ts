/** Which task runs when and where: batch-semantics 2.1 to 2.4. */
import { tested, type Section } from '../rule.ts';

export const schedulingSections: readonly Section[] = [
  { number: '2.1', title: 'Choosing tasks', rules: [] },
  {
    number: '2.2',
    title: 'Slots',
    rules: [
      tested('A node runs no more tasks at once than it has slots.', [
        'simulation/tasks.test.ts',
        'bound how many tasks a node runs at once (batch-semantics 2.2)',
      ]),
      tested('A task that needs more slots than any node has is accepted and never runs.', [
        'simulation/tasks.test.ts',
        'that no node has are waited for, for ever, as on Azure (batch-semantics 2.2)',
      ]),
    ],
  },
  { number: '2.3', title: 'Where a task goes', rules: [] },
  { number: '2.4', title: 'Preemption between jobs', rules: [] },
];
