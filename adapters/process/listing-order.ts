/** The order of names in a listing: what the real service shows first comes first, the rest by name (wire-facts 5.1). */
import { NODE_DIRECTORIES } from '../../emulator/agent/index.ts';

const LOGS = ['stdout.txt', 'stderr.txt', 'fileuploadout.txt', 'fileuploaderr.txt'];

/** The recordings show a task's directory in two orders, one for each kind of listing. */
const RUN_RECURSIVE = ['wd', ...LOGS, 'certs'];
const RUN_FLAT = [...LOGS, 'wd', 'certs'];

const RUN_DIRECTORY = /^(startup|workitems\/[^/]+\/[^/]+\/[^/]+)$/;

/** Sorts the names found in `directory`, which is relative to the node's root (empty for the root itself). */
export function inListingOrder(directory: string, names: readonly string[], recursive: boolean): readonly string[] {
  const first = firstNames(directory, recursive);
  const rank = (name: string): number => {
    const index = first.indexOf(name);
    return index < 0 ? first.length : index;
  };
  return names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}

function firstNames(directory: string, recursive: boolean): readonly string[] {
  if (directory === '') return NODE_DIRECTORIES;
  if (!RUN_DIRECTORY.test(directory)) return [];
  return recursive ? RUN_RECURSIVE : RUN_FLAT;
}
