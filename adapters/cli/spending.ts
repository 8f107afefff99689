/** Before a run spends money: what it will create, what that costs an hour by estimate, and whether somebody agrees. */
import { FaultError } from '../../core/index.ts';
import type { Questions, Reporter } from '../../core/index.ts';
import { vmSize } from '../../emulator/engine/index.ts';
import type { Footprint, PlannedPool } from '../../scenarios/index.ts';
import type { Settings } from '../config/index.ts';

/** Whether what a run creates there is paid for. */
export function isPaid({ kind, access }: Settings): boolean {
  return kind === 'service' && access?.isLocal === false;
}

export interface Spending {
  readonly settings: Settings;
  readonly footprint: Footprint;
  readonly runId: string;
  readonly reporter: Reporter;
  readonly questions: Questions;
  /** Agreed to on the command line. */
  readonly isAgreed: boolean;
  readonly signal: AbortSignal;
}

/**
 * Shows the plan and asks; no is the default, since a yes costs money. Rejects with `cancelled` without a yes: nothing has
 * been created then.
 */
export async function agreeToSpend(spending: Spending): Promise<void> {
  const { settings, footprint, runId, reporter, questions, isAgreed, signal } = spending;
  const { pools, jobs, schedules = [], containers } = footprint;
  const priced = pools.map((pool) => ({ pool, perHour: priceOf(pool, settings.prices) }));
  reporter.step(`Run ${runId} creates at ${settings.access?.batch.endpoint ?? settings.target}, where it is paid for:`);
  reporter.detail(
    [
      ...priced.map(({ pool, perHour }) => poolLine(pool, perHour)),
      ...jobs.map((job) => `job ${job}`),
      ...schedules.map((schedule) => `job schedule ${schedule}, and its jobs`),
      ...containers.map((container) => `container ${container}, with the run's files`),
    ].join('\n'),
  );
  const known = priced.reduce((sum, { perHour }) => sum + (perHour ?? 0), 0);
  const isComplete = priced.every(({ perHour }) => perHour !== undefined);
  reporter.step(
    isComplete
      ? `Estimated price while the pool exists: ${usd(known)} an hour, by list prices, without storage and traffic`
      : `Estimated price unknown; configure "prices" for ${unpriced(priced)}`,
  );
  reporter.step(`What is left when a run is interrupted: batchrite cleanup --target ${settings.target} --run ${runId}`);
  reporter.fact('plan', { run: runId, ...footprint, ...(isComplete ? { usdPerHour: known } : {}) });
  if (isAgreed || (await questions.confirm('Continue?', false, signal))) return;
  throw new FaultError({
    code: 'cancelled',
    message: 'Nothing was created, since nobody agreed to the price. Answer yes, or give --yes.',
  });
}

/** USD an hour for the whole pool: by the configuration, else by the table of list prices; undefined where neither knows. */
function priceOf({ vmSize: size, dedicatedNodes }: PlannedPool, prices: Settings['prices']): number | undefined {
  const perNode = prices[size.toLowerCase()] ?? vmSize(size)?.dedicatedPerHour;
  return perNode === undefined ? undefined : perNode * dedicatedNodes;
}

function poolLine({ id, vmSize: size, dedicatedNodes }: PlannedPool, perHour: number | undefined): string {
  const nodes = `${dedicatedNodes} ${dedicatedNodes === 1 ? 'node' : 'nodes'} of ${size}`;
  return `pool ${id}, unless it exists: ${nodes}, about ${perHour === undefined ? '?' : usd(perHour)} an hour`;
}

function unpriced(priced: readonly { readonly pool: PlannedPool; readonly perHour: number | undefined }[]): string {
  return [...new Set(priced.flatMap(({ pool, perHour }) => (perHour === undefined ? [pool.vmSize] : [])))].join(', ');
}

function usd(amount: number): string {
  return `${amount.toFixed(amount < 10 ? 3 : 2).replace(/0$/, '')} USD`;
}
