/**
 * Deletes directories without making anyone wait: they are moved away at once, which is one step, and
 * removed in the background. So a run may use a path again right after its deletion was asked for.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HIDDEN_DIRECTORY } from './layout.ts';

export class Trash {
  readonly #root: string;
  readonly #directory: string;
  readonly #onProblem: (text: string) => void;
  #count = 0;
  #idle: Promise<void> = Promise.resolve();

  /** Below the root's hidden directory. What an earlier agent left there goes too. */
  constructor(root: string, onProblem: (text: string) => void) {
    this.#root = root;
    this.#directory = join(root, HIDDEN_DIRECTORY, 'trash');
    this.#onProblem = onProblem;
    for (const name of readdirSync(this.#directory)) this.#remove(join(this.#directory, name));
  }

  /** Moves away and deletes. A path that is not there, or leads out of the root through a link, is left alone. */
  discard(path: string): void {
    const away = this.#moveAway(path);
    if (away !== undefined) this.#remove(away);
  }

  /** Resolves when everything discarded so far is gone. */
  async emptied(): Promise<void> {
    await this.#idle;
  }

  #moveAway(path: string): string | undefined {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined || !this.#isInside(path)) return undefined;
    this.#count += 1;
    const away = join(this.#directory, `${process.pid}-${Date.now().toString(36)}-${this.#count}`);
    try {
      renameSync(path, away);
      return away;
    } catch (error) {
      // A mount in it cannot be moved: delete it where it is.
      this.#onProblem(`"${path}" is deleted in place: ${error instanceof Error ? error.message : String(error)}`);
      return path;
    }
  }

  #isInside(path: string): boolean {
    const parent = realpathSync(dirname(path));
    const root = realpathSync(this.#root);
    return parent === root || parent.startsWith(`${root}/`);
  }

  #remove(path: string): void {
    this.#idle = this.#idle.then(async () => {
      try {
        await removeTree(path);
      } catch (error) {
        this.#onProblem(`"${path}" could not be deleted: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  }
}

/** Deletes a directory with all that is in it, also where a task took the permission to write from itself. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOTEMPTY') throw error;
    await openDirectories(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function openDirectories(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true) return;
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openDirectories(join(path, entry.name));
  }
}

/** Moves a file into a directory that is made for it; nothing happens when it is not there. */
export function moveInto(file: string, directory: string, name: string): void {
  if (!existsSync(file)) return;
  mkdirSync(directory, { recursive: true });
  const target = join(directory, name);
  rmSync(target, { force: true, recursive: true });
  renameSync(file, target);
}
