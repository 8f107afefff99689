/** Sees when no node can take the tasks of a job any more, since its preparation has failed on each of them. */
import type { Fault } from '../kernel/index.ts';
import type { HookStatus } from '../model/job.ts';
import { describeProblem, lookAtPool } from './pool-health.ts';
import { readTail } from './read-tail.ts';
import { count } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/**
 * Why no task of the job will run, or undefined while one may. A node whose preparation failed gets no task of the job
 * until it is reimaged, and the service leaves the tasks waiting for another one (batch-semantics 5.1).
 */
export async function explainFailedPreparation(
  workflow: Workflow,
  { jobId, poolId }: { readonly jobId: string; readonly poolId: string },
): Promise<Fault | undefined> {
  const hooks = await Array.fromAsync(workflow.batch.jobs.hooks(jobId, callOptions(workflow)));
  const failed = hooks.filter(({ preparation }) => preparation?.result === 'failure');
  const [first] = failed;
  if (first === undefined) return undefined;
  const { nodes } = await lookAtPool(workflow, poolId);
  const barred = new Set(failed.map(({ node }) => node.nodeId));
  if (nodes.some(({ id }) => !barred.has(id))) return undefined;
  const { preparation, node } = first;
  const exit = preparation?.exitCode === undefined ? '' : ` with exit code ${preparation.exitCode}`;
  const where = failed.length === 1 ? `on node ${node.nodeId}` : `on all of ${count(failed.length, 'node')}`;
  // The service's sentence for an exit code only repeats that it is not 0.
  const isPlainExit = exit !== '' && preparation?.failure?.code === 'FailureExitCode';
  const reason = isPlainExit ? '.' : `: ${describeProblem(preparation?.failure)}`;
  return {
    code: 'failed',
    message: `The preparation of job ${jobId} failed${exit} ${where}, so none of its tasks can run${reason}`,
    details: [{ key: 'stderr.txt', value: (await stderrOf(workflow, first)) ?? 'cannot be read' }],
  };
}

async function stderrOf(workflow: Workflow, { node, preparation }: HookStatus): Promise<string | undefined> {
  if (preparation?.directory === undefined) return undefined;
  return readTail(workflow, { ...node, path: `${preparation.directory}/stderr.txt` });
}
