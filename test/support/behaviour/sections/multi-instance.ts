/** Tasks that take several nodes: batch-semantics 7. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Section } from '../rule.ts';

export const multiInstanceSections: readonly Section[] = [
  {
    number: '7',
    title: 'Multi-instance tasks',
    rules: [
      tested('A task has one instance unless it says more; one alone coordinates and then runs on the same node.', [
        'simulation/multi-instance-runs.test.ts',
        'has one instance unless it says more, which coordinates and then runs on one node (batch-semantics 7)',
      ]),
      tested('A coordination command is required.', [
        'simulation/multi-instance-runs.test.ts',
        'needs a coordination command and at least one instance (batch-semantics 7)',
      ]),
      tested(
        'In a pool without inter-node communication, or with several slots a node, such a task is accepted and waits for ever.',
        ['simulation/multi-instance-runs.test.ts', 'is taken and waits for ever when its pool %s (batch-semantics 7)'],
      ),
      tested('So does one that needs more nodes than its pool has, until the pool grows.', [
        'simulation/multi-instance.test.ts',
        'waits for ever in a pool that is too small, until that grows (batch-semantics 7)',
      ]),
      tested('It must not state slots.', [
        'simulation/multi-instance.test.ts',
        'must not state slots (batch-semantics 7)',
      ]),
      tested('It takes all its nodes at the same moment, when all are free, one for each instance.', [
        'simulation/multi-instance-runs.test.ts',
        'takes its nodes together when all of them are free (batch-semantics 7)',
      ]),
      notSimulated(
        'The metric $ActiveTasks counts it once for each of its instances.',
        'Autoscale formulas are kept and shown, not evaluated, so there are no metrics.',
      ),
      tested('One instance is the primary; the others are subtasks with the numbers from 1 on.', [
        'simulation/multi-instance.test.ts',
        'lists its subtasks without the primary (batch-semantics 7; wire-facts 3.6)',
      ]),
      testedOnNodes(
        'Common files go to the directory of the task on every node; its own files go to the working directory of the primary alone.',
        [
          'simulation/multi-instance.test.ts',
          'gives common files to every node and its own files to the primary (batch-semantics 7)',
        ],
        ['contract/node-runtime/parts/resource-files.ts', 'common files go to the task directory (batch-semantics 7)'],
      ),
      testedOnNodes(
        'The coordination command runs on all nodes, the primary included.',
        [
          'simulation/multi-instance.test.ts',
          'coordinates on every node, then runs its command on the primary alone (batch-semantics 7)',
        ],
        [
          'contract/batch-service/multi-instance.ts',
          'the command runs on the primary, and the subtasks are the other instances (batch-semantics 7)',
        ],
      ),
      testedOnNodes(
        'What it leaves running in the background lives until the task ends.',
        [
          'contract/node-runtime/parts/process-trees.ts',
          'what a coordination command leaves lives until the task of that directory ends (batch-semantics 7, 10.3)',
        ],
        [
          'docker/multi-instance.test.ts',
          'the primary reaches a service of each instance by its address, and gets that instance (batch-semantics 7)',
        ],
      ),
      testedOnNodes(
        "When all coordination commands have succeeded, the task's own command runs on the primary alone.",
        [
          'simulation/multi-instance.test.ts',
          'coordinates on every node, then runs its command on the primary alone (batch-semantics 7)',
        ],
        [
          'contract/batch-service/multi-instance.ts',
          'the command runs on the primary, and the subtasks are the other instances (batch-semantics 7)',
        ],
      ),
      testedOnNodes(
        "The task ends with the exit code of the primary's command, and its subtasks end with it.",
        [
          'simulation/multi-instance-runs.test.ts',
          "ends with the exit code of the primary's command, and its subtasks with it (batch-semantics 7)",
        ],
        [
          'contract/batch-service/multi-instance.ts',
          'the command runs on the primary, and the subtasks are the other instances (batch-semantics 7)',
        ],
      ),
      tested('A coordination command that does not return blocks the task until its wall clock time is over.', [
        'simulation/multi-instance-runs.test.ts',
        'is blocked by a coordination command that does not return, until its own time is up (batch-semantics 7)',
      ]),
      testedOnNodes(
        'A subtask that fails fails the whole task, which is stopped on all nodes.',
        [
          'simulation/multi-instance-runs.test.ts',
          'is stopped on the other nodes when one instance fails (batch-semantics 7)',
        ],
        [
          'contract/batch-service/multi-instance.ts',
          'a coordination command that fails fails the task, and its subtask says why (batch-semantics 7)',
        ],
        [
          'contract/node-runtime/parts/process-trees.ts',
          'what a coordination command leaves dies when its run is killed (batch-semantics 7)',
        ],
      ),
      tested(
        'After such a failure it is tried again as a whole, as often as its retry count allows, but not for files that cannot be fetched.',
        [
          'simulation/multi-instance.test.ts',
          'fails as a whole when one coordination fails, and is retried as a whole (batch-semantics 7)',
        ],
        [
          'simulation/multi-instance-runs.test.ts',
          'fails when a subtask cannot fetch its files, and is not retried for that (batch-semantics 7, 2.7)',
        ],
      ),
      tested('Output files are uploaded from the primary only.', [
        'simulation/multi-instance-runs.test.ts',
        'uploads from the primary alone (batch-semantics 7)',
      ]),
      tested(
        'The list of subtasks leaves the primary out and tells the node, state, times, exit code, failure and result of each.',
        [
          'simulation/multi-instance.test.ts',
          'lists its subtasks without the primary (batch-semantics 7; wire-facts 3.6)',
        ],
        [
          'simulation/multi-instance-runs.test.ts',
          "ends with the exit code of the primary's command, and its subtasks with it (batch-semantics 7)",
        ],
        [
          'simulation/multi-instance-runs.test.ts',
          'is stopped on the other nodes when one instance fails (batch-semantics 7)',
        ],
      ),
      tested('Subtasks are preparing while their nodes prepare the job.', [
        'simulation/multi-instance-runs.test.ts',
        'shows its subtasks as preparing while its nodes are prepared (batch-semantics 7)',
      ]),
      tested('The container of a subtask is told.', [
        'simulation/multi-instance-runs.test.ts',
        'tells the container of each subtask (batch-semantics 7)',
      ]),
      tested('Terminating it stops all instances.', [
        'simulation/multi-instance.test.ts',
        'is terminated everywhere at once (batch-semantics 3.4, 7)',
      ]),
      tested(
        'Deleting it takes the directories on all its nodes, and so does the end of its retention time.',
        [
          'simulation/multi-instance-runs.test.ts',
          'that is deleted while it %s leaves no directory on any node (batch-semantics 3.4, 7)',
        ],
        [
          'simulation/multi-instance-runs.test.ts',
          'loses its directories everywhere when its retention time is over (batch-semantics 7, 3.2)',
        ],
      ),
      testedOnNodes(
        'Its directory has the same name on all nodes, and instances find it as the one that they share.',
        [
          'simulation/multi-instance-runs.test.ts',
          'has the same directory on all its nodes, and no instance cleans up behind the primary (batch-semantics 7)',
        ],
        [
          'contract/node-runtime/parts/environment.ts',
          'the instances of a task are told the directory that they share, and their peers as the service named them (batch-semantics 7)',
        ],
      ),
      testedOnNodes(
        'Every instance is told the addresses of all, their cores, who is the primary and whether it is that itself.',
        ['simulation/multi-instance.test.ts', 'tells every instance its peers (batch-semantics 7, 10.2; wire-facts 6)'],
        [
          'contract/node-runtime/parts/environment.ts',
          'the instances of a task are told the directory that they share, and their peers as the service named them (batch-semantics 7)',
        ],
        [
          'docker/multi-instance.test.ts',
          'the primary reaches a service of each instance by its address, and gets that instance (batch-semantics 7)',
        ],
      ),
      notSimulated(
        'Nodes reach each other by SSH without a password when the pool has a user with a key for it.',
        'Nodes here run no SSH server; programs talk to each other by the addresses that they are told.',
      ),
      tested(
        'When one of its nodes is lost or preempted it runs again as a whole, and no retry is counted.',
        [
          'simulation/multi-instance.test.ts',
          'runs again, without a retry being counted, when a node of a subtask is lost (batch-semantics 7)',
        ],
        [
          'simulation/progression/preemption.test.ts',
          'fails a multi-instance task on it through recovery: it runs again as a whole (batch-semantics 7)',
        ],
      ),
    ],
  },
];
