/**
 * Virtual time that somebody moves: a clock on which nothing is due unless it is asked to be, and which, between two
 * instants, lets everything that waits in this process go on.
 */
import { setImmediate as everyoneElse } from 'node:timers/promises';
import { type Clock, type Instant, type Milliseconds, type Timer, VirtualClock } from '../../core/kernel/index.ts';

/**
 * 2026-01-01T00:00:00Z: round enough to be taken for no real date, and a day on which the service still supports the images
 * that programs use now, so that workflows which look at that find one.
 */
const FIRST_INSTANT: Instant = Date.UTC(2026, 0, 1);

export interface Settling {
  /** Whether nothing is under way any more. */
  readonly isIdle: () => Promise<boolean>;
  /** Whether somebody works who does not live on this clock, such as a process. */
  readonly worksOutside: () => boolean;
  /** Waits for such work a moment in real time. */
  readonly pause: () => Promise<void>;
  /** How far time may go. */
  readonly within: Milliseconds;
}

/**
 * Movements follow one another: a second one starts when the first has ended. An action of a timer must therefore not
 * wait for a movement.
 */
export class VirtualTime implements Clock {
  readonly #start: Instant;
  #clock: VirtualClock;
  #lastMovement: Promise<unknown> = Promise.resolve();

  constructor(start: Instant = FIRST_INSTANT) {
    this.#start = start;
    this.#clock = new VirtualClock(start);
  }

  now(): Instant {
    return this.#clock.now();
  }

  timerAt(at: Instant, action: () => void): Timer {
    return this.#clock.timerAt(at, action);
  }

  /** Fires everything that is due until then, also what becomes due on the way, and stands there. */
  advanceTo(instant: Instant): Promise<void> {
    return this.#move(async () => {
      while (await this.#step(instant)) {
        // each step is one instant
      }
      this.#clock.advanceTo(instant);
      await everyoneElse();
    });
  }

  advance(duration: Milliseconds): Promise<void> {
    // From where the movements before it lead to.
    return this.#lastMovement.then(() => this.advanceTo(this.now() + duration));
  }

  /** Moves from instant to instant until nothing is under way; false when that needs more time than allowed. */
  settle({ isIdle, worksOutside, pause, within }: Settling): Promise<boolean> {
    return this.#move(async () => {
      const limit = this.now() + within;
      await everyoneElse();
      for (;;) {
        while (worksOutside()) await pause();
        if (await isIdle()) return true;
        if (!(await this.#step(limit))) return worksOutside() ? false : isIdle();
      }
    });
  }

  /**
   * Moves from instant to instant until the work has ended. The work must wait on this clock alone: time does not stand
   * still for its files and sockets. Rejects when it waits and nothing is due.
   */
  until<T>(work: Promise<T>, patience = 1_000): Promise<T> {
    return this.#move(async () => {
      const state = { hasEnded: false };
      const watched = work.finally(() => {
        state.hasEnded = true;
      });
      watched.catch(() => undefined);
      for (let idle = 0; !state.hasEnded; idle += 1) {
        await everyoneElse();
        if (state.hasEnded) break;
        if (await this.#step(Infinity)) idle = 0;
        if (idle > patience) throw new Error('The work still waits, but nothing is due on the virtual clock.');
      }
      return watched;
    });
  }

  /** Back to the start. Timers that have not fired are forgotten. */
  rewind(): void {
    this.#clock = new VirtualClock(this.#start);
  }

  /** Fires what is due at the next instant, and lets its consequences happen. False when none is due until `limit`. */
  async #step(limit: Instant): Promise<boolean> {
    const at = this.#clock.nextTimerAt;
    if (at === undefined || at > limit) return false;
    while (this.#clock.fireNext(at)) {
      // all of one instant
    }
    await everyoneElse();
    return true;
  }

  #move<T>(movement: () => Promise<T>): Promise<T> {
    const moved = this.#lastMovement.then(movement);
    this.#lastMovement = moved.catch(() => undefined);
    return moved;
  }
}
