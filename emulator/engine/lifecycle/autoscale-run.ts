/** What a run of an autoscale formula gives (batch-semantics 1.11). The formula language itself is not evaluated yet. */
import type { Instant } from '../../../core/kernel/index.ts';
import type { AutoScaleRun } from '../resources/pool.ts';

export const NOT_EVALUATED =
  'The emulator stores autoscale formulas but does not evaluate their language yet. ' +
  'Disable autoscale and resize the pool to fixed targets.';

/** A failed run keeps the pool's size and still lists the targets (batch-semantics 1.9, 1.11). */
export function unevaluatedRun(
  targets: { readonly targetDedicatedNodes: number; readonly targetLowPriorityNodes: number },
  timestamp: Instant,
): AutoScaleRun {
  const { targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority } = targets;
  return {
    timestamp,
    results: `$TargetDedicatedNodes=${dedicated};$TargetLowPriorityNodes=${lowPriority};$NodeDeallocationOption=requeue`,
    error: { code: 'NotImplemented', message: NOT_EVALUATED },
  };
}
