/** The life of a task: batch-semantics 3.1 to 3.4. */
import { notSimulated, tested, testedOnNodes, type Section } from '../rule.ts';

export const taskLifeSections: readonly Section[] = [
  {
    number: '3.1',
    title: 'Task states',
    rules: [
      tested('A new task is active, changed at its creation, and knows only its two zero counters.', [
        'simulation/tasks.test.ts',
        'is active with zero counters and no times of its own when it is new (batch-semantics 3.1)',
      ]),
      tested('A task shows no state before its first change.', [
        'simulation/task-life.test.ts',
        'has none before it until it changes (batch-semantics 3.1)',
      ]),
      tested(
        'A task is preparing while its node is prepared for the job, and active again when that fails.',
        [
          'simulation/jobs.test.ts',
          'prepare a node before its first task of the job, and release it at the end (batch-semantics 3.1, 5.1, 5.2)',
        ],
        [
          'simulation/jobs.test.ts',
          'bar a node whose preparation failed from the job, and send the task back (batch-semantics 3.1, 5.1)',
        ],
      ),
      tested('A task is running from its assignment on: downloads are part of it.', [
        'simulation/task-life.test.ts',
        'is running from its assignment on, before anything is downloaded (batch-semantics 3.1)',
      ]),
      tested('A running task tells its node and directory.', [
        'simulation/tasks.test.ts',
        'succeeds with exit code 0 and tells its node and directory (batch-semantics 3.1; wire-facts 3.4)',
      ]),
      tested('End time, exit code, result and failure are there only when the task is completed.', [
        'simulation/task-life.test.ts',
        'tells its end, exit code and result only when it is completed (batch-semantics 3.3, 3.1)',
      ]),
      tested('A task that is not finished after 180 days ends in failure.', [
        'simulation/task-life.test.ts',
        'is not active or running for more than 180 days (batch-semantics 3.1)',
      ]),
    ],
  },
  {
    number: '3.2',
    title: 'Constraints',
    rules: [
      tested('Without constraints there are no retries, no limit of time, and seven days of retention.', [
        'simulation/task-life.test.ts',
        'are no retries, no limit of time and seven days unless it says more (batch-semantics 3.2)',
      ]),
      tested('With n retries a task that keeps failing runs n + 1 times.', [
        'simulation/tasks.test.ts',
        'runs n + 1 times with maxTaskRetryCount n, and keeps its eTag (batch-semantics 2.7, 3.2, wire-facts 1.8)',
      ]),
      tested('-1 is retries without limit; less is refused.', [
        'simulation/task-life.test.ts',
        'may be retries without limit, and no fewer (batch-semantics 3.2)',
      ]),
      tested('A task without constraints has the retry count of its job.', [
        'simulation/tasks.test.ts',
        'takes the retry count of its job when it has no constraints (batch-semantics 3.2; wire-facts 3.4)',
      ]),
      tested(
        'The wall clock time is of each attempt, from the start of its running.',
        [
          'simulation/task-life.test.ts',
          'are all that can be changed, also while it runs: its time begins with the attempt (batch-semantics 3.2)',
        ],
        [
          'simulation/open-questions.test.ts',
          'is whether the wall clock runs per attempt; the safe reading is yes (batch-semantics 3.2, 15 item 6)',
        ],
      ),
      tested('A wall clock time of nothing or less is refused.', [
        'simulation/task-life.test.ts',
        'are not a wall clock time of %i ms (batch-semantics 3.2)',
      ]),
      tested('The directory of a task is kept for the retention time after its end.', [
        'simulation/tasks.test.ts',
        'loses its directory when its retention time is over (batch-semantics 3.2, 10.1)',
      ]),
      tested('Of a task only its constraints can be changed, until it is completed.', [
        'simulation/task-life.test.ts',
        'are all that can be changed, also while it runs: its time begins with the attempt (batch-semantics 3.2)',
      ]),
      tested('Replaced by none, constraints are the usual ones again.', [
        'simulation/task-life.test.ts',
        'are the usual ones again when they are replaced by none (batch-semantics 3.2)',
      ]),
      notSimulated(
        'A retention time that is changed on a multi-instance task is that of its primary alone.',
        'A task has one retention time here: the directories of its subtasks go together with that of the primary.',
      ),
    ],
  },
  {
    number: '3.3',
    title: 'Outcome',
    rules: [
      tested('Exit code 0 and all uploads are a success without failure information.', [
        'simulation/task-life.test.ts',
        'tells its end, exit code and result only when it is completed (batch-semantics 3.3, 3.1)',
      ]),
      tested(
        'A nonzero exit code is FailureExitCode in the words of the service.',
        ['simulation/task-life.test.ts', 'by a nonzero exit code has the words of the service (batch-semantics 3.3)'],
        [
          'simulation/tasks.test.ts',
          'fails with FailureExitCode for a nonzero exit code (batch-semantics 3.3; wire-facts 2.3)',
        ],
      ),
      tested('The exit codes of earlier tries are not kept.', [
        'simulation/task-life.test.ts',
        'keeps nothing of the tries before it (batch-semantics 3.3)',
      ]),
      tested('A task that is stopped for its user is TaskEnded.', [
        'simulation/task-life.test.ts',
        'by a user is TaskEnded, of one that waits and of one that runs (batch-semantics 3.3, 3.4)',
      ]),
      testedOnNodes('A program that is not there is CommandProgramNotFound, without an exit code.', [
        'contract/node-runtime/parts/commands.ts',
        'a program that does not exist is CommandProgramNotFound, without an exit code and without a start (batch-semantics 3.3, 10.3)',
      ]),
      testedOnNodes('A command that cannot be started is CommandLaunchFailed.', [
        'contract/node-runtime/parts/commands.ts',
        '%s is CommandLaunchFailed (batch-semantics 3.3, 10.3)',
      ]),
      testedOnNodes('A resource file that is missing is BlobNotFound with its URL and path.', [
        'contract/node-runtime/parts/resource-files.ts',
        'a missing blob is BlobNotFound at once, with its URL and the file it should become (batch-semantics 3.3, 9.1)',
      ]),
      testedOnNodes('A resource file that may not be read is BlobAccessDenied.', [
        'contract/node-runtime/parts/resource-files.ts',
        'a wrong or expired signature is BlobAccessDenied at once, and is not repeated to anyone (batch-semantics 3.3, 9.1)',
      ]),
      testedOnNodes(
        'A download that fails again and again is an error of the server, with a code for lateness.',
        [
          'contract/node-runtime/parts/resource-files.ts',
          'a server that never answers well is BlobDownloadMiscError (batch-semantics 3.3, 9.1)',
        ],
        [
          'contract/node-runtime/parts/resource-files.ts',
          'a server that is always too late is BlobDownloadTimedOut (batch-semantics 3.3)',
        ],
      ),
      testedOnNodes('A container that cannot be listed for trouble of the server has codes of its own.', [
        'contract/node-runtime/parts/resource-files.ts',
        'a listing that is answered with %i to the end has a code of its own (batch-semantics 3.3)',
      ]),
      testedOnNodes('A directory that cannot be made for a resource file is ResourceDirectoryCreateFailed.', [
        'contract/node-runtime/parts/resource-files.ts',
        'a link that an earlier task left does not lead a file out of the directory (batch-semantics 3.3, 9.1)',
      ]),
      testedOnNodes('A container of resource files that is missing or closed has a code of its own.', [
        'contract/node-runtime/parts/resource-files.ts',
        '%s has its own code (batch-semantics 3.3, 9.1)',
      ]),
      testedOnNodes('A file that cannot be made on the node is ResourceFileCreateFailed.', [
        'contract/node-runtime/parts/resource-files.ts',
        'the path %s leaves the working directory and is refused (batch-semantics 3.3, 9.1)',
      ]),
      testedOnNodes('An application package that is missing or broken is ApplicationPackageError.', [
        'wire/applications-on-nodes.test.ts',
        'that cannot be had fail the task before its command (batch-semantics 3.3, 9.2)',
      ]),
      testedOnNodes('A container image that cannot be had is ContainerInvalidImage.', [
        'docker/container-tasks.test.ts',
        'an image that cannot be had is ContainerInvalidImage (batch-semantics 3.3, 10.5)',
      ]),
      testedOnNodes('A registry that refuses the login is ContainerInvalidRegistry.', [
        'docker/container-tasks.test.ts',
        'a registry gets the login of the task, and not taking it is ContainerInvalidRegistry (batch-semantics 3.3, 10.5)',
      ]),
      testedOnNodes('Options that a container cannot have are ContainerInvalidSettings.', [
        'docker/container-tasks.test.ts',
        'the options %s are ContainerInvalidSettings (batch-semantics 3.3, 10.5)',
      ]),
      testedOnNodes(
        'An upload that is denied, or whose container is missing, fails the task and keeps its exit code.',
        [
          'contract/node-runtime/parts/output-files.ts',
          '%s fails the run and keeps its exit code (batch-semantics 3.3, 9.3)',
        ],
      ),
      testedOnNodes('An upload that meets a conflict, lateness or other trouble has codes of its own.', [
        'contract/node-runtime/parts/output-files.ts',
        'an upload that is answered with %i to the end has a code of its own (batch-semantics 3.3)',
      ]),
      tested('After the exit code the uploads decide the result, before any other try.', [
        'simulation/task-files.test.ts',
        'that cannot be uploaded fails its task, with the exit code and without another try (batch-semantics 2.7, 3.3, 9.3)',
      ]),
      testedOnNodes('A file that cannot be written whole is ResourceFileWriteFailed.', [
        'contract/node-runtime/process-failures.test.ts',
        'a file that the machine does not take whole is ResourceFileWriteFailed, and nothing of it is left (batch-semantics 3.3)',
      ]),
      notSimulated(
        'A task is DiskFull when its node runs out of room.',
        'Nodes have no disk of their own; a file for which this machine has no room fails its task with that code, which no test brings about.',
      ),
      notSimulated(
        'What else goes wrong with a container is ContainerMiscError.',
        'Whatever the engine says against a container is told as ContainerInvalidSettings, with its words.',
      ),
      notSimulated('A mount that fails is MountConfigurationError.', 'Pools with mounts are refused here.'),
      notSimulated(
        'A task that the system has restarted too often ends with MaxInternalRetryCountReached.',
        'The bound is not published, and there is none here.',
      ),
      notSimulated(
        'A task that its pool cannot take may end with TaskSchedulingConstraintFailed.',
        'No source tells when the service does that; here such a task stays active.',
      ),
      notSimulated(
        'ResourceDownloadTimedOut and Unknown are failures without a known cause.',
        'No source tells when the service reports them, and nothing here does.',
      ),
      tested('Each of several tasks has its own end.', [
        'simulation/task-life.test.ts',
        'several tasks that end at once each have their own end (batch-semantics 3.3)',
      ]),
    ],
  },
  {
    number: '3.4',
    title: 'Wall clock and termination',
    rules: [
      tested('When the wall clock time is over the processes are killed, and the task is TaskEnded with the reason.', [
        'simulation/task-life.test.ts',
        'by the wall clock is TaskEnded with the reason, and no try is left (batch-semantics 3.4)',
      ]),
      testedOnNodes('A killed process ends with 137.', [
        'contract/node-runtime/parts/outcomes.ts',
        'a killed run ends with 137 (batch-semantics 3.4, 10.3)',
      ]),
      tested(
        'A user ends a task that waits at once, and one that runs by a kill; a completed one not at all.',
        [
          'simulation/task-life.test.ts',
          'by a user is TaskEnded, of one that waits and of one that runs (batch-semantics 3.3, 3.4)',
        ],
        [
          'simulation/tasks.test.ts',
          'can be terminated before it runs, and then has an empty nodeInfo (batch-semantics 3.4; wire-facts 3.4)',
        ],
      ),
      tested(
        'A multi-instance task is ended, and cleaned up after, on all its nodes.',
        ['simulation/multi-instance.test.ts', 'is terminated everywhere at once (batch-semantics 3.4, 7)'],
        [
          'simulation/multi-instance-runs.test.ts',
          'that is deleted while it %s leaves no directory on any node (batch-semantics 3.4, 7)',
        ],
      ),
      tested('A task is not reactivated while its job terminates or is deleted.', [
        'simulation/task-life.test.ts',
        'is not taken back while its job is about to end or to go (batch-semantics 3.4)',
      ]),
      tested('What a reactivated task depended on stays satisfied.', [
        'simulation/task-life.test.ts',
        'does not have it wait again for what it depended on when it is reactivated (batch-semantics 3.4)',
      ]),
      tested(
        'A deleted task is gone at once, stops, and takes its files along.',
        ['simulation/task-life.test.ts', 'by a deletion stops it and takes its files (batch-semantics 3.4)'],
        [
          'simulation/tasks.test.ts',
          'is gone at once when it is deleted, and its slots only when its process has ended (batch-semantics 3.4)',
        ],
      ),
      tested(
        'Only a failed task is reactivated, and only while its job lives: it starts afresh.',
        [
          'simulation/task-life.test.ts',
          'is taken back by a reactivation, with its counters, where it failed (batch-semantics 3.4)',
        ],
        [
          'simulation/tasks.test.ts',
          'can be reactivated only after a failure, and starts afresh (batch-semantics 3.4)',
        ],
      ),
    ],
  },
];
