/** Pools that come and go with a job or a job schedule (batch-semantics 8, wire-facts 3.3, 2.4). */
import { guid } from '../../../core/kernel/index.ts';
import type { Job, JobSpec } from '../domain/job.ts';
import { poolKey } from '../domain/keys.ts';
import type { EngineFault } from '../fault.ts';
import type { AutoPoolSpecification, JobSchedulingError } from '../resources/job.ts';
import { checkPool } from '../rules/pool-rules.ts';
import type { Turn } from '../turn.ts';
import { accountMeans } from './application-packages.ts';
import { putNewPool } from './creation.ts';
import { deletePool } from './pool-allocation.ts';

export type AutoPool =
  | { readonly poolId: string }
  /** The job is completed at once, with this error (wire-facts 2.4). */
  | { readonly error: JobSchedulingError };

/** Makes the pool that an auto pool specification describes. */
export function makeAutoPool(turn: Turn, specification: AutoPoolSpecification): AutoPool {
  const pool = specification.pool;
  const fault = pool === undefined ? undefined : checkPool(pool, accountMeans(turn));
  if (pool === undefined || fault !== undefined) return { error: invalidSettings(fault) };
  if (turn.world.pools.size >= turn.settings.quotas.pools) {
    return {
      error: {
        category: 'usererror',
        code: 'AutoPoolCreationFailedWithQuotaReached',
        message: 'The auto pool could not be created because the pool quota of the account has been reached',
      },
    };
  }
  const unique = guid(turn.random).toUpperCase();
  const prefix = specification.autoPoolIdPrefix;
  const poolId = prefix === undefined || prefix === '' ? unique : `${prefix}_${unique}`;
  putNewPool(turn, poolId, pool);
  return { poolId };
}

function invalidSettings(fault: EngineFault | undefined): JobSchedulingError {
  return {
    category: 'usererror',
    ...errorOf(fault),
    ...(fault?.values === undefined ? {} : { details: fault.values.map(({ key, value }) => ({ name: key, value })) }),
  };
}

/** What the scheduling error calls a fault of the pool (batch-semantics 3.7). */
function errorOf(fault: EngineFault | undefined): Pick<JobSchedulingError, 'code' | 'message'> {
  switch (fault?.code) {
    case 'InvalidApplicationPackageReferences':
      return {
        code: 'InvalidApplicationPackageReferencesInAutoPool',
        message: 'One or more application package references of the auto pool are invalid',
      };
    case 'AutoScalingFormulaSyntaxError':
    case 'AutoScalingFormulaTooLong':
      return {
        code: 'InvalidAutoScaleFormulaInAutoPool',
        message: 'The autoscale formula of the auto pool is invalid',
      };
    default:
      return { code: 'InvalidAutoPoolSettings', message: 'The specified auto pool settings are invalid' };
  }
}

/** A job's own auto pool ends with it, unless it is to be kept. */
export function dropPoolOfJob(turn: Turn, job: Job): void {
  if (job.ownPoolId !== undefined) dropPool(turn, job.ownPoolId);
}

export function dropPool(turn: Turn, poolId: string): void {
  const pool = turn.world.pools.get(poolKey(poolId));
  if (pool?.state === 'active') deletePool(turn, pool);
}

/** The auto pool specification of a job whose pool is one. */
export function autoPoolOf(spec: JobSpec): AutoPoolSpecification | undefined {
  return spec.poolInfo.autoPoolSpecification;
}
