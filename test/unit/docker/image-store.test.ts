// Pulling images: once, with progress, and never without an end.
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ImageStore } from '../../../adapters/docker/image/image-store.ts';
import type { PullProgress } from '../../../adapters/docker/image/image-store.ts';
import { json, startFakeEngine } from './fake-engine.ts';

const line = (message: object): string => `${JSON.stringify(message)}\r\n`;

/** A store on an engine that lacks every image and pulls as told. */
async function storeThatPulls(pull: (response: ServerResponse) => void, silenceMs = 5_000) {
  const progress: PullProgress[] = [];
  const engine = await startFakeEngine((request, response) => {
    if (request.method === 'GET') json(response, 404, { message: 'no such image' });
    else pull(response);
  });
  const store = new ImageStore({ docker: engine.docker, onProgress: (each) => progress.push(each), silenceMs });
  const pulls = (): readonly string[] =>
    engine.requests.filter(({ method }) => method === 'POST').map(({ url }) => url ?? '');
  return { store, progress, pulls, engine };
}

describe('the image store', () => {
  test('an image that is there is not pulled', async () => {
    const engine = await startFakeEngine((_request, response) => json(response, 200, { Id: 'sha256:1' }));
    await new ImageStore({ docker: engine.docker, onProgress: () => undefined, silenceMs: 1_000 }).ensure('debian:12');
    expect(engine.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /images/debian:12/json']);
  });

  test('a pull tells how far it is, over all layers', async () => {
    const { store, progress } = await storeThatPulls((response) => {
      response.write(line({ status: 'Pulling from library/debian', id: '12' }));
      response.write(line({ status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } }));
      response.write(line({ status: 'Downloading', id: 'b', progressDetail: { current: 5, total: 50 } }));
      response.end(line({ status: 'Downloading', id: 'a', progressDetail: { current: 100, total: 100 } }));
    });
    await store.ensure('debian:12');
    expect(progress.map(({ receivedBytes, totalBytes }) => [receivedBytes, totalBytes])).toEqual([
      [0, 0],
      [10, 100],
      [15, 150],
      [105, 150],
    ]);
    expect(progress[0]).toMatchObject({ image: 'debian:12', status: 'Pulling from library/debian' });
  });

  test('sixteen nodes that want an image pull it once', async () => {
    const { store, pulls } = await storeThatPulls((response) => void setImmediate(() => response.end()));
    await Promise.all(Array.from({ length: 16 }, () => store.ensure('debian:12')));
    expect(pulls()).toEqual(['/images/create?fromImage=debian&tag=12']);
  });

  test('a name without a tag means the latest one, also behind a port number (batch-semantics 10.5)', async () => {
    const { store, pulls } = await storeThatPulls((response) => response.end());
    await store.ensure('localhost:5000/mine');
    expect(decodeURIComponent(pulls()[0] ?? '')).toBe('/images/create?fromImage=localhost:5000/mine&tag=latest');
  });

  test('an error in the middle of the pull is its end, in the words of the registry', async () => {
    const { store } = await storeThatPulls((response) => {
      response.write(line({ status: 'Downloading', id: 'a' }));
      response.end(line({ error: 'unauthorized: authentication required' }));
    });
    await expect(store.ensure('private/x:1')).rejects.toMatchObject({
      message: 'unauthorized: authentication required',
      image: 'private/x:1',
      isDenied: true,
    });
  });

  test('a refusal of the engine is told without the protocol around it', async () => {
    const { store } = await storeThatPulls((response) =>
      json(response, 404, { message: 'manifest for x:1 not found:\n manifest unknown' }),
    );
    await expect(store.ensure('x:1')).rejects.toMatchObject({
      message: 'manifest for x:1 not found: manifest unknown',
      isDenied: false,
    });
  });

  test.each([
    ['before it begins', () => undefined],
    ['in the middle', (response: ServerResponse) => void response.write(line({ status: 'Downloading', id: 'a' }))],
  ])('a registry that falls silent %s is given up', async (_when, pull) => {
    const { store } = await storeThatPulls(pull, 100);
    await expect(store.ensure('x:1')).rejects.toThrow('no word from the registry for 0.1 s');
  });

  test('closing gives up what is being pulled', async () => {
    const { store, pulls } = await storeThatPulls(() => undefined);
    const outcome = store.ensure('x:1').catch((error: unknown) => error);
    await expect.poll(pulls).toHaveLength(1);
    store.close();
    expect(await outcome).toBeInstanceOf(Error);
  });

  test('a login goes into a header and nowhere else (batch-semantics 10.5)', async () => {
    const { store, engine } = await storeThatPulls((response) => response.end());
    await store.ensure('reg/x:1', { username: 'me', password: 'hush', serverAddress: 'reg' });
    const request = engine.requests.find(({ method }) => method === 'POST');
    const header = Buffer.from(String(request?.headers['x-registry-auth']), 'base64url').toString();
    expect(JSON.parse(header)).toEqual({ username: 'me', password: 'hush', serveraddress: 'reg' });
    expect(request?.url).not.toContain('hush');
  });
});
