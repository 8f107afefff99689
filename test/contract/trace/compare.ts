// Compares two traces that `BATCHRITE_TRACES` kept, for example of the emulator and of a real account:
// `node test/contract/trace/compare.ts left.jsonl right.jsonl [--settled]`. Ends with 1 when they differ.
import { readFile } from 'node:fs/promises';
import type { Trace, TraceLine } from './trace.ts';
import { difference, settled } from './trace.ts';

async function read(file: string): Promise<Trace> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as TraceLine);
}

const options = process.argv.slice(2);
const [left, right, ...rest] = options.filter((option) => option !== '--settled');
if (left === undefined || right === undefined || rest.length > 0) {
  process.stderr.write(
    'Name two trace files: node test/contract/trace/compare.ts left.jsonl right.jsonl [--settled]\n',
  );
  process.exitCode = 2;
} else {
  const seen = options.includes('--settled') ? settled : (trace: Trace): Trace => trace;
  const [first, second] = await Promise.all([read(left), read(right)]);
  const found = difference(seen(first), seen(second));
  process.stdout.write(`${found ?? `The traces are equal: ${first.length} and ${second.length} calls.`}\n`);
  if (found !== undefined) process.exitCode = 1;
}
