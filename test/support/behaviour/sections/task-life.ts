/** The life of a task: batch-semantics 3.1 to 3.4. */
import { tested, type Section } from '../rule.ts';

export const taskLifeSections: readonly Section[] = [
  {
    number: '3.1',
    title: 'Task states',
    rules: [
      tested('A new task is active and knows only its two zero counters.', [
        'simulation/tasks.test.ts',
        'is active with zero counters and no times of its own when it is new (batch-semantics 3.1)',
      ]),
    ],
  },
  {
    number: '3.2',
    title: 'Constraints',
    rules: [
      tested('With n retries a task that keeps failing runs n + 1 times.', [
        'simulation/tasks.test.ts',
        'runs n + 1 times with maxTaskRetryCount n, and keeps its eTag (batch-semantics 3.2, wire-facts 1.8)',
      ]),
    ],
  },
  { number: '3.3', title: 'Outcome', rules: [] },
  { number: '3.4', title: 'Wall clock and termination', rules: [] },
];
