// What the doctor makes of what it sees: of Node, of ports, of a service's answers, its clock, its pools and its images.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkDocker, checkNode, checkPorts } from '../../../adapters/cli/doctor/machine-checks.ts';
import {
  checkBatchCredentials,
  checkClock,
  checkEndpoint,
  checkImage,
  checkQuota,
  checkStorageCredentials,
} from '../../../adapters/cli/doctor/service-checks.ts';
import { createAzureBatchService } from '../../../adapters/azure/index.ts';
import type { Accounts } from '../../../adapters/composition/index.ts';
import { AzureBlobStorage } from '../../../adapters/storage/index.ts';
import type { Pool } from '../../../core/index.ts';
import { seededRandom } from '../../../core/kernel/index.ts';
import type { Footprint } from '../../../scenarios/index.ts';
import type { Exchange } from '../../support/batch-double.ts';
import { DOUBLE_ACCOUNT, DOUBLE_KEY, startBatchDouble } from '../../support/batch-double.ts';
import { START, pauseClock } from '../azure/azure-fixture.ts';

const image = { publisher: 'canonical', offer: 'jammy', sku: '22_04-lts' } as const;
const planned = { id: 'p', vmSize: 'Standard_D2s_v3', image, dedicatedNodes: 3 } as const;
const footprint: Footprint = { pools: [planned], jobs: ['j'], containers: [] };

async function doubled(answer: (exchange: Exchange) => void): Promise<{ endpoint: string; accounts: Accounts }> {
  const double = await startBatchDouble(answer);
  onTestFinished(() => double.close());
  const batch = createAzureBatchService({
    endpoint: double.endpoint,
    credentials: { kind: 'sharedKey', account: DOUBLE_ACCOUNT, key: DOUBLE_KEY },
    clock: pauseClock(),
    random: seededRandom('doctor').stream('retries'),
    retries: { maxAttempts: 1 },
  });
  const storage = new AzureBlobStorage(
    { name: 'mine', blobEndpoint: `${double.endpoint}/mine`, credential: { kind: 'sharedKey', key: DOUBLE_KEY } },
    { retryOptions: { maxTries: 1 } },
  );
  return { endpoint: double.endpoint, accounts: { batch, storage } };
}

function pool(id: string, more: Partial<Pool> = {}): Pool {
  return {
    id,
    state: 'active',
    allocationState: 'steady',
    vmSize: 'standard_d4s_v3',
    currentDedicatedNodes: 2,
    targetDedicatedNodes: 2,
    currentLowPriorityNodes: 0,
    targetLowPriorityNodes: 0,
    taskSlotsPerNode: 1,
    interNodeCommunication: false,
    resizeErrors: [],
    metadata: {},
    ...more,
  };
}

describe('this machine', () => {
  test('needs Node 24', () => {
    expect(checkNode('24.0.0').verdict).toBe('ok');
    expect(checkNode('20.19.2')).toMatchObject({ verdict: 'fail', remedy: expect.stringContaining('24') });
  });

  test('is asked for no Docker engine when nodes are to be processes', async () => {
    expect(await checkDocker('process', [planned])).toEqual([
      { name: 'Docker', verdict: 'ok', text: 'not used: nodes are processes, as asked' },
    ]);
  });

  test('may have the usual ports taken, which is worth a word and no more', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await checkPorts({ Batch: port })).toMatchObject({
      verdict: 'warn',
      text: expect.stringContaining(`${port} (Batch)`),
    });
  });
});

describe('an endpoint', () => {
  test('that refuses to talk to strangers is reachable, and tells its time', async () => {
    const { endpoint } = await doubled(({ refuse }) =>
      refuse(401, 'AuthenticationFailed', { headers: { date: new Date(START).toUTCString() } }),
    );
    const answer = await checkEndpoint('Batch endpoint', endpoint, () => START - 20 * 60_000);
    expect(answer.check).toMatchObject({ verdict: 'ok', text: expect.stringContaining(endpoint) });
    expect(checkClock([answer])).toMatchObject({
      verdict: 'fail',
      text: 'this machine is 1200 s behind the service, which refuses more than 900',
    });
  });

  test('where nobody listens is a failure that names the reason', async () => {
    const { check } = await checkEndpoint('Batch endpoint', 'http://127.0.0.1:9/', Date.now);
    expect(check).toMatchObject({ verdict: 'fail', text: expect.stringContaining('ECONNREFUSED') });
  });

  test.each([
    [[0, 400], 'ok'],
    [[0, -90_000], 'warn'],
    [[16 * 60_000, 0], 'fail'],
    [[], 'warn'],
  ] as const)('of a clock that differs by %j ms is %s', (skews, verdict) => {
    const check = { name: '', verdict: 'ok', text: '' } as const;
    expect(checkClock(skews.map((skewMs) => ({ check, skewMs }))).verdict).toBe(verdict);
  });
});

describe('credentials', () => {
  test('are proved by what they open', async () => {
    const { accounts } = await doubled(({ request, json, response }) => {
      if (request.path === '/pools') return json(200, { value: [{ id: 'one' }] });
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end('<EnumerationResults><Containers/><NextMarker/></EnumerationResults>');
    });
    const { check, pools } = await checkBatchCredentials(accounts);
    expect(check).toMatchObject({ verdict: 'ok', text: 'accepted; the account has 1 pool' });
    expect(pools).toHaveLength(1);
    expect(await checkStorageCredentials(accounts, Date.now)).toMatchObject({ verdict: 'ok' });
  });

  test('that are refused fail with what to look at', async () => {
    const { accounts } = await doubled(({ request, refuse, response }) => {
      if (request.path === '/pools') return refuse(403, 'AuthenticationFailed');
      response.writeHead(403, { 'x-ms-error-code': 'AuthenticationFailed' }).end();
    });
    const { check } = await checkBatchCredentials(accounts);
    expect(check).toMatchObject({ verdict: 'fail', text: expect.stringContaining('AZURE_BATCH_ACCESS_KEY') });
    expect(await checkStorageCredentials(accounts, Date.now)).toMatchObject({
      verdict: 'fail',
      text: expect.stringContaining('a current one of account mine'),
    });
  });

  test('are not blamed for a service that is busy', async () => {
    const { accounts } = await doubled(({ refuse }) => refuse(503, 'ServerBusy'));
    const { check } = await checkBatchCredentials(accounts);
    expect(check).toMatchObject({ verdict: 'fail', remedy: expect.stringContaining('reachable') });
  });
});

describe('quota', () => {
  test('of a real account cannot be asked, which is said with what is needed and taken', () => {
    expect(checkQuota({ footprint, pools: [pool('a')] })).toMatchObject({
      verdict: 'warn',
      text: expect.stringMatching(/needs 6 dedicated cores and 1 pool; 8 and 1 are taken.*ARM/),
      remedy: expect.stringContaining('6 more dedicated cores'),
    });
  });

  test('that a pool has run into is a failure', () => {
    const problem = { code: 'AccountCoreQuotaReached', message: '', details: [] };
    const check = checkQuota({ footprint, pools: [pool('a'), pool('b', { resizeErrors: [problem] })] });
    expect(check).toMatchObject({ verdict: 'fail', text: expect.stringContaining('pool b') });
  });

  test('that is known is compared', () => {
    const limits = { dedicatedCores: 14, pools: 2 };
    expect(checkQuota({ footprint, pools: [pool('a')], limits }).verdict).toBe('ok');
    expect(checkQuota({ footprint, pools: [pool('a'), pool('b')], limits }).verdict).toBe('fail');
  });
});

describe('an image', () => {
  async function verdict(end: string | undefined, sku = '22_04-lts'): Promise<string> {
    const { accounts } = await doubled(({ json }) =>
      json(200, {
        value: [
          {
            nodeAgentSKUId: 'batch.node.ubuntu 22.04',
            imageReference: { publisher: 'canonical', offer: 'jammy', sku, version: 'latest' },
            osType: 'linux',
            verificationType: 'verified',
            ...(end === undefined ? {} : { batchSupportEndOfLife: end }),
          },
        ],
      }),
    );
    return (await checkImage(accounts, planned, pauseClock())).verdict;
  }

  test.each([
    [undefined, 'ok'],
    ['2031-01-01T00:00:00Z', 'ok'],
    ['2030-02-01T00:00:00Z', 'warn'],
    ['2029-12-31T00:00:00Z', 'fail'],
  ])('whose support ends at %s is %s in January 2030', async (end, expected) => {
    expect(await verdict(end)).toBe(expected);
  });

  test('that the service does not have is a failure', async () => {
    expect(await verdict(undefined, '24_04-lts')).toBe('fail');
  });
});
