/**
 * Records of one kind, by key and in the order of their keys within a group (a job's tasks, a pool's
 * nodes). Records are immutable: a change puts a new one. Whoever depends on records observes puts
 * and deletes, so that indexes and deadlines are functions of the state and need no upkeep elsewhere.
 */
import { OrderedKeys } from './ordered-keys.ts';

export type Observer<T> = (before: T | undefined, after: T | undefined) => void;

export interface TableShape<T, K extends string> {
  readonly keyOf: (record: T) => K;
  /** Records of one group are listed together; absent: one group. */
  readonly groupOf?: (record: T) => string;
}

const EMPTY = new OrderedKeys<never>();

export class Table<T, K extends string> {
  readonly #shape: TableShape<T, K>;
  readonly #records = new Map<K, T>();
  readonly #groups = new Map<string, OrderedKeys<K>>();
  readonly #observers: Observer<T>[] = [];

  constructor(shape: TableShape<T, K>) {
    this.#shape = shape;
  }

  get size(): number {
    return this.#records.size;
  }

  observe(observer: Observer<T>): void {
    this.#observers.push(observer);
  }

  get(key: K): T | undefined {
    return this.#records.get(key);
  }

  has(key: K): boolean {
    return this.#records.has(key);
  }

  put(record: T): void {
    const key = this.#shape.keyOf(record);
    const before = this.#records.get(key);
    this.#records.set(key, record);
    if (before === undefined) this.#groupFor(record).add(key);
    for (const observer of this.#observers) observer(before, record);
  }

  delete(key: K): void {
    const before = this.#records.get(key);
    if (before === undefined) return;
    this.#records.delete(key);
    const name = this.#groupName(before);
    const group = this.#groups.get(name);
    group?.delete(key);
    if (group?.size === 0) this.#groups.delete(name);
    for (const observer of this.#observers) observer(before, undefined);
  }

  /** How many records a group has. */
  count(group = ''): number {
    return this.#groups.get(group)?.size ?? 0;
  }

  /** A group's records in key order, from behind `after`. The table must not change meanwhile. */
  *list(group = '', after?: K): Generator<T, void, undefined> {
    const keys: OrderedKeys<K> = this.#groups.get(group) ?? EMPTY;
    for (const key of keys.from(after)) {
      const record = this.#records.get(key);
      if (record !== undefined) yield record;
    }
  }

  /** A group's records as an array that stays as it is while the table changes. */
  snapshot(group = ''): readonly T[] {
    return [...this.list(group)];
  }

  *all(): Generator<T, void, undefined> {
    yield* this.#records.values();
  }

  #groupName(record: T): string {
    return this.#shape.groupOf?.(record) ?? '';
  }

  #groupFor(record: T): OrderedKeys<K> {
    const name = this.#groupName(record);
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new OrderedKeys<K>();
      this.#groups.set(name, group);
    }
    return group;
  }
}
