// What a run shows and asks: on a terminal, in a pipe, and for machines.
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createTerminal, describeFault } from '../../../adapters/terminal/index.ts';
import { JsonReporter } from '../../../adapters/terminal/json-reporter.ts';
import { PlainReporter } from '../../../adapters/terminal/plain-reporter.ts';
import { SpinnerReporter } from '../../../adapters/terminal/spinner-reporter.ts';
import { TerminalQuestions } from '../../../adapters/terminal/questions.ts';

/** Collects what is written. */
function screen(): { write: (text: string) => void; text: () => string; lines: () => string[] } {
  let written = '';
  return {
    write: (text) => {
      written += text;
    },
    text: () => written,
    lines: () => written.split('\n').slice(0, -1),
  };
}

describe('in a pipe', () => {
  test('a short piece of work is one line, a long one a line every few seconds when something changed', () => {
    const { write, lines } = screen();
    let now = 0;
    const reporter = new PlainReporter(write, () => now);
    const quick = reporter.progress('Uploading');
    quick.update('1 of 2 files');
    quick.done('2 files');
    const long = reporter.progress('Waiting');
    for (; now < 20_000; now += 500) long.update(now < 12_000 ? '0 of 2' : '1 of 2');
    long.done('2 of 2');
    expect(lines()).toEqual(['Uploading: 2 files', 'Waiting: 0 of 2', 'Waiting: 1 of 2', 'Waiting: 2 of 2']);
  });

  test('nothing is coloured and questions take their default, which is told', async () => {
    const output = new PassThrough();
    const terminal = createTerminal({ output, input: new PassThrough(), environment: {} });
    terminal.reporter.step('A step');
    terminal.reporter.detail('first\n\nthird');
    terminal.reporter.warn('careful');
    expect(await terminal.questions.confirm('Delete job?', true)).toBe(true);
    expect(await terminal.questions.confirm('Delete pool?', false)).toBe(false);
    expect(String(output.read())).toBe(
      'A step\n    first\n\n    third\nWarning: careful\nDelete job? yes\nDelete pool? no\n',
    );
  });
});

describe('a stream', () => {
  test('is listened to once, however many runs speak through it, and a reader may leave it', () => {
    const output = new PassThrough();
    for (let run = 0; run < 20; run += 1) createTerminal({ output, errors: output, environment: {} }).close();
    expect(output.listenerCount('error')).toBe(1);
    expect(output.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }))).toBe(true);
  });
});

describe('for machines', () => {
  test('every line is an object with a type and a time', () => {
    const { write, lines } = screen();
    const reporter = new JsonReporter(write, () => 0);
    reporter.step('A step');
    const progress = reporter.progress('Waiting');
    progress.update('1 of 2');
    progress.update('1 of 2');
    progress.done();
    reporter.fact('output', { size: 3 });
    reporter.question('Delete job?', 'yes');
    reporter.fault({ code: 'failed', message: 'No.', details: [{ key: 'a', value: 'b' }] });
    const time = '1970-01-01T00:00:00.000Z';
    expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([
      { type: 'step', time, text: 'A step' },
      { type: 'progress', time, title: 'Waiting', state: 'running' },
      { type: 'progress', time, title: 'Waiting', state: 'running', detail: '1 of 2' },
      { type: 'progress', time, title: 'Waiting', state: 'done' },
      { type: 'fact', time, name: 'output', value: { size: 3 } },
      { type: 'question', time, text: 'Delete job?', answer: 'yes' },
      { type: 'error', time, code: 'failed', message: 'No.', details: [{ key: 'a', value: 'b' }] },
    ]);
  });

  test('a question takes its default even on a terminal', async () => {
    const output = Object.assign(new PassThrough(), { isTTY: true });
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const terminal = createTerminal({ json: true, output, input });
    expect(await terminal.questions.confirm('Delete job?', true)).toBe(true);
    expect(JSON.parse(String(output.read()))).toMatchObject({ type: 'question', answer: 'yes' });
  });
});

describe('on a terminal', () => {
  const same = (text: string): string => text;

  test('one spinner shows all that is under way, and makes room for finished lines', () => {
    const { write, lines } = screen();
    const shown: string[] = [];
    const spinner = { text: '', start: () => shown.push(spinner.text), stop: () => shown.push('stopped') };
    const reporter = new SpinnerReporter(write, { green: same, yellow: same, red: same, dim: same }, spinner);
    const first = reporter.progress('Uploading');
    const second = reporter.progress('Staging');
    second.update('half');
    first.done('2 files');
    second.fail('no space');
    second.done('too late');
    expect(lines()).toEqual(['✔ Uploading 2 files', '✖ Staging no space']);
    expect(shown).toEqual([
      'Uploading',
      'Uploading; Staging',
      'Uploading; Staging half',
      'stopped',
      'Staging half',
      'stopped',
    ]);
  });

  test('colours obey NO_COLOR', () => {
    const colored = (environment: Record<string, string>): string => {
      const cursor = { cursorTo: () => true, clearLine: () => true, moveCursor: () => true };
      const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, ...cursor });
      createTerminal({ output, input: new PassThrough(), environment }).reporter.step('A step');
      return String(output.read());
    };
    expect(colored({ TERM: 'xterm' })).toContain('\u001B[32m✔');
    expect(colored({ TERM: 'xterm', NO_COLOR: '1' })).toContain('✔ A step');
    expect(colored({ TERM: 'xterm', NO_COLOR: '1' })).not.toContain('[32m');
  });

  test('a terminal without a size gets plain lines', () => {
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 0 });
    createTerminal({ output, input: new PassThrough(), environment: {} }).reporter.progress('Waiting').done('2 of 2');
    expect(String(output.read())).toBe('Waiting: 2 of 2\n');
  });
});

describe('a prompt', () => {
  function prompt(): {
    questions: TerminalQuestions;
    type: (text: string) => void;
    shown: () => string;
    interrupts: () => number;
  } {
    const input = new PassThrough();
    const output = new PassThrough();
    let interrupts = 0;
    let shown = '';
    output.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    const questions = new TerminalQuestions(input, output, () => {
      interrupts += 1;
    });
    return { questions, type: (text) => void input.write(text), shown: () => shown, interrupts: () => interrupts };
  }

  test.each([
    ['\n', true, true],
    ['\n', false, false],
    ['y\n', false, true],
    ['YES\n', false, true],
    ['n\n', true, false],
    ['No\n', true, false],
  ])('answered with %j and the default %s is %s', async (typed, byDefault, expected) => {
    const { questions, type } = prompt();
    const answer = questions.confirm('Delete job?', byDefault);
    type(typed);
    expect(await answer).toBe(expected);
  });

  test('reads as in the tutorial', async () => {
    const { questions, type, shown } = prompt();
    const answer = questions.confirm('Delete job?', true);
    type('\n');
    await answer;
    expect(shown()).toContain('Delete job? [Y/n] ');
  });

  test('asks again after an answer that is neither yes nor no', async () => {
    const { questions, type, shown } = prompt();
    const answer = questions.confirm('Delete job?', true);
    type('maybe\n');
    await expect.poll(shown).toContain('Please answer y or n.');
    type('n\n');
    expect(await answer).toBe(false);
  });

  test('ends with an interruption on Ctrl-C, and passes it on', async () => {
    const { questions, type, interrupts } = prompt();
    const answer = questions.confirm('Delete job?', true);
    type('\u0003');
    await expect(answer).rejects.toMatchObject({ fault: { code: 'cancelled' } });
    expect(interrupts()).toBe(1);
  });

  test('ends when the run is interrupted', async () => {
    const { questions } = prompt();
    const abort = new AbortController();
    const answer = questions.confirm('Delete job?', true, abort.signal);
    abort.abort();
    await expect(answer).rejects.toMatchObject({ fault: { code: 'cancelled' } });
  });
});

test('a fault is one sentence, its keys and values, and the service’s request id', () => {
  expect(
    describeFault({
      code: 'failed',
      message: 'One task failed.',
      details: [
        { key: 'Reason', value: 'quota' },
        { key: 't1', value: 'exit code 3\nstderr.txt ends with:\nno such file' },
      ],
      service: { code: 'X', requestId: 'r1' },
    }),
  ).toBe(
    'Error: One task failed.\n  Reason: quota\n  t1: exit code 3\n    stderr.txt ends with:\n    no such file\n  request id: r1\n',
  );
});
