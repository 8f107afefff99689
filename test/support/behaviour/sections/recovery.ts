/** Why a task waits, and what brings it back to the queue: batch-semantics 2.5 to 2.7. */
import { tested, type Section } from '../rule.ts';

export const recoverySections: readonly Section[] = [
  { number: '2.5', title: 'Schedule failures', rules: [] },
  { number: '2.6', title: 'Why a task stays active', rules: [] },
  {
    number: '2.7',
    title: 'Requeue, retry, recovery',
    rules: [
      tested('A task whose node is lost starts over elsewhere, and no counter moves.', [
        'simulation/tasks.test.ts',
        'runs again elsewhere when its node is lost, without a retry being counted (batch-semantics 2.7)',
      ]),
    ],
  },
];
