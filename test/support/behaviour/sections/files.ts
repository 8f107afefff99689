/** Resource files, application packages and output files: batch-semantics 9. */
import { tested, testedOnNodes } from '../rule.ts';
import type { Rule, Section } from '../rule.ts';

const SIMULATION = 'simulation/application-packages.test.ts';
const MANAGEMENT = 'simulation/applications.test.ts';
const CONTRACT = 'contract/node-runtime/parts/packages.ts';
const AUTO_STORAGE = 'simulation/auto-storage.test.ts';
const REAL = 'wire/applications-on-nodes.test.ts';

/** Of 9.1, what concerns the storage account that is linked to the Batch account. */
const autoStorageRules: readonly Rule[] = [
  testedOnNodes(
    'A file may name a container of the linked storage account, with prefix, path and mode; without linked storage it is refused.',
    [AUTO_STORAGE, 'is shown as it was sent, and reaches the node with prefix, path and mode (batch-semantics 9.1)'],
    [
      AUTO_STORAGE,
      'without linked storage an auto-storage container is refused with a sentence that says so (batch-semantics 9.1)',
    ],
    [REAL, 'bring their blobs by prefix, below the path and with the mode (batch-semantics 9.1)'],
  ),
  tested('Its URL does not expire while the task waits or is repeated.', [
    AUTO_STORAGE,
    'has a URL that was minted for that attempt: neither a queue nor a retry lets it expire (batch-semantics 9.1)',
  ]),
  testedOnNodes('A container that is not there fails the task with ResourceContainerNotFound.', [
    REAL,
    'that are not there fail the task (batch-semantics 9.1, 3.3)',
  ]),
];

const packageRules: readonly Rule[] = [
  tested(
    'An application has an id that is compared without case, versions that are active, and perhaps a default version; the Batch API lists them.',
    [
      MANAGEMENT,
      'have ids that are compared without case, and are listed by the Batch API with their versions (batch-semantics 9.2)',
    ],
    [MANAGEMENT, 'keep a package as it is where they do not allow updates (batch-semantics 9.2)'],
  ),
  tested(
    'A pool refers to at most 10 packages, and a reference that leads to none is refused with InvalidApplicationPackageReferences.',
    [SIMULATION, 'refers to at most 10 (batch-semantics 9.2, 12)'],
    [SIMULATION, 'is refused for %s, when it is made and when it is changed (batch-semantics 9.2)'],
  ),
  tested('An auto pool with such a reference gives its job the scheduling error of that name.', [
    SIMULATION,
    'is not made, and its job ends with that scheduling error (batch-semantics 9.2, wire-facts 2.4)',
  ]),
  testedOnNodes(
    "A pool's packages are installed when a node joins, reboots or is reimaged, before the start task.",
    [
      SIMULATION,
      'has them on its nodes before the start task, which sees them, as all tasks do (batch-semantics 6, 9.2)',
    ],
    [REAL, 'of a pool are there before its start task and for its tasks (batch-semantics 6, 9.2)'],
    [CONTRACT, 'survive a reboot and not a reimage (batch-semantics 9.2)'],
  ),
  tested(
    'Changes of the references, or of the default version, do not touch running nodes; old directories stay until a reimage.',
    [
      SIMULATION,
      'does not touch running nodes when it changes: a reboot brings the new and keeps the old, a reimage starts anew (batch-semantics 9.2)',
    ],
    [
      SIMULATION,
      'keeps the default version of the boot: a later one is not noticed by running nodes (batch-semantics 9.2)',
    ],
  ),
  testedOnNodes(
    'A node whose packages cannot be installed is unusable, with the error, and runs no start task.',
    [
      SIMULATION,
      'gets a node that is unusable and runs no start task where one cannot be installed (batch-semantics 6, 9.2)',
    ],
    [CONTRACT, 'that cannot be had make an installation fail, and the others stay (batch-semantics 9.2)'],
  ),
  testedOnNodes(
    "A task's packages are installed just before its command, into a directory that the node's tasks share, and not again where they are.",
    [SIMULATION, 'gets them just before its command, and it alone gets their variables (batch-semantics 9.2)'],
    [CONTRACT, 'of a run come before its command, and another user of the node runs them too (batch-semantics 9.2)'],
    [CONTRACT, 'are downloaded once by however many runs at a time, and not again by later ones (batch-semantics 9.2)'],
  ),
  testedOnNodes(
    'A package that cannot be had, or a reference without a version to an application without a default one, fails the task with ApplicationPackageError.',
    [SIMULATION, 'is accepted with %s, and fails before its command (batch-semantics 3.3, 9.2)'],
    [REAL, 'that cannot be had fail the task before its command (batch-semantics 3.3, 9.2)'],
    [
      CONTRACT,
      'that cannot be had fail the run before its command, with the reason, and leave nothing (batch-semantics 9.2)',
    ],
  ),
  tested('A reference without a version means the default version at the time of the installation.', [
    SIMULATION,
    'means the default version of the moment when it runs (batch-semantics 9.2)',
  ]),
  tested('A job manager may refer to packages; preparation, release and start tasks have those of the pool.', [
    SIMULATION,
    'may be a job manager; preparation and release have what the pool has (batch-semantics 9.2)',
  ]),
  testedOnNodes(
    'A package is unzipped below applications, in a directory named by id, version and time, and its zip is deleted.',
    [REAL, 'of a pool are there before its start task and for its tasks (batch-semantics 6, 9.2)'],
    [CONTRACT, 'of a node are installed on request, and its commands run what is in them (batch-semantics 9.2)'],
    [SIMULATION, 'has another directory for a package that was replaced under its version (batch-semantics 9.2)'],
  ),
  testedOnNodes(
    'Variables name the directory, with the id as it is stored, in lower and in upper case; the version is in them where the reference has one.',
    [
      SIMULATION,
      'has them on its nodes before the start task, which sees them, as all tasks do (batch-semantics 6, 9.2)',
    ],
    [REAL, 'of a task come just before its command, with their directories and modes (batch-semantics 9.2)'],
  ),
];

export const fileSections: readonly Section[] = [
  { number: '9.1', title: 'Resource files', rules: autoStorageRules },
  { number: '9.2', title: 'Application packages', rules: packageRules },
  { number: '9.3', title: 'Output files', rules: [] },
];
