// Application packages over the control plane: what is taken, kept, shown and refused, and what the Batch API lists of it.
import { describe, expect, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import { FaultError } from '../../../core/kernel/index.ts';
import type { PackageStore } from '../../../emulator/control/index.ts';
import type { LinkedStorage } from '../../../emulator/engine/index.ts';
import { programZip, zipOf } from '../../support/zip.ts';
import { type ControlServer, type JsonAnswer, control, startControlServer } from './control-server.ts';

/** Keeps the content of packages, by the names that the engine gives them. */
class MemoryPackages implements LinkedStorage, PackageStore {
  readonly blobs = new Map<string, Buffer>();
  containerUrl = (container: string): string => `http://storage.example/${container}`;
  packageUrl = (blob: string): string => `http://storage.example/packages/${blob}`;

  async put(blob: string, file: string): Promise<void> {
    this.blobs.set(blob, await readFile(file));
  }

  async delete(blob: string): Promise<void> {
    this.blobs.delete(blob);
  }
}

async function serverWithStorage(): Promise<ControlServer & { readonly packages: MemoryPackages }> {
  const packages = new MemoryPackages();
  return { ...(await startControlServer({ linkedStorage: packages })), packages };
}

/** A body of bytes, which `control` does not send. */
async function put({ emulator }: ControlServer, path: string, content: Uint8Array): Promise<JsonAnswer> {
  const response = await fetch(`${emulator.url}/_batchrite/${path}`, { method: 'PUT', body: Buffer.from(content) });
  return { status: response.status, body: await response.json() };
}

const zip = programZip('tool', 'echo hello');

describe('PUT /_batchrite/applications/{id}/packages/{version}', () => {
  test('keeps the zip as it is, and the Batch API lists its application', async () => {
    const server = await serverWithStorage();
    const answer = await put(server, 'applications/Tool/packages/1.0?default=true&displayName=A%20tool', zip);
    const added = {
      id: 'Tool',
      displayName: 'A tool',
      defaultVersion: '1.0',
      allowUpdates: true,
      packages: [{ version: '1.0', state: 'active', size: zip.length, lastActivationTime: '2030-01-01T00:00:00.000Z' }],
    };
    expect(answer).toEqual({ status: 200, body: added });
    expect(await control(server, 'applications/tool')).toEqual({ status: 200, body: added });
    expect(await control(server, 'applications')).toEqual({ status: 200, body: { applications: [added] } });
    expect([...server.packages.blobs]).toEqual([[expect.stringMatching(/^first\/Tool\/1\.0\/\d+\.zip$/), zip]]);
    expect(await server.engine.catalog.application('TOOL')).toMatchObject({ value: { id: 'Tool', versions: ['1.0'] } });
  });

  test('replaces a package, whose old content goes, unless its application keeps it', async () => {
    const server = await serverWithStorage();
    const path = 'applications/tool/packages/1';
    await put(server, path, zip);
    const other = programZip('tool', 'echo other');
    await put(server, path, other);
    expect([...server.packages.blobs.values()]).toEqual([other]);
    await control(server, 'applications/tool', { method: 'PATCH', body: { allowUpdates: false } });
    const refused = await put(server, path, zip);
    expect(refused).toMatchObject({ status: 409, body: { error: expect.stringContaining('does not allow updates') } });
    expect([...server.packages.blobs.values()]).toEqual([other]);
  });

  test.each([
    ['is no zip', Buffer.from('hello'), /^The package is no zip that a node can unpack: /],
    ['is nothing', Buffer.alloc(0), /^The package is no zip that a node can unpack: /],
    ['holds no files', zipOf([]), /it is empty/],
    ['leads out of its directory', zipOf([{ name: '../x' }]), /invalid relative path: \.\.\/x/],
    ['holds a link', zipOf([{ name: 'x', content: '/etc', mode: 0o120777 }]), /"x" is a link/],
  ])('refuses what %s, and keeps nothing of it', async (_what, content, error) => {
    const server = await serverWithStorage();
    const answer = await put(server, 'applications/tool/packages/1', content);
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(error) } });
    expect(server.packages.blobs.size).toBe(0);
    expect(await control(server, 'applications')).toEqual({ status: 200, body: { applications: [] } });
  });

  test('refuses names that no application can have, after which the connection goes on', async () => {
    const server = await serverWithStorage();
    const large = Buffer.alloc(3_000_000, 1);
    for (const path of ['applications/a%20b/packages/1', 'applications/a/packages/1%2F2']) {
      expect(await put(server, path, large)).toMatchObject({ status: 400, body: { code: 'InvalidPropertyValue' } });
    }
    expect(await put(server, 'applications/a/packages/1', zip)).toMatchObject({ status: 200 });
  });

  test('is refused where the emulator has no storage, in a sentence that says so', async () => {
    const server = await startControlServer();
    expect(await put(server, 'applications/a/packages/1', zip)).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/no storage account linked to it.*start the emulator with storage/) },
    });
  });

  test('says why the storage account does not keep it', async () => {
    const server = await serverWithStorage();
    server.packages.put = () => Promise.reject(new FaultError({ code: 'unavailable', message: 'Nobody answers.' }));
    const answer = await put(server, 'applications/a/packages/1', zip);
    expect(answer).toEqual({ status: 502, body: { error: 'Nobody answers.' } });
    expect(await control(server, 'applications')).toMatchObject({ body: { applications: [] } });
  });

  test('belongs to the account that the request names', async () => {
    const server = await serverWithStorage();
    expect(await put(server, 'applications/a/packages/1?account=SECOND', zip)).toMatchObject({ status: 200 });
    expect(await control(server, 'applications')).toMatchObject({ body: { applications: [] } });
    expect(await control(server, 'applications?account=second')).toMatchObject({
      body: { applications: [{ id: 'a' }] },
    });
    expect([...server.packages.blobs.keys()]).toEqual([expect.stringMatching(/^second\//)]);
    expect(await put(server, 'applications/a/packages/1?account=third', zip)).toMatchObject({ status: 404 });
  });
});

describe('an application', () => {
  test('is changed by PATCH, where null takes a member away', async () => {
    const server = await serverWithStorage();
    await put(server, 'applications/tool/packages/1?default=true', zip);
    await put(server, 'applications/tool/packages/2', zip);
    const patch = (body: unknown) => control(server, 'applications/tool', { method: 'PATCH', body });
    expect(await patch({ defaultVersion: '2', displayName: 'T' })).toMatchObject({
      status: 200,
      body: { defaultVersion: '2', displayName: 'T' },
    });
    const bare = await patch({ defaultVersion: null, displayName: null });
    expect(Object.keys(bare.body as object)).toEqual(['id', 'allowUpdates', 'packages']);
    expect(await patch({ defaultVersion: '3' })).toMatchObject({
      status: 400,
      body: { error: 'Application "tool" has no version "3"; it has "1", "2".' },
    });
    for (const body of [[], { defaultVersion: 1 }, { allowUpdates: 'yes' }, { version: '1' }]) {
      expect(await patch(body)).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^Give a JSON/) } });
    }
  });

  test('loses one version or goes with all, and the content goes with it', async () => {
    const server = await serverWithStorage();
    await put(server, 'applications/tool/packages/1?default=true', zip);
    await put(server, 'applications/tool/packages/2', zip);
    const remove = (path: string) => control(server, path, { method: 'DELETE' });
    expect(await remove('applications/tool/packages/1')).toEqual({ status: 200, body: {} });
    expect([...server.packages.blobs.keys()]).toEqual([expect.stringContaining('/tool/2/')]);
    expect(await remove('applications/tool/packages/1')).toMatchObject({
      status: 404,
      body: { error: 'Application "tool" has no version "1"; it has "2".' },
    });
    expect(await remove('applications/tool')).toEqual({ status: 200, body: {} });
    expect(server.packages.blobs.size).toBe(0);
    expect(await remove('applications/tool')).toMatchObject({
      status: 404,
      body: { error: 'There is no application "tool".' },
    });
  });
});
