/**
 * Where things are below a node's root (wire-facts 5.1), and the rule that no path given from outside
 * leaves the directory it belongs to.
 */
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import type { RunSpec } from '../../engine/index.ts';

/** In the order in which a listing of the real service shows them (wire-facts 5.1). */
export const NODE_DIRECTORIES = ['shared', 'workitems', 'fsmounts', 'volatile', 'startup', 'applications'] as const;

/**
 * What the agent keeps for itself: logs of earlier attempts below `attempts`, directories on their way to
 * deletion below `trash`. Readable by its exact path, but no listing shows it.
 */
export const HIDDEN_DIRECTORY = 'volatile/.batchrite';

export interface RunPaths {
  readonly root: string;
  /** Absolute, as all of these. */
  readonly directory: string;
  readonly workingDirectory: string;
  readonly preparationDirectory?: string;
}

/** The owner of the root directory: the server's user, who must be able to list, read and delete all that is below. */
export interface RootOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Makes the directories of a node that are not there yet. With `shared` set, other users than the agent's get in. */
export function createLayout(root: string, access: { readonly forOtherUsers: boolean }): RootOwner {
  mkdirSync(root, { recursive: true });
  const { uid, gid } = statSync(root);
  const directories = [...NODE_DIRECTORIES, 'volatile/startup', HIDDEN_DIRECTORY];
  for (const name of directories) mkdirSync(posix.join(root, name), { recursive: true });
  for (const name of ['attempts', 'trash']) mkdirSync(posix.join(root, HIDDEN_DIRECTORY, name), { recursive: true });
  if (access.forOtherUsers) {
    chmodSync(root, 0o755);
    for (const name of directories) {
      const path = posix.join(root, name);
      chownSync(path, -1, gid);
      // Set-group-id hands the server's group on to everything made below; all tasks write to `shared` (10.1).
      chmodSync(path, name === 'shared' ? 0o2777 : name === HIDDEN_DIRECTORY ? 0o2770 : 0o2775);
    }
  }
  return { uid, gid };
}

/** The run's paths, or undefined when its directory is not below the root. */
export function runPaths(root: string, run: RunSpec): RunPaths | undefined {
  const directory = confine(root, run.directory);
  if (directory === undefined) return undefined;
  const preparation = run.preparationDirectory === undefined ? undefined : confine(root, run.preparationDirectory);
  return {
    root,
    directory,
    workingDirectory: `${directory}/wd`,
    ...(preparation === undefined ? {} : { preparationDirectory: preparation }),
  };
}

/** `base` and `path` joined, when that is strictly below `base` by its letters; links are not looked at. */
export function confine(base: string, path: string): string | undefined {
  if (path.includes('\0')) return undefined;
  const joined = posix.resolve(base, path);
  return joined.startsWith(base === '/' ? '/' : `${base}/`) && joined !== base ? joined : undefined;
}
