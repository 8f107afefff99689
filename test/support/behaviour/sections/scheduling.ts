/** Which task runs when and where: batch-semantics 2.1 to 2.4. */
import { notSimulated, tested, testedOnNodes, type Section } from '../rule.ts';

export const schedulingSections: readonly Section[] = [
  {
    number: '2.1',
    title: 'Choosing tasks',
    rules: [
      tested('A pool serves several jobs at the same time.', [
        'simulation/scheduling-rules.test.ts',
        'several jobs use a pool at the same time (batch-semantics 2.1)',
      ]),
      tested('A priority lies between -1000 and 1000 and is 0 by default; any other is refused.', [
        'simulation/scheduling-rules.test.ts',
        'a priority is 0 unless it is given, from -1000 to 1000 (batch-semantics 2.1)',
      ]),
      tested('Tasks of the job with the higher priority are taken first.', [
        'simulation/jobs.test.ts',
        'of higher priority gets the next free node first (batch-semantics 2.1)',
      ]),
      tested('A running task does not stop for a job of higher priority.', [
        'simulation/progression/task-preemption.test.ts',
        'stays where it is when the setting is off, as on Azure by default (batch-semantics 2.1, 2.4)',
      ]),
      tested('A changed priority holds for tasks that have not started.', [
        'simulation/scheduling-rules.test.ts',
        'a priority that is changed holds for what has not started (batch-semantics 2.1)',
      ]),
      tested('Of jobs of equal priority none waits for the end of the other.', [
        'simulation/scheduling-rules.test.ts',
        'jobs of equal priority share the nodes, whichever came first (batch-semantics 2.1)',
      ]),
      tested('A priority counts among the jobs of one pool, and so not for a job with a pool of its own.', [
        'simulation/scheduling-rules.test.ts',
        'a priority counts among the jobs of one pool alone (batch-semantics 2.1)',
      ]),
      notSimulated(
        'A task waits some seconds until it is picked up.',
        'It starts as soon as a node is free: a program that allows for seconds works as well.',
      ),
      tested('Within a job tasks start in the order in which they were added, whatever their ids are.', [
        'simulation/scheduling-rules.test.ts',
        'tasks of a job start in the order of their creation, not of their ids (batch-semantics 2.1)',
      ]),
      tested('Tasks start on the first node that is ready, without waiting for the rest of the pool.', [
        'simulation/scheduling-rules.test.ts',
        'tasks start as soon as one node is ready, while others still start (batch-semantics 2.1)',
      ]),
      tested('The job manager starts before the other tasks of its job.', [
        'simulation/job-managers.test.ts',
        'starts before the other tasks of its job (batch-semantics 2.1, 5.3)',
      ]),
    ],
  },
  {
    number: '2.2',
    title: 'Slots',
    rules: [
      tested('A node runs no more tasks at once than it has slots.', [
        'simulation/tasks.test.ts',
        'bound how many tasks a node runs at once (batch-semantics 2.2)',
      ]),
      tested('A pool has one slot a node by default, and at most four a core or 256.', [
        'simulation/scheduling-rules.test.ts',
        'of a node are one by default, four a core and 256 at most (batch-semantics 2.2)',
      ]),
      tested('A task takes as many slots as it asks for; a smaller one may pass one that does not fit.', [
        'simulation/tasks.test.ts',
        'let a small task pass a big one that does not fit (batch-semantics 2.2)',
      ]),
      tested('A task that needs more slots than any node has is accepted and never runs.', [
        'simulation/tasks.test.ts',
        'that no node has are waited for, for ever, as on Azure (batch-semantics 2.2)',
      ]),
      tested('A task takes one slot by default, and so does a job manager.', [
        'simulation/scheduling-rules.test.ts',
        'and tasks of a node are counted, of tasks and job managers alone (batch-semantics 2.2)',
      ]),
      testedOnNodes('Slots bound how many tasks there are, and reserve neither cores nor memory.', [
        'docker/images.test.ts',
        'without limits a node may use the whole machine (batch-semantics 2.2)',
      ]),
      tested('A multi-instance task must not ask for slots.', [
        'simulation/scheduling-rules.test.ts',
        'of a multi-instance task are not asked for (batch-semantics 2.2)',
      ]),
      tested(
        'Start, preparation and release tasks take no slots.',
        [
          'simulation/scheduling-rules.test.ts',
          'and tasks of a node are counted, of tasks and job managers alone (batch-semantics 2.2)',
        ],
        ['simulation/job-preparation.test.ts', 'takes no slot of its node (batch-semantics 2.2, 5.1)'],
        [
          'simulation/job-release.test.ts',
          "takes no slot: it runs beside other jobs' tasks (batch-semantics 2.2, 5.2)",
        ],
      ),
      tested('The counters of a node tell its tasks and their slots, of tasks and job managers alone.', [
        'simulation/scheduling-rules.test.ts',
        'and tasks of a node are counted, of tasks and job managers alone (batch-semantics 2.2)',
      ]),
    ],
  },
  {
    number: '2.3',
    title: 'Where a task goes',
    rules: [
      tested('Spread gives each node its share, pack fills one before the next.', [
        'simulation/scheduling-rules.test.ts',
        'with %s is on nodes with %j of four tasks (batch-semantics 2.3)',
      ]),
      tested('An affinity is a wish: it is followed where there is room.', [
        'simulation/scheduling-rules.test.ts',
        'is where its affinity says when there is room, and elsewhere when not (batch-semantics 2.3)',
      ]),
      tested('Tasks are spread, and a job runs as many as it can, unless somebody says otherwise.', [
        'simulation/scheduling-rules.test.ts',
        'is spread, and bounded by no number, unless somebody says so (batch-semantics 2.3)',
      ]),
      tested('A node whose scheduling is disabled takes no tasks.', [
        'simulation/scheduling-rules.test.ts',
        'is no node whose scheduling is disabled (batch-semantics 2.3)',
      ]),
      tested('A node that is to leave takes no tasks.', [
        'simulation/scheduling-rules.test.ts',
        'is no node that waits to leave, even with room (batch-semantics 2.3)',
      ]),
      tested('A node where the preparation of a job has failed takes none of its tasks.', [
        'simulation/job-preparation.test.ts',
        'that fails for good on a node sends its tasks elsewhere; other jobs still use the node (batch-semantics 2.3, 2.5, 5.1)',
      ]),
      tested('A node whose start task is not waited for takes tasks at once.', [
        'simulation/scheduling-rules.test.ts',
        'is a node at once whose start task is not waited for (batch-semantics 2.3)',
      ]),
      tested('maxParallelTasks is -1 or more than 0, bounds what a job runs, and can be changed.', [
        'simulation/scheduling-rules.test.ts',
        'is none beyond maxParallelTasks of its job, which can be changed on the way (batch-semantics 2.3)',
      ]),
    ],
  },
  {
    number: '2.4',
    title: 'Preemption between jobs',
    rules: [
      tested('A job that allows it gives way to one of higher priority; its tasks wait again and no counter moves.', [
        'simulation/progression/task-preemption.test.ts',
        'goes back to the queue for a job of higher priority, without a counter moving (batch-semantics 2.4, 2.7)',
      ]),
      tested('That is off unless the account has it, which a setting says here.', [
        'simulation/progression/task-preemption.test.ts',
        'stays where it is when the setting is off, as on Azure by default (batch-semantics 2.1, 2.4)',
      ]),
      tested(
        'Nothing gives way to a job of the same priority, or where there is room.',
        [
          'simulation/progression/task-preemption.test.ts',
          'stays when the other job has no higher priority, or its own job does not allow it (batch-semantics 2.4)',
        ],
        [
          'simulation/progression/task-preemption.test.ts',
          'stays when there is a free slot anywhere (batch-semantics 2.4)',
        ],
      ),
    ],
  },
];
