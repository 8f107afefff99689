/** Tasks that run in containers of their own: batch-semantics 10.5. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Rule } from '../rule.ts';

const POOLS = 'simulation/container-pools.test.ts';
const TASKS = 'docker/container-tasks.test.ts';
const IMAGES = 'docker/images.test.ts';
const STORE = 'unit/docker/image-store.test.ts';

const IN_ITS_OWN =
  'the command runs in a container of its own, with the directories of its node (batch-semantics 10.1, 10.5)';

export const containerRules: readonly Rule[] = [
  testedOnNodes(
    "A pool's container images are pulled before its start task, and one that cannot be had makes a node unusable.",
    [IMAGES, 'an image for container tasks that is not there fails the node, too (batch-semantics 6, 10.5)'],
  ),
  testedOnNodes(
    'On a pool with containers tasks and job managers must ask for one, and elsewhere none may; else the task fails with ContainerInvalidSettings, without a retry.',
    [POOLS, 'fails before it starts, and is not retried (batch-semantics 10.5)'],
    [POOLS, 'fails on every node of a multi-instance task at once (batch-semantics 10.5)'],
    [POOLS, 'fails on a pool without them (batch-semantics 10.5)'],
    [POOLS, 'runs on a pool with containers (batch-semantics 10.5)'],
    [
      'contract/node-runtime/parts/outcomes.ts',
      'a run that does not fit its pool ends with the reason and without an exit code (batch-semantics 10.5)',
    ],
  ),
  tested('Start, preparation and release tasks may choose.', [
    POOLS,
    'must have containerSettings as any task, and preparation and release tasks may choose (batch-semantics 10.5)',
  ]),
  testedOnNodes(
    'An image without a tag is the latest one.',
    [STORE, 'a name without a tag means the latest one, also behind a port number (batch-semantics 10.5)'],
    [
      TASKS,
      'without a command line the image runs its own, in its own folder when that is asked for (batch-semantics 10.5)',
    ],
  ),
  testedOnNodes(
    'Options for the making of the container choose its user, folder, entry point and variables, as the engine has them.',
    [
      TASKS,
      'an admin is root in the container, and the options choose user, folder and entry point (batch-semantics 10.5)',
    ],
    [TASKS, "the task's variables are there, and the image's own search path and home stay (batch-semantics 10.5)"],
  ),
  notSimulated(
    'Every option of the engine may be given, privileged ones as well.',
    'A node is a container without rights over this machine: options that would give them, and those that mean nothing there, fail the task by name.',
  ),
  testedOnNodes(
    'A login for a registry may be given, by the pool or by the task.',
    [STORE, 'a login goes into a header and nowhere else (batch-semantics 10.5)'],
    [
      TASKS,
      'a registry gets the login of the task, and not taking it is ContainerInvalidRegistry (batch-semantics 3.3, 10.5)',
    ],
  ),
  notSimulated(
    'A managed identity may log in to a registry.',
    'There are no managed identities on this machine; identityReference is refused by name.',
  ),
  testedOnNodes("The working directory is the task's, or the image's own where that is asked for.", [
    TASKS,
    'without a command line the image runs its own, in its own folder when that is asked for (batch-semantics 10.5)',
  ]),
  testedOnNodes('An image that is not on the node is pulled when the task runs, before its command.', [
    TASKS,
    'an image that cannot be had is ContainerInvalidImage (batch-semantics 3.3, 10.5)',
  ]),
  testedOnNodes(
    'The container has all directories of the node at their places, and the network of the node.',
    [TASKS, IN_ITS_OWN],
    [TASKS, "it has the node's network: its address, its neighbours and the URLs of the host (batch-semantics 10.5)"],
  ),
  testedOnNodes('The container has the variables of the task.', [
    TASKS,
    "the task's variables are there, and the image's own search path and home stay (batch-semantics 10.5)",
  ]),
  testedOnNodes(
    "The command runs with the number of the task's user: root for administrators, else without rights.",
    [TASKS, IN_ITS_OWN],
    [
      TASKS,
      'an admin is root in the container, and the options choose user, folder and entry point (batch-semantics 10.5)',
    ],
  ),
  testedOnNodes(
    "No shell is added; the command line follows the image's entry point, which an option replaces.",
    [TASKS, 'the command line follows the entry point of the image (batch-semantics 10.5)'],
    [
      TASKS,
      'an admin is root in the container, and the options choose user, folder and entry point (batch-semantics 10.5)',
    ],
  ),
  testedOnNodes(
    'With an empty command line the image runs what it is made for.',
    [
      TASKS,
      'without a command line the image runs its own, in its own folder when that is asked for (batch-semantics 10.5)',
    ],
    ['simulation/run-environment.test.ts', 'may be empty in a container alone (batch-semantics 10.3, 10.5)'],
  ),
  notSimulated(
    'Later versions of the service can leave directories of the node out of a container.',
    'The member is stored and shown, and the container sees all of them: a program that works without them works with them.',
  ),
  testedOnNodes('What a container writes outside of the directories of its node is lost.', [
    TASKS,
    'what is written outside of the directories of the node is gone with its container (batch-semantics 10.5)',
  ]),
  testedOnNodes(
    'The task tells id and state of its container, which is removed after it.',
    [TASKS, IN_ITS_OWN],
    [TASKS, 'the %s of the node ends its containers (batch-semantics 10.5)'],
  ),
  testedOnNodes('Resource files and output files are as for any task.', [
    TASKS,
    'resource files are there before, and output files are uploaded after (batch-semantics 10.5)',
  ]),
  testedOnNodes('Its output can be read while it runs, and a termination ends the container.', [
    TASKS,
    'output can be read while the container runs, and a kill ends it with 137 (batch-semantics 10.5)',
  ]),
  notSimulated(
    'On sizes with graphics processors containers get them.',
    'Nodes have no graphics processors, whatever their size.',
  ),
  testedOnNodes('An image that is missing or closed fails the task with ContainerInvalidImage.', [
    TASKS,
    'an image that cannot be had is ContainerInvalidImage (batch-semantics 3.3, 10.5)',
  ]),
  testedOnNodes('A login that is refused fails it with ContainerInvalidRegistry.', [
    TASKS,
    'a registry gets the login of the task, and not taking it is ContainerInvalidRegistry (batch-semantics 3.3, 10.5)',
  ]),
  testedOnNodes('Options that cannot be used fail it with ContainerInvalidSettings.', [
    TASKS,
    'the options %s are ContainerInvalidSettings (batch-semantics 3.3, 10.5)',
  ]),
  testedOnNodes('A program that the image does not have ends with 127.', [
    TASKS,
    'a command that the image lacks ends with 127 and a word about it (batch-semantics 10.5)',
  ]),
];
