// Users' bearer tokens as `--oauth basic` takes them: what is checked, how each failure is answered, and which account a token leads to.
import { afterAll, describe, expect, test } from 'vitest';
import { seededRandom, success, VirtualClock } from '../../core/kernel/index.ts';
import { createBatchServer } from '../../emulator/rest/index.ts';
import { cannedEngine } from './support/canned-engine.ts';
import { throwAwayCertificate } from './support/certificate.ts';
import { memoryFiles } from './support/memory-files.ts';
import { pool } from './support/resources.ts';
import type { RawAnswer } from './support/wire-server.ts';
import { ACCOUNT, KEY, NOW, send, startWireServer } from './support/wire-server.ts';

const certificate = throwAwayCertificate();
afterAll(() => certificate.remove());
const tls = { cert: certificate.cert, key: certificate.key };
const ca = certificate.cert;

const seconds = Math.floor(NOW / 1000);
const claims = {
  iss: 'https://sts.windows.net/00000000-0000-0000-0000-000000000000/',
  aud: 'https://batch.core.windows.net/',
  nbf: seconds - 60,
  exp: seconds + 3600,
};

function bearer(changes: Readonly<Record<string, unknown>> = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `Bearer ${part({ alg: 'RS256', typ: 'JWT' })}.${part({ ...claims, ...changes })}.c2lnbmF0dXJl`;
}

/** Accounts `testaccount` and, if asked for, `another`; each shows a pool with its own name. */
async function serverOf(...names: readonly string[]) {
  const account = (name: string) => ({
    key: KEY,
    engine: cannedEngine({ pools: { list: () => Promise.resolve(success({ items: [{ ...pool, id: name }] })) } }),
    files: memoryFiles({}, NOW),
  });
  return startWireServer({
    tls,
    oauth: 'basic',
    credentialClock: new VirtualClock(NOW),
    accounts: new Map(names.map((name) => [name, account(name)])),
  });
}

function detailOf({ body }: RawAnswer): string {
  const { values = [] } = JSON.parse(body) as { values?: { key: string; value: string }[] };
  return values.find(({ key }) => key === 'AuthenticationErrorDetail')?.value ?? '';
}

describe('a bearer token', () => {
  test.each([
    ['as Entra makes it', {}],
    ['of the newer issuer', { iss: 'https://login.microsoftonline.com/tenant/v2.0' }],
    ['whose audience has no slash', { aud: 'https://batch.core.windows.net' }],
    ['with several audiences', { aud: ['https://other.example', 'https://batch.core.windows.net/'] }],
    ['that began a little later than our clock', { nbf: seconds + 299 }],
  ])('%s is taken', async (_name, changes) => {
    const server = await serverOf(ACCOUNT);
    const answer = await send(server, { path: '/pools', headers: { authorization: bearer(changes) }, ca });
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining(`"id":"${ACCOUNT}"`)]);
    expect(answer.body).toContain(`"odata.metadata":"https://127.0.0.1:${server.port}/$metadata#pools"`);
  });

  test.each([
    ['of another issuer', { iss: 'https://login.example/' }, /issuer "https:\/\/login\.example\/"/],
    ['without an issuer', { iss: undefined }, /issuer \(none\)/],
    ['for another resource', { aud: 'https://management.azure.com/' }, /audience "https:\/\/management/],
    ['without an audience', { aud: undefined }, /audience \(none\)/],
    ['that is not valid yet', { nbf: seconds + 301 }, /not valid before 2030-01-01T00:05:01/],
    ['that has expired', { exp: seconds - 300 }, /expired at 2029-12-31T23:55:00/],
    ['without its times', { exp: undefined }, /\(exp\)/],
  ])('%s is refused with 403 and the reason', async (_name, changes, reason) => {
    const server = await serverOf(ACCOUNT);
    const answer = await send(server, { path: '/pools', headers: { authorization: bearer(changes) }, ca });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'AuthenticationFailed' });
    expect(detailOf(answer)).toMatch(reason);
  });

  test.each(['Bearer abc', 'Bearer a.b.c', 'Bearer', 'Bearer bnVsbA.bnVsbA.x'])(
    'that is none (%s) is refused with 400',
    async (authorization) => {
      const server = await serverOf(ACCOUNT);
      const answer = await send(server, { path: '/pools', headers: { authorization }, ca });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'InvalidAuthenticationInfo' });
    },
  );

  test('is refused where it was not switched on, keys or not', async () => {
    const server = await startWireServer({ tls, credentialClock: new VirtualClock(NOW) });
    const answer = await send(server, { path: '/pools', headers: { authorization: bearer() }, ca });
    expect(answer.status).toBe(403);
    expect(detailOf(answer)).toBe('The specified type of authentication Bearer is not allowed for this account.');
  });

  test('cannot be switched on without HTTPS', () => {
    const options = { accounts: new Map(), clock: new VirtualClock(NOW), random: seededRandom('x') };
    expect(() => createBatchServer({ ...options, oauth: 'basic' })).toThrow(/need HTTPS.*give a certificate/);
  });
});

describe('the account of a bearer token', () => {
  test.each([
    ['another.local.batch.localhost', 'another'],
    ['ANOTHER.westeurope.example:10100', 'another'],
    [`${ACCOUNT}.local.batch.localhost:443`, ACCOUNT],
  ])('is the one that the host %s names', async (host, name) => {
    const server = await serverOf(ACCOUNT, 'another');
    const answer = await send(server, { path: '/pools', headers: { authorization: bearer(), host }, ca });
    expect(answer.body).toContain(`"id":"${name}"`);
    expect(answer.body).toContain(`https://${host}/$metadata`);
  });

  test.each([
    ['127.0.0.1', /several accounts/],
    ['nobody.local.batch.localhost', /account nobody is not known/],
  ])('is not guessed when the host is %s', async (host, reason) => {
    const server = await serverOf(ACCOUNT, 'another');
    const answer = await send(server, { path: '/pools', headers: { authorization: bearer(), host }, ca });
    expect(answer.status).toBe(403);
    expect(detailOf(answer)).toMatch(reason);
  });
});

describe('a key', () => {
  test('may come to its own host and to any that names no account, and to no other account', async () => {
    const server = await serverOf(ACCOUNT, 'another');
    const statusAt = async (host: string) => (await send(server, { path: '/pools', headers: { host }, ca })).status;
    expect(await statusAt(`${ACCOUNT}.local.batch.localhost`)).toBe(200);
    expect(await statusAt('emulator.internal')).toBe(200);
    const answer = await send(server, { path: '/pools', headers: { host: 'another.local.batch.localhost' }, ca });
    expect(answer.status).toBe(403);
    expect(detailOf(answer)).toMatch(/is that of account another/);
  });

  test('has a second one beside it', async () => {
    const key2 = Buffer.from('the second key').toString('base64');
    const server = await startWireServer({
      accounts: new Map([[ACCOUNT, { key: KEY, key2, engine: cannedEngine(), files: memoryFiles({}, NOW) }]]),
    });
    expect((await send(server, { path: '/pools/p' })).status).toBe(404);
    expect((await send(server, { path: '/pools/p', key: key2 })).status).toBe(404);
    expect((await send(server, { path: '/pools/p', key: 'b3RoZXI=' })).status).toBe(403);
  });
});
