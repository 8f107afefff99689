/** The codes of refusals, with their HTTP status: batch-semantics 3.9. */
import { notSimulated, tested, type Section } from '../rule.ts';

export const errorCodeSections: readonly Section[] = [
  {
    number: '3.9',
    title: 'Error codes',
    rules: [
      tested('An id that is taken is refused with 409 and the code of its kind, whatever its letters.', [
        'wire/error-codes.test.ts',
        'an id that is taken, in any letters, is 409 (batch-semantics 3.7, 3.9)',
      ]),
      tested('A job and a job schedule with the same id are refused with 409, either way.', [
        'wire/error-codes.test.ts',
        'a job and a schedule do not share an id (batch-semantics 3.9)',
      ]),
      tested('What does not exist is 404 with the code of its kind.', [
        'wire/error-codes.test.ts',
        'what is not there is 404 by its kind (batch-semantics 3.9)',
      ]),
      tested("A task that is called as its job's preparation or release task is refused with 409.", [
        'wire/error-codes.test.ts',
        'no task has the id of its job’s preparation or release task (batch-semantics 3.9)',
      ]),
      tested('Dependencies that the job does not use, or whose list is too long, are refused with 400.', [
        'wire/error-codes.test.ts',
        'dependencies that cannot be are 400 (batch-semantics 3.9)',
      ]),
      tested("What a task's state forbids is refused with 409 and a code that names the state.", [
        'wire/error-codes.test.ts',
        'what a task’s state forbids is 409 (batch-semantics 3.9)',
      ]),
      tested("What a job's state forbids is refused with 409 and a code that names the state.", [
        'wire/error-codes.test.ts',
        'what a job’s state forbids is 409 (batch-semantics 3.9)',
      ]),
      tested("What a job schedule's state forbids is refused with 409 and a code that names the state.", [
        'wire/error-codes.test.ts',
        'what a schedule’s state forbids is 409 (batch-semantics 3.9)',
      ]),
      tested("What a pool's state or its formula forbids is refused with 409.", [
        'wire/error-codes.test.ts',
        'what a pool’s state forbids is 409 (batch-semantics 3.9)',
      ]),
      tested("What a node's state or kind forbids is refused with 409.", [
        'wire/error-codes.test.ts',
        'what a node’s state forbids is 409 (batch-semantics 3.9)',
      ]),
      tested('Files whose node is gone, and files whose time is over, are refused with 409 and different codes.', [
        'wire/error-codes.test.ts',
        'files that cannot be had are 409 (batch-semantics 3.9)',
      ]),
      tested('A quota of pools, or of jobs and schedules, is refused with 409 when it is reached.', [
        'wire/error-codes.test.ts',
        'a quota that is reached is 409 (batch-semantics 3.9)',
      ]),
      tested(
        'The status of a preparation task that the job does not have, and packages that the account does not have, are refused with 409.',
        ['wire/error-codes.test.ts', 'what a job lacks and what an account lacks is 409 (batch-semantics 3.9)'],
      ),
      tested('Autoscale settings and formulas that cannot be are refused with 400 and codes of their own.', [
        'simulation/pools-autoscale.test.ts',
        'with %s is refused and changes nothing (batch-semantics 3.9)',
      ]),
      tested('Autoscale that is enabled twice within 30 seconds is refused with a code of its own.', [
        'simulation/pools-autoscale.test.ts',
        'twice within 30 seconds is refused, and not a moment longer (batch-semantics 3.9)',
      ]),
      tested(
        'A bad value, a missing one and one that is not supported are refused with 400 and three codes; a priority out of range has its own.',
        [
          'wire/error-codes.test.ts',
          'what a body may not say is 400, a priority by a code of its own (batch-semantics 3.9)',
        ],
      ),
      tested('A body that cannot be read is refused with 400.', [
        'wire/bad-input.test.ts',
        'of %s that is not JSON is refused (batch-semantics 3.9)',
      ]),
      tested(
        'A request over 1 MiB, and a task whose files are too many, are refused with 413.',
        ['wire/bad-input.test.ts', 'of %s over 1 MiB is refused (batch-semantics 3.9, 9.1)'],
        [
          'simulation/task-files.test.ts',
          'shares 32,768 characters with the others of its task (batch-semantics 3.9, 9.1)',
        ],
      ),
      tested('A condition that does not hold is 304 for a read and 412 for a change.', [
        'wire/error-codes.test.ts',
        'a condition that does not hold is 304 for a read and 412 for a change (batch-semantics 3.9)',
      ]),
      notSimulated(
        'A wrong node agent SKU may be refused with 404 NodeAgentSKUNotFound.',
        'A pair of image and node agent that does not fit is 400 InvalidPropertyValue here, which is what pools are refused with (11.8).',
      ),
      notSimulated(
        'Files and states of a preparation or release task on a node where it never ran are 404 with codes of their own.',
        "No operation of the served api-versions asks for one node's preparation or release task; the list of all nodes leaves such nodes out.",
      ),
      notSimulated(
        'A disabled job, and a disabled job schedule, have codes of refusal of their own.',
        'No operation is refused for that: disabled jobs take tasks and changes (3.7), and disabled schedules take changes (8).',
      ),
      notSimulated(
        'A pool that is being created, and a node that is not ready, have codes of refusal of their own.',
        'A pool exists as soon as its creation is answered; the state of a node that is not ready is named by a closer code.',
      ),
      notSimulated(
        'A range of dependencies that is too long, a constraint, metadata and an input out of range have codes of their own.',
        'They are refused as InvalidPropertyValue with the name of the property, which is what recordings show of bad values.',
      ),
      notSimulated(
        'A file that cannot be opened is 403 IOError.',
        "The server reads what tasks have closed with the rights of its own, or through the node's agent.",
      ),
      notSimulated(
        'An overloaded service answers 500 or 503, and clients try again.',
        'The emulator does not throttle by itself; a bug of its own is 500 InternalError.',
      ),
    ],
  },
];
