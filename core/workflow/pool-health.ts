/** Looks at a pool's nodes: how many can take tasks, and if none ever will, why. */
import type { Fault, Milliseconds } from '../kernel/index.ts';
import { isFault } from '../kernel/index.ts';
import type { Node, NodeState, Pool } from '../model/pool.ts';
import type { Problem } from '../model/problem.ts';
import { expiredSas } from './expired-sas.ts';
import { readTail } from './read-tail.ts';
import { count, listed, withoutSignature } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

export interface PoolHealth {
  readonly pool: Pool;
  readonly nodes: readonly Node[];
  /** Idle or running. */
  readonly ready: number;
  /** Of a state that does not heal by itself. */
  readonly broken: readonly Node[];
}

const readyStates: ReadonlySet<NodeState> = new Set(['idle', 'running']);
const brokenStates: ReadonlySet<NodeState> = new Set(['startTaskFailed', 'unusable']);

export async function lookAtPool(workflow: Workflow, poolId: string): Promise<PoolHealth> {
  const options = callOptions(workflow);
  const [pool, nodes] = await Promise.all([
    workflow.batch.pools.get(poolId, options),
    Array.fromAsync(workflow.batch.pools.nodes(poolId, options)),
  ]);
  return {
    pool,
    nodes,
    ready: nodes.filter((node) => readyStates.has(node.state)).length,
    broken: nodes.filter((node) => brokenStates.has(node.state)),
  };
}

/** How many nodes the pool is to have. */
export function targetOf(pool: Pool): number {
  return pool.targetDedicatedNodes + pool.targetLowPriorityNodes;
}

/**
 * Why the pool will never run a task as it stands, or undefined while it may: it could not get any node, it is to have
 * none, or all it has are broken. Errors of a resize count only once the resize has ended: older ones are cleared then.
 */
export async function explainDeadPool(workflow: Workflow, health: PoolHealth): Promise<Fault | undefined> {
  const { pool, nodes, broken } = health;
  if (nodes.length > broken.length || pool.allocationState !== 'steady') return undefined;
  if (broken.length > 0) return explainBroken(workflow, health);
  if (pool.resizeErrors.length > 0) return explainResize(pool);
  if (targetOf(pool) > 0) return undefined;
  return { code: 'failed', message: `Pool ${pool.id} has no nodes and is to have none: resize it first.` };
}

function explainResize(pool: Pool): Fault {
  const [first] = pool.resizeErrors;
  const isQuota = pool.resizeErrors.some((error) => /quota/i.test(error.code));
  return {
    code: isQuota ? 'quota' : 'failed',
    message: `Pool ${pool.id} could not get its ${count(targetOf(pool), 'node')}: ${describeProblem(first)}`,
    details: pool.resizeErrors.flatMap((error) => [
      { key: error.code, value: error.message },
      ...error.details.map(({ name, value }) => ({ key: name, value })),
    ]),
  };
}

async function explainBroken(workflow: Workflow, { pool, nodes, broken }: PoolHealth): Promise<Fault> {
  const failed = broken.find((node) => node.state === 'startTaskFailed');
  const unusable = broken.filter((node) => node.state === 'unusable');
  if (failed === undefined) {
    const error = unusable.flatMap((node) => node.errors)[0];
    const who = `${nodes.length === 1 ? 'The node' : `Each of the ${nodes.length} nodes`} of pool ${pool.id} is unusable`;
    const reason = error === undefined ? 'the service lost contact and gives no reason' : describeProblem(error);
    return { code: 'failed', message: `${who}: ${reason}`, details: detailsOf(error) };
  }
  const status = failed.startTask;
  const stderr = await readTail(workflow, { poolId: pool.id, nodeId: failed.id, path: 'startup/stderr.txt' });
  const total = broken.length - unusable.length;
  const where = total === 1 ? `on node ${failed.id}` : `on ${total} nodes (first: ${failed.id})`;
  const exit = status?.exitCode === undefined ? '' : ` with exit code ${status.exitCode}`;
  // The service's sentence for an exit code only repeats that it is not 0.
  const isPlainExit = exit !== '' && status?.failure?.code === 'FailureExitCode';
  const expired = expiredSas(status?.failure, workflow.clock.now());
  const why = expired === undefined ? '' : `; ${expired}`;
  const reason = isPlainExit ? '.' : `: ${describeProblem(status?.failure)}${why}`;
  return {
    code: 'failed',
    message: `The start task of pool ${pool.id} failed${exit} ${where}, so no node can run tasks${reason}`,
    details: [
      ...detailsOf(status?.failure),
      ...(unusable.length === 0 ? [] : [{ key: 'unusable nodes', value: listed(unusable.map((node) => node.id)) }]),
      { key: 'stderr.txt', value: stderr ?? 'cannot be read' },
    ],
  };
}

/** `Code: message`, without secrets. */
export function describeProblem(problem: Problem | undefined): string {
  if (problem === undefined) return 'the service gives no reason';
  return withoutSignature(`${problem.code}: ${problem.message}`);
}

function detailsOf(problem: Problem | undefined): { key: string; value: string }[] {
  return (problem?.details ?? []).flatMap(({ name, value }) =>
    value === problem?.message ? [] : [{ key: name, value: withoutSignature(value) }],
  );
}

/** `2 idle, 1 waitingForStartTask`, the most frequent first. */
export function describeStates(nodes: readonly Node[]): string {
  const counts = new Map<NodeState, number>();
  for (const { state } of nodes) counts.set(state, (counts.get(state) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? 'none yet' : sorted.map(([state, number]) => `${number} ${state}`).join(', ');
}

/** As `explainDeadPool`, but a pool that is gone is an explanation too. */
export async function checkPool(workflow: Workflow, poolId: string): Promise<Fault | undefined> {
  try {
    return await explainDeadPool(workflow, await lookAtPool(workflow, poolId));
  } catch (error) {
    if (!isFault(error, 'notFound')) throw error;
    return { code: 'failed', message: `Pool ${poolId} was deleted while its tasks were waiting.` };
  }
}

/** How long between two looks at the pool while its tasks run: a pool that dies is seen soon enough. */
export const poolCheckIntervalMs: Milliseconds = 5_000;
