// The host's half of the way from a node to the host's loopback.
import { connect, createServer, BlockList } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHostRelay } from '../../../adapters/docker/network/host-relay.ts';

/** Answers what it is told in capitals. */
async function serve(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('data', (data) => socket.end(data.toString().toUpperCase()));
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function nodesAt(address: string): BlockList {
  const nodes = new BlockList();
  nodes.addAddress(address);
  return nodes;
}

/** What is answered to `hello`; empty when the connection is just closed. */
function ask(port: number, localAddress: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.write('hello');
  });
}

describe.runIf(process.platform === 'linux')('the relay of the host', () => {
  test('carries both ways for a node, and hangs up on everybody else', async () => {
    const relay = await openHostRelay({
      gateway: '127.0.0.1',
      targetPort: await serve(),
      nodes: nodesAt('127.0.0.2'),
    });
    onTestFinished(() => relay.close());
    expect(await ask(relay.port, '127.0.0.2')).toBe('HELLO');
    expect(await ask(relay.port, '127.0.0.3')).toBe('');
  });

  test('hangs up when nobody answers at the port', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => gone.once('listening', ready));
    const targetPort = (gone.address() as AddressInfo).port;
    await new Promise((done) => gone.close(done));
    const relay = await openHostRelay({ gateway: '127.0.0.1', targetPort, nodes: nodesAt('127.0.0.2') });
    onTestFinished(() => relay.close());
    expect(await ask(relay.port, '127.0.0.2')).toBe('');
  });

  test('closing ends what is connected', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await new Promise((ready) => silent.once('listening', ready));
    onTestFinished(() => void silent.close());
    const { port: targetPort } = silent.address() as AddressInfo;
    const relay = await openHostRelay({ gateway: '127.0.0.1', targetPort, nodes: nodesAt('127.0.0.2') });
    const connected = new Promise((done) => silent.once('connection', done));
    const answer = ask(relay.port, '127.0.0.2');
    await connected;
    await relay.close();
    expect(await answer).toBe('');
  });

  test('an address that is not of this machine is an error', async () => {
    const options = { gateway: '203.0.113.1', targetPort: 1, nodes: new BlockList() };
    await expect(openHostRelay(options)).rejects.toThrow('EADDRNOTAVAIL');
  });
});
