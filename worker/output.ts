/** The file that the worker leaves: the most frequent words, and where they were counted. */
import { parse } from 'node:path';
import type { WordCounts } from './count-words.ts';

const rule = '-'.repeat(40);

/** `taskdata1.txt` → `taskdata1_OUTPUT.txt`. */
export function outputName(inputName: string): string {
  const { name, ext } = parse(inputName);
  return `${name}_OUTPUT${ext}`;
}

/**
 * The blob's name for an output file. Storage takes a backslash for a slash, so it goes as `%5C`, and `%` before `5C` or
 * `25` as `%25`; whoever downloads the output reads it back (core/workflow/blob-names.ts).
 */
export function blobName(fileName: string): string {
  return fileName.replaceAll(/%(?=5C|25)/g, '%25').replaceAll('\\', '%5C');
}

/** The most frequent words first; those equally frequent in the order of their first appearance. */
export function topWords(counts: WordCounts, limit: number): readonly (readonly [word: string, count: number])[] {
  // Sorting is stable, and a map keeps the order in which its keys came.
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, limit);
}

export function outputText(
  counts: WordCounts,
  limit: number,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const from = (name: string): string => environment[name] ?? '';
  const lines = [
    'Word\tCount',
    rule,
    ...topWords(counts, limit).map(([word, count]) => `${word}:\t${count}`),
    rule,
    `Node: ${from('AZ_BATCH_NODE_ID')}`,
    `Task: ${from('AZ_BATCH_TASK_ID')}`,
    `Job: ${from('AZ_BATCH_JOB_ID')}`,
    `Pool: ${from('AZ_BATCH_POOL_ID')}`,
  ];
  return `${lines.join('\n')}\n`;
}
