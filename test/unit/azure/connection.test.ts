// How the adapter connects: TLS, proxies, connections kept alive, and no SDK before it is needed.
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WIRE_POOL, azureOn, faultOf } from './azure-fixture.ts';

test('calls one after another use one connection', async () => {
  const { service, double } = await azureOn(({ json }) => json(200, WIRE_POOL));
  for (let call = 0; call < 5; call += 1) await service.pools.get('pool1');
  expect(new Set(double.requests.map(({ connection }) => connection))).toEqual(new Set([1]));
});

test('calls at the same time use no more connections than they may', async () => {
  const { service, double } = await azureOn(({ json }) => json(200, WIRE_POOL), { maxConnections: 3 });
  await Promise.all(Array.from({ length: 20 }, () => service.pools.get('pool1')));
  expect(new Set(double.requests.map(({ connection }) => connection)).size).toBe(3);
});

test('https to a server that speaks http is said to be a matter of TLS, and not tried again', async () => {
  const { double } = await azureOn(() => undefined);
  const { service, pauses } = await azureOn(() => undefined, { endpoint: double.endpoint.replace('http:', 'https:') });
  const { fault } = await faultOf(service.pools.get('pool1'));
  expect(fault.code).toBe('unavailable');
  expect(fault.message).toContain('Check that the endpoint is https and that its certificate is trusted here.');
  expect(pauses).toEqual([]);
});

test('a server that does not speak http is said not to be a Batch service', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('220 mail.example.com ESMTP\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { service } = await azureOn(() => undefined, { endpoint });
  const { fault } = await faultOf(service.pools.get('pool1'));
  expect(fault.message).toBe(
    `What answers at ${endpoint} is not a Batch service (the answer is not HTTP); check the endpoint.`,
  );
});

test('a proxy of the environment is used, but not for this machine', async () => {
  const { double: proxy } = await azureOn(({ json }) => json(200, WIRE_POOL));
  for (const name of ['HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, proxy.endpoint);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const far = await azureOn(() => undefined, { endpoint: 'http://account.region.batch.invalid' });
  expect(await far.service.pools.get('pool1')).toMatchObject({ id: 'pool1' });
  expect(proxy.requests.map(({ path }) => path)).toEqual(['http://account.region.batch.invalid/pools/pool1']);
  const near = await azureOn(({ json }) => json(200, WIRE_POOL));
  await near.service.pools.get('pool1');
  expect(near.double.requests).toHaveLength(1);
  expect(proxy.requests).toHaveLength(1);
});

test('the SDK is loaded when it is asked for or first needed, not before', async () => {
  const door = fileURLToPath(new URL('../../../adapters/azure/index.ts', import.meta.url));
  const script = `
    const { createAzureBatchService, preloadAzureSdk } = await import(${JSON.stringify(door)});
    createAzureBatchService({ endpoint: 'https://x', credentials: { kind: 'sharedKey', account: 'a', key: 'aaaa' } });
    const { createRequire } = await import('node:module');
    const { cache } = createRequire(${JSON.stringify(door)});
    const isLoaded = () => Object.keys(cache).some((path) => path.includes('@azure/batch'));
    const before = isLoaded();
    await preloadAzureSdk();
    console.log(before, isLoaded());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout.trim()).toBe('false true');
});
