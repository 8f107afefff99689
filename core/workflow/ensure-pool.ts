/** Creates the pool of a workflow, or takes one that exists and fits. */
import { FaultError, isFault } from '../kernel/index.ts';
import type { PoolSpec } from '../model/pool.ts';
import type { Progress } from '../ports/reporter.ts';
import type { CleanUp } from './clean-up.ts';
import { misfits } from './pool-fit.ts';
import { poll } from './poll.ts';
import { poolRemoval } from './removals.ts';
import { count } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/**
 * Resolves with whether the pool was created, and registers it to be cleaned up: its own pool in any case, an older one
 * only on a yes. A pool of that name which is being deleted is waited for. Rejects with `conflict`, and with everything
 * that does not fit, when one exists that cannot be used.
 */
export async function ensurePool(
  workflow: Workflow,
  spec: PoolSpec,
  cleanUp: CleanUp,
): Promise<{ readonly created: boolean }> {
  const { reporter } = workflow;
  let progress: Progress | undefined;
  try {
    const created = await poll(workflow, async () => {
      const found = await findPool(workflow, spec);
      if (found === 'usable') return false;
      if (found === 'missing' && (await createPool(workflow, spec, cleanUp))) return true;
      progress ??= reporter.progress(`Waiting until the old pool ${spec.id} is deleted`);
      return undefined;
    });
    progress?.done();
    if (created === true) {
      const nodes = count(spec.targetDedicatedNodes + (spec.targetLowPriorityNodes ?? 0), 'node');
      reporter.step(`Created pool ${spec.id}: ${nodes} of ${spec.vmSize}`);
    } else {
      cleanUp.register(poolRemoval(workflow, spec.id, false));
      reporter.step(`Using pool ${spec.id}, which exists and fits`);
    }
    return { created: created === true };
  } catch (error) {
    progress?.fail();
    throw error;
  }
}

async function findPool(workflow: Workflow, spec: PoolSpec): Promise<'missing' | 'usable' | 'leaving'> {
  try {
    const pool = await workflow.batch.pools.get(spec.id, callOptions(workflow));
    if (pool.state === 'deleting') return 'leaving';
    const problems = misfits(pool, spec);
    if (problems.length === 0) return 'usable';
    throw new FaultError({
      code: 'conflict',
      message: `Pool ${spec.id} exists but does not fit: ${problems.join('; ')}. Choose another pool, or delete it first.`,
    });
  } catch (error) {
    if (isFault(error, 'notFound')) return 'missing';
    throw error;
  }
}

/** False when another client was faster, or when the service is still deleting a pool that it does not show any more. */
async function createPool(workflow: Workflow, spec: PoolSpec, cleanUp: CleanUp): Promise<boolean> {
  // Before the call: an interruption can lose the answer and leave the pool.
  const withdraw = cleanUp.register(poolRemoval(workflow, spec.id, true));
  try {
    await workflow.batch.pools.create(spec, callOptions(workflow));
    return true;
  } catch (error) {
    const isTaken = isFault(error, 'alreadyExists') || isBeingDeleted(error);
    if (!isTaken) throw error;
    withdraw();
    return false;
  }
}

function isBeingDeleted(error: unknown): boolean {
  return isFault(error) && error.fault.service?.code === 'PoolBeingDeleted';
}
