/** What tasks mean for their job, and the life of a job: batch-semantics 3.5 to 3.8. */
import { notSimulated, tested, type Section } from '../rule.ts';

export const jobLifeSections: readonly Section[] = [
  {
    number: '3.5',
    title: 'Exit conditions',
    rules: [
      tested(
        'The entry of the exit code comes before a range, a range before the default; an error before the start and one of an upload have their own entries, a listed code comes before these; a success that is not listed calls for nothing.',
        ['simulation/job-life.test.ts', 'is %s (batch-semantics 3.5)'],
      ),
      tested('Exit conditions are looked at after the last try.', [
        'simulation/job-life.test.ts',
        'is looked for after the last try alone (batch-semantics 3.5)',
      ]),
      tested('A failure without conditions ends a job that performs them, with TaskFailed.', [
        'simulation/jobs.test.ts',
        'is terminated by the first failed task if it performs exit actions (batch-semantics 3.5, 3.7)',
      ]),
      tested('An action also ends a job that is being enabled.', [
        'simulation/job-states.test.ts',
        'a job that is enabling is ended by a task that is to end it, and by its manager (batch-semantics 3.5, 5.3)',
      ]),
      tested('An action may disable the job, whose running tasks wait again.', [
        'simulation/job-life.test.ts',
        'may disable the job, with its running tasks back in the queue (batch-semantics 3.5)',
      ]),
      tested('An action on the job is refused where the job performs none; one on dependents is taken.', [
        'simulation/job-life.test.ts',
        'states no action where the job performs none, and may let dependents go all the same (batch-semantics 3.5)',
      ]),
      tested(
        'A success lets dependents go unless an entry blocks them; a default that blocks holds beside other entries.',
        ['simulation/job-life.test.ts', '%s (batch-semantics 3.5)'],
      ),
      tested('A failure blocks dependents unless an entry satisfies them.', [
        'simulation/tasks.test.ts',
        'on a failed parent block, unless its exit conditions satisfy them (batch-semantics 3.5, 4)',
      ]),
    ],
  },
  {
    number: '3.6',
    title: 'onAllTasksComplete',
    rules: [
      tested('A job that has no task counts as finished.', [
        'simulation/jobs.test.ts',
        'without tasks counts as all complete (batch-semantics 3.6)',
      ]),
      tested('A job that was told to end with its tasks ends after the last one, with AllTasksComplete.', [
        'simulation/jobs.test.ts',
        'ends by itself when all tasks are complete, if it was asked to (batch-semantics 3.6, 3.7)',
      ]),
      tested('It ends at the change when they are complete already.', [
        'simulation/job-life.test.ts',
        'ends at the change when they are complete already (batch-semantics 3.6)',
      ]),
      tested('Unless it was told so, a job stays active when its tasks are complete.', [
        'simulation/job-life.test.ts',
        'ends at the change when they are complete already (batch-semantics 3.6)',
      ]),
      tested('Failed tasks and the job manager count among them.', [
        'simulation/job-life.test.ts',
        'counts failed ones and its manager among them (batch-semantics 3.6)',
      ]),
      tested('A task that is blocked for good keeps its job for ever.', [
        'simulation/job-life.test.ts',
        'does not while one of them is blocked for good (batch-semantics 3.6)',
      ]),
      tested('A job that was told to end with its tasks cannot be told otherwise.', [
        'simulation/jobs.test.ts',
        'cannot go back from terminatejob to noaction (batch-semantics 3.6)',
      ]),
      notSimulated(
        'The job ends some seconds, up to a minute, after its last task.',
        'It ends at once, so that tests need not wait; jobTerminatingMs over /_batchrite makes it take its time.',
      ),
    ],
  },
  {
    number: '3.7',
    title: 'Job states',
    rules: [
      tested('Disabling with requeue or terminate ends what runs; the job is disabled when nothing does.', [
        'simulation/jobs.test.ts',
        'that is disabled with %s makes its running task %s (batch-semantics 2.7, 3.7)',
      ]),
      tested('Disabling with wait lets what runs finish; enabling lets the rest go on.', [
        'simulation/jobs.test.ts',
        'that is disabled with wait lets its running task finish, and goes on when enabled (batch-semantics 3.7)',
      ]),
      tested('A disabled job takes tasks, which wait.', [
        'simulation/job-life.test.ts',
        'lets it take tasks while it is disabled, which wait (batch-semantics 3.7)',
      ]),
      tested(
        'A job can be disabled again, and enabled while it is disabling.',
        [
          'simulation/job-states.test.ts',
          'a job that is enabled while it is disabling has never been anything but active (batch-semantics 3.7)',
        ],
        [
          'simulation/job-states.test.ts',
          'a job that is disabled again while it is disabling, or when it is disabled, was active before (batch-semantics 3.7)',
        ],
      ),
      tested('Terminating a job stops what runs and never starts what waits.', [
        'simulation/jobs.test.ts',
        'that is terminated ends running tasks and leaves waiting ones active for ever (batch-semantics 3.7)',
      ]),
      tested(
        'The reason of an end is the caller’s, or UserTerminate.',
        ['simulation/job-life.test.ts', 'takes no change and no second end when it has ended (batch-semantics 3.7)'],
        [
          'simulation/open-questions.test.ts',
          'is the reason of a termination without one; the safe reading is UserTerminate (batch-semantics 3.7; 15 item 12)',
        ],
      ),
      tested('An ended job stays listed, and takes no change and no second end.', [
        'simulation/job-life.test.ts',
        'takes no change and no second end when it has ended (batch-semantics 3.7)',
      ]),
      tested(
        'A deleted job is deleting until its tasks have stopped; then it is gone with all its tasks and their files.',
        [
          'simulation/jobs.test.ts',
          'that is deleted vanishes with its tasks when they have stopped; its id is refused until then (batch-semantics 3.7)',
        ],
        [
          'simulation/job-life.test.ts',
          'is deleted with its tasks, whatever their retention, and with files on nodes (batch-semantics 3.7)',
        ],
      ),
      tested('A job that ends runs its release tasks before it is completed.', [
        'simulation/job-release.test.ts',
        'is waited for on all nodes before the job is completed (batch-semantics 3.7, 5.2)',
      ]),
      tested('An active job that is deleted runs its release tasks first.', [
        'simulation/job-life.test.ts',
        'of one that is deleted while active lets it release its nodes first (batch-semantics 3.7)',
      ]),
      tested('Enabling a job resets nothing of its tasks.', [
        'simulation/job-life.test.ts',
        'resets no counter of a task when it is enabled (batch-semantics 3.7)',
      ]),
      tested('While it ends or goes, a job takes no task, no change and no other operation.', [
        'simulation/job-life.test.ts',
        'takes no change, task or other end while it ends or goes (batch-semantics 3.7)',
      ]),
      tested(
        'Disabling, enabling, terminating and deleting are states of their own on the way.',
        [
          'simulation/progression/node-life.test.ts',
          'passes visibly through disabling and enabling (batch-semantics 3.7)',
        ],
        [
          'simulation/progression/node-life.test.ts',
          'passes visibly through terminating and deleting (batch-semantics 3.7)',
        ],
      ),
      tested('An active job cannot be enabled.', [
        'contract/batch-service/jobs.ts',
        'a job that is active cannot be enabled (batch-semantics 3.7)',
      ]),
      tested('Of its auto pool, a disabled job changes only whether it is kept.', [
        'simulation/auto-pools.test.ts',
        'changes, while its job is disabled, in that alone whether it is kept (batch-semantics 3.7)',
      ]),
      tested('A job names its auto pool in poolId, too.', [
        'simulation/auto-pools.test.ts',
        'is named by its prefix and a GUID, runs the job, and ends with it (batch-semantics 3.7)',
      ]),
      tested('An auto pool may have a formula in place of targets.', [
        'simulation/job-life.test.ts',
        'a job may have an auto pool with a formula in place of targets (batch-semantics 3.7)',
      ]),
      tested('Only a disabled job can change its pool.', [
        'simulation/job-life.test.ts',
        'lets it change its pool only while it is disabled (batch-semantics 3.7)',
      ]),
      tested(
        'A job has its wall clock time from its creation on, disabled or not.',
        [
          'simulation/jobs.test.ts',
          'is terminated when its wall clock time has passed since its creation (batch-semantics 3.7)',
        ],
        ['simulation/job-life.test.ts', 'passes the wall clock also while it is disabled (batch-semantics 3.7)'],
      ),
      tested('A job starts with its creation, and tells its end and its pool.', [
        'simulation/job-life.test.ts',
        'begins with its creation and ends with an end time and a pool (batch-semantics 3.7)',
      ]),
      tested('A job that cannot be started is completed with a scheduling error.', [
        'simulation/auto-pools.test.ts',
        'that cannot be made completes its job with a scheduling error (batch-semantics 3.7; wire-facts 2.4)',
      ]),
      tested(
        'Quota, packages, formula and other settings of an auto pool have codes of their own in the error.',
        ['simulation/job-life.test.ts', '%s (batch-semantics 3.7)'],
        [
          'simulation/application-packages.test.ts',
          'is not made, and its job ends with that scheduling error (batch-semantics 3.7, 9.2; wire-facts 2.4)',
        ],
      ),
      notSimulated(
        'Certificates of an auto pool that are not there have a code of their own, too.',
        'Certificates are retired on the service and not simulated.',
      ),
      notSimulated(
        'A job that is terminated while its pool is made, and errors of the service, have codes of their own.',
        'An auto pool is made or refused at once, so nothing comes between, and the emulator makes no errors of the service here.',
      ),
      tested(
        'What ends a job is its reason: its manager, its time, its tasks, a failed task.',
        ['simulation/jobs.test.ts', 'manager that ends terminates its job (batch-semantics 3.7, 5.3)'],
        [
          'simulation/jobs.test.ts',
          'is terminated when its wall clock time has passed since its creation (batch-semantics 3.7)',
        ],
        [
          'simulation/jobs.test.ts',
          'ends by itself when all tasks are complete, if it was asked to (batch-semantics 3.6, 3.7)',
        ],
        [
          'simulation/jobs.test.ts',
          'is terminated by the first failed task if it performs exit actions (batch-semantics 3.5, 3.7)',
        ],
      ),
      tested(
        'A schedule that is terminated ends its job with TerminateWorkitem, as recorded, not TerminateJobSchedule.',
        [
          'simulation/schedules.test.ts',
          'that is terminated ends its job with TerminateWorkitem (batch-semantics 3.7, 8; wire-facts 3.3)',
        ],
      ),
      tested('A job counts against the quota until it is completed.', [
        'simulation/job-life.test.ts',
        'counts against the quota until it has ended (batch-semantics 3.7)',
      ]),
      tested(
        'A job whose pool goes stays active and waits for one of that id.',
        [
          'simulation/job-life.test.ts',
          'stays active when its pool goes, and its tasks wait for one of that id (batch-semantics 3.7)',
        ],
        ['simulation/jobs.test.ts', 'waits for a pool that does not exist yet (batch-semantics 3.7; wire-facts 4.1)'],
      ),
      tested(
        'Ids of jobs, tasks and pools are of letters, digits, - and _, at most 64, and keep their case.',
        [
          'simulation/job-life.test.ts',
          'keeps the case of ids, its own and those of tasks, and compares without it (batch-semantics 3.7)',
        ],
        ['contract/batch-service/pools.ts', 'a pool with an id that the rules forbid is refused (batch-semantics 3.7)'],
      ),
      tested(
        'Ids are compared without case, and one that is taken is refused.',
        ['wire/error-codes.test.ts', 'an id that is taken, in any letters, is 409 (batch-semantics 3.7, 3.9)'],
        [
          'contract/batch-service/pools.ts',
          'an id that is taken is refused, also in other letters (batch-semantics 3.7)',
        ],
      ),
    ],
  },
  {
    number: '3.8',
    title: 'Counts',
    rules: [
      tested('Tasks are counted by state and by end, and so are their slots; blocked ones are active.', [
        'simulation/job-life.test.ts',
        'counts are of all states, also by slots; active ones include those that are blocked (batch-semantics 3.8)',
      ]),
      tested('A task that is preparing counts as running.', [
        'simulation/job-life.test.ts',
        'counts call a task that waits for its preparation running (batch-semantics 3.8)',
      ]),
      tested('The nodes of a pool are counted by state and kind.', [
        'simulation/job-life.test.ts',
        'nodes are counted by state, of either kind, with their sum (batch-semantics 3.8)',
      ]),
      tested('The counts name thirteen states of nodes, and the sum.', [
        'wire/bodies.test.ts',
        'is counted by state, in the order of a recording (batch-semantics 3.8)',
      ]),
      tested('The list of node counts has ten pools a page by default.', [
        'wire/bodies.test.ts',
        'has ten pools a page unless fewer are asked for (batch-semantics 3.8)',
      ]),
      notSimulated(
        'Later versions count nodes that are deallocated, deallocating or being upgraded.',
        'Nodes here are never in these states, which came after the version that is emulated.',
      ),
      notSimulated(
        'Counts and statistics come late on the service.',
        'They are exact here, so that tests need not wait; a program that allows for a delay works as well.',
      ),
    ],
  },
];
