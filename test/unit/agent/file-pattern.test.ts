// The patterns of output files (batch-semantics 9.3).
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMatches, segmentMatcher } from '../../../emulator/agent/transfer/file-pattern.ts';

describe('one name', () => {
  test.each([
    ['*', 'a.txt', true],
    ['*', '.hidden', false],
    ['.*', '.hidden', true],
    ['?bc', 'abc', true],
    ['?bc', '.bc', false],
    ['a?', 'a', false],
    ['[abc].txt', 'b.txt', true],
    ['[abc].txt', 'd.txt', false],
    ['[!abc].txt', 'd.txt', true],
    ['[!abc].txt', 'a.txt', false],
    ['[a-c]1', 'b1', true],
    ['[a-c]1', 'd1', false],
    ['[*]', '*', true],
    ['[*]', 'a', false],
    ['[?]x', '?x', true],
    ['[[]a', '[a', true],
    ['[]]a', ']a', true],
    ['[a', '[a', true],
    ['[z-a]', 'b', false],
    ['[\\]x', '\\x', true],
    ['a.b', 'axb', false],
    ['(a|b)+', '(a|b)+', true],
    ['*.TXT', 'a.txt', false],
    ['?', '😀', true],
  ])('%s and %s: %s (batch-semantics 9.3)', (pattern, name, isMatch) => {
    expect(segmentMatcher(pattern).test(name)).toBe(isMatch);
  });
});

describe('a tree', () => {
  let root = '';
  const wd = (): string => join(root, 'task/wd');

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'batchrite-'));
    const files = ['stdout.txt', 'wd/a.txt', 'wd/b.log', 'wd/x/c.txt', 'wd/x/y/d.txt', 'wd/.git/e.txt', 'wd/[1].txt'];
    for (const file of files.map((name) => join(root, 'task', name))) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, '');
    }
    await symlink('..', join(wd(), 'x/back'));
    await symlink('a.txt', join(wd(), 'link.txt'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test.each([
    ['*.txt', ['[1].txt', 'a.txt', 'link.txt']],
    ['**/*.txt', ['[1].txt', 'a.txt', 'link.txt', 'x/c.txt', 'x/y/d.txt']],
    ['**.txt', ['[1].txt', 'a.txt', 'link.txt', 'x/c.txt', 'x/y/d.txt']],
    ['x/**', ['c.txt', 'y/d.txt']],
    ['x/**/*', ['c.txt', 'y/d.txt']],
    ['*/y/*', ['x/y/d.txt']],
    ['./x/*', ['c.txt']],
    ['.git/*', ['e.txt']],
    ['**/.git/*', ['.git/e.txt']],
    ['../std*.txt', ['stdout.txt']],
    ['x/../*.log', ['b.log']],
    ['*.none', []],
    ['none/*', []],
  ])('%s', async (pattern, expected) => {
    expect((await findMatches(pattern, wd())).map(({ relative }) => relative)).toEqual(expected);
  });

  test.each([
    ['a.txt', 'task/wd/a.txt'],
    ['../stdout.txt', 'task/stdout.txt'],
    ['x/y/d.txt', 'task/wd/x/y/d.txt'],
  ])('%s has no wildcard and is one file', async (pattern, file) => {
    expect(await findMatches(pattern, wd())).toEqual([{ file: join(root, file) }]);
  });

  test('a directory is no match, and neither is what is not there (batch-semantics 9.3)', async () => {
    expect(await findMatches('x', wd())).toEqual([]);
    expect(await findMatches('none', wd())).toEqual([]);
  });

  test('an absolute pattern begins at the root of the machine (batch-semantics 9.3)', async () => {
    const matches = await findMatches(`${root}/task/wd/**/d.*`, '/nowhere');
    expect(matches).toEqual([{ file: join(wd(), 'x/y/d.txt'), relative: 'x/y/d.txt' }]);
  });
});
