/** Job schedules: batch-semantics 8. */
import { tested, testedOnNodes } from '../rule.ts';
import type { Section } from '../rule.ts';

export const scheduleSections: readonly Section[] = [
  {
    number: '8',
    title: 'Job schedules',
    rules: [
      tested(
        'The first job comes at once unless the schedule begins later; with an interval, each further one is due an interval after the one before.',
        [
          'simulation/schedules.test.ts',
          'makes its first job at once and the next one an interval later (batch-semantics 8; wire-facts 3.8)',
        ],
        [
          'simulation/schedules.test.ts',
          'makes no job before doNotRunUntil and none after doNotRunAfter (batch-semantics 8)',
        ],
      ),
      tested(
        'After its end no further job comes, and a job that runs goes on.',
        [
          'simulation/schedules.test.ts',
          'makes no job before doNotRunUntil and none after doNotRunAfter (batch-semantics 8)',
        ],
        [
          'simulation/schedule-rules.test.ts',
          'let a running job go on when no further one may come, and end the schedule after it (batch-semantics 8)',
        ],
      ),
      tested(
        'A start window is how long after it is due a job may still be made; without one it lasts until the next is due.',
        [
          'simulation/schedules.test.ts',
          'waits for the active job, and loses an occurrence whose start window passes (batch-semantics 8)',
        ],
        [
          'simulation/schedule-rules.test.ts',
          'of an occurrence without a window last until the next one is due (batch-semantics 8)',
        ],
      ),
      tested(
        'A window longer than the interval is as none, since a due job is not carried over to the next interval.',
        [
          'simulation/schedule-rules.test.ts',
          'with a window longer than the interval are as with none (batch-semantics 8)',
        ],
      ),
      tested('Interval and window are one minute at least.', [
        'simulation/schedule-rules.test.ts',
        'are at least a minute from one job to the next, and for a window (batch-semantics 8)',
      ]),
      tested('Without an interval a schedule makes one job and is completed when that has ended.', [
        'simulation/schedules.test.ts',
        'without recurrence makes one job and is completed when that has ended (batch-semantics 8)',
      ]),
      tested('A schedule has one active job at most.', [
        'simulation/schedule-rules.test.ts',
        'are never two at once (batch-semantics 8)',
      ]),
      tested(
        'A job that is due while the one before is active waits for its end.',
        [
          'simulation/schedules.test.ts',
          'starts a waiting occurrence as soon as the job before has ended (batch-semantics 8)',
        ],
        [
          'simulation/schedules.test.ts',
          'waits for the active job, and loses an occurrence whose start window passes (batch-semantics 8)',
        ],
      ),
      tested(
        'What its window has lost is not made up for.',
        [
          'simulation/schedules.test.ts',
          'waits for the active job, and loses an occurrence whose start window passes (batch-semantics 8)',
        ],
        ['simulation/schedule-rules.test.ts', 'of lost occurrences are not made up for (batch-semantics 8)'],
      ),
      tested(
        "Its jobs are called after it, with `:job-` and a number from 1 on, which no other job's id can contain; calls on jobs take such ids.",
        ['simulation/schedule-rules.test.ts', 'are numbered by a name that no other job can have (batch-semantics 8)'],
      ),
      testedOnNodes(
        'Directories of its jobs are those of the schedule and the number.',
        ['simulation/schedules.test.ts', 'gives its jobs directories of their own number (batch-semantics 8)'],
        [
          'contract/batch-service/schedules.ts',
          'tasks of a schedule have the directory of its job, by number (batch-semantics 8)',
        ],
      ),
      tested(
        'It tells when the next job is due, which job was made last and when it has ended.',
        ['simulation/schedule-rules.test.ts', 'says when it runs next and which job it made last (batch-semantics 8)'],
        [
          'simulation/schedule-rules.test.ts',
          'let a running job go on when no further one may come, and end the schedule after it (batch-semantics 8)',
        ],
      ),
      tested('A job without a manager has no tasks and waits for a client to add some and to end it.', [
        'simulation/schedule-rules.test.ts',
        'wait for the tasks of a client when they have no manager (batch-semantics 8)',
      ]),
      tested('One that is to end with its tasks and has none ends at once.', [
        'simulation/schedule-rules.test.ts',
        'end at once when they are to end with their tasks and have none (batch-semantics 8)',
      ]),
      testedOnNodes(
        'A job is what the specification of the schedule says, with all that a job can have.',
        ['simulation/schedule-rules.test.ts', 'are what the specification says (batch-semantics 8)'],
        [
          'contract/batch-service/schedules.ts',
          'a job of a schedule is a job like any other, with a manager that does its work (batch-semantics 8)',
        ],
      ),
      tested('A change of the specification reaches future jobs; the running one stays as it is.', [
        'simulation/schedule-rules.test.ts',
        'that is changed makes its future jobs anew and leaves the running one (batch-semantics 8)',
      ]),
      tested('A change of the times decides anew when the next job is due.', [
        'simulation/schedule-rules.test.ts',
        'runs by its new times when they are changed (batch-semantics 8)',
      ]),
      tested(
        'A disabled schedule makes no job, and its running job goes on.',
        [
          'simulation/schedules.test.ts',
          'that is disabled makes no job, and loses what it missed when it is enabled (batch-semantics 8)',
        ],
        ['simulation/schedule-rules.test.ts', 'that is disabled lets its job go on (batch-semantics 8)'],
      ),
      tested('When it is enabled, what it missed is lost.', [
        'simulation/schedules.test.ts',
        'that is disabled makes no job, and loses what it missed when it is enabled (batch-semantics 8)',
      ]),
      tested(
        'Terminating it ends its job, then it is completed; the recorded reason is TerminateWorkitem, though the docs have another name.',
        [
          'simulation/schedules.test.ts',
          'that is terminated ends its job with TerminateWorkitem (batch-semantics 3.7, 8; wire-facts 3.3)',
        ],
        [
          'simulation/schedule-rules.test.ts',
          'passes through terminating and deleting while its jobs end (batch-semantics 8)',
        ],
      ),
      tested(
        'Deleting it takes all its jobs and tasks.',
        ['simulation/schedules.test.ts', 'that is deleted takes all its jobs with it (batch-semantics 8)'],
        [
          'simulation/schedule-rules.test.ts',
          'passes through terminating and deleting while its jobs end (batch-semantics 8)',
        ],
      ),
      tested(
        'It is completed when nothing more can come and its last job has ended.',
        [
          'simulation/schedule-rules.test.ts',
          'let a running job go on when no further one may come, and end the schedule after it (batch-semantics 8)',
        ],
        ['simulation/schedule-rules.test.ts', 'that %s is completed (batch-semantics 8)'],
      ),
      tested('While active or disabled it counts in the quota of active jobs.', [
        'simulation/schedule-rules.test.ts',
        'counts as a job against the quota while it is active or disabled (batch-semantics 8)',
      ]),
      tested(
        'A schedule and a job cannot have the same id.',
        ['simulation/schedules.test.ts', 'and a job cannot share an id (batch-semantics 8)'],
        ['simulation/schedule-rules.test.ts', 'cannot have the id of a job (batch-semantics 8)'],
      ),
      tested(
        'An auto pool serves all jobs of a schedule or one of them, by its lifetime; only schedules may have the former.',
        ['simulation/schedule-rules.test.ts', 'serves %s with lifetime %s (batch-semantics 8)'],
        [
          'simulation/auto-pools.test.ts',
          'of a schedule is shared by its jobs and ends with it; a job cannot have one (batch-semantics 8)',
        ],
      ),
      tested(
        'It is deleted at the end of that lifetime unless it is to be kept.',
        ['simulation/schedule-rules.test.ts', 'serves %s with lifetime %s (batch-semantics 8)'],
        [
          'simulation/schedule-rules.test.ts',
          'of lifetime %s stays at the end when it is to be kept (batch-semantics 8)',
        ],
      ),
      tested('Its id is a prefix of 20 characters at most and a generated part.', [
        'simulation/schedule-rules.test.ts',
        'is named by its prefix of at most 20 characters and a generated part (batch-semantics 8)',
      ]),
    ],
  },
];
