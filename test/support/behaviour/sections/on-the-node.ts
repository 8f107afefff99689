/** What a task finds on its node: batch-semantics 10. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Rule, Section } from '../rule.ts';
import { containerRules } from './containers.ts';

const TASK_FILES = 'simulation/task-files.test.ts';
const RUN_ENVIRONMENT = 'simulation/run-environment.test.ts';
const ENVIRONMENT = 'contract/node-runtime/parts/environment.ts';
const FILES = 'contract/node-runtime/parts/files.ts';
const COMMANDS = 'contract/node-runtime/parts/commands.ts';
const TREES = 'contract/node-runtime/parts/process-trees.ts';
const OUTCOMES = 'contract/node-runtime/parts/outcomes.ts';
const SERVICE_FILES = 'contract/batch-service/files.ts';
const USERS = 'docker/users.test.ts';
const CONTAINERS = 'docker/container-tasks.test.ts';

const directoryRules: readonly Rule[] = [
  testedOnNodes(
    'The root is where Ubuntu images have it, and a variable names it.',
    [
      CONTAINERS,
      'the command runs in a container of its own, with the directories of its node (batch-semantics 10.1, 10.5)',
    ],
    [ENVIRONMENT, 'the directories are those of the node and of the run (batch-semantics 10.1, 10.2)'],
  ),
  notSimulated(
    'Images like Red Hat have the root below /mnt/resource, and sizes without a temporary disk below /opt.',
    'All nodes have it at one place, which the variables name; the service promises no other way to find it.',
  ),
  testedOnNodes(
    'Below the root are applications, fsmounts, shared, startup, volatile and workitems.',
    [FILES, 'a new node has the six directories, in the order of the service (batch-semantics 10.1)'],
    [FILES, 'a recursive listing is breadth first (batch-semantics 10.1)'],
  ),
  testedOnNodes(
    "The directory of a task is below its job's `job-1`, and of a schedule's job below the number of the run.",
    [TASK_FILES, 'is below its job, or below the number of the run of a schedule (batch-semantics 10.1)'],
    [SERVICE_FILES, 'a node has the files of its start task and of its tasks (batch-semantics 10.1)'],
  ),
  testedOnNodes(
    'Start, preparation and release tasks have directories of their own: startup, and their ids below the job.',
    [
      TASK_FILES,
      'goes where its own task is: of start, preparation, release and job manager tasks, too (batch-semantics 9.1, 10.1)',
    ],
    [SERVICE_FILES, 'a node has the files of its start task and of its tasks (batch-semantics 10.1)'],
  ),
  testedOnNodes('The directory of a run holds stdout.txt, stderr.txt, wd and certs, and starts clean.', [
    COMMANDS,
    'a clean run sees nothing of the attempt before it (batch-semantics 2.7, 9.1, 10.1)',
  ]),
  testedOnNodes(
    "Lists of a node start at its root, those of a task at the task's directory.",
    ['wire/files.test.ts', 'of a node starts at its root and does not descend unless asked (batch-semantics 10.1)'],
    [
      SERVICE_FILES,
      'the list of a task has its output and everything below its working directory (batch-semantics 10.1)',
    ],
  ),
  testedOnNodes('Nothing outside of the root can be read, listed or deleted.', [
    FILES,
    'no path leaves the root, by dots or through a link (batch-semantics 10.1)',
  ]),
  testedOnNodes(
    'The logs are there from the start of the process and can be read while it runs, not before.',
    [COMMANDS, 'output can be read while the command runs (batch-semantics 10.1)'],
    [SERVICE_FILES, 'the output of a running task can be read up to now (batch-semantics 10.1)'],
    [TASK_FILES, 'is there for readers from the start of the task on, not before (batch-semantics 10.1)'],
  ),
  testedOnNodes('All tasks of a node may read and write in shared.', [
    COMMANDS,
    'the shared directory is for all runs of a node, and the start directory stays readable (batch-semantics 10.1)',
  ]),
  testedOnNodes(
    'A task may read what start and preparation tasks left, and write there only as the same user or as an administrator.',
    [
      USERS,
      "another user reads what start and preparation tasks left, and writes in 'shared' alone (batch-semantics 10.1)",
    ],
  ),
  testedOnNodes('Users of single tasks cannot write in the directories of other tasks.', [
    USERS,
    'users of single tasks cannot write in the directories of others (batch-semantics 10.1, 10.4)',
  ]),
  testedOnNodes(
    'The directory goes when its retention time is over, after seven days by default, and reading it is TaskFilesCleanedup from then on.',
    ['simulation/tasks.test.ts', 'loses its directory when its retention time is over (batch-semantics 3.2, 10.1)'],
    [TASK_FILES, 'is deleted with the task, with its job, and after seven days (batch-semantics 10.1)'],
    [FILES, 'a task directory is deleted on request, and its path can be used again at once (batch-semantics 10.1)'],
  ),
  tested('The directory goes when its task or job is deleted.', [
    TASK_FILES,
    'is deleted with the task, with its job, and after seven days (batch-semantics 10.1)',
  ]),
  tested('With its node the directory is gone, and reading it is refused.', [
    TASK_FILES,
    'is gone with its node (batch-semantics 10.1)',
  ]),
  tested('What the start task left stays for the life of the node.', [
    'simulation/start-tasks.test.ts',
    'has its directory for as long as the node lives (batch-semantics 6, 10.1)',
  ]),
  testedOnNodes('What is in shared survives a reboot and not a reimage.', [
    FILES,
    'a reboot keeps files and a reimage drops them (batch-semantics 10.1, 11.5)',
  ]),
  tested('A node whose disk is full is unusable with DiskFull, and its tasks run elsewhere.', [
    'simulation/node-operations.test.ts',
    'is unusable with its errors, its tasks run elsewhere, and it does not heal but by a restart (batch-semantics 2.7, 10.1, 11.5, 11.6)',
  ]),
  notSimulated(
    'The agent watches how much room is left on the disk of the node.',
    "Nodes share this machine's disk and have no size of their own; a download that finds no room fails its task with DiskFull.",
  ),
  testedOnNodes(
    'Files are deleted by paths of tasks and of nodes; a directory that is not empty only where everything in it is meant.',
    [FILES, 'a directory is deleted when it is empty or all of it is meant (batch-semantics 10.1)'],
    ['wire/files.test.ts', 'takes a directory with content only when it is recursive (batch-semantics 10.1)'],
  ),
  notSimulated(
    'On Windows a path may have 260 characters, of which the ids of job and task take their share.',
    'Nodes run Linux, which has no such limit.',
  ),
];

const environmentRules: readonly Rule[] = [
  testedOnNodes(
    'All tasks are told account, its URL, pool, node, and whether the node is dedicated.',
    [
      RUN_ENVIRONMENT,
      'tell account, pool, node, job and task, of which a start task has no job and no task (batch-semantics 10.2)',
    ],
    [RUN_ENVIRONMENT, 'tell that a spot node is not dedicated (batch-semantics 10.2)'],
    [
      'contract/batch-service/task-runs.ts',
      'a task sees its own variables and those of the service (batch-semantics 10.2)',
    ],
  ),
  testedOnNodes(
    'All but start tasks are told their job and their own id.',
    [
      RUN_ENVIRONMENT,
      'tell account, pool, node, job and task, of which a start task has no job and no task (batch-semantics 10.2)',
    ],
    [
      'contract/batch-service/task-runs.ts',
      'a task sees its own variables and those of the service (batch-semantics 10.2)',
    ],
  ),
  testedOnNodes(
    'Variables name the root, the directories of the node, and those of the task with its working directory and its certificates.',
    [ENVIRONMENT, 'the directories are those of the node and of the run (batch-semantics 10.1, 10.2)'],
  ),
  testedOnNodes(
    'The directory of the preparation task is named to tasks of its job and to the release task, where the job has one.',
    [
      RUN_ENVIRONMENT,
      'name the preparation directory to tasks of a job that has one, and to its release (batch-semantics 10.2)',
    ],
    [
      ENVIRONMENT,
      'the job preparation directory is shown to tasks and hidden from the preparation itself (batch-semantics 5.1, 10.2)',
    ],
  ),
  testedOnNodes('The user and the kind of the user are told.', [
    ENVIRONMENT,
    'the variables tell which user %o Azure would take (batch-semantics 10.2, 10.4)',
  ]),
  tested('Tasks that ask for access to their job, and no others, have a token for it.', [
    'wire/task-tokens.test.ts',
    'is given to those alone that ask for access to their job, job managers too (batch-semantics 5.3, 10.2)',
  ]),
  testedOnNodes('The room on the disk that is kept free is told in bytes.', [
    ENVIRONMENT,
    'the directories are those of the node and of the run (batch-semantics 10.1, 10.2)',
  ]),
  testedOnNodes(
    'Instances of a task that takes several nodes are told hosts, master and shared directory; other tasks are not.',
    ['simulation/multi-instance.test.ts', 'tells every instance its peers (batch-semantics 7, 10.2; wire-facts 6)'],
    [ENVIRONMENT, 'the directories are those of the node and of the run (batch-semantics 10.1, 10.2)'],
  ),
  testedOnNodes(
    'Home and current directory are the working directory, and the search path ends with shared and that directory.',
    [ENVIRONMENT, 'the directories are those of the node and of the run (batch-semantics 10.1, 10.2)'],
  ),
  testedOnNodes("Nothing of the agent's own environment reaches a task.", [
    ENVIRONMENT,
    "nothing of the server's own environment is seen (batch-semantics 10.2)",
  ]),
  tested(
    "A task's own settings win over those that its job has for all; managers, preparation and release tasks have the latter, too, start tasks only their own.",
    [
      RUN_ENVIRONMENT,
      'are its own before those of the job, which job manager, preparation and release have, too (batch-semantics 10.2)',
    ],
  ),
  testedOnNodes(
    'Settings that would replace variables of the service are ignored.',
    [RUN_ENVIRONMENT, 'of the service stay what they are, and one without a value is empty (batch-semantics 10.2)'],
    [ENVIRONMENT, "the node's own variables cannot be overridden (batch-semantics 10.2)"],
  ),
  testedOnNodes(
    'A value may refer to other variables; a circle of them fails the task.',
    [
      ENVIRONMENT,
      'values may refer to other variables, and what nobody set stays as it is written (batch-semantics 10.2)',
    ],
    [
      ENVIRONMENT,
      'variables that refer to each other in a circle are a failure before the start (batch-semantics 10.2)',
    ],
  ),
  tested('A setting without a value is an empty variable.', [
    RUN_ENVIRONMENT,
    'of the service stay what they are, and one without a value is empty (batch-semantics 10.2)',
  ]),
];

const commandRules: readonly Rule[] = [
  testedOnNodes(
    'No shell reads a command line: variables, operators and wildcards stay letters.',
    [COMMANDS, 'no shell interprets the command line (batch-semantics 10.3)'],
    [
      'contract/batch-service/task-runs.ts',
      'a command line is not run by a shell unless it names one (batch-semantics 10.3)',
    ],
  ),
  testedOnNodes(
    'The program is looked for in the search path and in the working directory, where it must be executable.',
    [COMMANDS, 'a program in the working directory is found by its bare name and by ./ (batch-semantics 10.3)'],
    [COMMANDS, '%s is CommandLaunchFailed (batch-semantics 3.3, 10.3)'],
    [
      COMMANDS,
      'a program that does not exist is CommandProgramNotFound, without an exit code and without a start (batch-semantics 3.3, 10.3)',
    ],
  ),
  testedOnNodes(
    'Quotes and backslashes make words as POSIX has it, unless the account is set to split at blanks alone.',
    [
      'unit/agent/command-line.test.ts',
      'it agrees with the shell where the shell expands nothing (batch-semantics 10.3)',
    ],
    [COMMANDS, 'no shell interprets the command line (batch-semantics 10.3)'],
    [COMMANDS, 'an unclosed quote is CommandLaunchFailed and says where it opened (batch-semantics 10.3)'],
    [COMMANDS, 'quotes are letters where command lines are split at blanks alone (batch-semantics 10.3)'],
  ),
  tested('A command line may be empty in a container and nowhere else.', [
    RUN_ENVIRONMENT,
    'may be empty in a container alone (batch-semantics 10.3, 10.5)',
  ]),
  testedOnNodes('A command starts in wd, and its input is empty.', [
    COMMANDS,
    'the working directory is wd, and standard input is empty (batch-semantics 10.1, 10.3)',
  ]),
  testedOnNodes(
    'No process that a task started outlives it, however it hides; only what a coordination command started lives to the end of its task.',
    [TREES, 'a child left %s does not survive the command (batch-semantics 10.3)'],
    [TREES, 'a child %s dies when the run is killed (batch-semantics 10.3)'],
    [TREES, 'what a coordination command leaves lives until the task of that directory ends (batch-semantics 7, 10.3)'],
  ),
  testedOnNodes('Exit codes from 0 to 255 are reported as they are.', [
    OUTCOMES,
    'exit code %i is reported as it is (batch-semantics 10.3)',
  ]),
  testedOnNodes(
    'A process that a signal ended has 128 and the number as its exit code, unless the account is set to the number alone.',
    [COMMANDS, 'a program that a signal ended has 128 and its number as exit code (batch-semantics 10.3)'],
    [OUTCOMES, 'a killed run ends with 137 (batch-semantics 3.4, 10.3)'],
    [OUTCOMES, 'a killed run ends with 9 where exit codes of signals are their numbers (batch-semantics 10.3)'],
  ),
];

const userRules: readonly Rule[] = [
  tested('A task names a user of its pool or an automatic one; both, or none of the two, is refused.', [
    RUN_ENVIRONMENT,
    'is refused where %s of a name and an automatic user are given (batch-semantics 10.4)',
  ]),
  testedOnNodes(
    'Without either a task runs as the common user of its node, who has no rights beyond, and is shown so.',
    [RUN_ENVIRONMENT, 'is by default that of the pool, without rights, and shown so (batch-semantics 10.4)'],
    [USERS, 'a task is an unprivileged user that owns its directory (batch-semantics 10.4)'],
  ),
  testedOnNodes(
    'With the scope of the task an automatic user is its own.',
    [RUN_ENVIRONMENT, '%j is %j to its node (batch-semantics 10.4)'],
    [USERS, 'users of single tasks cannot write in the directories of others (batch-semantics 10.1, 10.4)'],
  ),
  testedOnNodes(
    'An administrator is root.',
    [RUN_ENVIRONMENT, '%j is %j to its node (batch-semantics 10.4)'],
    [USERS, 'an admin task is root (batch-semantics 10.4)'],
  ),
  testedOnNodes('Start tasks are no administrators unless they say so, and their own user has its own name.', [
    ENVIRONMENT,
    'the variables tell which user %o Azure would take (batch-semantics 10.2, 10.4)',
  ]),
  notSimulated(
    'A start task that names no user has one of its own.',
    "The service shows the pool's automatic user for it, as recorded, and the emulator runs it as what is shown.",
  ),
  testedOnNodes(
    'Named users have the numbers and the rights that the pool gives them.',
    [RUN_ENVIRONMENT, '%j is %j to its node (batch-semantics 10.4)'],
    [USERS, "a pool's accounts exist with their numbers, and a task may be one of them (batch-semantics 10.4)"],
  ),
  tested('The users of a pool are given when it is made, and not changed later.', [
    'wire/bad-input.test.ts',
    'cannot change %s of a pool (batch-semantics 10.4, 11.1)',
  ]),
  notSimulated(
    'A private key lets a named user log in from node to node.',
    'Nodes run no SSH server; the key is stored and shown.',
  ),
  testedOnNodes('A user whom the pool does not have fails the task at its start.', [
    USERS,
    'a name that the pool does not have fails the task before its start (batch-semantics 10.4)',
  ]),
  notSimulated(
    'Users that are added to a node can log in to it from outside until they expire.',
    'The operations keep and show them, and nodes run no server that anybody could log in to.',
  ),
];

export const nodeSections: readonly Section[] = [
  { number: '10.1', title: 'Directories', rules: directoryRules },
  { number: '10.2', title: 'Environment', rules: environmentRules },
  { number: '10.3', title: 'Command line', rules: commandRules },
  { number: '10.4', title: 'Users', rules: userRules },
  { number: '10.5', title: 'Container tasks', rules: containerRules },
  {
    number: '10.6',
    title: 'Mounts',
    rules: [
      notSimulated(
        'A pool may mount up to 10 file shares, containers and NFS exports on its nodes, below fsmounts.',
        'A mount needs rights over the machine that nodes do not get here, and tools that their images do not have; mountConfiguration is refused by name.',
      ),
    ],
  },
];
