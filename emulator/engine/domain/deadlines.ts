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
  readonly #current = new Map<string, Entry>();
  #order = 0;

  /** Replaces the deadlines `names` of an owner. A name without a deadline is cancelled. */
  set(owner: string, names: readonly string[], deadlines: readonly Deadline[]): void {
    for (const name of names) {
      const id = `${owner}\n${name}`;
      const due = deadlines.find((deadline) => deadline.name === name);
      if (due === undefined || !Number.isFinite(due.at)) {
        this.#current.delete(id);
      } else if (this.#current.get(id)?.at !== due.at) {
        const entry = { at: due.at, order: this.#order++, owner, name };
        this.#current.set(id, entry);
        this.#heap.push(entry);
      }
    }
    if (this.#heap.size > 2 * this.#current.size + STALE) this.#rebuild();
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
    this.#current.delete(`${head.owner}\n${head.name}`);
    return head;
  }

  /** Most deadlines are far away and cancelled long before, such as the days that a task may live. */
  #rebuild(): void {
    this.#heap = new MinHeap<Entry>(isBefore);
    for (const entry of this.#current.values()) this.#heap.push(entry);
  }

  #dropStale(): void {
    for (let head = this.#heap.first; head !== undefined; head = this.#heap.first) {
      if (this.#current.get(`${head.owner}\n${head.name}`) === head) return;
      this.#heap.pop();
    }
  }
}
