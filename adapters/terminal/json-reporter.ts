/** What happens as lines of JSON, one object a line, for programs that drive the command. */
import type { Fault, Progress, Reporter } from '../../core/index.ts';

/** Every line has `time`, ISO 8601 in UTC; new kinds of line and new members may come. */
export type JsonLine = { readonly time: string } & (
  | { readonly type: 'step' | 'detail' | 'warning'; readonly text: string }
  | {
      readonly type: 'progress';
      readonly title: string;
      readonly state: 'running' | 'done' | 'failed';
      readonly detail?: string;
    }
  | { readonly type: 'question'; readonly text: string; readonly answer: 'yes' | 'no' }
  | { readonly type: 'fact'; readonly name: string; readonly value: unknown }
  | ({ readonly type: 'error' } & Fault)
);

type WithoutTime<Line> = Line extends unknown ? Omit<Line, 'time'> : never;

export class JsonReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #now: () => number;

  constructor(write: (text: string) => void, now: () => number = Date.now) {
    this.#write = write;
    this.#now = now;
  }

  step(text: string): void {
    this.#line({ type: 'step', text });
  }

  detail(text: string): void {
    this.#line({ type: 'detail', text });
  }

  warn(text: string): void {
    this.#line({ type: 'warning', text });
  }

  fact(name: string, value: unknown): void {
    this.#line({ type: 'fact', name, value });
  }

  question(text: string, answer: 'yes' | 'no'): void {
    this.#line({ type: 'question', text, answer });
  }

  fault(fault: Fault): void {
    this.#line({ type: 'error', ...fault });
  }

  progress(title: string): Progress {
    let last: string | undefined;
    const line = (state: 'running' | 'done' | 'failed', detail?: string): void =>
      this.#line({ type: 'progress', title, state, ...(detail === undefined ? {} : { detail }) });
    line('running');
    return {
      update: (detail) => {
        if (detail !== last) line('running', detail);
        last = detail;
      },
      done: (summary) => line('done', summary),
      fail: (summary) => line('failed', summary),
    };
  }

  #line(line: WithoutTime<JsonLine>): void {
    const { type, ...members } = line;
    this.#write(`${JSON.stringify({ type, time: new Date(this.#now()).toISOString(), ...members })}\n`);
  }
}
