// `batchrite run top-words` as somebody uses it who has just cloned the repository: the real command, in a pipe, with
// processes as nodes.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, nothing } from '../support/sandbox.ts';
import { countedByUnix, parseOutput } from '../support/word-count.ts';

const data = join(import.meta.dirname, '../../scenarios/data/top-words');
const topWords = ['run', 'top-words', '--runtime', 'process'] as const;

describe('a run without options', () => {
  test('leaves the outputs of the three texts, tells what it does, and nothing else remains', async () => {
    const sandbox = await createSandbox();
    const { code, stdout, stderr } = await sandbox.run(topWords);
    expect(code, stdout + stderr).toBe(0);
    expect(stderr).toBe('');

    expect(await readdir(sandbox.folder)).toEqual(['output']);
    const names = ['taskdata1', 'taskdata2', 'taskdata3'];
    expect((await readdir(join(sandbox.folder, 'output'))).toSorted()).toEqual(
      names.map((name) => `${name}_OUTPUT.txt`),
    );
    for (const [index, name] of names.entries()) {
      const output = await sandbox.read(`output/${name}_OUTPUT.txt`);
      const { lines, origin } = parseOutput(output);
      expect(lines).toEqual(await countedByUnix(join(data, `${name}.txt`), 3));
      expect(origin).toEqual({
        Node: expect.stringMatching(/^tvmps_[0-9a-f]{64}_d$/),
        Task: `topNtask${index}`,
        Job: expect.stringMatching(/^top-words-job-\w+$/),
        Pool: expect.stringMatching(/^top-words-pool-\w+$/),
      });
      for (const line of output.trimEnd().split('\n')) expect(stdout).toContain(line);
    }

    // In a pipe nobody can answer, so the questions say what was taken.
    expect(stdout).toContain('\nDelete job? yes\nDelete pool? yes\nDeleted job ');
    expect(stdout).toMatch(/\nFinished in \d+(\.\d+)? (ms|s)\n$/);
    expect(stdout).not.toContain('\u001B');
    expect(await sandbox.leftovers()).toEqual(nothing);
  });
});

describe('options of a run', () => {
  test('choose the input, how many words, their case and where the results go', async () => {
    const sandbox = await createSandbox();
    const book = await sandbox.write('book.txt', 'The the THE dog. Dog? -- "cat" cat; A a\n');
    const note = await sandbox.write('notes/note.md', 'one two two three three three four\n');
    const options = ['--num-words', '2', '--ignore-case', '--output', 'results/today', '--nodes', '1'];
    const { code, stdout, stderr } = await sandbox.run([...topWords, '--input', 'book.txt', 'notes', ...options]);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain(': 1 node of ');
    const folder = join(sandbox.folder, 'results/today');
    expect((await readdir(folder)).toSorted()).toEqual(['book_OUTPUT.txt', 'note_OUTPUT.md']);
    const read = async (name: string) => parseOutput(await sandbox.read(`results/today/${name}`)).lines;
    expect(await read('book_OUTPUT.txt')).toEqual(['the:\t3', 'dog:\t2']);
    expect(await read('book_OUTPUT.txt')).toEqual(await countedByUnix(book, 2, { ignoreCase: true }));
    expect(await read('note_OUTPUT.md')).toEqual(await countedByUnix(note, 2));
  });

  test('--json tells the story in lines of JSON and nothing else', async () => {
    const sandbox = await createSandbox();
    const { code, stdout, stderr } = await sandbox.run([...topWords, '--json']);
    expect(code, stdout + stderr).toBe(0);
    expect(stderr).toBe('');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    for (const line of lines) {
      expect(line['time']).toBe(new Date(String(line['time'])).toISOString());
    }
    const named = (name: string) => lines.filter((line) => line['type'] === 'fact' && line['name'] === name);
    const [run] = named('run');
    expect(run?.['value']).toMatchObject({
      scenario: 'top-words',
      poolId: expect.stringMatching(/^top-words-pool-/),
      jobId: expect.stringMatching(/^top-words-job-/),
    });
    expect(named('inputs').map(({ value }) => value)).toEqual([{ count: 3 }]);
    expect(named('output').map((line) => line['value'])).toEqual(
      [1, 2, 3].map((number) => ({
        name: `taskdata${number}_OUTPUT.txt`,
        path: join(sandbox.folder, `output/taskdata${number}_OUTPUT.txt`),
        size: Buffer.byteLength(stdoutOf(lines, number)) + 1,
      })),
    );
    const questions = lines.filter((line) => line['type'] === 'question');
    expect(questions.map(({ text, answer }) => ({ text, answer }))).toEqual([
      { text: 'Delete job?', answer: 'yes' },
      { text: 'Delete pool?', answer: 'yes' },
    ]);
    const begun = lines.filter((line) => line['type'] === 'progress' && line['state'] === 'running');
    const done = lines.filter((line) => line['type'] === 'progress' && line['state'] === 'done');
    expect(new Set(done.map((line) => line['title']))).toEqual(new Set(begun.map((line) => line['title'])));
    expect(named('finished')).toHaveLength(1);
    expect(lines.at(-1)).toMatchObject({ name: 'finished', value: { elapsedMs: expect.any(Number) } });
  });
});

/** What the lines show of an output: the detail with that task's words. */
function stdoutOf(lines: readonly Readonly<Record<string, unknown>>[], number: number): string {
  const task = `Task: topNtask${number - 1}`;
  return String(lines.find((line) => line['type'] === 'detail' && String(line['text']).includes(task))?.['text']);
}
