/**
 * Finds the files that an output file's pattern names (batch-semantics 9.3): `*` and `?` within a name,
 * `**` for any directories, `[abc]`, `[!abc]`, `[a-c]`; a bracket pair also makes a wildcard ordinary.
 */
import { readdir, stat } from 'node:fs/promises';
import { posix } from 'node:path';

export interface PatternMatch {
  /** Absolute path of a file. */
  readonly file: string;
  /** From the last directory that the pattern names without a wildcard; undefined when the pattern has none at all. */
  readonly relative?: string;
}

const WILDCARD = /[*?[]/;

/** Files in the order of their paths. `pattern` is absolute or relative to `directory`; nothing found is no error. */
export async function findMatches(pattern: string, directory: string): Promise<readonly PatternMatch[]> {
  const segments = pattern.split('/').flatMap(splitDoubleStar);
  const firstWild = segments.findIndex((segment) => WILDCARD.test(segment));
  if (firstWild < 0) {
    const file = posix.resolve(directory, pattern);
    return (await kindOf(file)) === 'file' ? [{ file }] : [];
  }
  const base = posix.resolve(pattern.startsWith('/') ? '/' : directory, segments.slice(0, firstWild).join('/'));
  const found = new Set<string>();
  await walk(base, '', segments.slice(firstWild), found);
  return [...found].sort().map((relative) => ({ file: posix.join(base, relative), relative }));
}

/** `**` inside a name, as in `**.txt`, reads as `**` and a name of its own. */
function splitDoubleStar(segment: string): readonly string[] {
  if (segment === '' || segment === '.') return segment === '.' ? [] : [segment];
  return segment !== '**' && segment.startsWith('**') ? ['**', segment.slice(1)] : [segment];
}

async function walk(base: string, below: string, segments: readonly string[], found: Set<string>): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return;
  if (segment === '' || segment === '..') {
    await walk(base, posix.join(below, segment), rest, found);
    return;
  }
  const isAnyDirectories = segment === '**';
  // `**` at the end means every file below.
  if (isAnyDirectories) await walk(base, below, rest.length === 0 ? ['*'] : rest, found);
  const matcher = isAnyDirectories ? /^[^.]/ : segmentMatcher(segment);
  for (const entry of await entriesOf(posix.join(base, below))) {
    if (!matcher.test(entry.name)) continue;
    const path = posix.join(below, entry.name);
    if (isAnyDirectories) {
      // Links to directories are not followed here: they may lead back.
      if (entry.isDirectory()) await walk(base, path, segments, found);
    } else if (rest.length > 0) {
      if ((await kindOf(posix.join(base, path))) === 'directory') await walk(base, path, rest, found);
    } else if ((await kindOf(posix.join(base, path))) === 'file') found.add(path);
  }
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'other'> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  } catch {
    return 'other';
  }
}

/** A name that begins with a dot matches only a pattern that does (batch-semantics 9.3). */
export function segmentMatcher(segment: string): RegExp {
  let source = segment.startsWith('.') ? '^' : '^(?!\\.)';
  for (let index = 0; index < segment.length; index += 1) {
    const letter = segment.charAt(index);
    if (letter === '*') source += '.*';
    else if (letter === '?') source += '.';
    else if (letter === '[') {
      const set = bracketSet(segment, index);
      source += set?.source ?? '\\[';
      index = set?.last ?? index;
    } else source += escape(letter);
  }
  return new RegExp(`${source}$`, 'su');
}

/** `[...]` as a character class; undefined when it is never closed, and then it is an ordinary letter. */
function bracketSet(segment: string, start: number): { readonly source: string; readonly last: number } | undefined {
  const isNegated = segment.charAt(start + 1) === '!';
  const first = start + (isNegated ? 2 : 1);
  // A closing bracket in the first place belongs to the set.
  const last = segment.indexOf(']', first + 1);
  if (last < 0) return undefined;
  const members = segment.slice(first, last).replace(/[\\\]^[]/g, '\\$&');
  const [low, high] = /^(.)-(.)$/u.exec(members)?.slice(1) ?? [];
  if (low !== undefined && high !== undefined && low > high) return { source: '(?!)', last };
  return { source: `[${isNegated ? '^' : ''}${members}]`, last };
}

function escape(letter: string): string {
  return letter.replace(/[\\^$.|+(){}\]/]/g, '\\$&');
}
