// An emulator of one's own in this process: what one line gives, how its time moves, and that two do not meet.
import { BatchServiceClient, BatchSharedKeyCredentials } from '@azure/batch';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Batchrite, type BatchriteOptions, startBatchrite } from '../../../adapters/embedded/index.ts';
import { type PoolSpec, duration, isFault, sleep } from '../../../core/index.ts';

const DAY = duration.days(1);

async function started(options: BatchriteOptions = {}): Promise<Batchrite> {
  const batchrite = await startBatchrite(options);
  onTestFinished(() => batchrite.close());
  return batchrite;
}

function pool(id: string, targetDedicatedNodes = 1): PoolSpec {
  const image = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };
  return { id, vmSize: 'standard_d2s_v3', image, nodeAgentSkuId: 'batch.node.ubuntu 22.04', targetDedicatedNodes };
}

async function withTask({ batch }: Batchrite, commandLine: string): Promise<void> {
  await batch.pools.create(pool('pool'));
  await batch.jobs.create({ id: 'job', poolId: 'pool' });
  await batch.tasks.addAll('job', [{ id: 'task', commandLine }]);
}

function sdk({ account, key, batchEndpoint }: Batchrite): BatchServiceClient {
  return new BatchServiceClient(new BatchSharedKeyCredentials(account, key), batchEndpoint, { noRetryPolicy: true });
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'was not refused',
    (error: unknown) => (isFault(error) ? error.message : String(error)),
  );
}

describe('startBatchrite', () => {
  test('gives an emulator that an unmodified client can use, without storage, on a virtual clock', async () => {
    const batchrite = await started();
    expect(batchrite.batchEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(batchrite.blobEndpoint).toBeUndefined();
    expect(batchrite.environment).toEqual({
      AZURE_BATCH_ENDPOINT: batchrite.batchEndpoint,
      AZURE_BATCH_ACCOUNT: 'devbatchaccount1',
      AZURE_BATCH_ACCESS_KEY: batchrite.key,
    });
    await batchrite.batch.pools.create(pool('seen-by-both'));
    expect((await sdk(batchrite).pool.get('seen-by-both')).id).toBe('seen-by-both');
    expect(new Date(batchrite.now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  test('has clients of the official SDKs ready, for each account and for its blobs', async () => {
    const accounts = [
      { name: 'first', key: 'Zmlyc3Qga2V5' },
      { name: 'second', key: 'c2Vjb25kIGtleQ==' },
    ];
    const batchrite = await started({ accounts, storage: true });
    await batchrite.batch.pools.create(pool('of-the-first'));
    const [first, second] = [await batchrite.clients.batch(), await batchrite.clients.batch('SECOND')];
    expect((await first.pool.list()).map(({ id }) => id)).toEqual(['of-the-first']);
    expect((await second.pool.list()).map(({ id }) => id)).toEqual([]);
    const blobs = await batchrite.clients.blobs();
    await blobs.createContainer('input');
    expect(await blobs.getContainerClient('input').exists()).toBe(true);
    expect(await messageOf(batchrite.clients.batch('third'))).toBe('There is no account "third" in this emulator.');
  }, 20_000);

  test('says how to get a blob service where it has none', async () => {
    const batchrite = await started();
    expect(await messageOf(batchrite.clients.blobs())).toContain('start it with storage: true');
  });

  test('lets time stand still until it is moved, and hours pass at once', async () => {
    const batchrite = await started();
    const start = batchrite.now();
    await withTask(batchrite, '/bin/sh -c "sleep 7200; echo done"');
    await batchrite.advance('1h');
    expect((await batchrite.batch.tasks.get('job', 'task')).state).toBe('running');
    expect(batchrite.now()).toBe(start + duration.hours(1));
    await batchrite.advance('PT1H');
    expect(await batchrite.batch.tasks.get('job', 'task')).toMatchObject({ state: 'completed', exitCode: 0 });
    await batchrite.advance(500);
    expect(batchrite.now()).toBe(start + duration.hours(2) + 500);
  });

  test('settles when the last task has ended, and not when the retention of its files has', async () => {
    const batchrite = await started({ settings: { nodeStartupMs: duration.minutes(3) } });
    const start = batchrite.now();
    await withTask(batchrite, '/bin/sh -c "sleep 600"');
    await batchrite.settle();
    expect((await batchrite.batch.tasks.get('job', 'task')).state).toBe('completed');
    expect(batchrite.now() - start).toBeCloseTo(duration.minutes(13), 0);
  });

  test('says so when what is under way does not end in time', async () => {
    const batchrite = await started();
    await withTask(batchrite, '/bin/sh -c "sleep 600"');
    expect(await messageOf(batchrite.settle({ within: '5m' }))).toContain('after 5m');
  });

  test('does what its program says', async () => {
    const program: BatchriteOptions['program'] = ({ commandLine }) =>
      commandLine === 'render' ? { durationMs: 90_000, exitCode: 3, stdout: 'frame 1\n' } : undefined;
    const batchrite = await started({ program });
    await withTask(batchrite, 'render');
    await batchrite.settle();
    expect(await batchrite.batch.tasks.get('job', 'task')).toMatchObject({ state: 'completed', exitCode: 3 });
    const chunks: Uint8Array[] = [];
    for await (const chunk of batchrite.batch.files.readOfTask('job', 'task', 'stdout.txt')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('frame 1\n');
  });

  test('drives a program that waits on its clock', async () => {
    const batchrite = await started();
    const waiting = async (): Promise<string> => {
      await withTask(batchrite, '/bin/sh -c "sleep 3600"');
      for (;;) {
        const task = await batchrite.batch.tasks.get('job', 'task');
        if (task.state === 'completed') return `after ${Math.round((batchrite.now() - start) / 60_000)} minutes`;
        await sleep(batchrite.clock, duration.minutes(7));
      }
    };
    const start = batchrite.now();
    expect(await batchrite.until(waiting())).toBe('after 63 minutes');
  });

  test('does not hang with a program that waits for nothing on its clock', async () => {
    const batchrite = await started();
    expect(await messageOf(batchrite.until(new Promise(() => undefined)))).toContain('nothing is due');
  });

  test('is, after a reset, as after its start: ids and times, too', async () => {
    const batchrite = await started({ seed: 'again' });
    const look = async (): Promise<unknown> => {
      await withTask(batchrite, '/bin/sh -c "sleep 60"');
      await batchrite.settle();
      return [await batchrite.batch.tasks.get('job', 'task'), (await sdk(batchrite).pool.get('pool')).eTag];
    };
    const first = await look();
    await batchrite.reset();
    expect(await batchrite.batch.pools.exists('pool')).toBe(false);
    expect(await look()).toEqual(first);
    await batchrite.reset('another seed');
    expect(await look()).not.toEqual(first);
  });

  test('forgets at a reset what the server itself keeps', async () => {
    const batchrite = await started();
    const certificates = sdk(batchrite).certificate;
    const thumbprint = 'a'.repeat(40);
    await certificates.add({ thumbprint, thumbprintAlgorithm: 'sha1', data: 'AAAA', certificateFormat: 'cer' });
    await batchrite.reset();
    expect([...(await certificates.list())]).toEqual([]);
  });

  test('keeps accounts apart, and two emulators as well', async () => {
    const accounts = [
      { name: 'one', key: 'QUFBQQ==' },
      { name: 'two', key: 'QkJCQg==' },
    ];
    const [left, right] = await Promise.all([started({ accounts }), started({ accounts })]);
    await Promise.all([left.batch.pools.create(pool('mine', 3)), right.batch.pools.create(pool('mine', 1))]);
    await left.advance(DAY);
    await left.settle();
    expect(left.now() - right.now()).toBe(DAY);
    expect(left.batchEndpoint).not.toBe(right.batchEndpoint);
    expect((await sdk(left).pool.get('mine')).currentDedicatedNodes).toBe(3);
    await left.reset();
    await left.close();
    await right.settle();
    expect((await sdk(right).pool.get('mine')).currentDedicatedNodes).toBe(1);
    const other = await right.engine('two').pools.list({ limit: 10 });
    expect(other).toEqual({ ok: true, value: { items: [] } });
  });

  test('has the quotas that were given, and the others as ever', async () => {
    const batchrite = await started({ settings: { quotas: { pools: 1 } } });
    await batchrite.batch.pools.create(pool('first', 2));
    await batchrite.settle();
    expect(await messageOf(batchrite.batch.pools.create(pool('second')))).toMatch(/quota/i);
  });

  test('runs command lines in processes, with a clock that stands where it is put', async () => {
    const batchrite = await started({ runtime: 'process', clock: 'virtual', storage: false });
    await withTask(batchrite, '/bin/sh -c "echo $((6 * 7))"');
    await batchrite.settle();
    const start = batchrite.now();
    expect(await batchrite.batch.tasks.get('job', 'task')).toMatchObject({ state: 'completed', exitCode: 0 });
    await batchrite.advance('6d');
    expect((await batchrite.batch.files.statOfTask('job', 'task', 'stdout.txt')).size).toBe(3);
    await batchrite.advance('2d');
    expect(batchrite.now() - start).toBe(8 * DAY);
    // Kept for seven days (batch-semantics 2.6).
    expect(await messageOf(batchrite.batch.files.statOfTask('job', 'task', 'stdout.txt'))).not.toBe('was not refused');
    await batchrite.reset();
    expect(await batchrite.batch.pools.exists('pool')).toBe(false);
  }, 20_000);

  test('settles in real time where time is real', async () => {
    const batchrite = await started({ runtime: 'process', storage: false });
    await withTask(batchrite, '/bin/sh -c "exit 4"');
    await batchrite.settle({ within: '15s' });
    expect(await batchrite.batch.tasks.get('job', 'task')).toMatchObject({ state: 'completed', exitCode: 4 });
    expect(await messageOf(batchrite.advance('1h'))).toContain("start it with clock: 'virtual'");
  }, 20_000);

  test('brings an Azurite of its own where storage is asked for', async () => {
    const batchrite = await started({ storage: true });
    const response = await fetch(`${batchrite.blobEndpoint ?? ''}?comp=list`);
    expect(response.status).toBe(403);
    expect(batchrite.environment['AZURE_STORAGE_CONNECTION_STRING']).toBe(batchrite.blobConnectionString);
    await batchrite.close();
    await expect(fetch(batchrite.blobEndpoint ?? '')).rejects.toThrow('fetch failed');
    await expect(fetch(batchrite.batchEndpoint)).rejects.toThrow('fetch failed');
  }, 20_000);

  test.for<[BatchriteOptions, string]>([
    [{ runtime: 'vm' as never }, 'The runtime is "vm"; it can be simulated, process, docker.'],
    [{ runtime: 'process', program: () => undefined }, 'A program decides what simulated nodes do'],
  ])('refuses %o with one sentence', async ([options, sentence]) => {
    expect(await messageOf(startBatchrite(options))).toContain(sentence);
  });

  test('refuses what is no duration, and an account that is not there', async () => {
    const batchrite = await started();
    expect(await messageOf(batchrite.advance('soon'))).toContain('"soon" is no duration');
    expect(await messageOf(batchrite.advance(-1))).toContain('"-1" is no duration');
    expect(() => batchrite.engine('nobody')).toThrow('There is no account "nobody"');
  });
});
