/**
 * A temporary folder of one emulator, which names its owner. What a killed owner left is removed by
 * whoever starts next.
 */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'batchrite-workspace-';
const OWNER_FILE = 'owner.pid';

export interface Workspace {
  readonly path: string;
  /** Deletes the folder with all that is in it. */
  remove(): Promise<void>;
}

export async function createWorkspace(): Promise<Workspace> {
  await sweepWorkspaces();
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(path, OWNER_FILE), String(process.pid));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Removes the folders of owners that no longer run. Folders of other users cannot be read and stay. */
async function sweepWorkspaces(): Promise<void> {
  const names = await readdir(tmpdir());
  const ours = names.filter((name) => name.startsWith(PREFIX)).map((name) => join(tmpdir(), name));
  await Promise.all(ours.map((path) => removeIfOrphaned(path)));
}

async function removeIfOrphaned(path: string): Promise<void> {
  try {
    const pid = Number(await readFile(join(path, OWNER_FILE), 'utf8'));
    if (Number.isInteger(pid) && pid > 0 && !isRunning(pid)) await rm(path, { recursive: true, force: true });
  } catch {
    // Being created or removed by its owner, or not ours to read: either way not ours to delete.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
