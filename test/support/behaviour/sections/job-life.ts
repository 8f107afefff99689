/** What tasks mean for their job, and the life of a job: batch-semantics 3.5 to 3.8. */
import { tested, type Section } from '../rule.ts';

export const jobLifeSections: readonly Section[] = [
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
];
