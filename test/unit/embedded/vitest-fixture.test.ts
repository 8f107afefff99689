// The fixture for vitest, used as its users do, and seen closing what it has started.
/* oxlint-disable vitest/no-standalone-expect -- these tests are the fixture, which the rule does not know as a test */
import { describe, expect } from 'vitest';
import { batchriteTest as test } from '../../../adapters/vitest/index.ts';

const endpoints: string[] = [];

describe('batchriteTest', () => {
  test('gives each test an emulator of its own', async ({ batchrite }) => {
    endpoints.push(batchrite.batchEndpoint);
    expect((await fetch(`${batchrite.batchEndpoint}/_batchrite/health`)).status).toBe(200);
    await batchrite.advance('1h');
    expect(new Date(batchrite.now()).getUTCHours()).toBe(1);
  });

  test('closes it when the test has ended, and gives another one to the next', async ({ batchrite }) => {
    expect(new Date(batchrite.now()).getUTCHours()).toBe(0);
    expect(endpoints).toHaveLength(1);
    for (const endpoint of endpoints) await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
  });

  const it = test.extend({ batchriteOptions: { settings: { nodeStartupMs: 60_000 } } });

  it('starts it with the options of a whole file', async ({ batchrite, batchriteOptions }) => {
    expect(batchriteOptions.settings).toEqual({ nodeStartupMs: 60_000 });
    const image = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };
    const nodes = { nodeAgentSkuId: 'batch.node.ubuntu 22.04', targetDedicatedNodes: 1 };
    await batchrite.batch.pools.create({ id: 'pool', vmSize: 'standard_d2s_v3', image, ...nodes });
    await batchrite.settle();
    expect(new Date(batchrite.now()).getUTCMinutes()).toBe(1);
  });
});
