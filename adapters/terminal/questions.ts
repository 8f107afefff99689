/** Asking for yes or no: a person on a terminal, or the default where nobody can answer. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { FaultError } from '../../core/index.ts';
import type { Questions } from '../../core/index.ts';

/** Takes the default and says so. */
export class DefaultQuestions implements Questions {
  readonly #announce: (question: string, answer: 'yes' | 'no') => void;

  constructor(announce: (question: string, answer: 'yes' | 'no') => void) {
    this.#announce = announce;
  }

  confirm(question: string, byDefault: boolean): Promise<boolean> {
    this.#announce(question, byDefault ? 'yes' : 'no');
    return Promise.resolve(byDefault);
  }
}

export class TerminalQuestions implements Questions {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #interrupt: () => void;

  /** A terminal in raw mode gives Ctrl-C to the prompt, so `interrupt` passes it on as the signal that it is elsewhere. */
  constructor(input: Readable, output: Writable, interrupt = (): void => void process.kill(process.pid, 'SIGINT')) {
    this.#input = input;
    this.#output = output;
    this.#interrupt = interrupt;
  }

  /** `Delete job? [Y/n] `; asks again after any answer that is neither. The end of the input takes the default. */
  async confirm(question: string, byDefault: boolean, signal?: AbortSignal): Promise<boolean> {
    for (;;) {
      const answer = await this.#ask(`${question} ${byDefault ? '[Y/n]' : '[y/N]'} `, signal);
      const word = answer?.trim().toLowerCase() ?? '';
      if (word === '') return byDefault;
      if (['y', 'yes'].includes(word)) return true;
      if (['n', 'no'].includes(word)) return false;
      this.#output.write('Please answer y or n.\n');
    }
  }

  #ask(prompt: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const lines = createInterface({ input: this.#input, output: this.#output, terminal: true });
      let isOver = false;
      const end = (settle: () => void): void => {
        // Closing comes back here. Its event must stay, it is how the interface lets go of the keyboard.
        if (isOver) return;
        isOver = true;
        signal?.removeEventListener('abort', onAbort);
        lines.close();
        settle();
      };
      const cancelled = (): void => {
        this.#output.write('\n');
        reject(new FaultError({ code: 'cancelled', message: 'Interrupted.' }));
      };
      const onAbort = (): void => end(cancelled);
      lines.once('SIGINT', () => {
        end(cancelled);
        this.#interrupt();
      });
      lines.once('close', () => end(() => resolve(undefined)));
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      lines.question(prompt, (answer) => end(() => resolve(answer)));
    });
  }
}
