/** The start task of a node: batch-semantics 6. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Section } from '../rule.ts';

export const startTaskSections: readonly Section[] = [
  {
    number: '6',
    title: 'Start task',
    rules: [
      testedOnNodes(
        'The start task runs on each node that joins its pool, and after each reboot and reimage.',
        [
          'simulation/start-tasks.test.ts',
          'runs on each node that joins, and after each reboot and reimage (batch-semantics 6)',
        ],
        [
          'contract/batch-service/nodes.ts',
          'a rebooted node runs its start task again and returns to work (batch-semantics 6, 11.5)',
        ],
      ),
      notSimulated(
        'It may run again without a reboot, when the service replaces or restarts the node agent.',
        'Agents here are never replaced under a running node, and a node whose agent has died is lost.',
      ),
      tested('A change of it reaches nodes that join or start again later; running nodes keep the old one.', [
        'simulation/start-tasks.test.ts',
        'that is changed is run by nodes that join or start again; the others have the old one (batch-semantics 6)',
      ]),
      tested('A partial update that does not name it keeps it, and a full update drops it.', [
        'simulation/start-tasks.test.ts',
        'is kept by a PATCH that does not name it, and dropped by such a PUT (batch-semantics 6)',
      ]),
      testedOnNodes(
        'A start task is tried once unless a retry count says more; -1 means without end.',
        [
          'simulation/start-tasks.test.ts',
          'with maxTaskRetryCount %s is tried as often as it allows (batch-semantics 6)',
        ],
        [
          'contract/batch-service/nodes.ts',
          'a start task that fails keeps its node out of work and says why (batch-semantics 6)',
        ],
      ),
      tested('It has no limit of time.', [
        'simulation/start-tasks.test.ts',
        'has no limit of time (batch-semantics 6)',
      ]),
      tested('By default it is not retried and must succeed, and shows so.', [
        'simulation/start-tasks.test.ts',
        'shows its defaults: no retry, and nodes wait for it (batch-semantics 6)',
      ]),
      tested('A node without one is idle as soon as it has started.', [
        'simulation/start-tasks.test.ts',
        'is idle as soon as it has started (batch-semantics 6)',
      ]),
      testedOnNodes(
        'Where it must succeed, the node waits for it, takes no tasks meanwhile and is idle after it.',
        ['simulation/pools.test.ts', 'runs its start task on each node before tasks go there (batch-semantics 6)'],
        ['simulation/start-tasks.test.ts', 'keeps tasks from its node until it has succeeded (batch-semantics 6)'],
        [
          'contract/batch-service/nodes.ts',
          'a node is idle when its start task has succeeded (batch-semantics 6, 11.6)',
        ],
      ),
      testedOnNodes(
        'When its tries are used up the node is in starttaskfailed and stays there, until a reboot runs it again.',
        [
          'simulation/pools.test.ts',
          'has nodes in starttaskfailed when the start task has failed for good (batch-semantics 6)',
        ],
        [
          'simulation/start-tasks.test.ts',
          'that has failed keeps its node out of work, and in the pool, until it is rebooted (batch-semantics 6, 11.6)',
        ],
        [
          'contract/batch-service/nodes.ts',
          'a start task that fails keeps its node out of work and says why (batch-semantics 6)',
        ],
      ),
      tested('Where it need not succeed, the node is idle at once and its failure is only shown.', [
        'simulation/start-tasks.test.ts',
        'that need not succeed keeps nothing waiting, and its failure is only shown (batch-semantics 6)',
      ]),
      tested('A node whose start task has failed counts as a node of its pool.', [
        'simulation/start-tasks.test.ts',
        'that has failed keeps its node out of work, and in the pool, until it is rebooted (batch-semantics 6, 11.6)',
      ]),
      tested('Its node tells how it goes: state, times of the last try, exit code, result, failure and retries.', [
        'simulation/start-tasks.test.ts',
        'tells on its node how it goes, each try from its own start (batch-semantics 6)',
      ]),
      tested('It tells the container that it ran in.', [
        'simulation/start-tasks.test.ts',
        'tells the container that it ran in (batch-semantics 6)',
      ]),
      tested(
        "The pool's application packages come before it; where one cannot be had the node is unusable and it does not run.",
        [
          'simulation/application-packages.test.ts',
          'has them on its nodes before the start task, which sees them, as all tasks do (batch-semantics 6, 9.2)',
        ],
        [
          'simulation/application-packages.test.ts',
          'gets a node that is unusable and runs no start task where one cannot be installed (batch-semantics 6, 9.2)',
        ],
      ),
      testedOnNodes("The pool's container images come before it, too.", [
        'docker/images.test.ts',
        'an image for container tasks that is not there fails the node, too (batch-semantics 6, 10.5)',
      ]),
      tested('Where its files cannot be fetched it has failed at once, whatever its retry count.', [
        'simulation/start-tasks.test.ts',
        'whose files cannot be fetched has failed without another try (batch-semantics 6)',
      ]),
      testedOnNodes(
        'Its directory is startup; it stays while the node lives, and later tasks can read it.',
        ['simulation/start-tasks.test.ts', 'has its directory for as long as the node lives (batch-semantics 6, 10.1)'],
        [
          'contract/batch-service/nodes.ts',
          'a task reads what the start task of its node has written (batch-semantics 6)',
        ],
      ),
      testedOnNodes(
        'It belongs to no job, has no task id and takes no slot.',
        ['simulation/start-tasks.test.ts', 'has no job, no task id and no slot (batch-semantics 6, 11.6)'],
        [
          'contract/node-runtime/parts/environment.ts',
          'a start task is in the startup directory of its node, and has no job (batch-semantics 6)',
        ],
      ),
      tested('Serialized it has 32,768 characters at most.', [
        'simulation/start-tasks.test.ts',
        'may take 32,768 characters (batch-semantics 6)',
      ]),
      tested('Nodes do not wait for one another: each takes tasks as soon as it is ready itself.', [
        'simulation/start-tasks.test.ts',
        'of one node keeps no other node waiting (batch-semantics 6, 11.2)',
      ]),
    ],
  },
];
