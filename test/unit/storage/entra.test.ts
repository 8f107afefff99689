// The blob adapter without any key: tokens of Microsoft Entra, and SAS that a user delegation key signs. A scripted server
// stands for the service, which sends no token over anything but https: so the SDK's requests are diverted to it.
import { onTestFinished, beforeEach, afterEach, describe, expect, test, vi } from 'vitest';
import { AzureBlobStorage } from '../../../adapters/storage/index.ts';
import type { SasRequest } from '../../../core/index.ts';
import type { Exchange, RecordedRequest } from '../../support/batch-double.ts';
import { startBatchDouble } from '../../support/batch-double.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.parse('2030-01-01T00:00:00Z');
const oneShot = { retryOptions: { maxTries: 1 } };

type Pipeline = NonNullable<ConstructorParameters<typeof AzureBlobStorage>[1]>;
type Client = NonNullable<Pipeline['httpClient']>;

interface Fixture {
  readonly storage: AzureBlobStorage;
  readonly requests: readonly RecordedRequest[];
  /** The scopes that tokens were asked for. */
  readonly scopes: string[];
}

async function entraStorage(answer: (exchange: Exchange) => void, pipeline: Pipeline = oneShot): Promise<Fixture> {
  const double = await startBatchDouble(answer);
  onTestFinished(() => double.close());
  const scopes: string[] = [];
  const source = {
    getToken: (scope: string) => {
      scopes.push(scope);
      return Promise.resolve({ token: `token-${scopes.length}`, expiresOnTimestamp: Date.now() + hour });
    },
  };
  const account = {
    name: 'mine',
    blobEndpoint: 'https://mine.blob.core.windows.net',
    credential: { kind: 'token', source },
  } as const;
  const storage = new AzureBlobStorage(account, { ...pipeline, httpClient: divertedTo(double.endpoint) });
  return { storage, requests: double.requests, scopes };
}

function divertedTo(endpoint: string): Client {
  return {
    sendRequest: async (request) => {
      const { pathname, search } = new URL(request.url);
      const body = typeof request.body === 'string' ? { body: request.body } : {};
      const response = await fetch(`${endpoint}${pathname}${search}`, {
        method: request.method,
        headers: request.headers.rawHeaders(),
        ...body,
      });
      // The class has no public name, so an emptied copy of the request's headers serves for the response.
      const headers = request.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      response.headers.forEach((value, name) => headers.set(name, value));
      return { request, status: response.status, headers, bodyAsText: await response.text() };
    },
  };
}

function xml(response: Exchange['response'], status: number, body: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="utf-8"?>${body}`);
}

function refuse({ response }: Exchange, status: number, code: string): void {
  response.setHeader('x-ms-error-code', code);
  xml(response, status, `<Error><Code>${code}</Code><Message>The service's own words.\nRequestId:1</Message></Error>`);
}

/** Answers with a key of the life that was asked for. */
function delegationKey({ request, response }: Exchange): void {
  const asked = (name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(request.body)?.[1] ?? '';
  const member = (name: string, value: string): string => `<${name}>${value}</${name}>`;
  xml(
    response,
    200,
    member(
      'UserDelegationKey',
      [
        member('SignedOid', 'the-object'),
        member('SignedTid', 'the-tenant'),
        member('SignedStart', asked('Start')),
        member('SignedExpiry', asked('Expiry')),
        member('SignedService', 'b'),
        member('SignedVersion', '2023-11-03'),
        member('Value', Buffer.from('delegated').toString('base64')),
      ].join(''),
    ),
  );
}

function readFor(lifetimeMs: number): SasRequest {
  return { container: 'input', blob: 'a b.txt', permissions: ['read'], expiresAt: Date.now() + lifetimeMs };
}

async function query(url: Promise<string>): Promise<URLSearchParams> {
  return new URL(await url).searchParams;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a request', () => {
  test('carries a token for storage, which is asked for once', async () => {
    const { storage, requests, scopes } = await entraStorage(({ response }) => void response.writeHead(201).end());
    await storage.ensureContainer('one');
    await storage.ensureContainer('two');
    expect(scopes).toEqual(['https://storage.azure.com/.default']);
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /one', 'PUT /two']);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-1']);
  });

  test('is never made over http, where the token could be read', () => {
    const source = { getToken: () => Promise.resolve(null) };
    const credential = { kind: 'token', source } as const;
    expect(() => new AzureBlobStorage({ name: 'a', blobEndpoint: 'http://a.example', credential })).toThrow(
      'must not be sent to http://a.example in clear text',
    );
  });

  test('that nobody may make says which role is missing, with the service’s code', async () => {
    const { storage } = await entraStorage((exchange) => refuse(exchange, 403, 'AuthorizationPermissionMismatch'));
    await expect(storage.ensureContainer('one')).rejects.toMatchObject({
      fault: {
        code: 'denied',
        message: expect.stringMatching(
          /AuthorizationPermissionMismatch.*role Storage Blob Data Contributor on account mine/,
        ),
        service: { code: 'AuthorizationPermissionMismatch', status: 403 },
      },
    });
  });

  test('whose token is of another tenant says so', async () => {
    const { storage } = await entraStorage((exchange) => refuse(exchange, 401, 'InvalidAuthenticationInfo'));
    await expect(storage.ensureContainer('one')).rejects.toThrow('AZURE_TENANT_ID names another');
  });

  test('from a network that the firewall keeps out says so', async () => {
    const { storage } = await entraStorage((exchange) => refuse(exchange, 403, 'AuthorizationFailure'));
    await expect(storage.ensureContainer('one')).rejects.toThrow('the firewall of account mine');
  });

  test('is repeated when the service is busy, and given up with the fault throttled', async () => {
    const busy = { retryOptions: { maxTries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 2 } };
    const { storage, requests } = await entraStorage((exchange) => refuse(exchange, 503, 'ServerBusy'), busy);
    await expect(storage.ensureContainer('one')).rejects.toMatchObject({ fault: { code: 'throttled' } });
    expect(requests).toHaveLength(3);
  });
});

describe('a SAS', () => {
  test('is signed by a key of the user, not of the account, and names who lends the right', async () => {
    const { storage, requests } = await entraStorage(delegationKey);
    const sas = await query(storage.sasUrl(readFor(2 * hour)));
    const [asked] = requests;
    expect(asked).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer token-1' } });
    expect(asked?.query.get('comp')).toBe('userdelegationkey');
    expect(Object.fromEntries(sas)).toMatchObject({
      skoid: 'the-object',
      sktid: 'the-tenant',
      sr: 'b',
      sp: 'r',
      spr: 'https',
      se: '2030-01-01T02:00:00Z',
      sig: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
  });

  test('shares its key with others that are asked for together, and with those of the same day', async () => {
    const { storage, requests } = await entraStorage(delegationKey);
    await Promise.all([storage.sasUrl(readFor(hour)), storage.sasUrl(readFor(hour))]);
    vi.setSystemTime(start + 20 * hour);
    await storage.sasUrl(readFor(hour));
    expect(requests).toHaveLength(1);
  });

  test('gets a new key before it would outlive the old one', async () => {
    const { storage, requests } = await entraStorage(delegationKey);
    await storage.sasUrl(readFor(hour));
    vi.setSystemTime(start + 23 * hour);
    const sas = await query(storage.sasUrl(readFor(2 * hour)));
    expect(requests).toHaveLength(2);
    expect(sas.get('se')).toBe('2030-01-02T01:00:00Z');
    expect(Date.parse(sas.get('ske') ?? '')).toBeGreaterThan(start + 25 * hour);
  });

  test('that is asked for longer than a key can live ends with its key, within seven days', async () => {
    const { storage, requests } = await entraStorage(delegationKey);
    const sas = await query(storage.sasUrl(readFor(30 * day)));
    const end = Date.parse(sas.get('se') ?? '');
    expect(end).toBe(Date.parse(sas.get('ske') ?? ''));
    expect(end).toBeLessThanOrEqual(start + 7 * day);
    expect(end).toBeGreaterThan(start + 6 * day);
    await storage.sasUrl(readFor(30 * day));
    expect(requests).toHaveLength(1);
  });

  test('that the service gives shorter keys for is clipped to what it gave', async () => {
    const { storage } = await entraStorage((exchange) => {
      const early = exchange.request.body.replace(/<Expiry>[^<]+/, `<Expiry>2030-01-01T00:30:00Z`);
      delegationKey({ ...exchange, request: { ...exchange.request, body: early } });
    });
    expect((await query(storage.sasUrl(readFor(2 * hour)))).get('se')).toBe('2030-01-01T00:30:00Z');
  });

  test('whose key is refused says which right is missing, and asks anew the next time', async () => {
    const { storage, requests } = await entraStorage((exchange) => {
      if (exchange.earlier === 0) refuse(exchange, 403, 'AuthorizationPermissionMismatch');
      else delegationKey(exchange);
    });
    await expect(storage.sasUrl(readFor(hour))).rejects.toMatchObject({
      fault: {
        code: 'denied',
        message: expect.stringMatching(
          /sign access to blob a b\.txt in container input.*Storage Blob Data Contributor/,
        ),
      },
    });
    expect((await query(storage.sasUrl(readFor(hour)))).get('skoid')).toBe('the-object');
    expect(requests).toHaveLength(2);
  });
});
