// Collects a runtime's events and lets a test wait for one of them, with a deadline instead of a sleep.
import type { NodeRuntime, NodeRuntimeEvent } from '../../../emulator/engine/index.ts';

export type EventOf<Type extends NodeRuntimeEvent['type']> = Extract<NodeRuntimeEvent, { type: Type }>;

const DEADLINE_MS = 20_000;

interface Waiter {
  readonly matches: (event: NodeRuntimeEvent) => boolean;
  readonly done: (event: NodeRuntimeEvent) => void;
}

export class EventLog {
  readonly events: NodeRuntimeEvent[] = [];
  readonly #waiters = new Set<Waiter>();

  constructor(runtime: NodeRuntime) {
    runtime.connect((event) => {
      this.events.push(event);
      for (const waiter of this.#waiters) if (waiter.matches(event)) waiter.done(event);
    });
  }

  /** The first event of that type for which `matches` holds, past or to come. Rejects after 20 s. */
  next<Type extends NodeRuntimeEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    const isWanted = (event: NodeRuntimeEvent): event is EventOf<Type> =>
      event.type === type && matches(event as EventOf<Type>);
    const past = this.events.find(isWanted);
    if (past !== undefined) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        matches: isWanted,
        done: (event) => {
          clearTimeout(deadline);
          this.#waiters.delete(waiter);
          resolve(event as EventOf<Type>);
        },
      };
      const deadline = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`no ${type} within ${DEADLINE_MS} ms; seen: ${JSON.stringify(this.events)}`));
      }, DEADLINE_MS);
      this.#waiters.add(waiter);
    });
  }

  /** Waits for an event that comes after all that were seen so far. */
  nextNew<Type extends NodeRuntimeEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    const seen = new Set(this.events);
    return this.next(type, (event) => !seen.has(event) && matches(event));
  }
}
