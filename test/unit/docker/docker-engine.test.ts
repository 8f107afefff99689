// Whether an engine answers, and why not.
import { describe, expect, test } from 'vitest';
import { dockerEngine } from '../../../adapters/docker/index.ts';
import { json, startFakeEngine } from './fake-engine.ts';

describe('dockerEngine', () => {
  test('an engine that answers is told with its version and its address', async () => {
    const { address } = await startFakeEngine((_request, response) =>
      json(response, 200, { Version: '28.1.0', Os: 'linux' }),
    );
    expect(await dockerEngine({ DOCKER_HOST: address })).toEqual({
      available: true,
      version: '28.1.0',
      reason: `a Docker engine 28.1.0 answers at ${address}`,
    });
  });

  test('an engine of Windows containers does not serve', async () => {
    const { address } = await startFakeEngine((_request, response) =>
      json(response, 200, { Version: '28.1.0', Os: 'windows' }),
    );
    expect(await dockerEngine({ DOCKER_HOST: address })).toMatchObject({
      available: false,
      reason: expect.stringContaining('switch it to Linux'),
    });
  });

  test('a socket that is not there', async () => {
    expect(await dockerEngine({ DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toEqual({
      available: false,
      reason: 'no Docker engine answers at unix:///nowhere/docker.sock (there is no such socket)',
    });
  });

  test('a port where nobody listens', async () => {
    const engine = await dockerEngine({ DOCKER_HOST: 'tcp://127.0.0.1:1' });
    expect(engine).toMatchObject({ available: false, reason: expect.stringContaining('nobody listens there') });
  });

  test('something that is no engine', async () => {
    const { address } = await startFakeEngine((_request, response) => response.end('<html>'));
    expect((await dockerEngine({ DOCKER_HOST: address })).available).toBe(false);
  });

  test('an engine that is silent is not waited for long', async () => {
    const { address } = await startFakeEngine(() => undefined);
    const engine = await dockerEngine({ DOCKER_HOST: address });
    expect(engine).toMatchObject({ available: false, reason: expect.stringContaining('silent for 1500 ms') });
  });

  test('an engine of another machine does not serve: it does not see the folders of this one', async () => {
    const engine = await dockerEngine({ DOCKER_HOST: 'tcp://build.example:2376' });
    expect(engine).toMatchObject({
      available: false,
      reason: expect.stringContaining('not an engine on this machine'),
    });
  });
});
