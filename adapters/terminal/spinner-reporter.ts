/** What happens on a terminal: finished steps with a mark, and one spinner below them for all that is under way. */
import type { Progress, Reporter } from '../../core/index.ts';
import { indented } from './plain-reporter.ts';

/** What is used of `ora`. */
export interface Spinner {
  text: string;
  start(): unknown;
  stop(): unknown;
}

export interface StepColors {
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly red: (text: string) => string;
  readonly dim: (text: string) => string;
}

export class SpinnerReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #colors: StepColors;
  readonly #spinner: Spinner;
  /** Under way, with the latest detail, in the order of their start. */
  readonly #active = new Map<object, string>();

  constructor(write: (text: string) => void, colors: StepColors, spinner: Spinner) {
    this.#write = write;
    this.#colors = colors;
    this.#spinner = spinner;
  }

  step(text: string): void {
    this.#print(`${this.#colors.green('✔')} ${text}`);
  }

  detail(text: string): void {
    this.#print(indented(text));
  }

  warn(text: string): void {
    this.#print(`${this.#colors.yellow('⚠')} ${text}`);
  }

  fact(): void {
    // For machines.
  }

  progress(title: string): Progress {
    const key = {};
    const end = (mark: string, summary: string | undefined): void => {
      // A progress that has ended once stays ended.
      if (!this.#active.delete(key)) return;
      this.#print(`${mark} ${title}${summary === undefined ? '' : ` ${this.#colors.dim(summary)}`}`);
    };
    this.#active.set(key, title);
    this.#show();
    return {
      update: (detail) => {
        if (!this.#active.has(key)) return;
        this.#active.set(key, `${title} ${this.#colors.dim(detail)}`);
        this.#show();
      },
      done: (summary) => end(this.#colors.green('✔'), summary),
      fail: (summary) => end(this.#colors.red('✖'), summary),
    };
  }

  close(): void {
    this.#active.clear();
    this.#spinner.stop();
  }

  /** The spinner makes room, and comes back below the line while something is under way. */
  #print(line: string): void {
    this.#spinner.stop();
    this.#write(`${line}\n`);
    this.#show();
  }

  #show(): void {
    if (this.#active.size === 0) return;
    this.#spinner.text = [...this.#active.values()].join('; ');
    this.#spinner.start();
  }
}
