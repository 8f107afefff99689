/** Keeps the advice that was given: the first of each kind in each job, and how often it was repeated. */
import type { Advice, Warning } from '../resources/advice.ts';

const MAX_WARNINGS = 500;

export class AdviceLog {
  readonly #warnings = new Map<string, Warning>();

  /** Returns how many tasks of the job have been given this advice, this one included. */
  note(advice: Advice): number {
    const key = `${advice.jobId.toLowerCase()}/${advice.code}`;
    const known = this.#warnings.get(key);
    const warning: Warning = known === undefined ? { ...advice, count: 1 } : { ...known, count: known.count + 1 };
    this.#warnings.set(key, warning);
    if (this.#warnings.size > MAX_WARNINGS) {
      const [oldest] = this.#warnings.keys();
      if (oldest !== undefined) this.#warnings.delete(oldest);
    }
    return warning.count;
  }

  /** Oldest first. */
  list(): readonly Warning[] {
    return [...this.#warnings.values()];
  }
}
