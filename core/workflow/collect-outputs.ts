/** Downloads what the tasks have left in a container. */
import type { Blob } from '../model/file.ts';
import { fileNameOf } from './blob-names.ts';
import { mapBounded } from './bounded.ts';
import { concatenate } from './bytes.ts';
import { transferLimit } from './staging.ts';
import { count, describeBytes } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

export interface Output {
  readonly name: string;
  /** Where it is on this machine. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The content, of a file small enough to be shown. */
  readonly text?: string;
}

const shownBytes = 64 * 1024;

/** Downloads every blob of the container into the directory; sorted by name. */
export async function collectOutputs(
  workflow: Workflow,
  { container, directory }: { readonly container: string; readonly directory: string },
): Promise<readonly Output[]> {
  const progress = workflow.reporter.progress('Downloading the outputs');
  try {
    const blobs = await Array.fromAsync(workflow.storage.list(container, callOptions(workflow)));
    let done = 0;
    const outputs = await mapBounded(blobs, { limit: transferLimit, signal: workflow.signal }, async (blob) => {
      const output = await download(workflow, container, directory, blob);
      done += 1;
      progress.update(`${done} of ${count(blobs.length, 'file')}`);
      return output;
    });
    const total = blobs.reduce((sum, blob) => sum + blob.size, 0);
    progress.done(`${count(blobs.length, 'file')}, ${describeBytes(total)}, to ${directory}`);
    return outputs.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  } catch (error) {
    progress.fail();
    throw error;
  }
}

async function download(workflow: Workflow, container: string, directory: string, blob: Blob): Promise<Output> {
  const name = fileNameOf(blob.name);
  const content = workflow.storage.download(container, blob.name, callOptions(workflow));
  if (blob.size > shownBytes) {
    const path = await workflow.files.write(directory, name, content);
    return { name, path, size: blob.size };
  }
  const chunks: Uint8Array[] = [];
  const path = await workflow.files.write(directory, name, kept(content, chunks));
  const text = new TextDecoder().decode(concatenate(chunks));
  return { name, path, size: blob.size, text };
}

async function* kept(content: AsyncIterable<Uint8Array>, chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  for await (const chunk of content) {
    chunks.push(chunk);
    yield chunk;
  }
}
