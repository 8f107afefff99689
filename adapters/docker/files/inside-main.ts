/**
 * The file API as a program inside a node, where root may read what tasks closed to the server's user. Bundled to one
 * file; the arguments are an operation and what it takes, the answer is on the standard output.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeTree } from '../../../emulator/agent/index.ts';
import { NodeFiles } from '../../process/index.ts';
import { NODE_ROOT } from '../container/inside-paths.ts';

const files = new NodeFiles(() => NODE_ROOT);

async function main([operation = '', path = '', ...more]: readonly string[]): Promise<void> {
  if (operation === 'list') answer(await files.list('', path, more[0] === 'recursive'));
  else if (operation === 'stat') answer(await files.stat('', path));
  else if (operation === 'delete') answer(await files.delete('', path, more[0] === 'recursive'));
  else if (operation === 'read') await pipeline(files.read('', path, rangeOf(more)), process.stdout);
  else if (operation === 'empty') await empty();
  else throw new Error(`there is no operation "${operation}"`);
}

/** JSON has no word for what is not there. */
function answer(value: unknown): void {
  process.stdout.write(JSON.stringify(value ?? null));
}

function rangeOf([start, end]: readonly string[]): { readonly start: number; readonly end: number } | undefined {
  return start === undefined || end === undefined ? undefined : { start: Number(start), end: Number(end) };
}

async function empty(): Promise<void> {
  for (const name of await readdir(NODE_ROOT)) await removeTree(join(NODE_ROOT, name));
}

await main(process.argv.slice(2));
