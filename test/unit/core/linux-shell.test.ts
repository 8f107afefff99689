// Quoting is proved by a real shell: what it hands to a program must be what went in.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { array, assert as assertProperty, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blobNameOf, fileNameOf, linuxShell, shellQuote } from '../../../core/index.ts';

const run = promisify(execFile);

/** The words of a command line as the node splits it, and as a shell does. */
async function split(commandLine: string): Promise<string[]> {
  const { stdout } = await run('/bin/sh', ['-c', `printf '%s\\0' ${commandLine}`]);
  return stdout.split('\0').slice(0, -1);
}

describe('shellQuote', () => {
  test.each([
    'plain.txt',
    'two words',
    `it's "quoted" \\ $HOME \`id\` $(id)`,
    'Ä日本😀',
    'line\nbreak',
    '*?[a]{b,c}~!#&|;<>()',
    '-n',
    '',
  ])('carries %j through a shell', async (text) => {
    expect(await split(shellQuote(text))).toEqual([text]);
  });

  test('leaves simple words readable', () => {
    expect(shellQuote('--filepath=data/a_1.txt')).toBe('--filepath=data/a_1.txt');
  });
});

describe('linuxShell', () => {
  test('is one word after -c, and its script waits at the end', async () => {
    const words = await split(linuxShell(["echo 'a b'", 'true']));
    expect(words).toEqual(['/bin/bash', '-c', "set -e; set -o pipefail; echo 'a b'; true; wait"]);
  });

  async function execute(...commands: string[]): Promise<{ code: number; stdout: string }> {
    const [program = '', ...args] = await split(linuxShell(commands));
    return new Promise((resolve) => {
      execFile(program, args, (error, stdout) => resolve({ code: error === null ? 0 : Number(error.code), stdout }));
    });
  }

  test('ends at the first command that fails, with its exit code', async () => {
    expect(await execute('echo before', '(exit 7)', 'echo after')).toEqual({ code: 7, stdout: 'before\n' });
  });

  test('fails when any part of a pipe fails', async () => {
    expect((await execute('(exit 3) | cat')).code).toBe(3);
  });

  test('waits for what runs in the background', async () => {
    expect(await execute('(sleep 0.1; echo late) &')).toEqual({ code: 0, stdout: 'late\n' });
  });

  test('carries awkward names to a program', async () => {
    const name = `it's "my" $file\\ñ.txt`;
    expect((await execute(`printf '%s' ${shellQuote(name)}`)).stdout).toBe(name);
  });
});

describe('a blob name', () => {
  test('is the file name, unless it holds a backslash', () => {
    expect(blobNameOf('100% "it\'s" ñ.txt')).toBe('100% "it\'s" ñ.txt');
    expect(blobNameOf('a\\b.txt')).toBe('a%5Cb.txt');
  });

  test('always leads back to the file name', () => {
    assertProperty(
      property(array(constantFrom('%', '5', 'C', '2', '\\', 'a'), { maxLength: 12 }), (letters) => {
        const name = letters.join('');
        expect(fileNameOf(blobNameOf(name))).toBe(name);
        expect(blobNameOf(name)).not.toContain('\\');
      }),
    );
  });
});
