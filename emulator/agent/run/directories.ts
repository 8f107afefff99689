/**
 * A run's directory on disk: made before the run, cleaned of an earlier attempt, and after the run handed
 * to the server's user. Synchronous calls on purpose: a few of them cost 0.1 ms, a trip through the thread
 * pool each costs more, and a node runs hundreds of tasks a second.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { RunSpec } from '../../engine/index.ts';
import { attemptsPath } from '../node/layout.ts';
import type { RunPaths } from '../node/layout.ts';
import type { NodeContext } from '../node/node-context.ts';
import { moveInto } from '../node/trash.ts';
import type { TaskUser } from '../node/users.ts';

/** Open descriptors of stdout.txt and stderr.txt. */
export interface RunLogs {
  readonly stdout: number;
  readonly stderr: number;
}

const LOG_NAMES = ['stdout.txt', 'stderr.txt', 'fileuploadout.txt', 'fileuploaderr.txt'];

/** Makes `{directory}`, `wd` and `certs`; with `clean`, what an earlier attempt left is out of the way. */
export function makeRunDirectories(
  paths: RunPaths,
  { clean, earlierAttempt }: Pick<RunSpec, 'clean' | 'earlierAttempt'>,
  node: NodeContext,
  user: TaskUser,
): void {
  const isNew = makeDirectory(paths.directory);
  if (!isNew && clean) setAside(paths, earlierAttempt, node);
  makeDirectory(paths.workingDirectory);
  makeDirectory(`${paths.directory}/certs`);
  if (user.ids === undefined) return;
  for (const path of [paths.directory, paths.workingDirectory, `${paths.directory}/certs`]) {
    chownSync(path, user.ids.uid, node.serverGroup ?? user.ids.gid);
    // A group that is the server's sticks to what is made below.
    chmodSync(path, node.serverGroup === undefined ? 0o755 : 0o2775);
  }
}

/**
 * Opens the logs of a new attempt. In a directory that is not cleaned they are replaced all the same
 * (batch-semantics 2.7), and never written through a link that a task left.
 */
export function openLogs(paths: RunPaths, node: NodeContext, user: TaskUser): RunLogs {
  const stdout = openNew(`${paths.directory}/stdout.txt`);
  try {
    const stderr = openNew(`${paths.directory}/stderr.txt`);
    if (user.ids !== undefined) {
      for (const name of ['stdout.txt', 'stderr.txt']) {
        chownSync(`${paths.directory}/${name}`, user.ids.uid, node.serverGroup ?? user.ids.gid);
      }
    }
    return { stdout, stderr };
  } catch (error) {
    closeSync(stdout);
    throw error;
  }
}

export function closeLogs(logs: RunLogs): void {
  closeSync(logs.stdout);
  closeSync(logs.stderr);
}

/** Only the newest attempt's logs are shown (batch-semantics 2.7); earlier ones stay readable out of sight. */
function setAside(paths: RunPaths, attempt: number | undefined, node: NodeContext): void {
  const attempts = attemptsOf(node.root, paths.directory);
  const hasLogs = lstatSync(`${paths.directory}/stdout.txt`, { throwIfNoEntry: false }) !== undefined;
  const aside = hasLogs ? join(attempts, String(attempt ?? countEntries(attempts) + 1)) : undefined;
  for (const name of readdirSync(paths.directory)) {
    if (aside !== undefined && LOG_NAMES.includes(name)) moveInto(`${paths.directory}/${name}`, aside, name);
    else node.trash.discard(`${paths.directory}/${name}`);
  }
}

/** Where the logs of a directory's earlier attempts are, to be deleted with it. */
export function attemptsOf(root: string, directory: string): string {
  return join(root, attemptsPath(directory.slice(root.length + 1)));
}

/**
 * After a run as a user whom the server cannot follow: whatever mode and group the task chose, the server's user can list, read and
 * delete it. Until then the group and the umask do that for all but files made private on purpose.
 */
export function openToServer(path: string, gid: number): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.gid !== gid) lchownSync(path, -1, gid);
  if (stats.isSymbolicLink()) return;
  const wanted = stats.mode | (stats.isDirectory() ? 0o2070 : 0o060);
  if (wanted !== stats.mode || stats.gid !== gid) chmodSync(path, wanted & 0o7777);
  if (stats.isDirectory()) for (const name of readdirSync(path)) openToServer(join(path, name), gid);
}

/** Returns whether it was not there. Parents are made too; they are there but for a job's first run. */
function makeDirectory(path: string): boolean {
  const existing = lstatSync(path, { throwIfNoEntry: false });
  if (existing?.isDirectory() === true) return false;
  if (existing !== undefined) rmSync(path);
  mkdirSync(path, { recursive: true });
  return true;
}

function openNew(path: string): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_APPEND;
  rmSync(path, { force: true });
  return openSync(path, flags, 0o644);
}

function countEntries(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? 0 : readdirSync(path).length;
}
