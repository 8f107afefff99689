/** Which operations the suites of foreign clients call, found in the sources of those suites: what is written there is run in CI. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type OperationId, operationIds } from '../../../emulator/rest/index.ts';
import { azCommands } from './az-commands.ts';

export interface Calls {
  /** Operations with a call that is meant to succeed, and with one that is meant to be refused. */
  readonly succeeding: ReadonlySet<OperationId>;
  readonly refused: ReadonlySet<OperationId>;
}

const root = join(import.meta.dirname, '../../..');
const byName = new Map(operationIds.map((id) => [id.replace('_', '.').toLowerCase(), id]));

/** `client.computeNode.addUser(`, and `client.compute_node.add_user(` in Python. */
const CALL = /\b(?:client|inside)\.(\w+)\.(\w+)\(/g;
/** What stands before a call that must be refused. */
const REFUSED = /(?:refusalOf|expect)\(\s*$|refused\([^)]*\)[^\n]*:\n\s*(?:\w+\s*=\s*)?$/;
const WORDS = /'[a-z-]+'(?:,\s*'[a-z-]+')*/g;

export function javascriptCalls(): Calls {
  return callsIn('test/wire/javascript-client', '.test.ts');
}

export function pythonCalls(): Calls {
  return callsIn('test/clients/python', '.py');
}

/** By the commands' words; each command stands for the operations that it always calls. */
export function azCalls(): ReadonlySet<OperationId> {
  const called = new Set<OperationId>();
  for (const text of sources('test/clients/az', '.ts')) {
    for (const [quoted] of text.matchAll(WORDS)) {
      const words = quoted.replaceAll("'", '').split(/,\s*/);
      for (const id of azOperations(words)) called.add(id);
    }
  }
  return called;
}

/** A command's words may follow another word, such as the state that is waited for. */
function azOperations(words: readonly string[]): readonly OperationId[] {
  return [0, 1].flatMap((start) =>
    [2, 3, 4].flatMap((length) => azCommands[words.slice(start, start + length).join(' ')] ?? []),
  );
}

function callsIn(folder: string, ending: string): Calls {
  const succeeding = new Set<OperationId>();
  const refused = new Set<OperationId>();
  for (const text of sources(folder, ending)) {
    for (const match of text.matchAll(CALL)) {
      const [, group = '', method = ''] = match;
      const name = `${group}.${method}`
        .replaceAll('_', '')
        .toLowerCase()
        .replace(/\.deletemethod$/, '.delete');
      const id = byName.get(name);
      if (id === undefined) continue;
      const before = text.slice(Math.max(0, match.index - 200), match.index);
      (REFUSED.test(before) ? refused : succeeding).add(id);
    }
  }
  return { succeeding, refused };
}

function sources(folder: string, ending: string): readonly string[] {
  const path = join(root, folder);
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => readFileSync(join(path, name), 'utf8'));
}
