/** Whether a pool that exists can do what a workflow would have created one for. */
import type { ImageReference } from '../model/image.ts';
import type { Pool, PoolSpec, StartTask } from '../model/pool.ts';
import { count } from './text.ts';

/** One sentence part for each thing that does not fit, with both values; empty when the pool fits. */
export function misfits(pool: Pool, wanted: PoolSpec): readonly string[] {
  const problems: string[] = [];
  const expect = (name: string, has: string, needs: string): void => {
    if (has.toLowerCase() !== needs.toLowerCase()) problems.push(`its ${name} is ${has}, not ${needs}`);
  };
  expect('VM size', pool.vmSize, wanted.vmSize);
  expect('image', imageName(pool.image), imageName(wanted.image));
  expect('node agent SKU', pool.nodeAgentSkuId ?? 'not set', wanted.nodeAgentSkuId);
  const nodes = pool.targetDedicatedNodes + pool.targetLowPriorityNodes;
  const needed = wanted.targetDedicatedNodes + (wanted.targetLowPriorityNodes ?? 0);
  if (nodes < needed) problems.push(`it is to have ${count(nodes, 'node')}, and ${needed} are needed`);
  if (pool.taskSlotsPerNode < (wanted.taskSlotsPerNode ?? 1)) {
    problems.push(`a node has ${count(pool.taskSlotsPerNode, 'task slot')}, and ${wanted.taskSlotsPerNode} are needed`);
  }
  if (wanted.interNodeCommunication === true && !pool.interNodeCommunication) {
    problems.push('its nodes cannot reach each other');
  }
  // A task of several instances waits for ever where a node has more slots (batch-semantics 7).
  if (wanted.interNodeCommunication === true && (wanted.taskSlotsPerNode ?? 1) < pool.taskSlotsPerNode) {
    problems.push(`a node has ${count(pool.taskSlotsPerNode, 'task slot')}, and tasks of several instances need one`);
  }
  if (wanted.startTask !== undefined) problems.push(...startTaskMisfits(pool.startTask, wanted.startTask));
  return problems;
}

/** The version is left out: `latest` and the version that it stood for are the same image to a task. */
function imageName(image: ImageReference | undefined): string {
  return image === undefined ? 'not a marketplace image' : `${image.publisher} / ${image.offer} / ${image.sku}`;
}

/** URLs are not compared: each run signs its own. */
function startTaskMisfits(has: StartTask | undefined, needs: StartTask): readonly string[] {
  if (has === undefined) return ['it has no start task'];
  if (has.commandLine !== needs.commandLine)
    return [`its start task runs ${has.commandLine}, not ${needs.commandLine}`];
  const paths = new Set((has.resourceFiles ?? []).map((file) => file.filePath));
  const missing = (needs.resourceFiles ?? []).flatMap(({ filePath }) =>
    filePath === undefined || paths.has(filePath) ? [] : [filePath],
  );
  return missing.length === 0 ? [] : [`its start task does not download ${missing.join(', ')}`];
}
