/** Why a task waits, and what brings it back to the queue: batch-semantics 2.5 to 2.7. */
import { notSimulated, tested, testedOnNodes, type Section } from '../rule.ts';

export const recoverySections: readonly Section[] = [
  {
    number: '2.5',
    title: 'Schedule failures',
    rules: [
      tested('A task that could not be placed is tried again, elsewhere, without anybody asking.', [
        'simulation/job-preparation.test.ts',
        'that fails for good on a node sends its tasks elsewhere; other jobs still use the node (batch-semantics 2.3, 2.5, 5.1)',
      ]),
      notSimulated(
        'The service raises diagnostic events when tasks start, end and cannot be placed, and when pools change.',
        'There is no event hub; the explainer tells the same of each task, node and pool.',
      ),
    ],
  },
  {
    number: '2.6',
    title: 'Why a task stays active',
    rules: [
      tested(
        'The explainer names cause 1 of an active task. A job that is disabled, ended or not startable, or a pool that is missing or going.',
        [
          'simulation/explain/active-task.test.ts',
          'says that its job could not be started, and names no pool that never was (batch-semantics 2.6 item 1, 3.7)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says that its job is disabled, and how to enable it (batch-semantics 2.6 item 1)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says that its job is completed, and why, so it never starts (batch-semantics 2.6 item 1, 3.7)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says that its pool does not exist, or is being deleted (batch-semantics 2.6 item 1)',
        ],
      ),
      tested(
        'The explainer names cause 2 of an active task. A parent that is not completed, has failed with block, or is missing in a range.',
        [
          'simulation/explain/active-task.test.ts',
          'names the parent that is not completed, and whom that one waits for (batch-semantics 2.6 item 2)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'follows the chain down to the parent that failed with block, and offers its reactivation (batch-semantics 2.6 item 2, 4)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'names the number that is missing in a range (batch-semantics 2.6 item 2, 4)',
        ],
      ),
      tested(
        'The explainer names cause 3 of an active task. A pool without nodes: none asked for, still allocating, short of quota, given up, or scaled by a formula.',
        [
          'simulation/explain/active-task.test.ts',
          'says that the pool has no nodes and is asked for none (batch-semantics 2.6 item 3)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says when the first nodes of a resize will come (batch-semantics 2.6 item 3)',
        ],
        ['simulation/explain/active-task.test.ts', 'tells a quota with its numbers (batch-semantics 2.6 item 3, 12)'],
        [
          'simulation/explain/nodes-that-lack.test.ts',
          'says that the pool gave up getting nodes (batch-semantics 2.6 item 3)',
        ],
        [
          'simulation/explain/nodes-that-lack.test.ts',
          'says that the pool scales by a formula, which is not evaluated (batch-semantics 2.6 item 3)',
        ],
      ),
      tested(
        'The explainer names cause 4 of an active task. Nodes that are starting, wait for their start task, failed it, or are offline, unusable, rebooting or preempted.',
        [
          'simulation/explain/active-task.test.ts',
          'says which nodes are still starting, and until when (batch-semantics 2.6 item 4)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says that nodes wait for the start task, and how to read its output (batch-semantics 2.6 item 4, 6)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says how the start task failed, and where its log is (batch-semantics 2.6 item 4, 13 item 5)',
        ],
        ['simulation/explain/active-task.test.ts', 'says that nodes are offline (batch-semantics 2.6 item 4)'],
        ['simulation/explain/nodes-that-lack.test.ts', 'says that its node is %s (batch-semantics 2.6 item 4)'],
      ),
      tested(
        'The explainer names cause 5 of an active task. Slots that are taken, or free but not on one node.',
        [
          'simulation/explain/active-task.test.ts',
          'says who has the slots, and how many wait before it (batch-semantics 2.6 item 5)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says when enough slots are free, but not on one node (batch-semantics 2.6 item 5)',
        ],
      ),
      tested('The explainer names cause 6 of an active task. More slots than any node has.', [
        'simulation/explain/active-task.test.ts',
        'says that it needs more slots than any node has: never (batch-semantics 2.6 item 6)',
      ]),
      tested(
        'The explainer names cause 7 of an active task. A multi-instance task on a pool that does not fit, or without enough free nodes.',
        [
          'simulation/explain/active-task.test.ts',
          'says why a multi-instance task never starts on its pool (batch-semantics 2.6 item 7, 7)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says how many nodes a multi-instance task has of those that it needs at once (batch-semantics 2.6 item 7)',
        ],
      ),
      tested(
        'The explainer names cause 8 of an active task. A job manager that has the node alone, wants it alone, or wants a dedicated one.',
        [
          'simulation/explain/active-task.test.ts',
          'says that a job manager has the node for itself (batch-semantics 2.6 item 8, 5.3)',
        ],
        [
          'simulation/explain/active-task.test.ts',
          'says that a job manager waits for an empty node, or for a dedicated one (batch-semantics 2.6 item 8, 5.3)',
        ],
      ),
      tested('The explainer names cause 9 of an active task. maxParallelTasks of the job.', [
        'simulation/explain/active-task.test.ts',
        'says that maxParallelTasks of the job is reached (batch-semantics 2.6 item 9)',
      ]),
      tested('The explainer names cause 10 of an active task. A preparation task that failed on all nodes.', [
        'simulation/explain/active-task.test.ts',
        'says that the preparation task failed on every node (batch-semantics 2.6 item 10, 5.1)',
      ]),
      tested('The explainer names cause 11 of an active task. Jobs of higher priority on the pool.', [
        'simulation/explain/active-task.test.ts',
        'names the jobs of higher priority that go first (batch-semantics 2.6 item 11)',
      ]),
      tested('The explainer names cause 12 of an active task. A node that waits to leave.', [
        'simulation/explain/active-task.test.ts',
        'says that a node is about to leave and takes nothing new (batch-semantics 2.6 item 12)',
      ]),
      tested('The explainer names cause 13 of an active task. A failed attempt that waits for its retry.', [
        'simulation/explain/active-task.test.ts',
        'says that a failed attempt waits for its retry, and how many are left (batch-semantics 2.6 item 13, 2.7)',
      ]),
    ],
  },
  {
    number: '2.7',
    title: 'Requeue, retry, recovery',
    rules: [
      tested(
        'A nonzero exit code with retries left: the task runs again, retryCount is one more, lastRetryTime is set.',
        [
          'simulation/recovery-rules.test.ts',
          'raises retryCount and sets lastRetryTime, and no other counter (batch-semantics 2.7)',
        ],
        [
          'simulation/tasks.test.ts',
          'runs n + 1 times with maxTaskRetryCount n, and keeps its eTag (batch-semantics 2.7, 3.2, wire-facts 1.8)',
        ],
      ),
      tested('A nonzero exit code without retries left is a failure.', [
        'simulation/recovery-rules.test.ts',
        'is not left when all are used up: the task has failed (batch-semantics 2.7)',
      ]),
      tested('An error before the start, of a file, a package, an image or the command, is never retried.', [
        'simulation/recovery-rules.test.ts',
        'an error before the start such as %s leaves no try (batch-semantics 2.7)',
      ]),
      notSimulated(
        'An error inside the agent sends the task back to the queue.',
        'An agent that breaks takes its node along: the node is lost, and its tasks start over.',
      ),
      tested('A resource file that cannot be had is such an error.', [
        'simulation/task-files.test.ts',
        'that cannot be fetched fails its task, which is not tried again (batch-semantics 2.7, 9.1)',
      ]),
      tested('An error of an upload is never retried.', [
        'simulation/task-files.test.ts',
        'that cannot be uploaded fails its task, with the exit code and without another try (batch-semantics 2.7, 3.3, 9.3)',
      ]),
      tested('A task that exceeds its wall clock time is not retried.', [
        'simulation/tasks.test.ts',
        'is ended with TaskEnded when its wall clock time has passed (batch-semantics 2.7, 3.4)',
      ]),
      tested('A reboot or reimage with requeue brings the task back and counts as a requeue.', [
        'simulation/recovery-rules.test.ts',
        'by %s raises requeueCount (batch-semantics 2.7)',
      ]),
      tested(
        'The removal of a node with requeue brings the task back, also one without retries, and counts.',
        [
          'simulation/recovery-rules.test.ts',
          'by the removal of its node raises requeueCount, and it runs again even without retries (batch-semantics 2.7)',
        ],
        ['simulation/node-operations.test.ts', 'are ended and wait again with requeue (batch-semantics 2.7, 11.4)'],
      ),
      tested('With terminate the tasks of such a node have failed.', [
        'simulation/node-operations.test.ts',
        'are ended for good, as failures, with terminate (batch-semantics 2.7, 11.4)',
      ]),
      tested('With taskcompletion the node waits for its tasks.', [
        'simulation/node-operations.test.ts',
        'are waited for with taskcompletion, and no other is begun (batch-semantics 2.7, 11.4)',
      ]),
      tested('With retaineddata it waits for their retention, too.', [
        'simulation/node-operations.test.ts',
        'are waited for with retaineddata, and so are their files (batch-semantics 2.7, 11.4)',
      ]),
      tested(
        'A job that is disabled with requeue sends its tasks back, which counts; they run again when it is enabled.',
        [
          'simulation/recovery-rules.test.ts',
          'by disabling the job counts, and the task runs again when the job is enabled (batch-semantics 2.7)',
        ],
      ),
      tested('A task whose node is lost starts over elsewhere, and no counter moves.', [
        'simulation/tasks.test.ts',
        'runs again elsewhere when its node is lost, without a retry being counted (batch-semantics 2.7)',
      ]),
      tested('So does a task whose spot node is preempted.', [
        'simulation/progression/preemption.test.ts',
        'stays listed and counted, and its task runs elsewhere without a counter moving (batch-semantics 2.7, 11.7)',
      ]),
      tested('A node whose disk is full becomes unusable, and its tasks run elsewhere.', [
        'simulation/node-operations.test.ts',
        'is unusable with its errors, its tasks run elsewhere, and it does not heal but by a restart (batch-semantics 2.7, 10.1, 11.5, 11.6)',
      ]),
      tested('Recovery has nothing to do with retries and is not bounded by them.', [
        'simulation/recovery-rules.test.ts',
        'a task is recovered as often as its nodes are lost, and no counter moves (batch-semantics 2.7)',
      ]),
      notSimulated(
        'There is a hidden bound to recoveries, MaxInternalRetryCountReached.',
        'The bound is not published; recoveries are without limit here, as far as users can tell.',
      ),
      tested('startTime is that of the newest start, lastRetryTime that of the newest retry alone.', [
        'simulation/recovery-rules.test.ts',
        'lies before a later start that was no retry, as after a reboot (batch-semantics 2.7)',
      ]),
      tested(
        'Only what a user asked for counts as a requeue.',
        ['simulation/recovery-rules.test.ts', 'by %s raises requeueCount (batch-semantics 2.7)'],
        [
          'simulation/recovery-rules.test.ts',
          'a task is recovered as often as its nodes are lost, and no counter moves (batch-semantics 2.7)',
        ],
        [
          'simulation/attempts.test.ts',
          'tell what a user asked for from what only happened, and lose their logs with a node (batch-semantics 2.7)',
        ],
      ),
      tested('A retry may come to another node, and finds a clean directory.', [
        'simulation/recovery-rules.test.ts',
        'gives the slot back: it may come to another node (batch-semantics 2.7)',
      ]),
      testedOnNodes(
        'Of the tries of a task only the newest has its logs where the service shows them.',
        [
          'contract/node-runtime/parts/commands.ts',
          'a clean run sees nothing of the attempt before it (batch-semantics 2.7, 9.1, 10.1)',
        ],
        [
          'simulation/attempts.test.ts',
          'are each retry, with exit code and times, and the logs of earlier ones aside on their node (batch-semantics 2.7)',
        ],
      ),
    ],
  },
];
