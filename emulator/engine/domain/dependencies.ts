/** What a task still waits for, by id and by ranges of numbers (batch-semantics 4). */
import type { ExitConditions, TaskDependencies } from '../resources/task.ts';
import { dependencyAction, type ExitFacts } from './exit-conditions.ts';
import { type JobKey, type TaskKey, taskKey } from './keys.ts';

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Parents that have not satisfied the task yet. Satisfied once is satisfied for ever, so this only shrinks. */
export interface UnmetDependencies {
  readonly parents: readonly TaskKey[];
  /** Disjoint and ascending. */
  readonly numbers: readonly Interval[];
}

/** The number that a task id stands for in a range: `4`, `04` and `004` are all 4; undefined for other ids. */
export function numberOf(taskId: string): number | undefined {
  return /^\d{1,15}$/.test(taskId) ? Number(taskId) : undefined;
}

/** All that `dependsOn` names; undefined when it names nothing. */
export function allDependencies(job: JobKey, dependsOn: TaskDependencies | undefined): UnmetDependencies | undefined {
  const parents = [...new Set((dependsOn?.taskIds ?? []).map((id) => taskKey(job, id)))];
  const numbers = mergeIntervals(dependsOn?.taskIdRanges ?? []);
  return orNothing({ parents, numbers });
}

/** What is left when a parent is satisfied; undefined when nothing is. */
export function withoutDependency(
  unmet: UnmetDependencies,
  parent: TaskKey,
  number: number | undefined,
): UnmetDependencies | undefined {
  const numbers =
    number === undefined ? unmet.numbers : unmet.numbers.flatMap((interval) => withoutNumber(interval, number));
  return orNothing({ parents: unmet.parents.filter((other) => other !== parent), numbers });
}

export function includesNumber(unmet: UnmetDependencies, number: number): boolean {
  return unmet.numbers.some((interval) => interval.start <= number && number <= interval.end);
}

export function isSatisfyingCompletion(conditions: ExitConditions | undefined, facts: ExitFacts): boolean {
  return dependencyAction(conditions, facts) === 'satisfy';
}

function orNothing(unmet: UnmetDependencies): UnmetDependencies | undefined {
  return unmet.parents.length === 0 && unmet.numbers.length === 0 ? undefined : unmet;
}

function withoutNumber(interval: Interval, number: number): readonly Interval[] {
  if (number < interval.start || number > interval.end) return [interval];
  return [
    { start: interval.start, end: number - 1 },
    { start: number + 1, end: interval.end },
  ].filter(({ start, end }) => start <= end);
}

function mergeIntervals(ranges: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end + 1) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      merged.push({ start: range.start, end: range.end });
    }
  }
  return merged;
}
