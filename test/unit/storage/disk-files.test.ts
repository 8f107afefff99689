// The files of this machine: what paths expand to, and that a written file is whole or not there.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DiskFiles } from '../../../adapters/files/index.ts';

describe('DiskFiles', () => {
  const files = new DiskFiles();
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'batchrite-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function* content(...chunks: string[]): AsyncIterable<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }

  test('expands a folder one level deep, in the order people count', async () => {
    for (const name of ['b10.txt', 'b9.txt', 'Ä.txt', '.hidden']) await writeFile(join(folder, name), 'four');
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub', 'deep.txt'), 'x');
    const found = await files.expand([folder]);
    expect(found.map((file) => file.name)).toEqual(['.hidden', 'Ä.txt', 'b9.txt', 'b10.txt']);
    expect(found.every((file) => file.size === 4 && file.path === join(folder, file.name))).toBe(true);
  });

  test('names a file once, however often it is given', async () => {
    await writeFile(join(folder, 'a.txt'), 'x');
    expect(await files.expand([join(folder, 'a.txt'), folder, folder])).toHaveLength(1);
  });

  test('names the path that does not exist', async () => {
    await expect(files.expand([join(folder, 'missing')])).rejects.toMatchObject({
      fault: {
        code: 'notFound',
        message: expect.stringContaining(`${join(folder, 'missing')}: there is no such file`),
      },
    });
  });

  test('writes below the folder, with folders that a name asks for', async () => {
    const path = await files.write(join(folder, 'new'), 'a/b c.txt', content('one ', 'two'));
    expect(path).toBe(join(folder, 'new', 'a', 'b c.txt'));
    expect(await readFile(path, 'utf8')).toBe('one two');
  });

  test.each(['../out.txt', '/etc/out.txt', 'a/../../out.txt', '.'])(
    'refuses the name %s, which leads out',
    async (name) => {
      const root = join(folder, 'root');
      await expect(files.write(root, name, content('x'))).rejects.toMatchObject({ fault: { code: 'invalid' } });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  test('leaves neither a part nor a ruin of the old file when the content fails', async () => {
    await writeFile(join(folder, 'a.txt'), 'old');
    async function* failing(): AsyncIterable<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the connection broke');
    }
    await expect(files.write(folder, 'a.txt', failing())).rejects.toThrow('the connection broke');
    expect(await readdir(folder)).toEqual(['a.txt']);
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('old');
  });
});
