// Bundles made from small programs of the test's own: what they hold, and when they are made again.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ensureFresh } from '../../adapters/bundles/ensure-bundle.ts';
import { nodeBinaryPath, nodeBinaryVersion } from '../../adapters/bundles/index.ts';

const run = promisify(execFile);
const anHourAgo = new Date(Date.now() - 3_600_000);

describe('ensureFresh', () => {
  let folder: string;
  let source: { entry: string; outFile: string };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'batchrite-bundle-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    source = { entry: join(folder, 'main.ts'), outFile: join(folder, 'out/program.mjs') };
    await writeSource(
      'main.ts',
      "import { platform } from 'node:os';\nimport { word } from './word.ts';\nconsole.log(word, typeof platform);\n",
    );
    await writeSource('word.ts', "export const word: string = 'first';\n");
  });

  /** An hour old, as sources mostly are: a bundle does not trust a source that changed while it was made. */
  async function writeSource(name: string, text: string): Promise<void> {
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), anHourAgo, anHourAgo);
  }

  test('makes one file that runs without its sources', async () => {
    const bundle = await ensureFresh(source);
    await rm(join(folder, 'word.ts'));
    const { stdout } = await run(nodeBinaryPath(), [bundle]);
    expect(stdout).toBe('first function\n');
  });

  test('leaves a bundle alone whose sources are as they were', async () => {
    const before = await stat(await ensureFresh(source));
    const after = await stat(await ensureFresh(source));
    expect(after.ino).toBe(before.ino);
  });

  test('makes it again when an imported source has changed, even to an older date', async () => {
    await ensureFresh(source);
    await writeSource('word.ts', "export const word: string = 'second';\n");
    expect(await readFile(await ensureFresh(source), 'utf8')).toContain('second');
  });

  test('makes it again when a source changed while it was made', async () => {
    await writeFile(join(folder, 'word.ts'), "export const word: string = 'future';\n");
    const soon = new Date(Date.now() + 60_000);
    await utimes(join(folder, 'word.ts'), soon, soon);
    const before = await stat(await ensureFresh(source));
    const after = await stat(await ensureFresh(source));
    expect(after.ino).not.toBe(before.ino);
  });

  test('gives every one of several callers at once a whole bundle', async () => {
    const paths = await Promise.all(Array.from({ length: 4 }, () => ensureFresh(source)));
    expect(new Set(paths).size).toBe(1);
    await expect(run(nodeBinaryPath(), [source.outFile])).resolves.toMatchObject({ stdout: 'first function\n' });
  });

  test('names the program and the mistake when a source does not parse', async () => {
    await writeSource('word.ts', 'export const = ;\n');
    await expect(ensureFresh(source)).rejects.toThrow(/program\.mjs could not be made from .*main\.ts: .*word\.ts/s);
  });

  test('says which source is missing', async () => {
    await rm(source.entry);
    await expect(ensureFresh(source)).rejects.toThrow(`There is no ${source.entry}`);
  });
});

describe('nodeBinaryPath', () => {
  test('is a Node 24 or later of the version that it tells', async () => {
    const { stdout } = await run(nodeBinaryPath(), ['--version']);
    expect(stdout.trim()).toBe(`v${nodeBinaryVersion()}`);
    expect(Number(nodeBinaryVersion().split('.')[0])).toBeGreaterThanOrEqual(24);
  });
});
