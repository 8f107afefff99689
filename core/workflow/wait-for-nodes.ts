/** Waits until a pool's nodes can take tasks, and stops early when they never will. */
import { describeDuration, FaultError } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import { describeProblem, describeStates, explainDeadPool, lookAtPool, targetOf } from './pool-health.ts';
import type { PoolHealth } from './pool-health.ts';
import { poll } from './poll.ts';
import { count } from './text.ts';
import type { Workflow } from './workflow.ts';

/**
 * Resolves with the number of ready nodes: all that the pool is to have, or fewer, with a warning, when the others are
 * broken or could not be had. Rejects with an explanation when none can ever run a task, and with `timeout` at the deadline.
 */
export async function waitForNodes(workflow: Workflow, poolId: string, deadline: Instant): Promise<number> {
  const progress = workflow.reporter.progress('Waiting for the nodes');
  const start = workflow.clock.now();
  let last: PoolHealth | undefined;
  try {
    const health = await poll(
      workflow,
      async () => {
        last = await lookAtPool(workflow, poolId);
        const fault = await explainDeadPool(workflow, last);
        if (fault !== undefined) throw new FaultError(fault);
        progress.update(`${last.ready} of ${count(targetOf(last.pool), 'node')} idle`);
        return isSettled(last) ? last : undefined;
      },
      deadline,
    );
    if (health === undefined) throw timeoutFault(poolId, workflow.clock.now() - start, last);
    progress.done(`${health.ready} of ${count(targetOf(health.pool), 'node')} idle`);
    warnOfMissing(workflow, health);
    return health.ready;
  } catch (error) {
    progress.fail();
    throw error;
  }
}

/** Nothing more is to be expected: every node that the pool is to have, or that it could get, is ready or broken. */
function isSettled({ pool, nodes, ready, broken }: PoolHealth): boolean {
  if (ready >= targetOf(pool)) return true;
  if (pool.allocationState !== 'steady' || ready + broken.length < nodes.length) return false;
  return nodes.length >= targetOf(pool) || pool.resizeErrors.length > 0;
}

function warnOfMissing({ reporter }: Workflow, { pool, nodes, ready, broken }: PoolHealth): void {
  if (ready >= targetOf(pool)) return;
  const [resizeError] = pool.resizeErrors;
  const [node] = broken;
  const reasons = [
    ...(nodes.length < targetOf(pool) && resizeError !== undefined ? [describeProblem(resizeError)] : []),
    ...(node === undefined
      ? []
      : [
          `${count(broken.length, 'node')} failed (${node.id}: ${describeProblem(node.startTask?.failure ?? node.errors[0])})`,
        ]),
  ];
  reporter.warn(`Going on with ${ready} of ${count(targetOf(pool), 'node')}: ${reasons.join('; ')}`);
}

function timeoutFault(poolId: string, waited: number, health: PoolHealth | undefined): FaultError {
  const states = health === undefined ? 'unknown' : describeStates(health.nodes);
  return new FaultError({
    code: 'timeout',
    message: `The nodes of pool ${poolId} were not ready after ${describeDuration(waited)}: ${states}. Allow more time, or ask for fewer nodes.`,
    details: (health?.nodes ?? []).slice(0, 20).map((node) => ({ key: node.id, value: node.state })),
  });
}
