/** The end of a text file on a node, for messages. */
import { isFault } from '../kernel/index.ts';
import type { ReadOptions } from '../ports/batch-service.ts';
import { concatenate } from './bytes.ts';
import { withoutSignature } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/** A file of a task, or of a node. */
export type NodeFileAddress =
  | { readonly jobId: string; readonly taskId: string; readonly path: string }
  | { readonly poolId: string; readonly nodeId: string; readonly path: string };

const tailBytes = 2_048;
const tailLines = 20;

/** The last lines of the file, empty for an empty one; undefined when it cannot be read, because it or its node is gone. */
export async function readTail(
  workflow: Pick<Workflow, 'batch' | 'signal'>,
  address: NodeFileAddress,
): Promise<string | undefined> {
  const options = callOptions(workflow);
  try {
    const size = await sizeOf(workflow, address);
    if (size === 0) return '';
    const start = size === undefined ? 0 : Math.max(0, size - tailBytes);
    const bytes = await collect(contentOf(workflow, address, { ...options, range: { start } }));
    const lines = new TextDecoder().decode(bytes).trimEnd().split('\n').slice(-tailLines);
    return withoutSignature(lines.join('\n'));
  } catch (error) {
    if (isFault(error) && error.fault.code !== 'cancelled') return undefined;
    throw error;
  }
}

/** Undefined where the service cannot tell: files of a node are listed, not asked for. */
async function sizeOf(
  workflow: Pick<Workflow, 'batch' | 'signal'>,
  address: NodeFileAddress,
): Promise<number | undefined> {
  const options = callOptions(workflow);
  const { files } = workflow.batch;
  if ('taskId' in address) return (await files.statOfTask(address.jobId, address.taskId, address.path, options)).size;
  for await (const file of files.listOfNode(address.poolId, address.nodeId, options)) {
    if (file.name === address.path) return file.size;
  }
  return undefined;
}

function contentOf(
  { batch }: Pick<Workflow, 'batch'>,
  address: NodeFileAddress,
  options: ReadOptions,
): AsyncIterable<Uint8Array> {
  return 'taskId' in address
    ? batch.files.readOfTask(address.jobId, address.taskId, address.path, options)
    : batch.files.readOfNode(address.poolId, address.nodeId, address.path, options);
}

/** At most the last `tailBytes` of what comes, however much that is. */
async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let kept: Uint8Array = new Uint8Array();
  for await (const chunk of content) kept = concatenate([kept, chunk]).slice(-tailBytes);
  return kept;
}
