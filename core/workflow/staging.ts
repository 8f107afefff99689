/** Brings files of this machine to where nodes can download them. */
import { duration } from '../kernel/index.ts';
import type { SasPermission } from '../ports/blob-storage.ts';
import type { LocalFile } from '../ports/local-files.ts';
import type { ResourceFile } from '../model/task.ts';
import { blobNameOf } from './blob-names.ts';
import { mapBounded } from './bounded.ts';
import { count, describeBytes } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/** A file in storage and the URL, with a SAS, that a node downloads it from. */
export interface StagedFile {
  readonly file: LocalFile;
  readonly resourceFile: ResourceFile & { readonly httpUrl: string };
}

/** How long a SAS of a workflow is valid: long enough for a task that waits in the queue for a while. */
const sasLifetimeMs = duration.hours(2);

/** More connections than this do not make uploads or downloads faster, on the real service or on Azurite. */
export const transferLimit = 8;

/** Creates those of the containers that do not exist, at the same time. */
export async function ensureContainers(workflow: Workflow, containers: readonly string[]): Promise<void> {
  await mapBounded(containers, { limit: transferLimit, signal: workflow.signal }, (container) =>
    workflow.storage.ensureContainer(container, callOptions(workflow)),
  );
}

/** Uploads the files under their names, and signs a URL for each with read permission alone. Keeps their order. */
export async function stageFiles(
  workflow: Workflow,
  {
    container,
    files,
    title,
  }: { readonly container: string; readonly files: readonly LocalFile[]; readonly title: string },
): Promise<readonly StagedFile[]> {
  const progress = workflow.reporter.progress(title);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  let bytes = 0;
  try {
    const staged = await mapBounded(files, { limit: transferLimit, signal: workflow.signal }, async (file) => {
      const blob = blobNameOf(file.name);
      await workflow.storage.upload(container, blob, file, callOptions(workflow));
      done += 1;
      bytes += file.size;
      progress.update(`${done} of ${count(files.length, 'file')}, ${describeBytes(bytes)} of ${describeBytes(total)}`);
      const httpUrl = await signedUrl(workflow, { container, blob, permissions: ['read'] });
      return { file, resourceFile: { httpUrl, filePath: file.name } };
    });
    progress.done(`${count(files.length, 'file')}, ${describeBytes(total)}`);
    return staged;
  } catch (error) {
    progress.fail();
    throw error;
  }
}

/** The URL of a blob or a container with a SAS of two hours. */
export function signedUrl(
  workflow: Workflow,
  target: { readonly container: string; readonly blob?: string; readonly permissions: readonly SasPermission[] },
): Promise<string> {
  const expiresAt = workflow.clock.now() + sasLifetimeMs;
  return workflow.storage.sasUrl({ ...target, expiresAt }, callOptions(workflow));
}

/** A SAS, without the URL it belongs to, that lets a node write into the container and nothing else. */
export async function writeSas(workflow: Workflow, container: string): Promise<string> {
  const url = await signedUrl(workflow, { container, permissions: ['create', 'write'] });
  return url.slice(url.indexOf('?') + 1);
}
