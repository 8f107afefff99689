// What a node reaches: its pool's other nodes and the emulator's ports under the host's own URLs, and nothing else of the host.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { describeNeeding } from '../support/suite.ts';
import { docker } from './support/docker-target.ts';
import { openWorld } from './support/docker-world.ts';

/** A server of this machine's loopback that answers with its name. */
async function serve(answer: string | Buffer): Promise<number> {
  const server = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A node has no Node of its own: bash can speak TCP. */
const get = (host: string, port: number): string =>
  `/bin/bash -c "exec 3<>/dev/tcp/${host}/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3"`;

/** Reads the request first: closing a connection with unread data resets it, and the answer can be lost. */
const listen = (port: number, text: string): string =>
  `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => ${port}, Listen => 5, ReuseAddr => 1) or die; open F, ">ready"; while ($c = $s->accept) { while (<$c>) { last if /^\\r?$/ } print $c "${text}"; close $c }'`;

/** Ports of this machine that listen on the address. */
async function listeningPorts(address: string): Promise<readonly number[]> {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase());
  const local = new RegExp(`^\\s*\\d+: ${bytes.toReversed().join('')}:([0-9A-F]{4}) 00000000:0000 0A`, 'gm');
  return [...(await readFile('/proc/net/tcp', 'utf8')).matchAll(local)].map(([, port = '']) => parseInt(port, 16));
}

await describeNeeding(['docker'], 'the network of nodes', () => {
  test("a node reaches the host's loopback under the very URL of the host", async () => {
    const port = await serve('from the host');
    const w = await openWorld();
    w.target.runtime.relay([port]);
    await w.startNode('n1');
    const { stdout } = await w.finished('n1', w.begin('n1', get('127.0.0.1', port)));
    expect(stdout).toContain('from the host');
  });

  test('much data comes through the relays whole', async () => {
    const large = Buffer.alloc(20_000_000, 'a line of a large file\n');
    const port = await serve(large);
    const w = await openWorld();
    w.target.runtime.relay([port]);
    await w.startNode('n1');
    const command = `/bin/bash -c "exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3 | tail -c ${large.length} | sha256sum"`;
    const { stdout } = await w.finished('n1', w.begin('n1', command));
    expect(stdout.split(' ')[0]).toBe(createHash('sha256').update(large).digest('hex'));
  });

  test('a port that the emulator does not serve is closed', async () => {
    const [served, other] = [await serve('served'), await serve('private')];
    const w = await openWorld();
    w.target.runtime.relay([served]);
    await w.startNode('n1');
    const { exitCode, stdout } = await w.finished('n1', w.begin('n1', get('127.0.0.1', other)));
    expect(exitCode).not.toBe(0);
    expect(stdout).toBe('');
  });

  test('nodes of a pool reach each other by the addresses that they report (batch-semantics 11.6)', async () => {
    const w = await openWorld();
    const [first, second] = await Promise.all([w.startNode('n1'), w.startNode('n2')]);
    expect(first).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(first).not.toBe(second);
    const server = w.begin('n2', listen(5000, 'from node two'));
    await expect.poll(() => w.target.runtime.files.stat('n2', `${server.directory}/wd/ready`)).toBeDefined();
    const { stdout } = await w.finished('n1', w.begin('n1', get(second, 5000)));
    expect(stdout).toBe('from node two');
  });

  test('a node of another pool does not get through, neither to a node nor by the relay of that pool', async () => {
    const port = await serve('from the host');
    const w = await openWorld();
    w.target.runtime.relay([port]);
    const address = await w.startNode('n1');
    await w.startNode('m1', { poolId: 'other' });
    const server = w.begin('n1', listen(5000, 'from node one'));
    await expect.poll(() => w.target.runtime.files.stat('n1', `${server.directory}/wd/ready`)).toBeDefined();
    const direct = await w.sh('m1', `timeout 2 ${get(address, 5000)}`);
    expect(direct.stdout).toBe('');
    const gateway = address.replace(/\.\d+$/, '.1');
    const [relayPort] = await listeningPorts(gateway);
    const { stdout } = await w.finished('m1', w.begin('m1', get(gateway, relayPort ?? 0)));
    expect(relayPort).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect((await w.finished('n1', w.begin('n1', get('127.0.0.1', port)))).stdout).toContain('from the host');
  });

  test('nothing of a node is published on the host', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const { NetworkSettings, HostConfig } = await (await w.target.container('n1')).inspect();
    expect(Object.values(NetworkSettings.Ports).flat().filter(Boolean)).toEqual([]);
    expect(HostConfig.PortBindings ?? {}).toEqual({});
    expect(HostConfig.NetworkMode).not.toBe('host');
  });

  test("a pool's network goes with its last node", async () => {
    const w = await openWorld();
    await Promise.all([w.startNode('n1'), w.startNode('n2')]);
    const networks = async (): Promise<number> =>
      (await docker.listNetworks({ filters: { label: [`batchrite.run=${w.target.run}`] } })).length;
    w.target.runtime.removeNode('n1');
    await w.log.next('nodeRemoved', ({ nodeId }) => nodeId === 'n1');
    expect(await networks()).toBe(1);
    w.target.runtime.removeNode('n2');
    await w.log.next('nodeRemoved', ({ nodeId }) => nodeId === 'n2');
    expect(await networks()).toBe(0);
  });
});
