/**
 * From a task's command line to the file to execute. No shell is involved (batch-semantics 10.3): the line
 * is split into words by POSIX quoting, and the program is looked up as execvp would.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

export type WordSplit = { readonly words: readonly string[] } | { readonly problem: string };

/** Splits at blanks; single quotes, double quotes and backslash protect as in POSIX 2.2. Nothing is expanded. */
export function splitWords(line: string): WordSplit {
  const words: string[] = [];
  let word: string | undefined;
  let index = 0;
  while (index < line.length) {
    const letter = line.charAt(index);
    if (letter === "'" || letter === '"') {
      const quoted = letter === "'" ? singleQuoted(line, index) : doubleQuoted(line, index);
      if (quoted === undefined) return { problem: `the ${letter} at character ${index + 1} is never closed` };
      word = (word ?? '') + quoted.text;
      index = quoted.next;
    } else if (letter === '\\') {
      const next = line.charAt(index + 1);
      if (next !== '\n') word = (word ?? '') + (next === '' ? '\\' : next);
      index += 2;
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      index += 1;
    } else {
      word = (word ?? '') + letter;
      index += 1;
    }
  }
  if (word !== undefined) words.push(word);
  return { words };
}

/** The other reading (batch-semantics 15 item 10): quotes and backslashes are letters as any other. */
export function splitAtBlanks(line: string): WordSplit {
  return { words: line.split(/\s+/).filter((word) => word !== '') };
}

interface Quoted {
  readonly text: string;
  /** Index after the closing quote. */
  readonly next: number;
}

function singleQuoted(line: string, start: number): Quoted | undefined {
  const end = line.indexOf("'", start + 1);
  return end < 0 ? undefined : { text: line.slice(start + 1, end), next: end + 1 };
}

function doubleQuoted(line: string, start: number): Quoted | undefined {
  let text = '';
  for (let index = start + 1; index < line.length; index += 1) {
    const letter = line.charAt(index);
    if (letter === '"') return { text, next: index + 1 };
    if (letter !== '\\') {
      text += letter;
      continue;
    }
    const next = line.charAt(index + 1);
    // Inside double quotes a backslash is itself, except before these (POSIX 2.2.3).
    if (next === '\n') index += 1;
    else if (next !== '' && '$`"\\'.includes(next)) {
      text += next;
      index += 1;
    } else text += letter;
  }
  return undefined;
}

export type ProgramLookup =
  | { readonly file: string }
  /** `missing`: nothing by that name; `unusable`: something is there that cannot be executed. */
  | { readonly problem: 'missing' | 'unusable'; readonly message: string };

/** A name with a slash is a path from the working directory; any other is searched in `path`, a list with `:`. */
export function findProgram(name: string, workingDirectory: string, path: string): ProgramLookup {
  if (name.includes('/')) return inspect(resolve(workingDirectory, name), name);
  let unusable: ProgramLookup | undefined;
  for (const folder of path.split(':')) {
    const found = inspect(resolve(workingDirectory, folder, name), name);
    if ('file' in found) return found;
    if (found.problem === 'unusable') unusable ??= found;
  }
  return unusable ?? { problem: 'missing', message: `"${name}" is neither in the PATH nor in the working directory` };
}

function inspect(file: string, name: string): ProgramLookup {
  let stats;
  try {
    stats = statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    return { problem: 'unusable', message: `"${file}" cannot be reached: ${messageOf(error)}` };
  }
  if (stats === undefined) return { problem: 'missing', message: `"${name}" does not exist (looked for "${file}")` };
  if (!stats.isFile()) return { problem: 'unusable', message: `"${file}" is not a file` };
  if ((stats.mode & 0o111) === 0) return { problem: 'unusable', message: `"${file}" is not executable` };
  return hasExecutableFormat(file)
    ? { file }
    : { problem: 'unusable', message: `"${file}" is neither a program of this system nor a script` };
}

/**
 * A file without a known header is given to `/bin/sh` by execvp, as shells do; binary rubbish would then
 * fail with an exit code that says nothing, so a NUL byte at the beginning is taken as a format error.
 */
function hasExecutableFormat(file: string): boolean {
  const head = Buffer.alloc(128);
  let length = 0;
  try {
    const descriptor = openSync(file, 'r');
    length = readSync(descriptor, head, 0, head.length, 0);
    closeSync(descriptor);
  } catch {
    // Not readable does not mean not executable: the kernel decides.
    return true;
  }
  const magic = head.toString('latin1', 0, 4);
  return magic === '\x7fELF' || magic.startsWith('#!') || isMachO(head) || !head.subarray(0, length).includes(0);
}

function isMachO(head: Buffer): boolean {
  return [0xfeedface, 0xfeedfacf, 0xcafebabe, 0xcefaedfe, 0xcffaedfe].includes(head.readUInt32BE(0));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
