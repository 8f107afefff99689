/** Tasks that wait for others: batch-semantics 4. */
import { notSimulated, tested, testedOnNodes } from '../rule.ts';
import type { Section } from '../rule.ts';

export const dependencySections: readonly Section[] = [
  {
    number: '4',
    title: 'Task dependencies',
    rules: [
      tested(
        'Only a job that was created to use dependencies takes tasks that have some; this is off by default and cannot be changed.',
        [
          'simulation/dependencies.test.ts',
          'needs a job that was made for it, which is said once and for all (batch-semantics 4)',
        ],
        ['simulation/tasks.test.ts', 'need a job that uses them (batch-semantics 4)'],
      ),
      tested('A task can name single tasks, several tasks and ranges of numbered ones.', [
        'simulation/dependencies.test.ts',
        'waits for one, for several, and for a range, whichever it names (batch-semantics 4)',
      ]),
      tested('Tasks of other jobs cannot be meant.', [
        'simulation/dependencies.test.ts',
        'cannot wait for a task of another job (batch-semantics 4)',
      ]),
      tested('The ids that a task names have 64,000 characters at most, taken together.', [
        'simulation/dependencies.test.ts',
        'with ids of %s in all is taken up to the limit (batch-semantics 4)',
      ]),
      tested('A range goes from one whole number to another and includes both.', [
        'simulation/dependencies.test.ts',
        'includes both ends of a range, which must be whole numbers in order (batch-semantics 4)',
      ]),
      tested(
        'In a range, ids count as numbers: leading zeros make no difference, and of several tasks of one number the first that is satisfied counts.',
        [
          'simulation/dependencies.test.ts',
          'takes the first of several tasks of one number, and none whose id is no number (batch-semantics 4)',
        ],
        ['simulation/tasks.test.ts', 'on a range compare ids as numbers and need every one (batch-semantics 4)'],
      ),
      tested('A task whose id is no whole number is never part of a range.', [
        'simulation/dependencies.test.ts',
        'takes the first of several tasks of one number, and none whose id is no number (batch-semantics 4)',
      ]),
      tested(
        'A range is satisfied when every number in it is; a number that no task has keeps the dependent waiting.',
        ['simulation/dependencies.test.ts', 'of a number that nobody has waits for ever (batch-semantics 4)'],
        ['simulation/tasks.test.ts', 'on a range compare ids as numbers and need every one (batch-semantics 4)'],
      ),
      tested('A parent need not be there yet: the dependent waits until it is added and satisfied.', [
        'simulation/dependencies.test.ts',
        'may be added before its parents, and after they have ended (batch-semantics 4)',
      ]),
      testedOnNodes(
        'A dependent starts when all its parents have succeeded.',
        ['simulation/tasks.test.ts', 'hold a task back until its parents have succeeded (batch-semantics 4)'],
        ['contract/batch-service/task-runs.ts', 'a task waits for the tasks it depends on (batch-semantics 4)'],
      ),
      tested(
        'A parent that failed satisfies its dependents when its exit conditions say so, and blocks them otherwise.',
        [
          'simulation/tasks.test.ts',
          'on a failed parent block, unless its exit conditions satisfy them (batch-semantics 3.5, 4)',
        ],
      ),
      tested('Dependents of a failed or terminated parent stay active; nobody cancels them.', [
        'simulation/dependencies.test.ts',
        'waits for ever when its parent has failed or was terminated, and nobody cancels it (batch-semantics 4)',
      ]),
      tested(
        'A blocked dependent goes on when its parent is reactivated and succeeds, and can be terminated or deleted.',
        [
          'simulation/dependencies.test.ts',
          'goes on when its failed parent is reactivated and succeeds, and can be terminated or deleted (batch-semantics 4)',
        ],
      ),
      tested('A dependency that was satisfied once stays so, whatever becomes of the parent.', [
        'simulation/dependencies.test.ts',
        'that was satisfied once stays so when its parent runs again or is deleted (batch-semantics 4)',
      ]),
      tested('The dependents of a parent that is deleted before it has ended stay blocked.', [
        'simulation/dependencies.test.ts',
        'stays blocked when its parent is deleted unfinished, until one of that id succeeds (batch-semantics 4)',
      ]),
      tested('Circles are not noticed: tasks that wait for each other, or for themselves, wait for ever.', [
        'simulation/dependencies.test.ts',
        'waits for ever in a circle, and for itself; both are accepted (batch-semantics 4)',
      ]),
      tested('A blocked task counts as active in the counts of its job.', [
        'simulation/dependencies.test.ts',
        'counts as an active task while it waits (batch-semantics 4)',
      ]),
      notSimulated(
        'A blocked task is left out of the metric $ActiveTasks.',
        'Autoscale formulas are kept and shown, not evaluated, so there are no metrics.',
      ),
    ],
  },
];
