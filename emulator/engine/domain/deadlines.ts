/**
 * Points in time at which something in the state falls due. Each record names its own deadlines, so
 * after a restart they are found again without having been stored.
 */
import { MinHeap, type Instant } from '../../../core/kernel/index.ts';

export interface Deadline<N extends string = string> {
  readonly name: N;
  readonly at: Instant;
}

interface Entry {
  readonly at: Instant;
  readonly order: number;
  readonly owner: string;
  readonly name: string;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Entries that are no deadline any more are kept up to this number, and beyond it up to one for each that is. */
const STALE = 100;

export class DeadlineQueue {
  #heap = new MinHeap<Entry>(isBefore);
  /** By owner and name; owners without deadlines are not in it. */
  readonly #current = new Map<string, Map<string, Entry>>();
  #count = 0;
  #order = 0;

  /** Replaces the deadlines `names` of an owner. A name without a deadline is cancelled. */
  set(owner: string, names: readonly string[], deadlines: readonly Deadline[]): void {
    // Most records that are put have none, and had none.
    if (deadlines.length === 0 && !this.#current.has(owner)) return;
    for (const name of names) {
      const due = deadlines.find((deadline) => deadline.name === name);
      if (due === undefined || !Number.isFinite(due.at)) this.#cancel(owner, name);
      else if (this.#current.get(owner)?.get(name)?.at !== due.at) this.#put(owner, name, due.at);
    }
    if (this.#heap.size > 2 * this.#count + STALE) this.#rebuild();
  }

  /** How many entries are remembered. */
  get size(): number {
    return this.#heap.size;
  }

  get nextAt(): Instant | undefined {
    this.#dropStale();
    return this.#heap.first?.at;
  }

  /** Removes and returns the next deadline that is due at `now`. */
  takeDue(now: Instant): { readonly owner: string; readonly name: string } | undefined {
    this.#dropStale();
    const head = this.#heap.first;
    if (head === undefined || head.at > now) return undefined;
    this.#heap.pop();
    this.#cancel(head.owner, head.name);
    return head;
  }

  #put(owner: string, name: string, at: Instant): void {
    const entry = { at, order: this.#order++, owner, name };
    const own = this.#current.get(owner) ?? new Map<string, Entry>();
    if (!own.has(name)) this.#count += 1;
    this.#current.set(owner, own.set(name, entry));
    this.#heap.push(entry);
  }

  #cancel(owner: string, name: string): void {
    const own = this.#current.get(owner);
    if (own?.delete(name) !== true) return;
    this.#count -= 1;
    if (own.size === 0) this.#current.delete(owner);
  }

  /** Most deadlines are far away and cancelled long before, such as the days that a task may live. */
  #rebuild(): void {
    this.#heap = new MinHeap<Entry>(isBefore);
    for (const own of this.#current.values()) for (const entry of own.values()) this.#heap.push(entry);
  }

  #dropStale(): void {
    for (let head = this.#heap.first; head !== undefined; head = this.#heap.first) {
      if (this.#current.get(head.owner)?.get(head.name) === head) return;
      this.#heap.pop();
    }
  }
}
