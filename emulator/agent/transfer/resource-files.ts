/**
 * Brings a run's resource files to its directory: in parallel, streamed to disk, confined to the run's
 * directory, each failure in the service's words (batch-semantics 9.1, wire-facts 2.3).
 */
import { setMaxListeners } from 'node:events';
import { chown, lstat, mkdir, open, realpath, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RunResourceFile } from '../../engine/index.ts';
import { confine } from '../node/layout.ts';
import type { RunPaths } from '../node/layout.ts';
import { detail, preparationFailure, RunFailureError, withoutSignature } from '../run/failures.ts';
import type { PreparationFailureCode } from '../run/failures.ts';
import { blobUrl, listBlobs } from './blob-listing.ts';
import type { Gate } from '../../../core/kernel/index.ts';
import { asProblem, send, withRetries } from './http.ts';
import type { HttpProblem } from './http.ts';

const DEFAULT_MODE = 0o770;

export interface Download {
  readonly paths: RunPaths;
  /** Owner of what is made; absent when users are not switched. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly retryDelaysMs: readonly number[];
  readonly gate: Gate;
  readonly signal: AbortSignal;
}

/** Resolves when all files are there; the first that cannot be had cancels the others and rejects with a `RunFailureError`. */
export async function downloadResourceFiles(files: readonly RunResourceFile[], download: Download): Promise<void> {
  await together(download.signal, (signal) => files.map((file) => downloadOne(file, { ...download, signal })));
}

/** Waits for all actions, also for the end of those that the first failure cancels. */
async function together(signal: AbortSignal, begin: (signal: AbortSignal) => readonly Promise<void>[]): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  // Each request listens to it.
  setMaxListeners(0, either);
  const actions = begin(either);
  try {
    await Promise.all(actions);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(actions);
    throw error;
  }
}

async function downloadOne(file: RunResourceFile, download: Download): Promise<void> {
  const { source } = file;
  if (source.kind === 'url') {
    await fetchTo(source.url, file.path, file, download);
    return;
  }
  const { retryDelaysMs, signal } = download;
  const prefix = source.prefix === undefined ? {} : { prefix: source.prefix };
  try {
    for await (const names of listBlobs({ containerUrl: source.url, ...prefix, retryDelaysMs, signal })) {
      // The full blob name is kept below the path, the prefix is not cut off (batch-semantics 9.1).
      await together(signal, (either) =>
        names.map((name) =>
          fetchTo(blobUrl(source.url, name), joined(file.path, name), file, { ...download, signal: either }),
        ),
      );
    }
  } catch (error) {
    const problem = asProblem(error);
    if (problem === undefined) throw error;
    const details = [detail('BlobSource', withoutSignature(source.url)), detail('Message', problem.message)];
    throw new RunFailureError(preparationFailure(LISTING_CODES[problem.kind], details));
  }
}

function joined(path: string, name: string): string {
  return path === '' || path === '.' ? name : `${path.replace(/\/$/, '')}/${name}`;
}

async function fetchTo(url: string, path: string, file: RunResourceFile, download: Download): Promise<void> {
  const { paths, gate, retryDelaysMs, signal } = download;
  const base = file.intoTaskDirectory === true ? paths.directory : paths.workingDirectory;
  const target = confine(base, path);
  const refuse = (code: PreparationFailureCode, message: string): RunFailureError =>
    new RunFailureError(
      preparationFailure(code, [
        detail('BlobSource', withoutSignature(url)),
        detail('FilePath', target ?? `${base}/${path}`),
        detail('Message', message),
      ]),
    );
  if (target === undefined) {
    throw refuse('ResourceFileCreateFailed', `the path "${path}" leaves the working directory; give one inside it`);
  }
  await gate.pass(async () => {
    signal.throwIfAborted();
    try {
      await makeParents(base, target, download.owner);
      // A blob named `folder/` stands for a directory.
      if (path.endsWith('/')) await makeDirectory(target, download.owner);
      else await withRetries(() => stream(url, target, { ...download, mode: modeOf(file) }), retryDelaysMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DirectoryError) throw refuse('ResourceDirectoryCreateFailed', error.message);
      const problem = asProblem(error);
      if (problem !== undefined) throw refuse(DOWNLOAD_CODES[problem.kind], problem.message);
      throw refuse(diskCode(error), error instanceof Error ? error.message : String(error));
    }
  });
}

async function stream(url: string, target: string, options: Download & { readonly mode: number }): Promise<void> {
  const response = await send({ method: 'GET', url, signal: options.signal });
  // What an earlier task left under this name may be a link to somewhere else: replace it, never write through it.
  await rm(target, { force: true, recursive: true });
  const handle = await open(target, 'wx', 0o600);
  try {
    if (options.owner !== undefined) await handle.chown(options.owner.uid, options.owner.gid);
    await handle.chmod(options.mode);
    await pipeline(response, handle.createWriteStream(), { signal: options.signal });
  } catch (error) {
    // Half a file would be taken for a whole one.
    await rm(target, { force: true });
    throw error;
  } finally {
    response.destroy();
    await handle.close();
  }
}

class DirectoryError extends Error {}

/** Makes the directories from `base` down to the file's; a link among them that leads out of `base` is refused. */
async function makeParents(base: string, target: string, owner: Download['owner']): Promise<void> {
  const parent = dirname(target);
  if (parent === base) return;
  let current = base;
  for (const name of parent.slice(base.length + 1).split('/')) {
    current = `${current}/${name}`;
    await makeDirectory(current, owner);
  }
  const [realBase, realParent] = await Promise.all([realpath(base), realpath(parent)]);
  if (realParent !== realBase && !realParent.startsWith(`${realBase}/`)) {
    throw new DirectoryError(`"${parent}" is a link that leads out of the task's directory`);
  }
}

async function makeDirectory(path: string, owner: Download['owner']): Promise<void> {
  try {
    await mkdir(path, { mode: 0o770 });
    if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  } catch (error) {
    const existing = await lstat(path).catch(() => undefined);
    if (existing?.isDirectory() === true || existing?.isSymbolicLink() === true) return;
    throw new DirectoryError(error instanceof Error ? error.message : String(error));
  }
}

function modeOf(file: RunResourceFile): number {
  const mode = Number.parseInt(file.mode ?? '', 8);
  return Number.isNaN(mode) ? DEFAULT_MODE : mode & 0o7777;
}

function diskCode(error: unknown): PreparationFailureCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'DiskFull';
  return code === 'EIO' || code === 'EFBIG' ? 'ResourceFileWriteFailed' : 'ResourceFileCreateFailed';
}

const DOWNLOAD_CODES: Readonly<Record<HttpProblem['kind'], PreparationFailureCode>> = {
  denied: 'BlobAccessDenied',
  missing: 'BlobNotFound',
  timedOut: 'BlobDownloadTimedOut',
  conflict: 'BlobDownloadMiscError',
  other: 'BlobDownloadMiscError',
};

const LISTING_CODES: Readonly<Record<HttpProblem['kind'], PreparationFailureCode>> = {
  denied: 'ResourceContainerAccessDenied',
  missing: 'ResourceContainerNotFound',
  timedOut: 'ResourceContainerListTimedOut',
  conflict: 'ResourceContainerListMiscError',
  other: 'ResourceContainerListMiscError',
};
