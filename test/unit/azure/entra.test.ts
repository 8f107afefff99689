// Signing in with Microsoft Entra, and what somebody is told whom it or the service does not let in.
import { describe, expect, test } from 'vitest';
import { entraTokens } from '../../../adapters/azure/index.ts';
import type { TokenSource } from '../../../adapters/azure/index.ts';
import { START, WIRE_POOL, azureOn, faultOf } from './azure-fixture.ts';

function giving(token: string, scopes: string[] = []): TokenSource {
  return {
    getToken: (scope) => {
      scopes.push(scope);
      return Promise.resolve({ token, expiresOnTimestamp: START + 3_600_000 });
    },
  };
}

function refusing(message: string): () => Promise<TokenSource> {
  return () => Promise.resolve({ getToken: () => Promise.reject(new Error(message)) });
}

describe('tokens of the default chain', () => {
  test('are looked for only when the first is needed, and by one credential', async () => {
    let loads = 0;
    const tokens = entraTokens(() => {
      loads += 1;
      return Promise.resolve(giving('t'));
    });
    expect(loads).toBe(0);
    await tokens.getToken('a');
    await tokens.getToken('b');
    expect(loads).toBe(1);
  });

  test('sign the requests to Batch', async () => {
    const scopes: string[] = [];
    const credential = entraTokens(() => Promise.resolve(giving('of-entra', scopes)));
    const { service, double } = await azureOn(({ json }) => json(200, WIRE_POOL), {
      credentials: { kind: 'token', credential },
    });
    await service.pools.get('pool1');
    expect(double.requests[0]?.headers.authorization).toBe('Bearer of-entra');
    expect(scopes).toEqual(['https://batch.core.windows.net/.default']);
  });

  test('that nobody can give end in one sentence on how to sign in, without the whole chain', async () => {
    const credential = entraTokens(
      refusing('ChainedTokenCredential authentication failed.\nCredentialUnavailableError: EnvironmentCredential …'),
    );
    const { service, double } = await azureOn(({ json }) => json(200, WIRE_POOL), {
      credentials: { kind: 'token', credential },
    });
    const { fault } = await faultOf(service.pools.get('pool1'));
    expect(fault).toEqual({
      code: 'denied',
      message:
        'Nobody is signed in to Microsoft Entra: run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
    });
    expect(double.requests).toEqual([]);
  });

  test('that Entra refuses keep its number and sentence', async () => {
    const tokens = entraTokens(
      refusing(
        'EnvironmentCredential authentication failed.\n7000215 - AADSTS7000215: Invalid client secret provided. Trace ID: 1 Correlation ID: 2',
      ),
    );
    const { fault } = await faultOf(tokens.getToken('a'));
    expect(fault.message).toBe(
      'Microsoft Entra refused to sign in: AADSTS7000215: Invalid client secret provided. Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, or run `az login`.',
    );
  });
});

test('an Entra that does not answer is unavailable, which is nobody’s missing right', async () => {
  const tokens = entraTokens(
    refusing('EnvironmentCredential authentication failed.\nMore details:\nnetwork_error: See the list of errors'),
  );
  const { fault } = await faultOf(tokens.getToken('a'));
  expect(fault).toMatchObject({ code: 'unavailable', message: expect.stringContaining('does not answer') });
});

describe('a request that is not let in', () => {
  const token = { kind: 'token', credential: giving('t') } as const;

  test('for its key says what to look at, after the service’s own sentence, once', async () => {
    const { service } = await azureOn(({ refuse }) =>
      refuse(403, 'AuthenticationFailed', { sentence: 'Server failed to authenticate the request.' }),
    );
    const { fault } = await faultOf(service.pools.get('pool1'));
    expect(fault.message).toBe(
      'Server failed to authenticate the request. Check that AZURE_BATCH_ACCESS_KEY is a current key of account "doubleaccount", that the account allows shared keys, and that this machine\'s clock is right.',
    );
    expect(fault.service).toMatchObject({ code: 'AuthenticationFailed', status: 403 });
  });

  test('for its token’s tenant says so', async () => {
    const { service } = await azureOn(({ refuse }) => refuse(401, 'AuthenticationFailed'), { credentials: token });
    expect((await faultOf(service.pools.get('pool1'))).message).toContain('AZURE_TENANT_ID names another');
  });

  test('for a missing role names one', async () => {
    const { service } = await azureOn(({ refuse }) => refuse(403, 'AuthorizationPermissionMismatch'), {
      credentials: token,
    });
    expect((await faultOf(service.pools.get('pool1'))).message).toContain('role on the Batch account');
  });

  test('without a body, as for HEAD, is explained by its status', async () => {
    const { service } = await azureOn(({ response }) => void response.writeHead(403).end(), { credentials: token });
    const { fault } = await faultOf(service.pools.exists('pool1'));
    expect(fault.code).toBe('denied');
    expect(fault.message).toContain('role on the Batch account');
  });

  test('for another reason is told in the service’s words alone', async () => {
    const { service } = await azureOn(({ refuse }) => refuse(403, 'AccountIsDisabled', { sentence: 'It is closed.' }));
    expect((await faultOf(service.pools.get('pool1'))).message).toBe('It is closed.');
  });

  test('is not repeated', async () => {
    const { service, double, pauses } = await azureOn(({ refuse }) => refuse(403, 'AuthenticationFailed'));
    await faultOf(service.pools.get('pool1'));
    expect(double.requests).toHaveLength(1);
    expect(pauses).toEqual([]);
  });
});

describe('the name of Batch for Entra', () => {
  test.each([
    ['https://a.westeurope.batch.azure.com', 'https://batch.core.windows.net/.default'],
    ['https://a.chinanorth3.batch.chinacloudapi.cn', 'https://batch.chinacloudapi.cn/.default'],
    ['https://a.usgovvirginia.batch.usgovcloudapi.net', 'https://batch.core.usgovcloudapi.net/.default'],
  ])('at %s is %s', async (endpoint, scope) => {
    const scopes: string[] = [];
    // Without a token nothing is sent.
    const credential: TokenSource = {
      getToken: (asked) => {
        scopes.push(asked);
        return Promise.resolve(null);
      },
    };
    const { service } = await azureOn(() => undefined, { endpoint, credentials: { kind: 'token', credential } });
    await faultOf(service.pools.get('pool1'));
    expect(scopes).toEqual([scope]);
  });
});
