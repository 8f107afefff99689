/**
 * Uploads what a run's output files name, after its process has ended (batch-semantics 9.3), and writes
 * `fileuploadout.txt` and `fileuploaderr.txt` beside stdout.txt, without anything secret in them.
 */
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { RunOutputFile } from '../../engine/index.ts';
import type { RunPaths } from '../node/layout.ts';
import { expand } from '../run/environment.ts';
import type { TaskEnvironment } from '../run/environment.ts';
import { detail, uploadFailure, withoutSignature } from '../run/failures.ts';
import type { RunFailure, UploadFailureCode } from '../run/failures.ts';
import { blobUrl } from './blob-listing.ts';
import { putFile } from './blob-upload.ts';
import { findMatches } from './file-pattern.ts';
import type { PatternMatch } from './file-pattern.ts';
import type { Gate } from '../../../core/kernel/index.ts';
import { asProblem } from './http.ts';
import type { HttpProblem } from './http.ts';

export interface Upload {
  readonly paths: RunPaths;
  readonly environment: TaskEnvironment;
  readonly retryDelaysMs: readonly number[];
  readonly gate: Gate;
  readonly signal: AbortSignal;
  /** Whether the task's own user could read the file: the agent may be root. */
  readonly mayRead: (file: string) => boolean;
}

/** The outputs whose condition holds for this exit code (it alone decides). */
export function dueOutputFiles(files: readonly RunOutputFile[], exitCode: number): readonly RunOutputFile[] {
  return files.filter(
    ({ condition }) => condition === 'taskcompletion' || (condition === 'tasksuccess') === (exitCode === 0),
  );
}

/** Uploads all matches. Returns the failure to report: the first, in the order of the outputs; the logs tell all. */
export async function uploadOutputFiles(
  outputs: readonly RunOutputFile[],
  upload: Upload,
): Promise<RunFailure | undefined> {
  const failures = await Promise.all(outputs.map((output) => uploadMatches(output, upload)));
  return failures.find((failure) => failure !== undefined);
}

async function uploadMatches(output: RunOutputFile, upload: Upload): Promise<RunFailure | undefined> {
  const pattern = expand(output.pattern, (name) => upload.environment[name]);
  const matches = (await findMatches(pattern, upload.paths.workingDirectory)).filter(({ file }) =>
    upload.mayRead(file),
  );
  // Not an error in the service; people still wonder why their container stays empty.
  if (matches.length === 0) await log(upload, 'fileuploadout.txt', `No file matches "${output.pattern}".`);
  const failures = await Promise.all(matches.map((match) => uploadOne(output, match, upload)));
  return failures.find((failure) => failure !== undefined);
}

async function uploadOne(output: RunOutputFile, match: PatternMatch, upload: Upload): Promise<RunFailure | undefined> {
  const { gate, retryDelaysMs, signal } = upload;
  const name = blobName(output, match);
  const shown = `${withoutQuery(output.containerUrl)}/${name}`;
  try {
    const url = blobUrl(output.containerUrl, name);
    const headers = Object.fromEntries((output.headers ?? []).map((header) => [header.name, header.value]));
    const size = await gate.pass(() => putFile({ file: match.file, url, headers, retryDelaysMs, signal }));
    await log(upload, 'fileuploadout.txt', `Uploaded "${match.file}" (${size} bytes) to ${shown}.`);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const problem = asProblem(error);
    const message = problem?.message ?? (error instanceof Error ? error.message : String(error));
    await log(upload, 'fileuploaderr.txt', `Could not upload "${match.file}" to ${shown}: ${message}.`);
    return uploadFailure(CODES[problem?.kind ?? 'other'], [
      detail('FilePath', match.file),
      detail('ContainerUrl', withoutSignature(output.containerUrl)),
      detail('Message', message),
    ]);
  }
}

/** The destination's path is a blob's name for a plain pattern and a virtual directory for one with wildcards. */
function blobName(output: Pick<RunOutputFile, 'path'>, match: PatternMatch): string {
  const path = output.path ?? '';
  if (match.relative === undefined) return path === '' ? posix.basename(match.file) : path;
  return path === '' ? match.relative : `${path.replace(/\/$/, '')}/${match.relative}`;
}

/** Makes both logs, empty, so that they are there whatever comes (wire-facts 2.3). A link that a task left is replaced. */
export async function startUploadLogs(paths: RunPaths): Promise<void> {
  for (const name of ['fileuploadout.txt', 'fileuploaderr.txt']) {
    const path = posix.join(paths.directory, name);
    await rm(path, { force: true });
    await writeFile(path, '', { flag: 'wx' });
  }
}

async function log(upload: Upload, name: string, text: string): Promise<void> {
  await appendFile(posix.join(upload.paths.directory, name), `${new Date().toISOString()} ${text}\n`);
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '').replace(/\/$/, '');
}

const CODES: Readonly<Record<HttpProblem['kind'], UploadFailureCode>> = {
  denied: 'FileUploadAccessDenied',
  missing: 'FileUploadContainerNotFound',
  conflict: 'FileUploadConflict',
  timedOut: 'FileUploadTimedOut',
  other: 'FileUploadMiscError',
};
