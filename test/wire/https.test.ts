// HTTPS: URLs, both kinds of certificate, and what speaks something else to the port.
import { connect } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { success } from '../../core/kernel/index.ts';
import { throwAwayCertificate } from './support/certificate.ts';
import { pool } from './support/resources.ts';
import { send, startWireServer } from './support/wire-server.ts';

const certificate = throwAwayCertificate();
afterAll(() => certificate.remove());
const answers = { pools: { get: () => Promise.resolve(success(pool)) } };

describe('a server with a certificate', () => {
  test.each([
    ['PEM', () => ({ cert: certificate.cert, key: certificate.key })],
    ['PFX', () => ({ pfx: readFileSync(certificate.pfxFile), passphrase: certificate.password })],
  ])('of kind %s speaks HTTPS, and says so in every URL', async (_kind, tls) => {
    const server = await startWireServer({ answers, tls: tls() });
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
    const answer = await send(server, { path: '/pools/p', ca: certificate.cert });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ url: `${server.url}/pools/xplatCreatedPool` });
  });

  test('outlives what is no TLS', async () => {
    const server = await startWireServer({ answers, tls: { cert: certificate.cert, key: certificate.key } });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET /pools HTTP/1.1\r\nHost: h\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await send(server, { path: '/pools/p', ca: certificate.cert })).status).toBe(200);
  });

  test('is not believed by a client that does not trust it', async () => {
    const server = await startWireServer({ answers, tls: { cert: certificate.cert, key: certificate.key } });
    const stranger = throwAwayCertificate();
    await expect(
      send(server, { path: '/pools/p', ca: stranger.cert }).finally(() => stranger.remove()),
    ).rejects.toThrow('self-signed certificate');
    expect((await send(server, { path: '/pools/p', ca: certificate.cert })).status).toBe(200);
  });
});
