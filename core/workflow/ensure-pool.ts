/** Creates the pool of a workflow, or takes one that exists and fits. */
import { FaultError, isFault } from '../kernel/index.ts';
import type { PoolSpec } from '../model/pool.ts';
import { misfits } from './pool-fit.ts';
import { poll } from './poll.ts';
import { count } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/**
 * Resolves with whether the pool was created. A pool of that name which is being deleted is waited for. Rejects with
 * `conflict`, and with everything that does not fit, when one exists that cannot be used.
 */
export async function ensurePool(workflow: Workflow, spec: PoolSpec): Promise<{ readonly created: boolean }> {
  const { batch, reporter } = workflow;
  let progress: ReturnType<typeof reporter.progress> | undefined;
  const created = await poll(workflow, async () => {
    try {
      const pool = await batch.pools.get(spec.id, callOptions(workflow));
      if (pool.state === 'active') {
        assertFits(spec, misfits(pool, spec));
        return false;
      }
      progress ??= reporter.progress(`Waiting until the old pool ${spec.id} is deleted`);
      return undefined;
    } catch (error) {
      if (!isFault(error, 'notFound')) throw error;
    }
    // Between the answer and this call another client may create it, or the service may still be deleting it.
    return batch.pools.create(spec, callOptions(workflow)).then(
      () => true,
      (error: unknown) => {
        if (isFault(error, 'alreadyExists') || isBeingDeleted(error)) return undefined;
        throw error;
      },
    );
  }).catch((error: unknown) => {
    progress?.fail();
    throw error;
  });
  progress?.done();
  const nodes = count(spec.targetDedicatedNodes + (spec.targetLowPriorityNodes ?? 0), 'node');
  reporter.step(
    created === true
      ? `Created pool ${spec.id}: ${nodes} of ${spec.vmSize}`
      : `Using pool ${spec.id}, which exists and fits`,
  );
  return { created: created === true };
}

function isBeingDeleted(error: unknown): boolean {
  return isFault(error) && error.fault.service?.code === 'PoolBeingDeleted';
}

function assertFits(spec: PoolSpec, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new FaultError({
    code: 'conflict',
    message: `Pool ${spec.id} exists but does not fit: ${problems.join('; ')}. Choose another pool, or delete it first.`,
  });
}
