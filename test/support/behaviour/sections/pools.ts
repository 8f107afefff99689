/** Pools and what is done to their nodes: batch-semantics 11. What nodes are is in nodes.ts. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Rule, Section } from '../rule.ts';
import { imageRules, spotRules, stateRules } from './nodes.ts';

const POOLS = 'simulation/pools.test.ts';
const LIFE = 'simulation/pool-life.test.ts';
const RESIZES = 'simulation/resizes.test.ts';
const OPERATIONS = 'simulation/node-operations.test.ts';
const DEPARTURES = 'simulation/departures.test.ts';
const STARTS = 'simulation/start-tasks.test.ts';
const NODE_LIFE = 'simulation/progression/node-life.test.ts';
const PREEMPTION = 'simulation/progression/preemption.test.ts';
const SERVICE_POOLS = 'contract/batch-service/pools.ts';
const SERVICE_NODES = 'contract/batch-service/nodes.ts';
const LIFECYCLE = 'contract/node-runtime/parts/lifecycle.ts';

const lifeRules: readonly Rule[] = [
  tested('A new pool is being resized at once, even towards no nodes, and then steady.', [
    POOLS,
    'is resizing right after its creation, even towards no nodes, then steady (batch-semantics 11.1; wire-facts 3.1)',
  ]),
  tested('What is not given is filled in and shown.', [LIFE, 'shows what the service fills in (batch-semantics 11.1)']),
  tested('How nodes communicate is shown only after the first allocation.', [
    LIFE,
    'shows what the service fills in (batch-semantics 11.1)',
  ]),
  tested(
    'Size, image, slots and communication between nodes cannot be changed; start task, packages, certificates and metadata can.',
    [LIFE, 'can be changed in some members, and not in others (batch-semantics 11.1)'],
    ['wire/bad-input.test.ts', 'cannot change %s of a pool (batch-semantics 10.4, 11.1)'],
  ),
  tested('The stamp of a pool moves with what a client changes alone.', [
    LIFE,
    'moves with what a client changes, and not with what its nodes do (batch-semantics 11.1)',
  ]),
  testedOnNodes(
    'A deleted pool is deleting, sends its tasks back, and is gone with its last node.',
    [POOLS, 'that is deleted is gone when its nodes are; its jobs stay and their tasks wait (batch-semantics 11.1)'],
    [LIFE, 'sends running tasks back, which wait until a pool has that id again (batch-semantics 11.1)'],
    [NODE_LIFE, 'that is deleted stays deleting for that long, and its id is taken meanwhile (batch-semantics 11.1)'],
    [SERVICE_POOLS, 'a deleted pool is gone with its nodes after a while (batch-semantics 11.1)'],
  ),
  tested(
    'No removal that waits for tasks or files, and no timeout, keeps a pool from being deleted.',
    [DEPARTURES, 'does not wait for the tasks that a resize before it would have waited for (batch-semantics 11.1)'],
    [DEPARTURES, 'does not wait for retained data either (batch-semantics 11.1)'],
    [DEPARTURES, 'goes on when its resize timeout has passed before its last node can leave (batch-semantics 11.1)'],
    [PREEMPTION, 'does not keep its pool from being deleted (batch-semantics 11.1)'],
  ),
  tested('A pool that is being deleted refuses every change with PoolBeingDeleted.', [
    LIFE,
    'refuses every change with PoolBeingDeleted, and can still be looked at (batch-semantics 11.1)',
  ]),
  tested('Jobs stay without their pool, and their tasks wait.', [
    LIFE,
    'sends running tasks back, which wait until a pool has that id again (batch-semantics 11.1)',
  ]),
  tested('A pool may be deleted during a resize, which is dropped.', [
    LIFE,
    'drops the resize that is under way (batch-semantics 11.1)',
  ]),
];

const resizeRules: readonly Rule[] = [
  testedOnNodes(
    'A resize needs a pool that is steady, else it is refused with PoolBeingResized.',
    [POOLS, 'can be resized only when it is steady (batch-semantics 11.2)'],
    [SERVICE_POOLS, 'a resize during a resize is refused (batch-semantics 11.2)'],
  ),
  tested('A pool that scales by a formula cannot be resized.', [
    RESIZES,
    'is refused by a pool that scales by a formula (batch-semantics 11.2)',
  ]),
  tested(
    'At least one target is needed, and the other stays.',
    [RESIZES, 'needs a target, whole numbers, and at least five minutes (batch-semantics 11.2)'],
    [RESIZES, 'keeps the target that it does not name (batch-semantics 11.2)'],
  ),
  testedOnNodes(
    'Targets are shown at once, and the nodes follow.',
    [RESIZES, 'shows its targets at once, and its nodes when they are there (batch-semantics 11.2)'],
    [SERVICE_POOLS, 'a resize brings nodes and takes them away (batch-semantics 11.2)'],
  ),
  tested('A pool is steady when its nodes are allocated, before they can work.', [
    POOLS,
    'is steady when its nodes are allocated, not when they are idle (batch-semantics 11.2; wire-facts 4.2)',
  ]),
  tested(
    'The timeout is 15 minutes unless another one of at least 5 is given; then the pool is steady, with its targets, the nodes that it has, and an error.',
    [
      RESIZES,
      'gives up after its timeout, of 15 minutes by default: targets and nodes stay as they are (batch-semantics 11.2)',
    ],
    [RESIZES, 'needs a target, whole numbers, and at least five minutes (batch-semantics 11.2)'],
  ),
  tested('Errors of a resize stay until the next one begins, and are shown of a steady pool alone.', [
    RESIZES,
    'takes the errors of the one before away when it begins (batch-semantics 11.2)',
  ]),
  tested(
    'A stopped resize is stopping and then steady, with the nodes that it got, the target as asked, and ResizeStopped.',
    [RESIZES, 'is stopping, then steady; target and nodes stay, and an error says so (batch-semantics 11.2)'],
  ),
  tested('Only a resize that is under way can be stopped.', [RESIZES, 'must be under way (batch-semantics 11.2)']),
  notSimulated(
    'After a stop the next evaluation of a formula resizes the pool again.',
    'Formulas are stored and not evaluated yet, which autoScaleRun says.',
  ),
  tested('Nodes become usable one by one.', [
    STARTS,
    'of one node keeps no other node waiting (batch-semantics 6, 11.2)',
  ]),
  tested(
    'Where cores run short as many nodes come as the quota allows, dedicated and spot ones each by their own, and an error tells of the rest.',
    [POOLS, 'gets as many nodes as the core quota allows, and an error for the rest (batch-semantics 11.2)'],
    [RESIZES, 'counts spot nodes against a quota of their own (batch-semantics 11.2, 11.7)'],
  ),
  notSimulated(
    'A resize fails for want of capacity in the region, of cores of one family, for a size that the region does not have, or for too many nodes that communicate.',
    'This machine has no regions and families; quotas of cores, timeouts and stopped resizes show how a program takes a resize that fails.',
  ),
  notSimulated(
    'The removal of nodes fails with RemoveNodesFailed.',
    'Nothing here makes a removal fail but its timeout.',
  ),
];

const removalRules: readonly Rule[] = [
  tested(
    'Nodes that cannot work leave first, then idle ones, then those with tasks, and those of job managers last.',
    [
      RESIZES,
      'parts with nodes that cannot work, then idle ones, then busy ones, and with job managers last (batch-semantics 11.3)',
    ],
    [PREEMPTION, 'leaves first when the pool shrinks, and for good (batch-semantics 11.3)'],
  ),
  tested('A removal names 1 to 100 nodes of a steady pool.', [
    RESIZES,
    'takes 1 to 100 nodes that are there, from a pool that is steady (batch-semantics 11.3)',
  ]),
  tested('The targets drop by what is removed.', [
    RESIZES,
    'takes those that are named, and lowers the target by their number (batch-semantics 11.3)',
  ]),
  tested(
    'Where tasks take longer than the timeout the resize ends with an error, and nodes that are not free stay.',
    [POOLS, 'gives up a shrink whose timeout has passed; the waiting node stays (batch-semantics 11.2, 11.3)'],
    [RESIZES, 'ends with an error when tasks take longer than its timeout, and the nodes stay (batch-semantics 11.3)'],
    [RESIZES, 'no longer sends away what waits for its task (batch-semantics 11.2, 11.3)'],
  ),
];

const taskRules: readonly Rule[] = [
  tested(
    'With requeue, which is the default, tasks are ended and wait again, whether the node leaves, restarts or is disabled.',
    [OPERATIONS, 'are ended and wait again with requeue (batch-semantics 2.7, 11.4)'],
    [OPERATIONS, 'are ended with %s, and it is offline (batch-semantics 11.4, 11.5)'],
    [POOLS, 'that shrinks with requeue sends the task back and counts it (batch-semantics 2.7, 11.4)'],
  ),
  tested(
    'With terminate tasks are completed as failures.',
    [OPERATIONS, 'are ended for good, as failures, with terminate (batch-semantics 2.7, 11.4)'],
    [OPERATIONS, 'are ended with %s, and it is offline (batch-semantics 11.4, 11.5)'],
  ),
  tested(
    'With taskcompletion the node takes no new task and waits for those that run.',
    [OPERATIONS, 'are waited for with taskcompletion, and no other is begun (batch-semantics 2.7, 11.4)'],
    [
      POOLS,
      'whose scheduling is disabled goes offline when its tasks are done, and takes no new ones (batch-semantics 11.4, 11.5)',
    ],
    [
      POOLS,
      'that shrinks with taskcompletion waits for running tasks, idle nodes go first (batch-semantics 11.3, 11.4)',
    ],
  ),
  tested('With retaineddata it waits for the retention times of all tasks, too.', [
    OPERATIONS,
    'are waited for with retaineddata, and so are their files (batch-semantics 2.7, 11.4)',
  ]),
  tested('While it waits the node is running.', [
    OPERATIONS,
    'are waited for with taskcompletion, and no other is begun (batch-semantics 2.7, 11.4)',
  ]),
  tested(
    'What it waited for may go before, by another order or a preemption.',
    [DEPARTURES, 'leaves at once when its scheduling is disabled with requeue (batch-semantics 11.4)'],
    [PREEMPTION, 'leaves at once when it was to leave after its task (batch-semantics 11.4)'],
  ),
];

const operationRules: readonly Rule[] = [
  testedOnNodes(
    'A node that is rebooted or reimaged passes through that state, starting and its start task to idle, under its id.',
    [
      OPERATIONS,
      'passes through its %s, starting and its start task to idle under its id (batch-semantics 11.5, 11.6)',
    ],
    [SERVICE_NODES, 'a rebooted node runs its start task again and returns to work (batch-semantics 6, 11.5)'],
  ),
  tested(
    'A node that is on its way already, or was taken away, is neither rebooted nor reimaged.',
    [OPERATIONS, 'must not be on its way already (batch-semantics 11.5)'],
    [PREEMPTION, 'takes no operation, and is not preempted twice (batch-semantics 11.5)'],
  ),
  tested('Nodes that are broken, or whose start task failed, may be restarted, as practice has it.', [
    OPERATIONS,
    'is unusable with its errors, its tasks run elsewhere, and it does not heal but by a restart (batch-semantics 2.7, 10.1, 11.5, 11.6)',
  ]),
  testedOnNodes(
    'A reboot ends all processes of the node.',
    ['contract/node-runtime/parts/process-trees.ts', 'a reboot ends every process of the node (batch-semantics 11.5)'],
    [LIFECYCLE, 'a reboot ends the runs without a word about them and starts the node again (batch-semantics 11.5)'],
  ),
  testedOnNodes(
    'A reboot keeps the files of tasks, shared and installed ones; a reimage drops all of them.',
    [OPERATIONS, 'has the files of its tasks after a reboot, and not after a reimage (batch-semantics 11.5)'],
    [
      DEPARTURES,
      'has lost the files of its tasks, also when it leaves before it has booted again (batch-semantics 11.5)',
    ],
    [
      'contract/node-runtime/parts/files.ts',
      'a reboot keeps files and a reimage drops them (batch-semantics 10.1, 11.5)',
    ],
    [
      'docker/loss.test.ts',
      'a reboot keeps what a start task installed outside of the root, and a reimage drops it (batch-semantics 11.5)',
    ],
  ),
  tested(
    'A node whose scheduling is disabled is offline when its last task has gone, and idle when it is enabled again.',
    [
      POOLS,
      'whose scheduling is disabled goes offline when its tasks are done, and takes no new ones (batch-semantics 11.4, 11.5)',
    ],
    [OPERATIONS, 'are ended with %s, and it is offline (batch-semantics 11.4, 11.5)'],
  ),
  tested('Neither is done twice: NodeAlreadyInTargetSchedulingState.', [
    OPERATIONS,
    'is disabled once and enabled once: again is refused (batch-semantics 11.5)',
  ]),
  notSimulated(
    'Later versions of the service deallocate nodes and start them again.',
    'The version that is emulated, 2022-10-01.16.0, does not have these operations.',
  ),
];

export const poolSections: readonly Section[] = [
  { number: '11.1', title: 'Pool life', rules: lifeRules },
  { number: '11.2', title: 'Resize', rules: resizeRules },
  { number: '11.3', title: 'Shrinking and removing', rules: removalRules },
  { number: '11.4', title: 'What happens to tasks', rules: taskRules },
  { number: '11.5', title: 'Node operations', rules: operationRules },
  { number: '11.6', title: 'Node states', rules: stateRules },
  { number: '11.7', title: 'Spot nodes', rules: spotRules },
  { number: '11.8', title: 'Images and node agent SKUs', rules: imageRules },
];
