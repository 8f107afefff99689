/** Job preparation, job release and the job manager: batch-semantics 5. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Section } from '../rule.ts';

export const hookSections: readonly Section[] = [
  {
    number: '5.1',
    title: 'Job preparation task',
    rules: [
      testedOnNodes(
        'The preparation task runs on a node before the first task of its job there, once for all of them.',
        [
          'simulation/job-preparation.test.ts',
          'runs once on each node that gets tasks of its job, and nowhere else (batch-semantics 5.1)',
        ],
        [
          'simulation/jobs.test.ts',
          'prepare a node before its first task of the job, and release it at the end (batch-semantics 3.1, 5.1, 5.2)',
        ],
        [
          'contract/batch-service/hooks.ts',
          'a node prepares itself once for all tasks of a job, and cleans up at its end (batch-semantics 5.1, 5.2)',
        ],
      ),
      tested('A node that gets no task of the job is not prepared.', [
        'simulation/job-preparation.test.ts',
        'runs once on each node that gets tasks of its job, and nowhere else (batch-semantics 5.1)',
      ]),
      tested('Its id is jobpreparation unless it has one of its own, and a task with the same id is refused.', [
        'simulation/job-preparation.test.ts',
        'is jobpreparation unless it has an id, and no task may be called the same (batch-semantics 5.1)',
      ]),
      testedOnNodes(
        'Where it must succeed, which is the default, the tasks of the job on its node are preparing until it has.',
        [
          'simulation/jobs.test.ts',
          'prepare a node before its first task of the job, and release it at the end (batch-semantics 3.1, 5.1, 5.2)',
        ],
        [
          'contract/batch-service/hooks.ts',
          'a preparation that fails says so, and its tasks do not run (batch-semantics 5.1)',
        ],
      ),
      tested('Tasks start only by the preparation of the very node that they are placed on.', [
        'simulation/job-preparation.test.ts',
        'lets only those tasks start that wait for it, not those that have gone to another node meanwhile (batch-semantics 5.1)',
      ]),
      tested(
        'When its tries are used up, the node gets no more tasks of the job but those of others, and tasks that waited there go elsewhere.',
        [
          'simulation/job-preparation.test.ts',
          'that fails for good on a node sends its tasks elsewhere; other jobs still use the node (batch-semantics 2.3, 2.5, 5.1)',
        ],
        [
          'simulation/jobs.test.ts',
          'bar a node whose preparation failed from the job, and send the task back (batch-semantics 3.1, 5.1)',
        ],
      ),
      tested('When it fails on every node, tasks wait until a node is reimaged.', [
        'simulation/job-preparation.test.ts',
        'that fails on every node leaves the tasks waiting until a node is reimaged (batch-semantics 5.1)',
      ]),
      tested('Where it need not succeed, tasks run beside it and do not care how it ends.', [
        'simulation/job-preparation.test.ts',
        'that is not waited for runs beside the tasks, and its failure does not matter to them (batch-semantics 5.1)',
      ]),
      tested('A preparation task is tried once unless a retry count says more; -1 means without end.', [
        'simulation/job-preparation.test.ts',
        'with maxTaskRetryCount %s is tried as often as it allows (batch-semantics 5.1)',
      ]),
      tested('Its tries go on while its job is disabled.', [
        'simulation/job-preparation.test.ts',
        'is tried again also while its job is disabled, and then bars no node (batch-semantics 5.1)',
      ]),
      tested('It is ended when its wall clock time is over, and then has failed for good.', [
        'simulation/job-preparation.test.ts',
        'is ended at its wall clock limit, and then not tried again (batch-semantics 5.1)',
      ]),
      tested('The directory of a preparation task goes when its retention time is over.', [
        'simulation/job-preparation.test.ts',
        'loses its directory when its retention time is over (batch-semantics 5.1)',
      ]),
      tested(
        'After a reboot it runs again before the next task of the job, unless it had succeeded and need not be rerun.',
        [
          'simulation/job-preparation.test.ts',
          'that has succeeded, after a %s with rerunOnNodeRebootAfterSuccess %s, has run %i times before the next task (batch-semantics 5.1)',
        ],
      ),
      tested(
        'After a reimage, or when it had not finished, it runs again in any case.',
        [
          'simulation/job-preparation.test.ts',
          'that has succeeded, after a %s with rerunOnNodeRebootAfterSuccess %s, has run %i times before the next task (batch-semantics 5.1)',
        ],
        [
          'simulation/job-preparation.test.ts',
          'that was cut off by a reboot runs again, whatever it says of reruns (batch-semantics 5.1)',
        ],
        ['simulation/progression/preemption.test.ts', 'prepares its jobs anew when it is back (batch-semantics 5.1)'],
      ),
      tested('It takes no slot.', [
        'simulation/job-preparation.test.ts',
        'takes no slot of its node (batch-semantics 2.2, 5.1)',
      ]),
      testedOnNodes(
        'Its directory is one of its job, and tasks of the job are told where that is.',
        [
          'simulation/job-preparation.test.ts',
          'has a directory of its job, which its tasks are told (batch-semantics 5.1)',
        ],
        [
          'contract/node-runtime/parts/environment.ts',
          'the job preparation directory is shown to tasks and hidden from the preparation itself (batch-semantics 5.1, 10.2)',
        ],
      ),
      tested('No preparation runs while its job ends.', [
        'simulation/job-preparation.test.ts',
        'does not outlast the end of its job (batch-semantics 5.1)',
      ]),
      tested(
        "It runs as the pool's user without elevation unless it names another, uploads nothing and has the pool's packages only.",
        [
          'simulation/job-preparation.test.ts',
          'runs as the user of the pool, without uploads and with the packages of the pool alone (batch-semantics 5.1)',
        ],
      ),
    ],
  },
  {
    number: '5.2',
    title: 'Job release task',
    rules: [
      tested(
        'A release task needs a preparation task in its job.',
        ['simulation/job-release.test.ts', 'needs a preparation task in its job (batch-semantics 5.2)'],
        [
          'contract/batch-service/hooks.ts',
          'a job without a preparation task has no status of one, and may have no release task (batch-semantics 5.2, 5.3)',
        ],
      ),
      tested(
        'Its id is jobrelease, its time 15 minutes and its retention seven days, unless it says otherwise; no task may have its id.',
        [
          'simulation/job-release.test.ts',
          'is jobrelease, has 15 minutes and keeps its files for a week unless it says otherwise (batch-semantics 5.2)',
        ],
      ),
      tested('It cannot have more than 15 minutes, and is ended when its time is over.', [
        'simulation/job-release.test.ts',
        'cannot have more than 15 minutes, and is ended when its time is up (batch-semantics 5.2)',
      ]),
      testedOnNodes(
        'It is not retried, and its failure does not keep its job from being completed.',
        [
          'simulation/job-release.test.ts',
          'is not retried, and its failure does not keep the job from ending (batch-semantics 5.2)',
        ],
        [
          'contract/batch-service/hooks.ts',
          'a release that fails does not keep its job from ending (batch-semantics 5.2)',
        ],
      ),
      testedOnNodes(
        'It runs when its job ends: by a request to terminate it or to delete it while active, by its wall clock time, by its manager, or by the end of all tasks.',
        ['simulation/job-release.test.ts', 'runs when the job %s (batch-semantics 5.2)'],
        [
          'contract/batch-service/hooks.ts',
          'a node prepares itself once for all tasks of a job, and cleans up at its end (batch-semantics 5.1, 5.2)',
        ],
      ),
      tested(
        'It runs on every node where the preparation was done and tasks of the job have run, and nowhere else.',
        [
          'simulation/job-release.test.ts',
          'runs on the nodes where tasks of the job ran, and on no others (batch-semantics 5.2)',
        ],
        ['simulation/job-release.test.ts', 'does not run where a node was only prepared (batch-semantics 5.2)'],
      ),
      tested(
        'A node that was reimaged since is left out until tasks of the job run there again; one that was rebooted is not.',
        ['simulation/job-release.test.ts', 'after a %s since the last task runs %i times (batch-semantics 5.2)'],
        [
          'simulation/job-release.test.ts',
          'runs after a reimage when tasks of the job have run there again (batch-semantics 5.2)',
        ],
      ),
      tested('It runs on a node whose scheduling is disabled.', [
        'simulation/job-release.test.ts',
        'runs on a node that takes no tasks any more, too (batch-semantics 5.2)',
      ]),
      tested('Deleting a job that is completed does not run it again.', [
        'simulation/job-release.test.ts',
        'does not run again when a completed job is deleted (batch-semantics 5.2)',
      ]),
      tested(
        'Where a reboot cuts it off it runs again when the node has started.',
        [
          'simulation/job-release.test.ts',
          'cut off by a reboot runs again when the node has started, and the job waits for it (batch-semantics 5.2)',
        ],
        [
          'simulation/job-release.test.ts',
          'of a job that ends while its node reboots runs when it has started (batch-semantics 5.2)',
        ],
      ),
      tested('A node that does not come back, or not in time, keeps no job waiting.', [
        'simulation/job-release.test.ts',
        'does not keep its job waiting for a node that %s (batch-semantics 5.2)',
      ]),
      tested('A job is completed when the release tasks on all its nodes have ended.', [
        'simulation/job-release.test.ts',
        'is waited for on all nodes before the job is completed (batch-semantics 3.7, 5.2)',
      ]),
      tested('It takes no slot and runs beside tasks of other jobs.', [
        'simulation/job-release.test.ts',
        "takes no slot: it runs beside other jobs' tasks (batch-semantics 2.2, 5.2)",
      ]),
      tested('The directory of a release task goes when its retention time is over.', [
        'simulation/job-release.test.ts',
        'loses its directory when its retention time is over (batch-semantics 5.2)',
      ]),
    ],
  },
  {
    number: '5.3',
    title: 'Job manager task',
    rules: [
      testedOnNodes(
        'The job manager is a task of its job that comes with it, is listed like others and has an id that no other can have.',
        [
          'simulation/job-managers.test.ts',
          'is a task of its job from the start, and its id is taken (batch-semantics 5.3)',
        ],
        [
          'contract/batch-service/job-managers.ts',
          'a job manager is a task of its job, and the job ends with it (batch-semantics 5.3)',
        ],
      ),
      tested('It starts before the other tasks of its job.', [
        'simulation/job-managers.test.ts',
        'starts before the other tasks of its job (batch-semantics 2.1, 5.3)',
      ]),
      testedOnNodes(
        'When it ends, with or without success, its job is terminated with the reason JMComplete and what still runs is stopped.',
        [
          'simulation/job-managers.test.ts',
          'that %s ends its job, with the tasks that still run (batch-semantics 5.3)',
        ],
        [
          'contract/batch-service/job-managers.ts',
          'a job whose manager fails ends for the same reason (batch-semantics 5.3)',
        ],
      ),
      testedOnNodes(
        'It can be told to leave its job alone; then the job ends by other rules.',
        [
          'simulation/job-managers.test.ts',
          'that is not to end its job leaves it as it is, or to onAllTasksComplete (batch-semantics 5.3)',
        ],
        [
          'contract/batch-service/job-managers.ts',
          'a manager that does not end its job leaves it to others (batch-semantics 5.3)',
        ],
      ),
      tested('An interruption with requeue is no end: the manager runs again and its job goes on.', [
        'simulation/job-managers.test.ts',
        'that is interrupted with requeue runs again and does not end its job (batch-semantics 5.3)',
      ]),
      tested(
        'Unless told otherwise it has its node for itself, tasks of all jobs considered, and takes slots all the same.',
        [
          'simulation/job-managers.test.ts',
          'has its node for itself, with regard to all jobs, and takes its slots there (batch-semantics 5.3)',
        ],
        [
          'simulation/job-managers.test.ts',
          'waits for a node without tasks when it is to have it for itself (batch-semantics 5.3)',
        ],
        ['simulation/job-managers.test.ts', 'that need not be alone runs beside other tasks (batch-semantics 5.3)'],
      ),
      tested('It may run on spot nodes unless it says that it must not.', [
        'simulation/job-managers.test.ts',
        'runs on spot nodes, too, unless it says that it must not (batch-semantics 5.3)',
      ]),
      tested(
        'By default it takes one slot, is alone on its node, may run on spot nodes, ends its job and is not retried.',
        ['simulation/job-managers.test.ts', 'shows its defaults (batch-semantics 5.3)'],
      ),
      tested('A pool that shrinks parts with the nodes of job managers last.', [
        'simulation/job-managers.test.ts',
        'keeps its node in the pool for longest when that shrinks (batch-semantics 5.3)',
      ]),
      tested(
        'When it must start again it comes before tasks of its priority that have waited longer, and may push back a running task of equal or lower priority, never of a higher one.',
        [
          'simulation/progression/job-manager-restart.test.ts',
          'starts before tasks that have waited longer, of other jobs of its priority, too (batch-semantics 5.3)',
        ],
        [
          'simulation/progression/job-manager-restart.test.ts',
          'pushes a running task of equal priority back to the queue, without a counter moving (batch-semantics 5.3)',
        ],
        [
          'simulation/progression/job-manager-restart.test.ts',
          'never displaces a task of a higher priority (batch-semantics 5.3)',
        ],
      ),
      tested(
        'A manager that asks for access to its job finds a token, which opens that job only.',
        [
          'wire/task-tokens.test.ts',
          'is given to those alone that ask for access to their job, job managers too (batch-semantics 5.3, 10.2)',
        ],
        [
          'wire/task-tokens.test.ts',
          'opens the operations of its own job, its tasks and their files (batch-semantics 5.3)',
        ],
        ['wire/task-tokens.test.ts', 'opens nothing else, whether it is there or not (batch-semantics 5.3)'],
      ),
      notSimulated(
        'An account must allow task authentication tokens; since the feature was retired, others refuse a job that asks for one.',
        'Accounts here have no list of allowed ways to authenticate: programs that still use tokens run, and moving away from them is not enforced.',
      ),
      tested(
        'How preparation and release went is listed node by node, nodes that have left included; a job without a preparation task has no such list.',
        [
          'simulation/job-preparation.test.ts',
          'is listed node by node, also for nodes that have gone since (batch-semantics 5.3)',
        ],
        [
          'simulation/job-preparation.test.ts',
          'is listed with the container that it ran in, and so is the release (batch-semantics 5.3)',
        ],
        [
          'contract/batch-service/hooks.ts',
          'a job without a preparation task has no status of one, and may have no release task (batch-semantics 5.2, 5.3)',
        ],
      ),
    ],
  },
];
