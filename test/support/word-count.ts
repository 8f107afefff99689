// Counts words a second way, with the tools that every Unix has, to hold the worker's results against.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const pipeline = String.raw`
set -euo pipefail
export LC_ALL=C
fold() { if [ "$3" = fold ]; then tr A-Z a-z; else cat; fi; }
tr -s '[:space:]' '\n' < "$1" | fold "$@" \
  | sed -e 's/^[[:punct:]]*//' -e 's/[[:punct:]]*$//' | grep -v '^$' \
  | awk '{ if (!count[$0]++) first[$0] = NR } END { for (word in count) print count[word] "\t" first[word] "\t" word }' \
  | sort -t "$(printf '\t')" -k1,1nr -k2,2n | awk -F '\t' -v most="$2" 'NR <= most { print $3 ":\t" $1 }'
`;

/** Lines `word:⇥count`, the most frequent first, ties in the order of first appearance. For ASCII white space. */
export async function countedByUnix(
  file: string,
  most: number,
  options: { readonly ignoreCase?: boolean } = {},
): Promise<readonly string[]> {
  const { stdout } = await run('bash', [
    '-c',
    pipeline,
    'count',
    file,
    String(most),
    options.ignoreCase ? 'fold' : 'keep',
  ]);
  return stdout.split('\n').filter((line) => line !== '');
}

export interface WordOutput {
  readonly lines: readonly string[];
  /** `Node`, `Task`, `Job` and `Pool`. */
  readonly origin: Readonly<Record<string, string>>;
}

/** Takes an output file apart: a heading, a rule, the words, a rule, where they were counted. */
export function parseOutput(text: string): WordOutput {
  const match = /^Word\tCount\n-+\n([\s\S]*?)-{10,}\n((?:\w+: .*\n?)+)$/.exec(text);
  if (match === null) throw new Error(`This is no output of the word count:\n${text}`);
  const [, words = '', origin = ''] = match;
  const lines = words.split('\n').filter((line) => line !== '');
  const pairs = origin.trimEnd().split('\n');
  return { lines, origin: Object.fromEntries(pairs.map((pair) => pair.split(': '))) as Record<string, string> };
}
