/**
 * Where things are below a node's root (wire-facts 5.1), and the rule that no path given from outside
 * leaves the directory it belongs to.
 */
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { posix } from 'node:path';
import type { RunSpec } from '../../engine/index.ts';

/** In the order in which a listing of the real service shows them (wire-facts 5.1). */
export const NODE_DIRECTORIES = ['shared', 'workitems', 'fsmounts', 'volatile', 'startup', 'applications'] as const;

/**
 * What the agent keeps for itself: logs of earlier attempts below `attempts`, directories on their way to
 * deletion below `trash`. Readable by its exact path, but no listing shows it.
 */
export const HIDDEN_DIRECTORY = 'volatile/.batchrite';

/** Where application packages are unzipped (batch-semantics 10.1). */
export const PACKAGE_DIRECTORY = 'applications';

/** Of a run's directory: where the logs of its earlier attempts are, one directory each; relative to the root as it is. */
export function attemptsPath(directory: string): string {
  return posix.join(HIDDEN_DIRECTORY, 'attempts', directory);
}

export interface RunPaths {
  readonly root: string;
  /** Absolute, as all of these. */
  readonly directory: string;
  readonly workingDirectory: string;
  readonly preparationDirectory?: string;
}

/** Makes the directories of a node that are not there yet. */
export function createLayout(root: string): void {
  for (const path of layoutOf(root)) mkdirSync(path, { recursive: true });
}

/**
 * Lets other users than the agent in: they pass through the root and all write to `shared` (batch-semantics
 * 10.1). With a `group`, everything made below belongs to it, for the sake of a server that is not root.
 */
export function openLayout(root: string, group: number | undefined): void {
  chmodSync(root, 0o755);
  for (const path of layoutOf(root).slice(1)) {
    const isHidden = path.startsWith(`${root}/${HIDDEN_DIRECTORY}`);
    const mode = path === `${root}/shared` ? 0o777 : isHidden ? 0o770 : 0o775;
    if (group !== undefined) chownSync(path, -1, group);
    chmodSync(path, group === undefined ? mode : mode | 0o2000);
  }
}

function layoutOf(root: string): readonly string[] {
  const hidden = [HIDDEN_DIRECTORY, `${HIDDEN_DIRECTORY}/attempts`, `${HIDDEN_DIRECTORY}/trash`];
  return [root, ...[...NODE_DIRECTORIES, 'volatile/startup', ...hidden].map((name) => posix.join(root, name))];
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
