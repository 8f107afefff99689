// The SharedKey check: what a valid signature covers, and that nothing of it can be changed.
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../core/kernel/index.ts';
import { ACCOUNT, API_VERSION, KEY, NOW, send, startWireServer } from './support/wire-server.ts';

const AUTHENTICATION_FAILED =
  'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.';

describe('a signed request', () => {
  test('is accepted when its signature is right', async () => {
    const server = await startWireServer();
    const answer = await send(server, { path: '/applications' });
    expect(answer.status).not.toBe(403);
  });

  test('is refused when it was signed with another key', async () => {
    const server = await startWireServer();
    const answer = await send(server, { path: '/pools/p', key: Buffer.from('wrong').toString('base64') });
    expect(answer.status).toBe(403);
    expect(answer.reason).toBe(AUTHENTICATION_FAILED);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'AuthenticationFailed',
      values: [{ key: 'AuthenticationErrorDetail', value: expect.stringContaining('string to sign') }],
    });
  });

  test('is refused when its path was changed after signing', async () => {
    const server = await startWireServer();
    const tamper = { path: `/pools/q?api-version=${API_VERSION}` };
    expect((await send(server, { path: '/pools/p', tamper })).status).toBe(403);
  });

  test('is refused when the escapes of its path were written differently after signing', async () => {
    const server = await startWireServer();
    const tamper = { path: `/jobs/j/tasks/t/files/wd/a%20b.txt?api-version=${API_VERSION}` };
    expect((await send(server, { path: '/jobs/j/tasks/t/files/wd%2Fa%20b.txt', tamper })).status).toBe(403);
  });

  test.each([
    ['a changed value', `/pools?api-version=${API_VERSION}&maxresults=11`],
    ['a parameter more', `/pools?api-version=${API_VERSION}&maxresults=10&timeout=30`],
    ['a parameter less', `/pools?api-version=${API_VERSION}`],
  ])('is refused when its query has %s after signing', async (_change, path) => {
    const server = await startWireServer();
    const answer = await send(server, { path: `/pools?api-version=${API_VERSION}&maxresults=10`, tamper: { path } });
    expect(answer.status).toBe(403);
  });

  test.each([
    ['ocp-date', 'Tue, 01 Jan 2030 00:00:01 GMT'],
    ['ocp-range', 'bytes=0-1'],
    ['if-match', '0x8DC5F3EF664EE4E'],
    ['content-type', 'text/plain'],
  ])('is refused when its header %s was changed or added after signing', async (name, value) => {
    const server = await startWireServer();
    expect((await send(server, { path: '/pools/p', tamper: { headers: { [name]: value } } })).status).toBe(403);
  });

  test('does not cover headers that the reference leaves out', async () => {
    const server = await startWireServer();
    const tamper = {
      headers: { 'x-ms-client-request-id': 'other', 'client-request-id': 'other', accept: 'text/html' },
    };
    expect((await send(server, { path: '/pools/p', tamper })).status).toBe(404);
  });

  test('covers query values after decoding and names in order', async () => {
    const server = await startWireServer();
    const path = `/pools?maxresults=5&$filter=id%20eq%20%27a%20b%27&api-version=${API_VERSION}`;
    expect((await send(server, { path })).status).not.toBe(403);
  });

  test('is accepted with or without the query parameters that have no value, as clients differ', async () => {
    const server = await startWireServer();
    expect((await send(server, { path: `/pools?api-version=${API_VERSION}&$filter=` })).status).toBe(404);
    const unsigned = { path: `/pools?api-version=${API_VERSION}&$filter=` };
    expect((await send(server, { path: `/pools?api-version=${API_VERSION}`, tamper: unsigned })).status).toBe(404);
  });

  test('is refused for an account that the server does not have', async () => {
    const server = await startWireServer();
    const answer = await send(server, { path: '/pools', account: 'somebody' });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('somebody');
  });

  test('never repeats a key or a signature in the refusal', async () => {
    const server = await startWireServer();
    const forged = Buffer.alloc(32, 7).toString('base64');
    const answer = await send(server, { path: '/pools', headers: { authorization: `SharedKey ${ACCOUNT}:${forged}` } });
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain(forged);
    expect(answer.body).not.toContain(KEY);
  });

  test('comes before every other check', async () => {
    const server = await startWireServer();
    const answer = await send(server, { path: '/nowhere?timeout=x', key: 'AAAA' });
    expect(answer.status).toBe(403);
  });
});

describe('an Authorization header', () => {
  test.each(['SharedKey', 'SharedKey nocolon', 'SharedKey :abc', `SharedKey ${ACCOUNT}:`])(
    'that reads %j cannot be parsed',
    async (authorization) => {
      const server = await startWireServer();
      const answer = await send(server, { path: '/pools', headers: { authorization } });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('"code":"InvalidAuthenticationInfo"');
    },
  );

  test('of another scheme names the scheme that is not allowed', async () => {
    const server = await startWireServer();
    const answer = await send(server, { path: '/pools', headers: { authorization: 'Bearer abc.def.ghi' } });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('The specified type of authentication Bearer is not allowed for this account.');
  });
});

describe('the date of a request', () => {
  const minute = 60_000;

  test.each([
    [14 * minute, 404],
    [-14 * minute, 404],
    [16 * minute, 403],
    [-16 * minute, 403],
  ])('that is %d ms off is answered %d', async (skew, status) => {
    const server = await startWireServer({ credentialClock: new VirtualClock(NOW + skew) });
    expect((await send(server, { path: '/pools/p' })).status).toBe(status);
  });

  test('has to be there', async () => {
    const server = await startWireServer({ credentialClock: new VirtualClock(NOW) });
    const answer = await send(server, { path: '/pools/p', headers: { 'ocp-date': '' } });
    expect(answer.status).toBe(403);
  });
});
