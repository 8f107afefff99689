// Time, reset and seed over HTTP, as a test suite in any language uses them.
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Batchrite, type BatchriteOptions, startBatchrite } from '../../../adapters/embedded/index.ts';

async function started(options: BatchriteOptions = {}): Promise<Batchrite> {
  const batchrite = await startBatchrite(options);
  onTestFinished(() => batchrite.close());
  return batchrite;
}

async function call({ batchEndpoint }: Batchrite, path: string, body?: unknown, headers = {}): Promise<unknown> {
  const response = await fetch(`${batchEndpoint}/_batchrite/${path}`, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return [response.status, await response.json()];
}

async function withTask({ batch }: Batchrite): Promise<void> {
  const image = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };
  const nodes = { nodeAgentSkuId: 'batch.node.ubuntu 22.04', targetDedicatedNodes: 1 };
  await batch.pools.create({ id: 'pool', vmSize: 'standard_d2s_v3', image, ...nodes });
  await batch.jobs.create({ id: 'job', poolId: 'pool' });
  await batch.tasks.addAll('job', [{ id: 'task', commandLine: '/bin/sh -c "sleep 1800"' }]);
}

const at = (now: string): unknown => ({ clock: 'virtual', now });

describe('the clock over HTTP', () => {
  test('tells its time, advances by a duration and to an instant', async () => {
    const batchrite = await started();
    expect(await call(batchrite, 'clock')).toEqual([200, at('2026-01-01T00:00:00.000Z')]);
    expect(await call(batchrite, 'clock', { advance: 'PT1H' })).toEqual([200, at('2026-01-01T01:00:00.000Z')]);
    expect(await call(batchrite, 'clock', { advance: '90s' })).toEqual([200, at('2026-01-01T01:01:30.000Z')]);
    expect(await call(batchrite, 'clock', { now: '2026-02-01T00:00:00Z' })).toEqual([
      200,
      at('2026-02-01T00:00:00.000Z'),
    ]);
  });

  test('settles, and says whether it did', async () => {
    const batchrite = await started();
    await withTask(batchrite);
    expect(await call(batchrite, 'clock', { settle: true, within: '10m' })).toMatchObject([200, { settled: false }]);
    expect(await call(batchrite, 'clock', { settle: true })).toMatchObject([200, { settled: true }]);
    expect((await batchrite.batch.tasks.get('job', 'task')).state).toBe('completed');
  });

  test('does not go back', async () => {
    const answer = await call(await started(), 'clock', { now: '2025-12-31T23:00:00Z' });
    expect(answer).toEqual([
      409,
      { error: 'The clock stands at 2026-01-01T00:00:00.000Z and does not go back to 2025-12-31T23:00:00Z: reset it.' },
    ]);
  });

  test('is not moved where it is the real one, which it says', async () => {
    const batchrite = await started({ clock: 'real' });
    expect(await call(batchrite, 'clock')).toMatchObject([200, { clock: 'real' }]);
    expect(await call(batchrite, 'clock', { advance: 'PT1H' })).toEqual([
      409,
      {
        error:
          'This emulator runs on the real clock, which nobody can move: start it with --clock virtual --runtime simulated.',
      },
    ]);
    expect(await call(batchrite, 'clock', { settle: true })).toMatchObject([200, { settled: true }]);
  });

  test.for<[unknown, string]>([
    [{}, 'Give one of'],
    [{ advance: 'PT1H', settle: true }, 'Give one of'],
    [{ forward: 'PT1H' }, 'Give one of'],
    [{ advance: 'PT1H', within: 'PT1H' }, 'Give one of'],
    [{ settle: 'yes' }, 'Give one of'],
    [{ advance: 3600 }, '3600 is no duration.'],
    [{ advance: '-PT1H' }, '"-PT1H" is no duration.'],
    [{ now: 'tomorrow' }, '"tomorrow" is no time.'],
    [[1], 'Give one of'],
    ['{', 'The body is no JSON'],
  ])('refuses the body %j with a sentence', async ([body, sentence]) => {
    const batchrite = await started();
    expect(await call(batchrite, 'clock', body)).toMatchObject([400, { error: expect.stringContaining(sentence) }]);
    expect(await call(batchrite, 'clock')).toEqual([200, at('2026-01-01T00:00:00.000Z')]);
  });

  test('takes no orders from pages of other sites', async () => {
    const batchrite = await started();
    for (const path of ['clock', 'reset', 'seed']) {
      const answer = await call(batchrite, path, { advance: 'PT1H' }, { origin: 'http://example.org' });
      expect(answer).toMatchObject([403, { error: expect.stringContaining('pages of other sites') }]);
    }
    expect(await call(batchrite, 'clock')).toEqual([200, at('2026-01-01T00:00:00.000Z')]);
  });
});

describe('a reset over HTTP', () => {
  test.for(['virtual', 'real'] as const)('takes everything away on a %s clock', async (clock) => {
    const batchrite = await started({ clock });
    await withTask(batchrite);
    expect(await call(batchrite, 'reset', '')).toMatchObject([200, { clock }]);
    expect(await batchrite.batch.pools.exists('pool')).toBe(false);
    await withTask(batchrite);
    expect(await batchrite.batch.pools.exists('pool')).toBe(true);
  });

  test('brings a virtual clock back to its first instant, and takes a seed', async () => {
    const batchrite = await started();
    const nodeOf = async (): Promise<unknown> => {
      await withTask(batchrite);
      await batchrite.advance(1);
      const nodes = await batchrite.engine().nodes.list('pool', { limit: 1 });
      return nodes.ok ? nodes.value.items[0]?.id : undefined;
    };
    const first = await nodeOf();
    expect(await call(batchrite, 'reset', { seed: 'other' })).toEqual([200, at('2026-01-01T00:00:00.000Z')]);
    const other = await nodeOf();
    expect(await call(batchrite, 'reset', {})).toMatchObject([200, {}]);
    expect(await nodeOf()).toBe(first);
    expect(other).not.toBe(first);
  });

  test('refuses what is no seed', async () => {
    expect(await call(await started(), 'reset', { seed: 1 })).toMatchObject([400, { error: expect.any(String) }]);
  });
});

describe('a seed over HTTP', () => {
  test('decides ids while there is nothing, and is refused when there is something', async () => {
    const batchrite = await started();
    expect(await call(batchrite, 'seed', { seed: 'mine' })).toMatchObject([200, { seed: 'mine' }]);
    expect(await call(batchrite, 'seed', {})).toEqual([400, { error: 'Give {"seed": a text}.' }]);
    await withTask(batchrite);
    expect(await call(batchrite, 'seed', { seed: 'late' })).toMatchObject([
      409,
      { error: expect.stringContaining('reset the emulator instead') },
    ]);
  });
});
