/** Whom a task waits for, and whom those wait for, down to what really blocks (batch-semantics 2.6 item 2, 4). */
import { numberOf } from '../domain/dependencies.ts';
import type { Job } from '../domain/job.ts';
import { type TaskKey, taskKey } from '../domain/keys.ts';
import { type Task, satisfiesDependents } from '../domain/task.ts';
import type { Reason } from '../resources/explanation.ts';
import { type View, reason } from './view.ts';
import { count, failureText, since } from './words.ts';

const SHOWN_PARENTS = 5;
const DEPTH = 10;

interface Parent {
  readonly id: string;
  readonly task?: Task;
}

interface Chain {
  readonly code: Extract<
    Reason['code'],
    'dependencyPending' | 'dependencyFailed' | 'dependencyMissing' | 'dependencyCycle'
  >;
  readonly text: string;
  readonly remedy?: string;
}

interface Walk {
  readonly view: View;
  readonly job: Job;
  /** The job's tasks by the number that each stands for; filled when a range is met. */
  readonly numbered: Map<number, Task>;
  /** What was found of a task: many ways may lead to it. */
  readonly chains: Map<TaskKey, Chain>;
}

/** One reason a parent, the final ones first; the last one counts those that are left out. */
export function dependencyReasons(view: View, job: Job, task: Task): readonly Reason[] {
  const walk: Walk = { view, job, numbered: new Map(), chains: new Map() };
  const reasons = unmetParents(walk, task).map((parent) => {
    const chain = follow(walk, parent, [task.key]);
    return reason(chain.code, `It depends on ${chain.text}.`, chain.remedy);
  });
  const sorted = reasons.toSorted((a, b) => weight(a) - weight(b));
  if (sorted.length <= SHOWN_PARENTS) return sorted;
  const hidden = sorted.length - SHOWN_PARENTS;
  const more = reason('dependencyPending', `It waits for ${count(hidden, 'more task')} besides.`);
  return [...sorted.slice(0, SHOWN_PARENTS), more];
}

const WEIGHTS: Readonly<Partial<Record<Reason['code'], number>>> = {
  dependencyFailed: 0,
  dependencyCycle: 1,
  dependencyMissing: 2,
};

function weight({ code }: Pick<Reason, 'code'>): number {
  return WEIGHTS[code] ?? 3;
}

const MAX_PARENTS = 1_000;

function unmetParents(walk: Walk, task: Task): readonly Parent[] {
  const { unmet } = task;
  if (unmet === undefined) return [];
  const { world } = walk.view;
  const spelling = new Map((task.spec.dependsOn?.taskIds ?? []).map((id) => [taskKey(walk.job.key, id), id]));
  const named = unmet.parents.slice(0, MAX_PARENTS).map((key): Parent => {
    const parent = world.tasks.get(key);
    if (parent !== undefined) return { id: parent.id, task: parent };
    return { id: spelling.get(key) ?? key.slice(walk.job.key.length + 1) };
  });
  return [...named, ...numberedParents(walk, task)];
}

/** A range is complete only with every number in it; several ids may stand for one number (batch-semantics 4). */
function numberedParents(walk: Walk, task: Task): readonly Parent[] {
  const intervals = task.unmet?.numbers ?? [];
  if (intervals.length > 0 && walk.numbered.size === 0) {
    for (const other of walk.view.world.tasks.list(walk.job.key)) {
      const number = numberOf(other.id);
      if (number !== undefined && !walk.numbered.has(number)) walk.numbered.set(number, other);
    }
  }
  const parents: Parent[] = [];
  for (const { start, end } of intervals) {
    for (let number = start; number <= end && parents.length < MAX_PARENTS; number += 1) {
      const found = walk.numbered.get(number);
      parents.push(found === undefined ? { id: String(number) } : { id: found.id, task: found });
    }
  }
  return parents;
}

function follow(walk: Walk, parent: Parent, above: readonly TaskKey[]): Chain {
  const { id, task } = parent;
  if (task === undefined) return missing(id);
  if (above.includes(task.key)) return circle(id, above.length === 1);
  const known = walk.chains.get(task.key);
  if (known !== undefined) return known;
  const chain = followTask(walk, task, above);
  walk.chains.set(task.key, chain);
  return chain;
}

function followTask(walk: Walk, task: Task, above: readonly TaskKey[]): Chain {
  const { status, id } = task;
  const pending = (what: string): Chain => ({ code: 'dependencyPending', text: `task "${id}", which ${what}` });
  if (status.state === 'running') {
    return pending(`is running on node ${status.place.nodeId} ${since(walk.view.now, status.startTime)}`);
  }
  if (status.state === 'preparing') return pending(`waits for job preparation on node ${status.place.nodeId}`);
  if (status.state === 'completed') return completed(walk.job, task);
  const next = unmetParents(walk, task);
  if (next.length === 0) return pending('is active and waits for a node');
  if (above.length >= DEPTH) return pending('is active and depends on others in turn');
  const chains = next.map((each) => follow(walk, each, [...above, task.key]));
  const [worst] = chains.toSorted((a, b) => weight(a) - weight(b));
  const others = next.length > 1 ? ` (and on ${count(next.length - 1, 'other')})` : '';
  return {
    code: worst?.code ?? 'dependencyPending',
    text: `task "${id}", which is active and depends on ${worst?.text ?? 'others'}${others}`,
    ...(worst?.remedy === undefined ? {} : { remedy: worst.remedy }),
  };
}

function missing(id: string): Chain {
  return {
    code: 'dependencyMissing',
    text: `task "${id}", which does not exist in the job`,
    remedy: `Add task "${id}" (it blocks until it exists and is satisfied), or delete the task that names it and add that again without the dependency.`,
  };
}

function circle(id: string, isItself: boolean): Chain {
  return {
    code: 'dependencyCycle',
    text: isItself ? 'itself, so it waits for ever' : `task "${id}" again: a circle, so none of its tasks ever starts`,
    remedy: 'Delete a task of the circle and add it again without that dependency: dependencies cannot be changed.',
  };
}

function completed(job: Job, task: Task): Chain {
  const { status } = task;
  if (status.state !== 'completed' || satisfiesDependents(task)) {
    return { code: 'dependencyPending', text: `task "${task.id}", which is completed` };
  }
  const code = status.exitCode === undefined ? '' : ` with exit code ${status.exitCode}`;
  const why = status.failure === undefined ? '' : ` (${failureText(status.failure)})`;
  const cause =
    status.result === 'success'
      ? `which ended${code}, for which its exit conditions say "block"`
      : `which failed${code}${why} and so blocks those that depend on it for good`;
  const repair =
    status.result === 'success'
      ? 'Its dependents can only be terminated or deleted.'
      : `Reactivate task "${task.id}" (az batch task reactivate --job-id ${job.id} --task-id ${task.id}), or terminate or delete those that depend on it; dependencyAction "satisfy" in exitConditions lets dependents go in spite of a failure.`;
  return { code: 'dependencyFailed', text: `task "${task.id}", ${cause}`, remedy: repair };
}
