// What goes wrong at the service or on the way to it, in core's words.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createAzureBatchService } from '../../../adapters/azure/index.ts';
import type { FaultCode } from '../../../core/kernel/index.ts';
import { seededRandom } from '../../../core/kernel/index.ts';
import { DOUBLE_ACCOUNT, DOUBLE_KEY, startBatchDouble } from '../../support/batch-double.ts';
import { POOL_SPEC, azureOn, collect, faultOf, pauseClock } from './azure-fixture.ts';

describe('a refusal of the service', () => {
  test('keeps the sentence without its tail, the values, the code, the status and the request id', async () => {
    const { service } = await azureOn(({ refuse }) =>
      refuse(400, 'InvalidPropertyValue', {
        sentence: 'The value provided for one of the properties in the request body is invalid.',
        values: { PropertyName: 'vmSize', PropertyValue: 'huge', Reason: 'No such size.' },
      }),
    );
    const { fault } = await faultOf(service.pools.create(POOL_SPEC));
    expect(fault).toEqual({
      code: 'invalid',
      message: 'The value provided for one of the properties in the request body is invalid.',
      details: [
        { key: 'PropertyName', value: 'vmSize' },
        { key: 'PropertyValue', value: 'huge' },
        { key: 'Reason', value: 'No such size.' },
      ],
      service: { code: 'InvalidPropertyValue', status: 400, requestId: '1f2ff866-9f24-4515-934c-9dcac8929724' },
    });
  });

  const cases: readonly (readonly [number, string, FaultCode])[] = [
    [400, 'InvalidRequestBody', 'invalid'],
    [400, 'UnsupportedRequestVersion', 'unsupported'],
    [403, 'AuthenticationFailed', 'denied'],
    [404, 'PoolNotFound', 'notFound'],
    [405, 'UnsupportedHttpVerb', 'unsupported'],
    [409, 'PoolExists', 'alreadyExists'],
    [409, 'JobWithSameIdExists', 'alreadyExists'],
    [409, 'PoolBeingDeleted', 'conflict'],
    [409, 'PoolQuotaReached', 'quota'],
    [409, 'TaskFilesCleanedup', 'notFound'],
    [412, 'ConditionNotMet', 'preconditionFailed'],
    [413, 'RequestBodyTooLarge', 'tooLarge'],
    [429, 'TooManyRequests', 'throttled'],
    [500, 'InternalError', 'unavailable'],
    [501, 'NotImplemented', 'unsupported'],
    [503, 'ServerBusy', 'unavailable'],
    [418, 'SomethingOfALaterVersion', 'invalid'],
  ];
  test.each(cases)('%i %s is "%s"', async (status, code, expected) => {
    const { service } = await azureOn(({ refuse }) => refuse(status, code), { retries: { maxAttempts: 1 } });
    const { fault } = await faultOf(service.pools.create(POOL_SPEC));
    expect([fault.code, fault.service?.code]).toEqual([expected, code]);
  });

  test('of a file download is read like any other', async () => {
    const { service } = await azureOn(({ refuse }) =>
      refuse(404, 'FileNotFound', { sentence: 'There is no such file.' }),
    );
    const { fault } = await faultOf(collect(service.files.readOfTask('j', 't', 'stdout.txt')));
    expect(fault).toMatchObject({
      code: 'notFound',
      message: 'There is no such file.',
      service: { code: 'FileNotFound' },
    });
  });

  test('to HEAD has no body, so the reason is asked for with GET', async () => {
    const { service, double } = await azureOn(({ refuse }) =>
      refuse(404, 'TaskNotFound', { sentence: 'No such task.' }),
    );
    const { fault } = await faultOf(service.files.statOfTask('j', 't', 'stdout.txt'));
    expect(fault).toMatchObject({ code: 'notFound', message: 'No such task.', service: { code: 'TaskNotFound' } });
    expect(double.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  test('does not show a key, a signature or a token', async () => {
    const { service } = await azureOn(({ refuse, request }) =>
      refuse(403, 'AuthenticationFailed', {
        sentence: `Refused ${request.headers.authorization ?? ''}.`,
        values: {
          AuthenticationErrorDetail:
            "The MAC signature found in the HTTP request 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG=' differs.",
          Url: 'https://x.blob.core.windows.net/c/b?sv=2022&sig=topsecret%3D&se=1',
        },
      }),
    );
    const shown = inspect(await faultOf(service.pools.get('pool1')), { depth: 20, showHidden: true });
    expect(shown).toContain(`SharedKey ${DOUBLE_ACCOUNT}:…`);
    expect(shown).toContain('sv=2022&sig=…&se=1');
    expect(shown).not.toMatch(/topsecret|abcdefghijkl/);
    expect(shown).not.toContain(DOUBLE_KEY);
  });
});

describe('an answer that is not of a Batch service', () => {
  test.each([
    ['a web page', 'text/html', '<html><title>Router login</title></html>'],
    ['broken JSON', 'application/json', '{"id": "po'],
    ['JSON of something else', 'application/json', '{"hello": "world"}'],
  ])('is said to be one: %s', async (_name, contentType, body) => {
    const { service, double } = await azureOn(({ response }) => {
      response.writeHead(200, { 'content-type': contentType });
      response.end(body);
    });
    for (const call of [service.pools.get('pool1'), service.jobs.taskCounts('j'), service.tasks.get('j', 't')]) {
      const { fault } = await faultOf(call);
      expect(fault.code).toBe('unavailable');
      expect(fault.message).toContain(`What answers at ${double.endpoint} is not a Batch service`);
    }
  });

  test.each([
    ['text/html', '<html></html>'],
    ['application/json', '{"hello": "world"}'],
  ])('is no empty list: %s', async (contentType, body) => {
    const { service } = await azureOn(({ response }) => {
      response.writeHead(200, { 'content-type': contentType });
      response.end(body);
    });
    expect((await faultOf(collect(service.pools.list()))).fault.code).toBe('unavailable');
  });

  test('of a gateway is not shown to a person', async () => {
    const { service } = await azureOn(
      ({ response }) => {
        response.writeHead(502, { 'content-type': 'text/html' });
        response.end('<html>Bad gateway</html>');
      },
      { retries: { maxAttempts: 1 } },
    );
    const { fault } = await faultOf(service.pools.get('pool1'));
    expect(fault.code).toBe('unavailable');
    expect(fault.message).toMatch(/^The Batch service at http:\S+ answered with HTTP status 502\.$/);
  });
});

describe('a service that cannot be reached', () => {
  test('is named, at once when it is on this machine', async () => {
    const double = await startBatchDouble(() => undefined);
    await double.close();
    const pauses: number[] = [];
    const service = createAzureBatchService({
      endpoint: double.endpoint,
      credentials: { kind: 'sharedKey', account: DOUBLE_ACCOUNT, key: DOUBLE_KEY },
      clock: pauseClock(pauses),
      random: seededRandom('x').stream('retries'),
    });
    const { fault } = await faultOf(service.pools.get('pool1'));
    expect(fault.code).toBe('unavailable');
    expect(fault.message).toContain(`No answer of the Batch service at ${double.endpoint} (connect ECONNREFUSED`);
    expect(fault.message).toContain('Check the endpoint and that the service (or the emulator) is running.');
    expect(pauses).toEqual([]);
  });

  test('because it keeps silent is given up', async () => {
    const { service } = await azureOn(() => undefined, { silenceMs: 30, retries: { maxAttempts: 2 } });
    const { fault } = await faultOf(service.pools.get('pool1'));
    expect(fault.code).toBe('unavailable');
    expect(fault.message).toContain('silent for 0.03 s');
  });
});

describe('a cancelled call', () => {
  test('rejects with "cancelled" and closes its connection', async () => {
    const { service, double } = await azureOn(() => undefined);
    const abort = new AbortController();
    const call = faultOf(service.pools.get('pool1', { signal: abort.signal }));
    await double.until(() => double.requests.length === 1);
    abort.abort();
    expect((await call).fault.code).toBe('cancelled');
    await double.until(() => double.openConnections === 0);
  });

  test('that was cancelled before it began sends nothing', async () => {
    const { service, double } = await azureOn(() => undefined);
    const signal = AbortSignal.abort();
    expect((await faultOf(service.jobs.delete('j', { signal }))).fault.code).toBe('cancelled');
    expect((await faultOf(collect(service.jobs.list({ signal })))).fault.code).toBe('cancelled');
    expect((await faultOf(service.tasks.addAll('j', [{ id: 't', commandLine: 'x' }], { signal }))).fault.code).toBe(
      'cancelled',
    );
    expect(double.requests).toEqual([]);
  });

  test('stops to wait for the next attempt', async () => {
    const abort = new AbortController();
    const { service, double } = await azureOn(
      ({ refuse }) => {
        refuse(429, 'TooManyRequests', { headers: { 'retry-after': '30' } });
        setImmediate(() => abort.abort());
      },
      { clock: { now: () => 0, timerAt: () => ({ cancel: () => undefined }) } },
    );
    expect((await faultOf(service.jobs.delete('j', { signal: abort.signal }))).fault.code).toBe('cancelled');
    expect(double.requests).toHaveLength(1);
  });
});

describe('a name that would make the path of something else', () => {
  test.each(['', '.', '..'])('is refused before anything is sent: "%s"', async (id) => {
    const { service, double } = await azureOn(({ json }) => json(200, {}));
    expect((await faultOf(service.jobs.delete(id))).fault.code).toBe('invalid');
    expect((await faultOf(service.tasks.delete(id, 't'))).fault.code).toBe('invalid');
    expect(double.requests).toEqual([]);
  });
});
