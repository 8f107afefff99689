/** A small text in storage, such as a task's result. */
import { concatenate } from './bytes.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/** The whole blob as text. Rejects with `notFound` when it is not there. */
export async function readBlob(workflow: Workflow, container: string, blob: string): Promise<string> {
  const chunks = await Array.fromAsync(workflow.storage.download(container, blob, callOptions(workflow)));
  return new TextDecoder().decode(concatenate(chunks));
}
