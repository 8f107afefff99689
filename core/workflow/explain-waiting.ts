/** Says of each task that is not completed where it stands and why, as far as a client of the service can see. */
import { describeDuration, isFault } from '../kernel/index.ts';
import type { FaultDetail } from '../kernel/index.ts';
import type { Job } from '../model/job.ts';
import type { Task } from '../model/task.ts';
import { describeProblem, describeStates, lookAtPool } from './pool-health.ts';
import type { PoolHealth } from './pool-health.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/** Task ids and reasons; running ones first, for they may be what the others wait for. */
export async function explainWaiting(
  workflow: Workflow,
  { jobId, poolId }: { readonly jobId: string; readonly poolId: string },
): Promise<readonly FaultDetail[]> {
  const [tasks, job, health] = await Promise.all([
    Array.fromAsync(workflow.batch.tasks.list(jobId, callOptions(workflow))),
    workflow.batch.jobs.get(jobId, callOptions(workflow)),
    lookAtPool(workflow, poolId).catch((error: unknown) => {
      if (isFault(error, 'notFound')) return undefined;
      throw error;
    }),
  ]);
  const whyActive = reasonToWait(job, health);
  const now = workflow.clock.now();
  const order = ['running', 'preparing', 'active'] as const;
  return order.flatMap((state) =>
    tasks.flatMap((task) =>
      task.state === 'completed' || task.state !== state
        ? []
        : [{ key: task.id, value: describe(task, whyActive, now) }],
    ),
  );
}

function describe(task: Exclude<Task, { state: 'completed' }>, whyActive: string, now: number): string {
  if (task.state === 'active') {
    const again = `retried ${task.retryCount} times, requeued ${task.requeueCount} times`;
    return `active: ${whyActive}${task.retryCount + task.requeueCount > 0 ? ` (${again})` : ''}`;
  }
  const node = task.node === undefined ? '' : ` on node ${task.node.nodeId}`;
  if (task.state === 'preparing') return `preparing: waits for the job preparation task${node}`;
  const since = task.startedAt === undefined ? '' : ` for ${describeDuration(Math.max(0, now - task.startedAt))}`;
  return `running${since}${node}`;
}

/** What keeps all active tasks of the job waiting; the service does not say it of a single one. */
function reasonToWait(job: Job, health: PoolHealth | undefined): string {
  if (job.state !== 'active') return `the job is ${job.state}`;
  if (job.schedulingError !== undefined) return describeProblem(job.schedulingError);
  if (health === undefined) return 'the pool does not exist any more';
  if (health.pool.state === 'deleting') return 'the pool is being deleted';
  const states = describeStates(health.nodes);
  const idle = health.nodes.some((node) => node.state === 'idle');
  if (idle) return `nodes are idle (${states}), so it waits for another task, or needs more slots than a node has`;
  if (health.ready > 0) return `every node is busy (${states})`;
  return `no node can take tasks (nodes: ${states})`;
}
