// A pool is created or found to fit, and waiting for its nodes ends with nodes or with one explanation.
import { describe, expect, test } from 'vitest';
import { duration, ensurePool, waitForNodes, withCleanUp } from '../../../core/index.ts';
import type { FaultError, Pool, PoolSpec } from '../../../core/index.ts';
import { FakeCloud, fault, jammy, node } from '../../support/fake-cloud.ts';
import type { Script } from '../../support/fake-cloud.ts';

const spec: PoolSpec = {
  id: 'pool',
  vmSize: 'standard_d2s_v3',
  image: jammy.image,
  nodeAgentSkuId: jammy.nodeAgentSkuId,
  targetDedicatedNodes: 2,
  startTask: { commandLine: 'install x', resourceFiles: [{ httpUrl: 'http://a', filePath: 'node' }] },
};

function cloudWithPool(script: Script = {}): FakeCloud {
  const cloud = new FakeCloud(script);
  cloud.pools.set('pool', { spec, since: cloud.clock.now() });
  return cloud;
}

function ensure(cloud: FakeCloud, wanted = spec): Promise<{ readonly created: boolean }> {
  return cloud.run(
    withCleanUp(cloud.workflow, { keep: true }, (cleanUp) => ensurePool(cloud.workflow, wanted, cleanUp)),
  );
}

/** Fails when the work succeeds. */
async function faultOf(work: Promise<unknown>): Promise<FaultError['fault']> {
  try {
    await work;
  } catch (error) {
    return (error as FaultError).fault;
  }
  throw new Error('It was to fail.');
}

describe('ensurePool', () => {
  test('creates a pool that is missing', async () => {
    const cloud = new FakeCloud();
    expect(await ensure(cloud)).toEqual({ created: true });
    expect(cloud.pools.get('pool')?.spec).toBe(spec);
  });

  test('uses a pool that fits, though its URLs are others and it has more nodes', async () => {
    const cloud = cloudWithPool();
    const startTask = { commandLine: 'install x', resourceFiles: [{ httpUrl: 'http://b', filePath: 'node' }] };
    expect(await ensure(cloud, { ...spec, vmSize: 'STANDARD_D2s_v3', targetDedicatedNodes: 1, startTask })).toEqual({
      created: false,
    });
    expect(cloud.calls).not.toContain('pools.create pool');
  });

  test('says everything that does not fit', async () => {
    const cloud = cloudWithPool();
    const wanted = {
      ...spec,
      vmSize: 'standard_f2s_v2',
      image: { ...jammy.image, sku: '24_04' },
      targetDedicatedNodes: 5,
      taskSlotsPerNode: 4,
      startTask: { commandLine: 'install y' },
    };
    const { code, message } = await faultOf(ensure(cloud, wanted));
    expect(code).toBe('conflict');
    expect(message).toContain('its VM size is standard_d2s_v3, not standard_f2s_v2');
    expect(message).toContain('22_04-lts, not canonical');
    expect(message).toContain('it is to have 2 nodes, and 5 are needed');
    expect(message).toContain('a node has 1 task slot, and 4 are needed');
    expect(message).toContain('its start task runs install x, not install y');
  });

  test('waits until a pool of that name is deleted', async () => {
    const cloud = cloudWithPool({
      pool: (_, age) => (age < 90_000 ? { state: 'deleting' } : {}),
      failing: (call) => {
        if (call === 'pools.get pool' && cloud.clock.now() > start + 60_000 && !isCreated()) cloud.pools.delete('pool');
        return undefined;
      },
    });
    const start = cloud.clock.now();
    const isCreated = (): boolean => cloud.calls.includes('pools.create pool');
    expect(await ensure(cloud)).toEqual({ created: true });
    expect(cloud.lines).toContain('Waiting until the old pool pool is deleted done: ');
  });

  test('tries again when the service is still deleting a pool that it does not show', async () => {
    let refusals = 3;
    const cloud = new FakeCloud({
      failing: (call) => {
        refusals -= call === 'pools.create pool' ? 1 : 0;
        return call === 'pools.create pool' && refusals >= 0
          ? fault('conflict', 'Being deleted.', 'PoolBeingDeleted')
          : undefined;
      },
    });
    expect(await ensure(cloud)).toEqual({ created: true });
  });
});

describe('waitForNodes', () => {
  function wait(script: Script, timeout = duration.minutes(20)): { cloud: FakeCloud; result: Promise<number> } {
    const cloud = cloudWithPool(script);
    return { cloud, result: cloud.run(waitForNodes(cloud.workflow, 'pool', cloud.clock.now() + timeout)) };
  }

  test('resolves soon after the last node is idle, and asks neither too often nor too seldom', async () => {
    const readyAt = duration.minutes(4);
    const { cloud, result } = wait({
      pool: (_, age) => (age < 10_000 ? { allocationState: 'resizing' } : {}),
      nodes: (_, age) =>
        age < 10_000 ? [] : [node('a'), node('b', { state: age < readyAt ? 'waitingForStartTask' : 'running' })],
    });
    const start = cloud.clock.now();
    expect(await result).toBe(2);
    expect(cloud.clock.now() - start).toBeLessThan(readyAt + 6_000);
    expect(cloud.calls.length).toBeLessThan(150);
    expect(cloud.lines).toContain('Waiting for the nodes: 1 of 2 nodes idle');
  });

  test('costs no more than a twentieth of a second when the nodes are there at once', async () => {
    let age0 = true;
    const { cloud, result } = wait({
      nodes: () => {
        const nodes = age0 ? [node('a', { state: 'starting' }), node('b')] : [node('a'), node('b')];
        age0 = false;
        return nodes;
      },
    });
    const start = cloud.clock.now();
    await result;
    expect(cloud.clock.now() - start).toBe(50);
  });

  test('explains a quota at once, and only when the resize has ended', async () => {
    const resizeErrors: Pool['resizeErrors'] = [
      {
        code: 'AccountCoreQuotaReached',
        message: 'The core quota is reached.',
        details: [{ name: 'Quota', value: '10' }],
      },
    ];
    const { cloud, result } = wait({
      pool: (_, age) => ({ allocationState: age < 5_000 ? 'resizing' : 'steady', resizeErrors }),
      nodes: () => [],
    });
    const start = cloud.clock.now();
    expect(await faultOf(result)).toMatchObject({
      code: 'quota',
      message: 'Pool pool could not get its 2 nodes: AccountCoreQuotaReached: The core quota is reached.',
      details: [{ key: 'AccountCoreQuotaReached' }, { key: 'Quota', value: '10' }],
    });
    expect(cloud.clock.now() - start).toBeGreaterThanOrEqual(5_000);
  });

  test('explains a start task that failed on every node, with exit code and the end of its stderr', async () => {
    const failure = { code: 'FailureExitCode', message: 'The task exited with a failure', details: [] };
    const startTask = { state: 'completed', exitCode: 3, failure, retryCount: 0 } as const;
    const stderr = `${'x'.repeat(4_000)}\ncannot stat 'worker.mjs'\n`;
    const { result } = wait({
      nodes: () => ['a', 'b'].map((id) => node(id, { state: 'startTaskFailed', startTask })),
      nodeFiles: { 'startup/stderr.txt': stderr },
    });
    const { code, message, details } = await faultOf(result);
    expect(code).toBe('failed');
    expect(message).toBe(
      'The start task of pool pool failed with exit code 3 on 2 nodes (first: a), so no node can run tasks.',
    );
    const tail = details?.find(({ key }) => key === 'stderr.txt')?.value ?? '';
    expect(tail).toContain("cannot stat 'worker.mjs'");
    expect(tail.length).toBeLessThan(2_100);
  });

  test('explains nodes that are unusable', async () => {
    const errors = [{ code: 'ImageNotFound', message: 'The image cannot be pulled.', details: [] }];
    const { result } = wait({ nodes: () => ['a', 'b'].map((id) => node(id, { state: 'unusable', errors })) });
    expect((await faultOf(result)).message).toBe(
      'Each of the 2 nodes of pool pool is unusable: ImageNotFound: The image cannot be pulled.',
    );
  });

  test('goes on with the nodes that work, and warns of the others', async () => {
    const { cloud, result } = wait({ nodes: () => [node('a'), node('b', { state: 'startTaskFailed' })] });
    expect(await result).toBe(1);
    expect(cloud.lines.at(-1)).toContain('warning: Going on with 1 of 2 nodes: 1 node failed (b:');
  });

  test('gives up at the deadline and says what state the nodes are in', async () => {
    const { result } = wait({ nodes: () => [node('a'), node('b', { state: 'starting' })] }, duration.minutes(5));
    expect(await faultOf(result)).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('not ready after 5 min 0 s: 1 idle, 1 starting'),
      details: [
        { key: 'a', value: 'idle' },
        { key: 'b', value: 'starting' },
      ],
    });
  });

  test('stops when it is interrupted', async () => {
    const { cloud, result } = wait({ nodes: () => [], pool: () => ({ allocationState: 'resizing' }) });
    cloud.clock.timerAt(cloud.clock.now() + 10_000, () => cloud.abort.abort());
    expect(await faultOf(result)).toMatchObject({ code: 'cancelled' });
  });
});
