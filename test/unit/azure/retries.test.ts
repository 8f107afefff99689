// Which failures are repeated, after which pause, and what a repeated write makes of "it is there already".
import { describe, expect, test } from 'vitest';
import { POOL_SPEC, START, WIRE_POOL, azureOn, faultOf } from './azure-fixture.ts';

describe('an attempt is repeated', () => {
  test('after the time that Retry-After says in seconds', async () => {
    const { service, pauses } = await azureOn(({ refuse, json, earlier }) =>
      earlier === 0 ? refuse(429, 'TooManyRequests', { headers: { 'retry-after': '30' } }) : json(200, WIRE_POOL),
    );
    expect(await service.pools.get('pool1')).toMatchObject({ id: 'pool1' });
    expect(pauses).toEqual([30_000]);
  });

  test('after the time that Retry-After says as a date', async () => {
    const date = new Date(START + 7_000).toUTCString();
    const { service, pauses } = await azureOn(({ refuse, json, earlier }) =>
      earlier === 0 ? refuse(503, 'ServerBusy', { headers: { 'retry-after': date } }) : json(200, WIRE_POOL),
    );
    await service.pools.get('pool1');
    expect(pauses).toEqual([7_000]);
  });

  test('after pauses that double and differ, up to the limit of attempts', async () => {
    const { service, pauses, double } = await azureOn(({ refuse }) => refuse(503, 'ServerBusy'), {
      retries: { maxAttempts: 6, firstPauseMs: 1000, maxPauseMs: 4000 },
    });
    expect((await faultOf(service.pools.get('pool1'))).fault.service?.code).toBe('ServerBusy');
    expect(double.requests).toHaveLength(6);
    const upper = [1000, 2000, 4000, 4000, 4000];
    expect(pauses).toHaveLength(upper.length);
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual((upper[index] ?? 0) / 2);
      expect(pause).toBeLessThanOrEqual(upper[index] ?? 0);
    }
    expect(new Set(pauses.slice(2)).size).toBe(3);
  });

  test('when the connection breaks', async () => {
    const { service } = await azureOn(({ reset, json, earlier }) => (earlier < 2 ? reset() : json(200, WIRE_POOL)));
    expect(await service.pools.get('pool1')).toMatchObject({ id: 'pool1' });
  });

  test('at once when a connection that had served before breaks', async () => {
    const { service, double, pauses } = await azureOn(({ reset, json, earlier }) =>
      earlier === 1 ? reset() : json(200, WIRE_POOL),
    );
    await service.pools.get('pool1');
    await service.pools.get('pool1');
    expect(double.requests).toHaveLength(3);
    expect(pauses).toEqual([0]);
  });

  test('when the connection breaks in the middle of the answer', async () => {
    const { service } = await azureOn(({ response, json, earlier }) => {
      if (earlier > 0) return json(200, WIRE_POOL);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"id":', () => response.socket?.destroy());
    });
    expect(await service.pools.get('pool1')).toMatchObject({ id: 'pool1' });
  });

  test.each([408, 500, 502, 504])('on status %i', async (status) => {
    const { service } = await azureOn(({ refuse, json, earlier }) =>
      earlier === 0 ? refuse(status, 'InternalError') : json(200, WIRE_POOL),
    );
    expect(await service.pools.get('pool1')).toMatchObject({ id: 'pool1' });
  });

  test('with a request id of its own', async () => {
    const { service, double } = await azureOn(({ refuse, json, earlier }) =>
      earlier === 0 ? refuse(503, 'ServerBusy') : json(200, WIRE_POOL),
    );
    await service.pools.get('pool1');
    const [first, second] = double.requests.map(({ headers }) => headers['x-ms-client-request-id']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });
});

describe('an attempt is not repeated', () => {
  test.each([
    [400, 'InvalidRequestBody'],
    [403, 'AuthenticationFailed'],
    [404, 'PoolNotFound'],
    [409, 'PoolBeingDeleted'],
    [501, 'NotImplemented'],
    [505, 'UnsupportedHttpVersion'],
  ])('on %i %s', async (status, code) => {
    const { service, double, pauses } = await azureOn(({ refuse }) => refuse(status, code));
    await faultOf(service.pools.get('pool1'));
    expect(double.requests).toHaveLength(1);
    expect(pauses).toEqual([]);
  });

  test('when the service asks for a longer pause than anybody waits for', async () => {
    const { service, double, pauses } = await azureOn(({ refuse }) =>
      refuse(429, 'TooManyRequests', { headers: { 'retry-after': '3600' } }),
    );
    expect((await faultOf(service.pools.get('pool1'))).fault.code).toBe('throttled');
    expect(double.requests).toHaveLength(1);
    expect(pauses).toEqual([]);
  });
});

describe('a write whose answer was lost', () => {
  const created = (offsetMs: number) => new Date(START + offsetMs).toISOString();

  test('counts as done when the pool that exists is as new as the first attempt', async () => {
    const { service } = await azureOn(({ request, reset, refuse, json, earlier }) => {
      if (request.method === 'GET') return json(200, { ...WIRE_POOL, creationTime: created(50) });
      return earlier === 0 ? reset() : refuse(409, 'PoolExists');
    });
    await expect(service.pools.create(POOL_SPEC)).resolves.toBeUndefined();
  });

  test('is a refusal when the pool that exists is older', async () => {
    const { service } = await azureOn(({ request, reset, refuse, json, earlier }) => {
      if (request.method === 'GET') return json(200, { ...WIRE_POOL, creationTime: created(-3_600_000) });
      return earlier === 0 ? reset() : refuse(409, 'PoolExists');
    });
    expect((await faultOf(service.pools.create(POOL_SPEC))).fault.code).toBe('alreadyExists');
  });

  test('is a refusal when nothing was lost: a throttled attempt did nothing', async () => {
    const { service, double } = await azureOn(({ refuse, earlier }) =>
      earlier === 0 ? refuse(429, 'TooManyRequests') : refuse(409, 'PoolExists'),
    );
    expect((await faultOf(service.pools.create(POOL_SPEC))).fault.code).toBe('alreadyExists');
    expect(double.requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  test('counts as done when the job to delete is being deleted', async () => {
    const { service } = await azureOn(({ refuse, earlier }) =>
      earlier === 0 ? refuse(500, 'InternalError') : refuse(409, 'JobBeingDeleted'),
    );
    await expect(service.jobs.delete('j')).resolves.toBeUndefined();
  });

  test('counts as done when the pool already has the targets that were asked for', async () => {
    const { service } = await azureOn(({ request, reset, refuse, json, earlier }) => {
      if (request.method === 'GET') return json(200, { ...WIRE_POOL, targetDedicatedNodes: 4 });
      return earlier === 0 ? reset() : refuse(409, 'PoolBeingResized');
    });
    await expect(service.pools.resize('pool1', { dedicatedNodes: 4 })).resolves.toBeUndefined();
    expect((await faultOf(service.pools.resize('pool1', { dedicatedNodes: 5 }))).fault.code).toBe('conflict');
  });
});
