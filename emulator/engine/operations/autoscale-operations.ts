/** Switching a pool's autoscale on and off (batch-semantics 1.9): settings are checked and kept, formulas are not run yet. */
import { type Outcome, duration, refusal, success } from '../../../core/kernel/index.ts';
import type { Stamp } from '../batch-engine.ts';
import type { Pool } from '../domain/pool.ts';
import { type EngineFault, engineFault } from '../fault.ts';
import { NOT_EVALUATED, unevaluatedRun } from '../lifecycle/autoscale-run.ts';
import type { AutoScaleEnablement, AutoScaleRun } from '../resources/pool.ts';
import { checkAutoScale } from '../rules/pool-rules.ts';
import type { Turn } from '../turn.ts';

type Result<T> = Outcome<T, EngineFault>;

const DEFAULT_INTERVAL = duration.minutes(15);
/** A pool's autoscale can be enabled once in this time. */
const ENABLE_PAUSE = duration.seconds(30);

/** On a pool that scales already, what is not given stays. */
export function enableAutoScale(turn: Turn, pool: Pool, settings: AutoScaleEnablement): Result<Stamp> {
  const { spec, autoScaleEnabledAt } = pool;
  const { autoScaleFormula = spec.autoScaleFormula, autoScaleEvaluationInterval } = settings;
  if (autoScaleFormula === undefined) {
    return refusal(engineFault('InvalidAutoScalingSettings', { Reason: 'autoScaleFormula is required.' }));
  }
  if (settings.autoScaleFormula === undefined && autoScaleEvaluationInterval === undefined) {
    return refusal(
      engineFault('InvalidAutoScalingSettings', {
        Reason: 'autoScaleFormula, autoScaleEvaluationInterval or both are required.',
      }),
    );
  }
  const fault = checkAutoScale(settings);
  if (fault !== undefined) return refusal(fault);
  if (autoScaleEnabledAt !== undefined && turn.now - autoScaleEnabledAt < ENABLE_PAUSE) {
    return refusal(engineFault('TooManyEnableAutoScaleRequests'));
  }
  if (pool.allocation.state !== 'steady') return refusal(engineFault('PoolBeingResized'));
  turn.world.pools.put({
    ...pool,
    spec: {
      ...spec,
      enableAutoScale: true,
      autoScaleFormula,
      autoScaleEvaluationInterval: autoScaleEvaluationInterval ?? spec.autoScaleEvaluationInterval ?? DEFAULT_INTERVAL,
    },
    autoScaleEnabledAt: turn.now,
    autoScaleRun: unevaluatedRun(pool, turn.now),
    lastModified: turn.now,
  });
  return success({ lastModified: turn.now });
}

/** Formula, interval and last run vanish, the targets stay, and so does the ETag (batch-semantics 1.9, wire-facts 1.8). */
export function disableAutoScale(turn: Turn, pool: Pool): Result<Stamp> {
  const { autoScaleRun: _, spec, ...rest } = pool;
  const { autoScaleFormula: __, autoScaleEvaluationInterval: ___, ...fixed } = spec;
  turn.world.pools.put({ ...rest, spec: { ...fixed, enableAutoScale: false } });
  return success({ lastModified: pool.lastModified });
}

/** Only a pool that scales already can try a formula out. */
export function evaluateAutoScale({ settings }: Turn, pool: Pool, autoScaleFormula: string): Result<AutoScaleRun> {
  if (pool.state === 'deleting') return refusal(engineFault('PoolBeingDeleted'));
  if (!pool.spec.enableAutoScale) {
    const { fixedEvaluateCode } = settings.openQuestions;
    return refusal(engineFault(fixedEvaluateCode, { Reason: 'The pool does not scale automatically.' }));
  }
  const fault = checkAutoScale({ autoScaleFormula });
  if (fault !== undefined) return refusal(fault);
  return refusal(engineFault('NotImplemented', { Feature: 'autoscale', Reason: NOT_EVALUATED }));
}
