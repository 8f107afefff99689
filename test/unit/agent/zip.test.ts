// Unpacking of application packages: into their directory and nowhere else, complete or refused in words.
import { mkdtemp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkZip, unzip } from '../../../emulator/agent/packages/zip.ts';
import { type ZipEntry, zipOf } from '../../support/zip.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batchrite-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(content: Uint8Array): Promise<string> {
  const file = join(folder, 'package.zip');
  await writeFile(file, content);
  return file;
}

async function unpack(entries: readonly ZipEntry[]): Promise<string> {
  const target = join(folder, 'inside', 'target');
  await mkdir(target, { recursive: true });
  await unzip(await fileOf(zipOf(entries)), target);
  return target;
}

describe('a zip', () => {
  test('is unpacked with its directories, contents and modes', async () => {
    const target = await unpack([
      { name: 'empty/' },
      { name: 'bin/tool', content: '#!/bin/sh', mode: 0o100700 },
      { name: 'data.txt', content: 'ä'.repeat(10_000), mode: 0o100600 },
      { name: 'from-windows.cmd', content: 'x' },
    ]);
    expect((await readdir(target)).toSorted()).toEqual(['bin', 'data.txt', 'empty', 'from-windows.cmd']);
    expect(await readFile(join(target, 'data.txt'), 'utf8')).toBe('ä'.repeat(10_000));
    // Every task's user reads them; what its owner could run, all can.
    const modes = ['bin/tool', 'data.txt', 'from-windows.cmd'].map(
      async (name) => (await stat(join(target, name))).mode,
    );
    expect((await Promise.all(modes)).map((mode) => (mode & 0o777).toString(8))).toEqual(['755', '644', '755']);
  });

  test('with backslashes for directories has directories', async () => {
    const target = await unpack([{ name: 'bin\\deep\\tool.exe', content: 'x' }]);
    expect(await readFile(join(target, 'bin/deep/tool.exe'), 'utf8')).toBe('x');
  });
});

describe('a zip is refused, and nothing outside of its directory is touched,', () => {
  const cases: Readonly<Record<string, readonly [readonly ZipEntry[], RegExp]>> = {
    'for a name that climbs out': [[{ name: '../out.txt', content: 'x' }], /relative path: \.\.\/out\.txt/],
    'for a name that climbs out on its way': [[{ name: 'a/../../out.txt', content: 'x' }], /relative path/],
    'for a name that climbs out by backslashes': [[{ name: '..\\out.txt', content: 'x' }], /relative path/],
    'for an absolute name': [[{ name: '/tmp/batchrite-out.txt', content: 'x' }], /absolute path/],
    'for a name with a drive': [[{ name: 'C:/out.txt', content: 'x' }], /absolute path/],
    'for a NUL character in a name': [[{ name: 'a\0b', content: 'x' }], /NUL/],
    'for a name that is the directory itself': [[{ name: './', content: '' }], /leads out/],
    'for a link': [[{ name: 'link', content: '/etc', mode: 0o120777 }], /"link" is a link/],
    'for a device': [[{ name: 'null', mode: 0o020666 }], /"null" is no file/],
    'for a link that a later entry goes through': [
      [
        { name: 'd', content: '..', mode: 0o120777 },
        { name: 'd/out.txt', content: 'x' },
      ],
      /"d" is a link/,
    ],
    'for an encrypted entry': [[{ name: 'secret', content: 'x', flags: 1 }], /"secret" is encrypted/],
    'for two entries of one name': [
      [
        { name: 'a', content: '1' },
        { name: 'a', content: '2' },
      ],
      /more than one "a"/,
    ],
    'for more content than it claims': [[{ name: 'bomb', content: 'x'.repeat(9_000), claimedSize: 10 }], /bytes/],
    'for claiming more than any package has': [
      Array.from({ length: 9 }, (_, index) => ({ name: `f${index}`, content: 'x', claimedSize: 0xf0000000 })),
      /larger than 32 GiB|bytes/,
    ],
  };
  test.each(Object.entries(cases))('%s', async (_why, [entries, message]) => {
    await expect(unpack(entries)).rejects.toThrow(message);
    expect((await readdir(folder)).toSorted()).toEqual(['inside', 'package.zip']);
    expect(await readdir(join(folder, 'inside'))).toEqual(['target']);
  });

  test('for being something else', async () => {
    await expect(checkZip(await fileOf(Buffer.from('no zip at all')))).rejects.toThrow(/[Ee]nd of central directory/);
    await expect(checkZip(await fileOf(zipOf([])))).rejects.toThrow('it is empty');
    await expect(checkZip(await fileOf(zipOf([{ name: 'a', content: 'x' }]).subarray(4)))).rejects.toThrow(
      /offset|directory|signature/,
    );
  });

  test('before anything is unpacked, where only its directory is looked at', async () => {
    const file = await fileOf(zipOf([{ name: 'fine' }, { name: 'link', content: '/etc', mode: 0o120777 }]));
    await expect(checkZip(file)).rejects.toThrow('"link" is a link; put the file itself there');
    await checkZip(await fileOf(zipOf([{ name: 'fine' }])));
  });
});
