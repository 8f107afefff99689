// Whether an engine answers, and why not.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dockerEngine } from '../../../adapters/docker/index.ts';
import { json, startFakeEngine } from './fake-engine.ts';

describe('dockerEngine', () => {
  test('an engine that answers is told with its version and its address', async () => {
    const { address } = await startFakeEngine((_request, response) =>
      json(response, 200, { Version: '28.1.0', Os: 'linux' }),
    );
    expect(await dockerEngine({ environment: { DOCKER_HOST: address } })).toEqual({
      available: true,
      version: '28.1.0',
      reason: `a Docker engine 28.1.0 answers at ${address}`,
    });
  });

  test('an engine of Windows containers does not serve', async () => {
    const { address } = await startFakeEngine((_request, response) =>
      json(response, 200, { Version: '28.1.0', Os: 'windows' }),
    );
    expect(await dockerEngine({ environment: { DOCKER_HOST: address } })).toMatchObject({
      available: false,
      reason: expect.stringContaining('switch it to Linux'),
    });
  });

  test('a socket that is not there', async () => {
    expect(await dockerEngine({ environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } })).toEqual({
      available: false,
      reason: 'no Docker engine answers at unix:///nowhere/docker.sock (there is no such socket)',
    });
  });

  test('a port where nobody listens', async () => {
    const engine = await dockerEngine({ environment: { DOCKER_HOST: 'tcp://127.0.0.1:1' } });
    expect(engine).toMatchObject({ available: false, reason: expect.stringContaining('nobody listens there') });
  });

  test('something that is no engine', async () => {
    const { address } = await startFakeEngine((_request, response) => response.end('<html>'));
    expect((await dockerEngine({ environment: { DOCKER_HOST: address } })).available).toBe(false);
  });

  test('an engine that is silent is not waited for long', async () => {
    const { address } = await startFakeEngine(() => undefined);
    const engine = await dockerEngine({ environment: { DOCKER_HOST: address } });
    expect(engine).toMatchObject({ available: false, reason: expect.stringContaining('silent for 1500 ms') });
  });

  test('an engine of another machine does not serve: it does not see the folders of this one', async () => {
    const engine = await dockerEngine({ environment: { DOCKER_HOST: 'tcp://build.example:2376' } });
    expect(engine).toMatchObject({
      available: false,
      reason: expect.stringContaining('not an engine on this machine'),
    });
  });

  test.each([
    ['amd64', 0x3e, true],
    ['arm64', 0xb7, true],
    ['arm64', 0x3e, false],
  ])('an engine of %s and a Node binary for machine %i go together: %s', async (Arch, machine, available) => {
    const { address } = await startFakeEngine((_request, response) =>
      json(response, 200, { Version: '28.1.0', Os: 'linux', Arch }),
    );
    const header = Buffer.alloc(64);
    header.write('\x7fELF\x02\x01', 'latin1');
    header.writeUInt16LE(machine, 18);
    const engine = await dockerEngine({ environment: { DOCKER_HOST: address }, nodePath: await fileOf(header) });
    expect(engine.available).toBe(available);
  });

  test('a Node binary of another system cannot run in containers', async () => {
    const { address } = await startFakeEngine((_request, response) =>
      json(response, 200, { Version: '28.1.0', Os: 'linux', Arch: 'amd64' }),
    );
    const nodePath = await fileOf(Buffer.from('\xcf\xfa\xed\xfe and more of a program', 'latin1'));
    expect(await dockerEngine({ environment: { DOCKER_HOST: address }, nodePath })).toEqual({
      available: false,
      reason: `containers need a Node binary for Linux, and "${nodePath}" is for this system`,
    });
  });
});

async function fileOf(content: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'batchrite-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'node'), content);
  return join(folder, 'node');
}
