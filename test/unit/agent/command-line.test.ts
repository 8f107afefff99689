// Splitting a command line into words by POSIX quoting, checked by hand and against a real shell.
import { execFileSync } from 'node:child_process';
import { array, assert as assertProperty, constantFrom, property, sample, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitWords } from '../../../emulator/agent/run/command-line.ts';

const words = (line: string): readonly string[] | undefined => {
  const split = splitWords(line);
  return 'words' in split ? split.words : undefined;
};

describe('splitting a command line', () => {
  test.each([
    ['', []],
    ['  ', []],
    ['a  b\tc\nd', ['a', 'b', 'c', 'd']],
    [`/bin/bash -c 'echo "$X" | wc -l'`, ['/bin/bash', '-c', 'echo "$X" | wc -l']],
    [`a"b c"'d e'f`, ['ab cd ef']],
    [`'' "" x`, ['', '', 'x']],
    [String.raw`a\ b \"c\" \\ \'`, ['a b', '"c"', '\\', "'"]],
    [String.raw`"\$ \" \\ \n"`, ['$ " \\ \\n']],
    [String.raw`'\n'`, ['\\n']],
    ['$HOME `x` * ; && #', ['$HOME', '`x`', '*', ';', '&&', '#']],
    ['end\\', ['end\\']],
  ])('%j', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  test.each(["echo 'a", 'echo "a', `"a\\"`])('%j has an unclosed quote', (line) => {
    expect(splitWords(line)).toEqual({ problem: expect.stringMatching(/character \d+ is never closed/) });
  });

  test('any words that are quoted for a shell come back unchanged', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    assertProperty(
      property(array(string()), (list) => {
        expect(words(list.map(quote).join(' '))).toEqual(list);
      }),
    );
  });

  test('it agrees with the shell where the shell expands nothing (batch-semantics 10.3)', () => {
    const letters = constantFrom('a', 'b', ' ', "'", '"', '\\', '/', '-', '=');
    const lines = sample(array(letters, { maxLength: 14 }), { numRuns: 300, seed: 7 })
      .map((list) => list.join(''))
      .filter((line) => words(line) !== undefined && !/(^|[^\\])(\\\\)*\\$/.test(line));
    expect(lines.length).toBeGreaterThan(50);
    const script = lines.map((line) => `printf '%s\\0' ${line}; printf '\\1'`).join('\n');
    const answers = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\x01').slice(0, -1);
    const byShell = answers.map((answer) => answer.split('\0').slice(0, -1));
    // printf without arguments prints one empty text.
    expect(lines.map((line) => (words(line)?.length === 0 ? [''] : words(line)))).toEqual(byShell);
  });
});
