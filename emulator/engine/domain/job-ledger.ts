/**
 * What the engine wants to know of a job's tasks without looking at each: counts, the queue of those
 * that may start, who runs, and who waits for whom. Derived from the tasks, and rebuilt from them.
 */
import type { TaskCountValues } from '../resources/job.ts';
import { includesNumber, numberOf } from './dependencies.ts';
import type { TaskKey } from './keys.ts';
import { OrderedKeys } from './ordered-keys.ts';
import { isReady, satisfiesDependents, type Task } from './task.ts';

type CountName = 'active' | 'running' | 'succeeded' | 'failed';

export class JobLedger {
  readonly #tasks = { active: 0, running: 0, succeeded: 0, failed: 0 };
  readonly #slots = { active: 0, running: 0, succeeded: 0, failed: 0 };
  /** Ready tasks by required slots, each queue by sequence: a big task that does not fit hides no small one. */
  readonly #ready = new Map<number, OrderedKeys<number>>();
  readonly #readyKeys = new Map<number, TaskKey>();
  readonly #placed = new Map<TaskKey, Task>();
  readonly #dependents = new Map<TaskKey, Set<TaskKey>>();
  readonly #rangeWaiters = new Map<TaskKey, Task>();
  readonly #satisfied = new Map<TaskKey, number | undefined>();

  update(before: Task | undefined, after: Task | undefined): void {
    if (before !== undefined) this.#count(before, -1);
    if (after !== undefined) this.#count(after, 1);
    if (before !== undefined && isReady(before)) this.#dequeue(before);
    if (after !== undefined && isReady(after)) this.#enqueue(after);
    const key = (after ?? before)?.key;
    if (key === undefined) return;
    if (after !== undefined && isPlaced(after)) this.#placed.set(key, after);
    else this.#placed.delete(key);
    if (before?.unmet !== after?.unmet) this.#updateWaiting(before, after);
    if (after !== undefined && satisfiesDependents(after)) this.#satisfied.set(key, numberOf(after.id));
    else this.#satisfied.delete(key);
  }

  get taskCounts(): TaskCountValues {
    return asCounts(this.#tasks);
  }

  get slotCounts(): TaskCountValues {
    return asCounts(this.#slots);
  }

  get isEmpty(): boolean {
    return this.#tasks.active + this.#tasks.running + this.#tasks.succeeded + this.#tasks.failed === 0;
  }

  /** No task is active, preparing or running. */
  get isAllComplete(): boolean {
    return this.#tasks.active === 0 && this.#tasks.running === 0;
  }

  get hasReady(): boolean {
    return this.#readyKeys.size > 0;
  }

  get placedCount(): number {
    return this.#placed.size;
  }

  /** Tasks in state preparing or running, in the order of their addition. */
  placed(): readonly Task[] {
    return [...this.#placed.values()].toSorted((a, b) => a.sequence - b.sequence);
  }

  /** Required slots that occur among ready tasks. */
  readySlots(): Iterable<number> {
    return this.#ready.keys();
  }

  /** Ready tasks of that many slots, oldest first. */
  *ready(slots: number): Generator<{ readonly sequence: number; readonly key: TaskKey }, void, undefined> {
    for (const sequence of this.#ready.get(slots) ?? []) {
      const key = this.#readyKeys.get(sequence);
      if (key !== undefined) yield { sequence, key };
    }
  }

  /** Tasks that a satisfied parent may let go. */
  dependentsOf(parent: TaskKey, number: number | undefined): readonly TaskKey[] {
    const keys = new Set(this.#dependents.get(parent) ?? []);
    if (number !== undefined) {
      for (const [key, task] of this.#rangeWaiters) {
        if (task.unmet !== undefined && includesNumber(task.unmet, number)) keys.add(key);
      }
    }
    return [...keys];
  }

  /** Parents that are satisfied now, with the number that each stands for. */
  satisfied(): Iterable<readonly [TaskKey, number | undefined]> {
    return this.#satisfied;
  }

  isSatisfied(key: TaskKey): boolean {
    return this.#satisfied.has(key);
  }

  #count(task: Task, by: number): void {
    const name = countName(task);
    this.#tasks[name] += by;
    this.#slots[name] += by * task.spec.requiredSlots;
  }

  #enqueue(task: Task): void {
    const slots = task.spec.requiredSlots;
    let queue = this.#ready.get(slots);
    if (queue === undefined) {
      queue = new OrderedKeys<number>();
      this.#ready.set(slots, queue);
    }
    queue.add(task.sequence);
    this.#readyKeys.set(task.sequence, task.key);
  }

  #dequeue(task: Task): void {
    const slots = task.spec.requiredSlots;
    const queue = this.#ready.get(slots);
    queue?.delete(task.sequence);
    if (queue?.size === 0) this.#ready.delete(slots);
    this.#readyKeys.delete(task.sequence);
  }

  #updateWaiting(before: Task | undefined, after: Task | undefined): void {
    for (const parent of before?.unmet?.parents ?? []) {
      const waiting = this.#dependents.get(parent);
      if (before !== undefined) waiting?.delete(before.key);
      if (waiting?.size === 0) this.#dependents.delete(parent);
    }
    if (before !== undefined) this.#rangeWaiters.delete(before.key);
    if (after?.unmet === undefined) return;
    for (const parent of after.unmet.parents) {
      const waiting = this.#dependents.get(parent) ?? new Set();
      this.#dependents.set(parent, waiting.add(after.key));
    }
    if (after.unmet.numbers.length > 0) this.#rangeWaiters.set(after.key, after);
  }
}

function isPlaced(task: Task): boolean {
  return task.status.state === 'preparing' || task.status.state === 'running';
}

/** `running` includes preparing, `active` those that wait for others (batch-semantics 3.8). */
function countName(task: Task): CountName {
  const { status } = task;
  if (status.state === 'active') return 'active';
  if (status.state !== 'completed') return 'running';
  return status.result === 'success' ? 'succeeded' : 'failed';
}

function asCounts(counts: Readonly<Record<CountName, number>>): TaskCountValues {
  const { active, running, succeeded, failed } = counts;
  return { active, running, completed: succeeded + failed, succeeded, failed };
}
