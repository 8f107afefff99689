/** Chooses how a run speaks: spinners and colours on a terminal, plain lines in a pipe, JSON lines for machines. */
import type { Readable, Writable } from 'node:stream';
import ora from 'ora';
import { createColors } from 'picocolors';
import type { Fault, Questions, Reporter } from '../../core/index.ts';
import { describeFault } from './describe-fault.ts';
import { JsonReporter } from './json-reporter.ts';
import { PlainReporter } from './plain-reporter.ts';
import { DefaultQuestions, TerminalQuestions } from './questions.ts';
import { SpinnerReporter } from './spinner-reporter.ts';

type MaybeTerminal<Stream> = Stream & { readonly isTTY?: boolean; readonly columns?: number };

export interface TerminalOptions {
  /** JSON lines instead of text; questions take their default. */
  readonly json?: boolean;
  /** Questions take their default. */
  readonly yes?: boolean;
  readonly input?: MaybeTerminal<Readable>;
  readonly output?: MaybeTerminal<Writable>;
  readonly errors?: MaybeTerminal<Writable>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface Terminal {
  readonly reporter: Reporter;
  readonly questions: Questions;
  /** Tells why a run failed: text on the error stream, a line of JSON on the output. */
  fault(fault: Fault): void;
  /** Stops what moves on the screen. */
  close(): void;
}

export function createTerminal(options: TerminalOptions = {}): Terminal {
  const { input = process.stdin, output = process.stdout, errors = process.stderr } = options;
  // The reader of a pipe may leave (`| head`): the run goes on and cleans up, unheard.
  for (const stream of [output, errors]) {
    // It stays after the run, whose last words may still be on their way: once is enough for a stream.
    if (!stream.listeners('error').includes(ignoreClosedPipe)) stream.on('error', ignoreClosedPipe);
  }
  if (options.json === true) return jsonTerminal(output);
  const environment = options.environment ?? process.env;
  const isTerminal = output.isTTY === true;
  // A terminal without a size, as `docker run -t` or a test may give, would keep ora clearing lines for ever.
  const canMove = isTerminal && environment['TERM'] !== 'dumb' && (output.columns ?? 80) > 0;
  // https://no-color.org: any value but the empty one.
  const hasColors = canMove && (environment['NO_COLOR'] ?? '') === '';
  const colors = createColors(hasColors);
  const write = (text: string): void => void output.write(text);
  // ora knows nothing of NO_COLOR.
  const spinner = { discardStdin: false, isEnabled: true, color: hasColors ? 'cyan' : false } as const;
  const reporter = canMove
    ? new SpinnerReporter(write, colors, ora({ stream: asTerminal(output), ...spinner }))
    : new PlainReporter(write);
  const canAsk = isTerminal && input.isTTY === true && options.yes !== true;
  const questions = canAsk
    ? new TerminalQuestions(input, output)
    : new DefaultQuestions((question, answer) => reporter.step(`${question} ${answer}`));
  return {
    reporter,
    questions,
    fault: (fault) => {
      reporter.close();
      errors.write(describeFault(fault, createColors(hasColors && errors.isTTY === true)));
    },
    close: () => reporter.close(),
  };
}

function jsonTerminal(output: Writable): Terminal {
  const reporter = new JsonReporter((text) => void output.write(text));
  return {
    reporter,
    questions: new DefaultQuestions((question, answer) => reporter.question(question, answer)),
    fault: (fault) => reporter.fault(fault),
    close: () => undefined,
  };
}

function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}

/** The type that `ora` asks for; it was looked at: `isTTY` is true. */
function asTerminal(output: Writable): NodeJS.WritableStream {
  return output;
}
