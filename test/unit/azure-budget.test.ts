// The guard of a paid account, against an emulator: what it counts, when it stops a run, and what it removes.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Batchrite } from '../../adapters/embedded/index.ts';
import { batchriteTest as test } from '../../adapters/vitest/index.ts';
import { duration } from '../../core/index.ts';
import { clean, exceeded } from '../support/azure-budget/budget.ts';

/* oxlint-disable vitest/no-standalone-expect -- the rule does not know the fixture's test */

const budget = { maxNodes: 3, maxMs: duration.minutes(30) };
const main = join(import.meta.dirname, '../support/azure-budget/main.ts');

async function addPool({ batch }: Batchrite, id: string, targetDedicatedNodes: number): Promise<void> {
  const image = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };
  const nodeAgentSkuId = 'batch.node.ubuntu 22.04';
  await batch.pools.create({ id, vmSize: 'standard_d2s_v3', image, nodeAgentSkuId, targetDedicatedNodes });
}

function watch({ batch, clock }: Batchrite, signal = new AbortController().signal): Promise<string | undefined> {
  return exceeded({ batch, clock, prefix: 'batchrite-' }, budget, signal);
}

async function left({ batch }: Batchrite): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of batch.schedules.list()) ids.push(id);
  for await (const { id } of batch.jobs.list()) ids.push(id);
  for await (const { id } of batch.pools.list()) ids.push(id);
  return ids;
}

function guard(batchrite: Batchrite, ...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...batchrite.environment };
    const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

describe('the budget of a run on a paid account', () => {
  test('is exceeded by the nodes that its own pools ask for together', async ({ batchrite }) => {
    await addPool(batchrite, 'somebody-elses', 50);
    await addPool(batchrite, 'batchrite-a', 2);
    const watching = batchrite.until(watch(batchrite));
    await addPool(batchrite, 'batchrite-b', 2);
    expect(await watching).toBe('The run asks for 4 nodes; its budget is 3.');
  });

  test('is exceeded by time', async ({ batchrite }) => {
    await addPool(batchrite, 'batchrite-a', 3);
    expect(await batchrite.until(watch(batchrite))).toBe('The run takes longer than its budget of 30 min 0 s.');
  });

  test('is kept by a run that ends', async ({ batchrite }) => {
    const ended = new AbortController();
    const watching = watch(batchrite, ended.signal);
    await batchrite.advance('5m');
    ended.abort();
    expect(await watching).toBeUndefined();
  });
});

describe('the removal after such a run', () => {
  test('takes job schedules, jobs and pools of the run, and nothing else', async ({ batchrite }) => {
    for (const id of ['batchrite-a', 'batchrite-b', 'mine']) await addPool(batchrite, id, 1);
    for (const id of ['batchrite-a', 'mine']) await batchrite.batch.jobs.create({ id: `${id}-job`, poolId: id });
    for (const id of ['batchrite-s', 'mine-s']) {
      await batchrite.batch.schedules.create({ id, recurrence: {}, job: { poolId: 'none' } });
    }
    await batchrite.settle();
    expect(await clean(batchrite.batch, 'batchrite-')).toEqual([
      'job schedule batchrite-s',
      'job batchrite-a-job',
      'pool batchrite-a',
      'pool batchrite-b',
    ]);
    await batchrite.settle();
    expect(await left(batchrite)).toEqual(['mine-s', 'mine-job', 'mine-s:job-1', 'mine']);
    expect(await clean(batchrite.batch, 'batchrite-')).toEqual([]);
  });
});

describe('the guard as a command', { timeout: 20_000 }, () => {
  test('gives the exit code of what it runs, and removes what that left', async ({ batchrite }) => {
    await addPool(batchrite, 'batchrite-a', 1);
    const { code, output } = await guard(batchrite, 'run', '3', '10', process.execPath, '-e', 'process.exit(5)');
    expect(code, output).toBe(5);
    expect(output).toContain('Deleted pool batchrite-a.');
  });

  test('ends a command that exceeds the budget', async ({ batchrite }) => {
    await addPool(batchrite, 'batchrite-a', 4);
    const forever = ['-e', 'setInterval(() => {}, 1000)'];
    const { code, output } = await guard(batchrite, 'run', '3', '10', process.execPath, ...forever);
    expect(code, output).toBe(1);
    expect(output).toContain('The run asks for 4 nodes; its budget is 3.');
    expect(output).toContain('Deleted pool batchrite-a.');
  });

  test('refuses to start without a budget', async ({ batchrite }) => {
    const { code, output } = await guard(batchrite, 'run', 'many', '10', process.execPath);
    expect(code).toBe(1);
    expect(output).toContain('Give run MAX_NODES MAX_MINUTES COMMAND');
  });
});
