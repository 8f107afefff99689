/** The lives of tasks and jobs: batch-semantics 3. */
import { tested, type Section } from '../rule.ts';

export const lifecycleSections: readonly Section[] = [
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
  { number: '3.5', title: 'Exit conditions', rules: [] },
  {
    number: '3.6',
    title: 'onAllTasksComplete',
    rules: [
      tested('A job that has no task counts as finished.', [
        'simulation/jobs.test.ts',
        'without tasks counts as all complete (batch-semantics 3.6)',
      ]),
      tested('A job that was told to end with its tasks cannot be told otherwise.', [
        'simulation/jobs.test.ts',
        'cannot go back from terminatejob to noaction (batch-semantics 3.6)',
      ]),
    ],
  },
  {
    number: '3.7',
    title: 'Job states',
    rules: [
      tested('Terminating a job stops what runs and never starts what waits.', [
        'simulation/jobs.test.ts',
        'that is terminated ends running tasks and leaves waiting ones active for ever (batch-semantics 3.7)',
      ]),
      tested('A job has its wall clock time from its creation on.', [
        'simulation/jobs.test.ts',
        'is terminated when its wall clock time has passed since its creation (batch-semantics 3.7)',
      ]),
    ],
  },
  { number: '3.8', title: 'Counts', rules: [] },
  { number: '3.9', title: 'Error codes', rules: [] },
];
