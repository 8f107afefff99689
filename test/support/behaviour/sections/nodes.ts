/** States of nodes, spot nodes and images: batch-semantics 11.6 to 11.8. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Rule } from '../rule.ts';

const POOLS = 'simulation/pools.test.ts';
const LIFE = 'simulation/pool-life.test.ts';
const RESIZES = 'simulation/resizes.test.ts';
const OPERATIONS = 'simulation/node-operations.test.ts';
const DEPARTURES = 'simulation/departures.test.ts';
const STARTS = 'simulation/start-tasks.test.ts';
const NODE_LIFE = 'simulation/progression/node-life.test.ts';
const PREEMPTION = 'simulation/progression/preemption.test.ts';
const LOST = 'simulation/progression/lost-contact.test.ts';
const SERVICE_POOLS = 'contract/batch-service/pools.ts';
const SERVICE_NODES = 'contract/batch-service/nodes.ts';
const LIFECYCLE = 'contract/node-runtime/parts/lifecycle.ts';
const LOSS = 'contract/node-runtime/parts/loss.ts';
const IMAGES = 'docker/images.test.ts';

export const stateRules: readonly Rule[] = [
  tested(
    'A node passes from creating over starting, and over waiting for its start task, to idle, as long as its pool takes for each.',
    [NODE_LIFE, 'passes visibly from creating over starting and its start task to idle (batch-semantics 11.6)'],
    [NODE_LIFE, 'takes at least that long, and longer when its runtime does (batch-semantics 11.6)'],
    [NODE_LIFE, 'are nothing for instant, and what the service takes for azure (batch-semantics 11.6, 14)'],
  ),
  testedOnNodes(
    'A node whose start task has failed for good is in a state of that name and takes no tasks.',
    [
      STARTS,
      'that has failed keeps its node out of work, and in the pool, until it is rebooted (batch-semantics 6, 11.6)',
    ],
    [SERVICE_NODES, 'a node is idle when its start task has succeeded (batch-semantics 6, 11.6)'],
  ),
  tested(
    'A node with a task is running, and idle without; its start task does not count.',
    [OPERATIONS, 'is running while it has a task, and idle when it has none (batch-semantics 11.6)'],
    [STARTS, 'has no job, no task id and no slot (batch-semantics 6, 11.6)'],
  ),
  tested(
    'A node that is being removed is leaving its pool, whatever else happens to it.',
    [NODE_LIFE, 'that leaves the pool is seen leaving; the resize ends when it is gone (batch-semantics 11.2, 11.6)'],
    [DEPARTURES, 'leaves also when it breaks meanwhile (batch-semantics 11.6)'],
  ),
  tested('A broken node is unusable with its errors; its tasks run elsewhere, and it does not heal by itself.', [
    OPERATIONS,
    'is unusable with its errors, its tasks run elsewhere, and it does not heal but by a restart (batch-semantics 2.7, 10.1, 11.5, 11.6)',
  ]),
  testedOnNodes(
    'A node to which contact is lost is unusable without an error; its tasks are believed to run for a while, and then run elsewhere.',
    [LOST, 'is unusable without an error, its task believed to run, and then replaced: %s (batch-semantics 2.7, 11.6)'],
    [LOST, 'is not heard any more, also when its task ends there (batch-semantics 11.6)'],
    [LOSS, 'a node whose agent dies is lost, once, and its runs are not reported (batch-semantics 11.6)'],
  ),
  testedOnNodes(
    'A lost node comes back by itself, or another one replaces it and nothing of it stays.',
    [LOST, 'comes back under its id where the fault says so, as after a reboot (batch-semantics 11.6)'],
    [POOLS, 'replaces a node that is lost (batch-semantics 11.6)'],
    [DEPARTURES, 'is removed from its runtime, so that nothing of it stays (batch-semantics 11.6)'],
    [LOSS, 'a lost node can be removed and leaves nothing (batch-semantics 11.6)'],
  ),
  notSimulated(
    'A node may be in state unknown, deallocating, deallocated or upgradingos.',
    'Of a node here it is always known what it does; the other states belong to versions of the service that came later.',
  ),
  notSimulated(
    'Nodes are billed in all states but the deallocated and the preempted one.',
    'Nothing here costs money.',
  ),
  testedOnNodes(
    "A node's id tells whether it is dedicated, and its affinity names the id; no two nodes share one.",
    [
      OPERATIONS,
      'is an id by its kind, an affinity of that id, and an address in the order of their making (batch-semantics 11.6)',
    ],
    [SERVICE_NODES, 'a node is idle when its start task has succeeded (batch-semantics 6, 11.6)'],
  ),
  testedOnNodes(
    'Nodes have addresses of their own, from 10.0.0.4 on where their machines have no others, by which those of a pool reach one another.',
    [
      OPERATIONS,
      'is an id by its kind, an affinity of that id, and an address in the order of their making (batch-semantics 11.6)',
    ],
    [LIFECYCLE, 'nodes have addresses of their own (batch-semantics 11.6)'],
    [
      'docker/network.test.ts',
      'nodes of a pool reach each other by the addresses that they report (batch-semantics 11.6)',
    ],
  ),
  tested('A node shows its newest ten tasks, and how many it has completed, without start and preparation tasks.', [
    OPERATIONS,
    'is its newest ten tasks, without those of jobs and pools, and how many it has completed (batch-semantics 11.6)',
  ]),
  testedOnNodes('A node tells its address and the version of its agent when it has started.', [
    LIFECYCLE,
    'a node that comes up reports its address and its agent (batch-semantics 11.6)',
  ]),
];

export const spotRules: readonly Rule[] = [
  tested(
    'A preempted node is still listed and counted, and its tasks run elsewhere.',
    [
      PREEMPTION,
      'stays listed and counted, and its task runs elsewhere without a counter moving (batch-semantics 2.7, 11.7)',
    ],
    [PREEMPTION, 'runs no task, and its waiting task waits (batch-semantics 11.7)'],
  ),
  tested('Its files are lost.', [PREEMPTION, 'has lost its files (batch-semantics 11.7)']),
  tested('When there is capacity again it comes back under its id, through creating, starting and its start task.', [
    PREEMPTION,
    'comes back with the same id through creating, starting and its start task (batch-semantics 11.7)',
  ]),
  testedOnNodes(
    'Dedicated and spot nodes have targets and quotas of their own, and none becomes the other.',
    [RESIZES, 'keeps the two apart: each has its own target, and none becomes the other (batch-semantics 11.7)'],
    [RESIZES, 'counts spot nodes against a quota of their own (batch-semantics 11.2, 11.7)'],
    [SERVICE_POOLS, 'low-priority nodes are told from dedicated ones (batch-semantics 11.7)'],
  ),
  tested('A dedicated node is never preempted.', [PREEMPTION, 'is never a dedicated one (batch-semantics 11.7)']),
  notSimulated(
    'The machine may learn of its eviction half a minute before.',
    'Nodes have no metadata service that would tell it; a preemption strikes at once, which a program must survive on Azure as well.',
  ),
];

export const imageRules: readonly Rule[] = [
  testedOnNodes(
    'The list of images tells node agent, system, capabilities and verification of each, with publishers in lower case.',
    [
      LIFE,
      'tells of each its agent, system, verification and capabilities, with publishers in lower case (batch-semantics 11.8)',
    ],
    [
      'contract/batch-service/images.ts',
      'the list has verified Linux images, each with its node agent (batch-semantics 11.8)',
    ],
  ),
  tested(
    'The images of Ubuntu, of HPC, Alma Linux, Azure Linux and Debian have their agents; letters may be of either case.',
    [LIFE, 'has %s %s %s, whose agent is %s alone (batch-semantics 11.8)'],
  ),
  tested(
    'An image that is not on the list, or a node agent of another image, is refused.',
    [LIFE, 'has no other image: such a pool is refused (batch-semantics 11.8)'],
    [POOLS, 'takes the node agent that belongs to the image, and no other (batch-semantics 11.8)'],
  ),
  testedOnNodes(
    'A node whose image cannot be had is unusable with the reason.',
    [IMAGES, 'an image that cannot be pulled fails the node, naming it and the remedy (batch-semantics 11.8)'],
    [IMAGES, 'an image that nothing stands for fails the node (batch-semantics 11.8)'],
    [IMAGES, 'an option maps an image of its own (batch-semantics 11.8)'],
  ),
  notSimulated(
    'Windows images are listed and make pools.',
    'They are listed; their pools are refused by name, because nodes run Linux.',
  ),
  notSimulated(
    'Images for ARM, of CentOS, Oracle Linux and the older container offers are listed.',
    'Nodes are of the kind of this machine, and the others are past their ends of life.',
  ),
  notSimulated(
    'A pool may be made of a custom image by its resource id.',
    'There are no image galleries on this machine; virtualMachineImageId is refused by name, and options map images of the list to others.',
  ),
];
