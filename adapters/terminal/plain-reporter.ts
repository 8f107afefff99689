/** What happens as plain lines, for pipes and log files: no colours, and of a long wait a line only now and then. */
import type { Progress, Reporter } from '../../core/index.ts';

/** Between two lines of one progress; what is over sooner gets only its last line. */
const intervalMs = 5_000;

export class PlainReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #now: () => number;

  constructor(write: (text: string) => void, now: () => number = () => performance.now()) {
    this.#write = write;
    this.#now = now;
  }

  step(text: string): void {
    this.#write(`${text}\n`);
  }

  detail(text: string): void {
    this.#write(`${indented(text)}\n`);
  }

  warn(text: string): void {
    this.#write(`Warning: ${text}\n`);
  }

  fact(): void {
    // For machines.
  }

  progress(title: string): Progress {
    let printedAt = this.#now();
    let printed = '';
    return {
      update: (detail) => {
        if (detail === printed || this.#now() - printedAt < intervalMs) return;
        printedAt = this.#now();
        printed = detail;
        this.step(`${title}: ${detail}`);
      },
      done: (summary) => this.step(`${title}: ${summary ?? 'done'}`),
      fail: (summary) => this.step(`${title}: ${summary ?? 'failed'}`),
    };
  }

  close(): void {
    // Nothing moves here.
  }
}

/** Sets a text off from the lines around it. */
export function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
}
