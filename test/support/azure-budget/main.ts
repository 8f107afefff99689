// Runs a command on the account that the environment names, within a budget, and removes what such commands leave:
// `node test/support/azure-budget/main.ts run MAX_NODES MAX_MINUTES COMMAND…` and `node … clean`.
import { spawn } from 'node:child_process';
import type { BatchService } from '../../../core/index.ts';
import { duration } from '../../../core/kernel/index.ts';
import { openRealAccount } from '../real-account.ts';
import { realClock } from '../real-clock.ts';
import { clean, exceeded } from './budget.ts';

/** What the contract's ids begin with on a real account. */
const PREFIX = 'batchrite-';

async function removeAll(batch: BatchService): Promise<void> {
  const deleted = await clean(batch, PREFIX);
  console.log(deleted.length === 0 ? 'Nothing was left.' : `Deleted ${deleted.join(', ')}.`);
}

/** Exit code of the command, or 1 when it was ended for the budget's sake. */
async function run(batch: BatchService, [nodes, minutes, program, ...args]: readonly string[]): Promise<number> {
  const [maxNodes, maxMinutes] = [Number(nodes), Number(minutes)];
  if (!(maxNodes >= 1) || !(maxMinutes >= 1) || program === undefined) {
    throw new Error('Give run MAX_NODES MAX_MINUTES COMMAND…, both numbers at least 1.');
  }
  const ended = new AbortController();
  // A group of its own, so that what the command started ends with it.
  const child = spawn(program, args, { stdio: 'inherit', detached: true });
  const code = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  }).finally(() => ended.abort());
  const budget = { maxNodes, maxMs: duration.minutes(maxMinutes) };
  const reason = await Promise.race([
    exceeded({ batch, clock: realClock, prefix: PREFIX }, budget, ended.signal),
    code.then(() => undefined),
  ]);
  if (reason === undefined) return code;
  console.error(reason);
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  await code;
  return 1;
}

async function runAndRemove(batch: BatchService, words: readonly string[]): Promise<number> {
  try {
    return await run(batch, words);
  } finally {
    await removeAll(batch);
  }
}

const [command, ...rest] = process.argv.slice(2);
try {
  const batch = openRealAccount('budget');
  if (command === 'clean') await removeAll(batch);
  else if (command === 'run') process.exitCode = await runAndRemove(batch, rest);
  else throw new Error('Give run or clean.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
