// The fixture for vitest, used as its users do, and seen closing what it has started.
import { afterAll, describe, expect } from 'vitest';
import { batchriteTest } from '../../../adapters/vitest/index.ts';

const endpoints: string[] = [];

describe('batchriteTest', () => {
  batchriteTest('gives each test an emulator of its own', async ({ batchrite }) => {
    endpoints.push(batchrite.batchEndpoint);
    expect((await fetch(`${batchrite.batchEndpoint}/_batchrite/health`)).status).toBe(200);
    await batchrite.advance('1h');
  });

  batchriteTest('and another one to the next test', async ({ batchrite }) => {
    endpoints.push(batchrite.batchEndpoint);
    expect(new Date(batchrite.now()).getUTCHours()).toBe(0);
  });

  const slow = batchriteTest.extend({ batchriteOptions: { settings: { nodeStartupMs: 60_000 }, clock: 'virtual' } });

  slow('starts it with the options of a whole file', async ({ batchrite, batchriteOptions }) => {
    expect(batchriteOptions.settings).toEqual({ nodeStartupMs: 60_000 });
    endpoints.push(batchrite.batchEndpoint);
  });

  afterAll(async () => {
    expect(new Set(endpoints).size).toBe(3);
    for (const endpoint of endpoints) await expect(fetch(endpoint)).rejects.toThrow();
  });
});
