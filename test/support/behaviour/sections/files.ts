/** Resource files, application packages and output files: batch-semantics 9. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Rule, Section } from '../rule.ts';

const SIMULATION = 'simulation/application-packages.test.ts';
const MANAGEMENT = 'simulation/applications.test.ts';
const CONTRACT = 'contract/node-runtime/parts/packages.ts';
const AUTO_STORAGE = 'simulation/auto-storage.test.ts';
const REAL = 'wire/applications-on-nodes.test.ts';
const TASK_FILES = 'simulation/task-files.test.ts';
const RESOURCE_FILES = 'contract/node-runtime/parts/resource-files.ts';
const OUTPUT_FILES = 'contract/node-runtime/parts/output-files.ts';
const AZURITE = 'contract/node-runtime/azurite-transfers.test.ts';
const PATTERNS = 'unit/agent/file-pattern.test.ts';

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
    'is not made, and its job ends with that scheduling error (batch-semantics 3.7, 9.2; wire-facts 2.4)',
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

const resourceFileRules: readonly Rule[] = [
  tested(
    'A resource file has one source: the URL of a file, the URL of a container, or a container of the linked storage account.',
    [TASK_FILES, '%s is refused, for tasks and for start tasks (batch-semantics 9.1)'],
    [AUTO_STORAGE, 'excludes every other source (batch-semantics 9.1)'],
  ),
  tested(
    "The path is the file's name where a URL is given, and must be there; with a container it is a directory, or absent.",
    [TASK_FILES, 'of a URL needs the path of the file, and of a container may name a directory (batch-semantics 9.1)'],
  ),
  testedOnNodes(
    'A prefix chooses among the blobs of a container and belongs to no other source; the whole name of a blob is kept below the path, its slashes as directories.',
    [TASK_FILES, '%s is refused, for tasks and for start tasks (batch-semantics 9.1)'],
    [RESOURCE_FILES, 'a container gives all its blobs under their full names, page after page (batch-semantics 9.1)'],
  ),
  testedOnNodes(
    'A path stays below the working directory: one that leaves it is refused, at the latest on the node.',
    [TASK_FILES, '%s is refused, for tasks and for start tasks (batch-semantics 9.1)'],
    [RESOURCE_FILES, 'the path %s leaves the working directory and is refused (batch-semantics 3.3, 9.1)'],
    [
      RESOURCE_FILES,
      'a link that an earlier task left does not lead a file out of the directory (batch-semantics 3.3, 9.1)',
    ],
  ),
  testedOnNodes('A file that is there already is overwritten.', [
    RESOURCE_FILES,
    'a file replaces what is there under its path (batch-semantics 9.1)',
  ]),
  testedOnNodes(
    'The mode is octal and 0770 unless it is given.',
    [TASK_FILES, '%s is refused, for tasks and for start tasks (batch-semantics 9.1)'],
    [
      RESOURCE_FILES,
      'files are there before the command starts, in their folders, with their modes (batch-semantics 9.1)',
    ],
  ),
  testedOnNodes('The files belong to the user of the task.', [
    'docker/users.test.ts',
    'resource files belong to the user of their task (batch-semantics 9.1)',
  ]),
  notSimulated(
    'A managed identity of the pool may stand in for a signature, for resource files and for output files.',
    'There are no managed identities on this machine; identityReference is refused by name.',
  ),
  testedOnNodes(
    'A signature must allow reading, and of a container listing, too; what is public needs none.',
    [
      AZURITE,
      'blobs of a container come with names that need every kind of escape, and go back as they came (batch-semantics 9.1, 9.3)',
    ],
    [RESOURCE_FILES, 'what is public needs no signature (batch-semantics 9.1)'],
    [RESOURCE_FILES, '%s has its own code (batch-semantics 3.3, 9.1)'],
  ),
  testedOnNodes('Files are downloaded before the command, while the task is running.', [
    RESOURCE_FILES,
    'files are there before the command starts, in their folders, with their modes (batch-semantics 9.1)',
  ]),
  testedOnNodes(
    'A download that fails ends the task with its own code, and no retry of the task follows.',
    [TASK_FILES, 'that cannot be fetched fails its task, which is not tried again (batch-semantics 2.7, 9.1)'],
    [
      RESOURCE_FILES,
      'a missing blob is BlobNotFound at once, with its URL and the file it should become (batch-semantics 3.3, 9.1)',
    ],
  ),
  testedOnNodes(
    'The agent repeats what may pass, such as timeouts and errors of the server; what is missing or forbidden fails at once.',
    [RESOURCE_FILES, 'status %i (0: a broken connection) is tried again (batch-semantics 9.1)'],
    [RESOURCE_FILES, 'a server that never answers well is BlobDownloadMiscError (batch-semantics 3.3, 9.1)'],
    [
      RESOURCE_FILES,
      'a wrong or expired signature is BlobAccessDenied at once, and is not repeated to anyone (batch-semantics 3.3, 9.1)',
    ],
  ),
  testedOnNodes('A signature that has expired is noticed when the task runs, as BlobAccessDenied.', [
    AZURITE,
    'an expired signature is BlobAccessDenied and the message says why (batch-semantics 9.1)',
  ]),
  testedOnNodes(
    'Each attempt downloads its files anew into a clean directory; nothing is kept for other tasks.',
    [TASK_FILES, 'is asked for again at each attempt, in a clean directory (batch-semantics 9.1)'],
    [RESOURCE_FILES, 'files are fetched for each run, and kept for no other (batch-semantics 9.1)'],
  ),
  testedOnNodes(
    'Files of start, preparation and release tasks go to their own working directories.',
    [
      TASK_FILES,
      'goes where its own task is: of start, preparation, release and job manager tasks, too (batch-semantics 9.1, 10.1)',
    ],
    [RESOURCE_FILES, 'files of a start task go to its own working directory (batch-semantics 9.1, 10.1)'],
  ),
  tested('The files of a task may take 32,768 characters; more are refused with RequestEntityTooLarge.', [
    TASK_FILES,
    'shares 32,768 characters with the others of its task (batch-semantics 3.9, 9.1)',
  ]),
  tested(
    'A request may have 1 MiB, and 100 tasks where it adds several.',
    ['wire/bad-input.test.ts', 'of %s over 1 MiB is refused (batch-semantics 3.9, 9.1)'],
    [TASK_FILES, 'of many tasks comes with at most 100 of them at a time (batch-semantics 9.1)'],
  ),
  testedOnNodes('What arrived before a download failed stays visible.', [
    RESOURCE_FILES,
    'files that came before one that fails stay and can be seen (batch-semantics 9.1)',
  ]),
  ...autoStorageRules,
];

const outputFileRules: readonly Rule[] = [
  tested('An output file has a pattern, a container, perhaps a path and headers, and a condition.', [
    TASK_FILES,
    'comes to the node with pattern, path, condition and headers (batch-semantics 9.3)',
  ]),
  testedOnNodes(
    'A pattern starts at the working directory, may leave it upwards, or is absolute.',
    [OUTPUT_FILES, 'the logs of the task are taken by ../std*.txt (batch-semantics 9.3)'],
    [OUTPUT_FILES, 'variables in the pattern are expanded, and so are absolute paths (batch-semantics 9.3)'],
    [PATTERNS, 'an absolute pattern begins at the root of the machine (batch-semantics 9.3)'],
  ),
  testedOnNodes(
    'A star stands for letters of one name, two for any directories, a question mark for one letter, brackets for one of a set, a range or their opposite, or for a wildcard as such.',
    [PATTERNS, '%s and %s: %s (batch-semantics 9.3)'],
    [
      OUTPUT_FILES,
      'with wildcards the path is a folder, and names begin at the last plain directory (batch-semantics 9.3)',
    ],
  ),
  testedOnNodes(
    'Case counts, and names with a dot in front are found only by patterns that have it.',
    [OUTPUT_FILES, 'names that begin with a dot are taken by a pattern that begins with one (batch-semantics 9.3)'],
    [PATTERNS, '%s and %s: %s (batch-semantics 9.3)'],
  ),
  testedOnNodes('Variables in the pattern are expanded, in the path they are not.', [
    OUTPUT_FILES,
    'variables in the pattern are expanded, and so are absolute paths (batch-semantics 9.3)',
  ]),
  notSimulated(
    'On Windows a pattern may have backslashes and variables between percent signs.',
    'Nodes run Linux, and pools of Windows images are refused.',
  ),
  testedOnNodes("Without a wildcard the path is the blob's name, and absent the file's own name.", [
    OUTPUT_FILES,
    'a file without wildcards becomes the blob of its path, or of its own name (batch-semantics 9.3)',
  ]),
  testedOnNodes(
    'With a wildcard the path is a directory, and names below it start behind the last directory without a wildcard.',
    [
      OUTPUT_FILES,
      'with wildcards the path is a folder, and names begin at the last plain directory (batch-semantics 9.3)',
    ],
  ),
  testedOnNodes(
    'The container must exist, for the agent makes none, and the signature must allow writing.',
    [
      AZURITE,
      'a signature without the right to write fails the upload, a container that is gone as well (batch-semantics 9.3)',
    ],
    [
      OUTPUT_FILES,
      'an upload that fails keeps others from nothing, and no container is made for it (batch-semantics 9.3)',
    ],
  ),
  testedOnNodes('The exit code alone decides which conditions hold: success, failure or any end.', [
    OUTPUT_FILES,
    'with exit code %i the conditions %o hold (batch-semantics 9.3)',
  ]),
  testedOnNodes('Uploads come after the process and before the end of the task, which is running meanwhile.', [
    OUTPUT_FILES,
    'the run lasts until its files are uploaded (batch-semantics 9.3)',
  ]),
  testedOnNodes(
    'Each attempt uploads, unless the account is set to upload after the last one alone.',
    [TASK_FILES, 'is asked for at each attempt (batch-semantics 9.3)'],
    [OUTPUT_FILES, 'nothing is uploaded after a failure where only the last attempt counts (batch-semantics 9.3)'],
  ),
  testedOnNodes('Nothing is uploaded of a task whose process never started.', [
    OUTPUT_FILES,
    'nothing is uploaded when the command never ran (batch-semantics 9.3)',
  ]),
  testedOnNodes(
    'A task that is ended from outside uploads what is due for a failure, unless the account is set otherwise.',
    [OUTPUT_FILES, 'a killed run uploads what is due for a failure (batch-semantics 9.3)'],
    [OUTPUT_FILES, 'nothing is uploaded after a kill where that is not wanted (batch-semantics 9.3)'],
  ),
  testedOnNodes(
    'An upload that fails makes the task a failure with a code of its own; the exit code stays, and no retry follows.',
    [
      TASK_FILES,
      'that cannot be uploaded fails its task, with the exit code and without another try (batch-semantics 2.7, 3.3, 9.3)',
    ],
    [OUTPUT_FILES, '%s fails the run and keeps its exit code (batch-semantics 3.3, 9.3)'],
  ),
  tested("The task's exit conditions may say what a failed upload means for its job.", [
    TASK_FILES,
    'that cannot be uploaded calls for what the task says of that (batch-semantics 9.3)',
  ]),
  testedOnNodes('Uploads are repeated where trouble may pass.', [
    OUTPUT_FILES,
    'transient troubles are tried again (batch-semantics 9.3)',
  ]),
  testedOnNodes('A pattern that matches nothing is no error.', [
    OUTPUT_FILES,
    'a pattern that matches nothing is no failure (batch-semantics 9.3)',
  ]),
  testedOnNodes(
    'Two logs in the directory of the task tell how the uploads went.',
    [OUTPUT_FILES, 'a pattern that matches nothing is no failure (batch-semantics 9.3)'],
    [OUTPUT_FILES, '%s fails the run and keeps its exit code (batch-semantics 3.3, 9.3)'],
  ),
  testedOnNodes('Headers of the upload may be given, such as the type of the content.', [
    AZURITE,
    'headers of an output reach the blob (batch-semantics 9.3)',
  ]),
  testedOnNodes(
    'Blobs are block blobs, large ones are put together from blocks, and what has their name is overwritten.',
    [OUTPUT_FILES, 'blobs are block blobs with the headers that were asked for (batch-semantics 9.3)'],
    [AZURITE, 'a large file is put together from its blocks, with its headers (batch-semantics 9.3)'],
    [OUTPUT_FILES, 'a blob of the same name is replaced (batch-semantics 9.3)'],
  ),
];

export const fileSections: readonly Section[] = [
  { number: '9.1', title: 'Resource files', rules: resourceFileRules },
  { number: '9.2', title: 'Application packages', rules: packageRules },
  { number: '9.3', title: 'Output files', rules: outputFileRules },
];
