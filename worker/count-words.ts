/**
 * Counts words. The file is read as a stream, so memory is bounded by its distinct words, whatever its size.
 *
 * Words are what white space separates (`\s` of JavaScript: Unicode's spaces, line ends and the byte order mark). ASCII
 * punctuation at both ends is not part of a word, inside it is; what has nothing left is no word.
 */
import { createReadStream } from 'node:fs';
import { ExitCode, WorkerError } from './exit.ts';

/** Counts by word, in the order of first appearance. */
export type WordCounts = ReadonlyMap<string, number>;

/**
 * A longer word is counted under its first characters (UTF-16 units): a file without any white space, which is not a
 * text, would else be one word as large as the file.
 */
export const longestWord = 65_536;

/** Rejects with a `WorkerError` when the file is missing or cannot be read. Bytes that are not UTF-8 count as U+FFFD. */
export async function countWords(path: string, options: { readonly ignoreCase: boolean }): Promise<WordCounts> {
  const counter = wordCounter(options);
  try {
    // The stream's decoder puts characters together that a chunk's border has cut.
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
      counter.add(String(chunk));
    }
  } catch (error) {
    throw new WorkerError(ExitCode.input, describe(path, error));
  }
  return counter.end();
}

export interface WordCounter {
  add(text: string): void;
  end(): WordCounts;
}

/** Counts text that comes in pieces, cut anywhere. */
export function wordCounter({ ignoreCase }: { readonly ignoreCase: boolean }): WordCounter {
  const counts = new Map<string, number>();
  // The last word of a piece may go on in the next one.
  let unfinished = '';
  const count = (raw: string): void => {
    const word = stripPunctuation(raw);
    if (word === '') return;
    const key = ignoreCase ? word.toLowerCase() : word;
    const known = counts.get(key);
    // A part of a string keeps the whole of it in memory: a new word is copied out of its piece of the file.
    if (known === undefined) counts.set(Buffer.from(key).toString(), 1);
    else counts.set(key, known + 1);
  };
  return {
    add: (text) => {
      const words = text.split(/\s+/);
      const last = words.length - 1;
      for (const [index, word] of words.entries()) {
        if (index === 0) unfinished = (unfinished + word).slice(0, longestWord);
        if (index < last) count(index === 0 ? unfinished : word.slice(0, longestWord));
        else if (last > 0) unfinished = word.slice(0, longestWord);
      }
    },
    end: () => {
      count(unfinished);
      unfinished = '';
      return counts;
    },
  };
}

function stripPunctuation(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && isPunctuation(word.charCodeAt(start))) start += 1;
  while (end > start && isPunctuation(word.charCodeAt(end - 1))) end -= 1;
  return start === 0 && end === word.length ? word : word.slice(start, end);
}

/** `!"#$%&'()*+,-./:;<=>?@[\]^_` and the backquote, `{|}~`. */
function isPunctuation(code: number): boolean {
  return (
    (code >= 33 && code <= 47) ||
    (code >= 58 && code <= 64) ||
    (code >= 91 && code <= 96) ||
    (code >= 123 && code <= 126)
  );
}

function describe(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `The input file ${path} does not exist in ${process.cwd()}.`;
  if (code === 'EISDIR') return `The input ${path} is a folder, not a file.`;
  return `The input file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
