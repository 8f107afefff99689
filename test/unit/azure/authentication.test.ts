// Every request proves who sends it, and secrets go nowhere in clear text.
import { describe, expect, test } from 'vitest';
import type { AzureBatchCredentials } from '../../../adapters/azure/index.ts';
import { createAzureBatchService } from '../../../adapters/azure/index.ts';
import { seededRandom } from '../../../core/kernel/index.ts';
import { DOUBLE_ACCOUNT, DOUBLE_KEY, sharedKeyHeader } from '../../support/batch-double.ts';
import { POOL_SPEC, START, WIRE_POOL, azureOn, collect, faultOf, pauseClock } from './azure-fixture.ts';

test('a request with a shared key carries the signature of the reference', async () => {
  const { service, double } = await azureOn(({ request, json, response }) => {
    if (request.path.includes('/files/')) return void response.writeHead(200).end('x');
    json(request.method === 'POST' ? 201 : 200, { ...WIRE_POOL, value: [] });
  });
  await service.pools.create(POOL_SPEC);
  await service.pools.get('pool1');
  await service.pools.exists('pool1');
  await collect(service.tasks.list('j', { states: ['active'] }));
  await collect(service.files.readOfTask('j', 't', "wd/a b 'ü'.txt", { range: { start: 0, end: 9 } }));
  await service.jobs.terminateWhenTasksComplete('j');
  expect(double.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'HEAD', 'GET', 'GET', 'PATCH']);
  for (const request of double.requests) {
    expect(request.headers.authorization).toBe(sharedKeyHeader(request, DOUBLE_ACCOUNT, DOUBLE_KEY));
  }
});

test('a request without a body is signed as it is sent', async () => {
  const { service, double } = await azureOn(({ response }) => void response.writeHead(202).end());
  await service.jobs.enable('j');
  await service.jobs.terminate('j');
  await service.jobs.delete('j');
  for (const request of double.requests) {
    expect(request.headers.authorization).toBe(sharedKeyHeader(request, DOUBLE_ACCOUNT, DOUBLE_KEY));
  }
  expect(double.requests.map(({ headers }) => headers['content-length'])).toEqual(['0', '0', undefined]);
});

describe('a bearer token', () => {
  function tokens(lifetimeMs: number): { asked: string[]; credentials: AzureBatchCredentials } {
    const asked: string[] = [];
    const getToken = async (scope: string) => {
      asked.push(scope);
      return { token: `token-${asked.length}`, expiresOnTimestamp: START + lifetimeMs };
    };
    return { asked, credentials: { kind: 'token', credential: { getToken } } };
  }

  test('is asked for once with the scope of Batch, and sent with each request', async () => {
    const { asked, credentials } = tokens(3_600_000);
    const { service, double } = await azureOn(({ json }) => json(200, WIRE_POOL), { credentials });
    await Promise.all([service.pools.get('pool1'), service.pools.get('pool1')]);
    await service.pools.get('pool1');
    expect(asked).toEqual(['https://batch.core.windows.net/.default']);
    expect(new Set(double.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer token-1']));
  });

  test('is renewed before it expires', async () => {
    const { credentials } = tokens(60_000);
    const { service, double } = await azureOn(({ json }) => json(200, WIRE_POOL), { credentials });
    await service.pools.get('pool1');
    await service.pools.get('pool1');
    expect(double.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('that is not to be had is a denial with the reason, and the next call asks again', async () => {
    let asked = 0;
    const getToken = async () => {
      asked += 1;
      if (asked === 1) throw new Error('nobody is signed in');
      return { token: 'later', expiresOnTimestamp: START + 3_600_000 };
    };
    const { service } = await azureOn(({ json }) => json(200, WIRE_POOL), {
      credentials: { kind: 'token', credential: { getToken } },
    });
    const { fault } = await faultOf(service.pools.get('pool1'));
    expect(fault.code).toBe('denied');
    expect(fault.message).toContain('nobody is signed in');
    expect(await service.pools.get('pool1')).toMatchObject({ id: 'pool1' });
  });

  test('is never sent in clear text to another machine', () => {
    const { credentials } = tokens(1);
    expect(() => create('http://batch.example.com', credentials)).toThrow(/clear text/);
  });
});

describe('settings that cannot work are refused before anything is sent', () => {
  test.each([
    ['ftp://x', 'is not a web address'],
    ['https://x/pools', 'must end after the host and port'],
    ['https://me:secret@x', 'must not carry a user name or password'],
  ])('the endpoint %s', (endpoint, reason) => {
    expect(() => create(endpoint)).toThrow(reason);
    expect(() => create(endpoint)).not.toThrow('secret');
  });

  test('a key that is not base64, without showing it', () => {
    const credentials = { kind: 'sharedKey', account: 'a', key: 'not!base64' } as const;
    expect(() => create('https://x', credentials)).toThrow('The access key of Batch account "a" is not base64');
    expect(() => create('https://x', credentials)).not.toThrow('not!base64');
  });

  test('an endpoint without a scheme is https', () => {
    expect(() => create('account.region.batch.azure.com')).not.toThrow();
  });
});

function create(
  endpoint: string,
  credentials: AzureBatchCredentials = { kind: 'sharedKey', account: DOUBLE_ACCOUNT, key: DOUBLE_KEY },
) {
  const random = seededRandom('x').stream('retries');
  return createAzureBatchService({ endpoint, credentials, clock: pauseClock(), random });
}
