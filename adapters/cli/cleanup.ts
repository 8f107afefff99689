/** What `batchrite cleanup` does: it shows what is left of runs, asks, deletes, and waits until it is gone. */
import { FaultError, count, describeDuration, duration, isFault, poll } from '../../core/index.ts';
import type { CallOptions } from '../../core/index.ts';
import { type Accounts, existingAccess, openAccounts } from '../composition/index.ts';
import { requireUsable } from '../config/index.ts';
import { systemClock } from '../system/index.ts';
import { type Terminal, createTerminal } from '../terminal/index.ts';
import { type Leftovers, findRuns } from './cleanup-runs.ts';
import { type ConfigOptions, settingsOf } from './config-options.ts';
import { ExitCode } from './exit-code.ts';
import { faultOf } from './fault-of.ts';
import { onInterruption } from './interruption.ts';

export interface CleanupOptions extends ConfigOptions {
  readonly run?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** The real service takes minutes for a pool with nodes. */
const PATIENCE_MS = duration.minutes(20);

export async function cleanUp(options: CleanupOptions): Promise<number> {
  const terminal = createTerminal({ yes: options.yes === true, json: options.json === true });
  const interruption = onInterruption();
  const { signal } = interruption;
  try {
    const settings = await settingsOf(options);
    requireUsable(settings);
    const access = existingAccess(settings);
    const accounts = openAccounts(access, settings);
    const found = await findRuns(accounts, { signal });
    const runs = options.run === undefined ? found : found.filter(({ runId }) => runId === options.run);
    terminal.reporter.fact('runs', runs);
    const where = `at ${access.batch.endpoint} and ${accounts.storage.account.blobEndpoint}`;
    if (runs.length === 0) {
      const what = options.run === undefined ? 'a run' : `run ${options.run}`;
      terminal.reporter.step(`Nothing of ${what} is left ${where}`);
      return ExitCode.success;
    }
    terminal.reporter.step(`Left ${where}:`);
    for (const run of runs) show(terminal, run);
    if (options.run === undefined) {
      terminal.reporter.step(`Delete one with: batchrite cleanup --target ${settings.target} --run ID`);
      return ExitCode.success;
    }
    await agree(terminal, options, signal);
    await removeRuns(accounts, runs, terminal, signal);
    return ExitCode.success;
  } catch (error) {
    // Whatever an interruption broke, the interruption is the reason.
    terminal.fault(faultOf(signal.aborted ? signal.reason : error));
    return interruption.exitCode ?? ExitCode.failure;
  } finally {
    interruption.dispose();
    terminal.close();
  }
}

function show({ reporter }: Terminal, { runId, scenario, jobs, schedules, pools, containers }: Leftovers): void {
  reporter.step(`Run ${runId} of ${scenario}`);
  const lines = [
    ...jobs.map((id) => `job ${id}`),
    ...schedules.map((id) => `job schedule ${id}, with its jobs`),
    ...pools.map((id) => `pool ${id}`),
    ...containers.map((name) => `container ${name}`),
  ];
  reporter.detail(lines.join('\n'));
}

/** No is the default: what is deleted is gone, and the run may be under way elsewhere. */
async function agree({ questions }: Terminal, { yes }: CleanupOptions, signal: AbortSignal): Promise<void> {
  if (yes === true || (await questions.confirm('Delete all of this?', false, signal))) return;
  throw new FaultError({
    code: 'cancelled',
    message: 'Nothing was deleted, since nobody agreed. Answer yes, or give --yes.',
  });
}

/** Asks for every deletion before it waits for the first; one that is refused does not keep the others. */
async function removeRuns(
  accounts: Accounts,
  runs: readonly Leftovers[],
  { reporter }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { batch, storage } = accounts;
  const options = { signal };
  const removals = runs.flatMap(({ jobs, schedules, pools, containers }): Removing[] => [
    ...jobs.map((id) => ({
      name: `job ${id}`,
      remove: () => batch.jobs.delete(id, options),
      isThere: () => isThere((call) => batch.jobs.get(id, call), options),
    })),
    ...schedules.map((id) => ({
      name: `job schedule ${id}`,
      remove: () => batch.schedules.delete(id, options),
      isThere: () => isThere((call) => batch.schedules.get(id, call), options),
    })),
    ...pools.map((id) => ({
      name: `pool ${id}`,
      remove: () => batch.pools.delete(id, options),
      isThere: () => isThere((call) => batch.pools.get(id, call), options),
    })),
    ...containers.map((name) => ({
      name: `container ${name}`,
      remove: () => storage.deleteContainer(name, options),
      isThere: () => Promise.resolve(false),
    })),
  ]);
  const progress = reporter.progress(`Deleting ${count(removals.length, 'thing')}`);
  const started = systemClock.now();
  try {
    const refused: string[] = [];
    const accepted: Removing[] = [];
    for (const removal of removals) {
      const refusal = await refusalOf(removal, signal);
      if (refusal === undefined) accepted.push(removal);
      else refused.push(refusal);
    }
    await waitUntilGone(accepted, (left) => progress.update(`${count(left, 'thing')} left`), signal);
    if (refused.length > 0) throw new FaultError({ code: 'failed', message: refused.join(' ') });
    progress.done(`gone after ${describeDuration(systemClock.now() - started)}`);
  } catch (error) {
    progress.fail();
    throw error;
  }
}

interface Removing {
  readonly name: string;
  remove(): Promise<void>;
  isThere(): Promise<boolean>;
}

/** Asks for the deletion; resolves with why it was refused. */
async function refusalOf(removal: Removing, signal: AbortSignal): Promise<string | undefined> {
  try {
    await removal.remove();
  } catch (error) {
    // Gone already, or on its way: an earlier clean-up may have asked.
    if (isFault(error, 'notFound', 'conflict')) return undefined;
    if (signal.aborted) throw error;
    return `Could not delete ${removal.name}: ${faultOf(error).message}`;
  }
  return undefined;
}

async function waitUntilGone(
  removals: readonly Removing[],
  onLeft: (left: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let left = removals;
  const isDone = await poll(
    { clock: systemClock, signal },
    async () => {
      const answers = await Promise.all(left.map(async (removal) => ({ removal, isLeft: await removal.isThere() })));
      left = answers.filter(({ isLeft }) => isLeft).map(({ removal }) => removal);
      onLeft(left.length);
      return left.length === 0 ? true : undefined;
    },
    systemClock.now() + PATIENCE_MS,
  );
  if (isDone === true) return;
  throw new FaultError({
    code: 'timeout',
    message: `After ${describeDuration(PATIENCE_MS)} the service still deletes ${left.map(({ name }) => name).join(', ')}; it goes on by itself, so run this again later.`,
  });
}

async function isThere(get: (options: CallOptions) => Promise<unknown>, options: CallOptions): Promise<boolean> {
  try {
    await get(options);
    return true;
  } catch (error) {
    if (isFault(error, 'notFound')) return false;
    throw error;
  }
}
