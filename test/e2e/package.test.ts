// The published package, packed and installed into an empty project: its command, each of its entries, its types, and
// the example of docs/testing.md. The install takes packages from npm's cache, or from the registry that npm is set to.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InstalledPackage, repository } from './support/installed-package.ts';

const INSTALL_MS = 180_000;
const typescript = join(repository, 'node_modules/typescript-7/bin/tsc');

/** One use of each entry; the lines that expect an error fail when an entry has no types. */
const consumer = `import { startBatchrite, type Batchrite } from 'batchrite';
import { duration, FaultError, type BatchService, type PoolSpec } from 'batchrite/core';

export async function use(pool: PoolSpec): Promise<string> {
  await using batchrite: Batchrite = await startBatchrite({ runtime: 'simulated', seed: 's', settings: { quotas: { pools: 1 } } });
  const batch: BatchService = batchrite.batch;
  await batch.pools.create(pool);
  await batchrite.advance(duration.hours(1));
  await batchrite.settle({ within: '1d' });
  const task = await batch.tasks.get('job', 'task');
  // @ts-expect-error a runtime that there is not
  await startBatchrite({ runtime: 'cloud' });
  // @ts-expect-error a duration is no date
  await batchrite.advance(new Date());
  return task.state === 'completed' ? String(task.exitCode) : new FaultError({ code: 'failed', message: '' }).message;
}
`;

const vitestConsumer = `import { batchriteTest, type BatchriteFixtures } from 'batchrite/vitest';

export const options: BatchriteFixtures['batchriteOptions'] = { clock: 'virtual' };
batchriteTest('typed', async ({ batchrite }) => {
  await batchrite.advance('1h');
  // @ts-expect-error no such member
  batchrite.forward('1h');
});
`;

/** Imports the entries that the manifest has. */
const importer = `import { readFileSync } from 'node:fs';
const { exports } = JSON.parse(readFileSync('node_modules/batchrite/package.json', 'utf8'));
// vitest itself must load what brings a test; the example below does.
for (const entry of Object.keys(exports).filter((each) => each !== './vitest')) {
  const name = entry.replace('.', 'batchrite');
  const found = await import(name, name.endsWith('.json') ? { with: { type: 'json' } } : {});
  console.log(name, Object.keys(found).length > 0 ? 'has members' : 'is empty');
}
const { startBatchrite } = await import('batchrite');
const batchrite = await startBatchrite();
await batchrite.advance('1h');
console.log(new Date(batchrite.now()).toISOString());
await batchrite.close();
`;

function tsconfig(skipLibCheck: boolean, ...include: readonly string[]): string {
  const compilerOptions = {
    module: 'nodenext',
    moduleResolution: 'nodenext',
    target: 'es2024',
    // A page's types have AbortSignal, as Node's have.
    lib: ['es2024', 'esnext.disposable', 'dom'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck,
  };
  return JSON.stringify({ compilerOptions, include });
}

describe('the packed package in an empty project', () => {
  let project: InstalledPackage;

  beforeAll(async () => {
    project = await InstalledPackage.create();
    // The reader's own: the package has it as an optional peer.
    await project.borrow('vitest');
  }, INSTALL_MS);

  afterAll(() => project?.remove());

  test('has no sources, no tests and nothing that only a build needs', async () => {
    const names = await readdir(join(project.folder, 'node_modules/batchrite'), { recursive: true });
    expect(names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([]);
    expect(names.filter((name) => /(^|\/)test(\/|$)|\.inputs\.json$|tsconfig/.test(name))).toEqual([]);
    expect(names).toContain('dist/bundles/agent.mjs');
    expect(names).toContain('dist/scenarios/data/top-words/taskdata1.txt');
  });

  test('runs the tutorial with npx', async () => {
    const { code, output } = await project.run('npx', 'batchrite', 'run', 'top-words', '--runtime', 'process');
    expect(code, output).toBe(0);
    expect(await project.read('output/taskdata1_OUTPUT.txt')).toContain('the:\t73');
  });

  test('starts the emulator with npx, and ends it well', async () => {
    const { ready, ...service } = await project.start(
      '--port',
      '0',
      '--blob-port',
      '0',
      '--runtime',
      'process',
      '--json',
    );
    const response = await fetch(`${String(ready['batchEndpoint'])}/_batchrite/health`);
    expect(await response.json()).toMatchObject({ status: 'ok' });
    expect(await service.stop()).toBe(0);
  });

  test('gives the entries of its manifest to an import', async () => {
    await project.write('import-all.mjs', importer);
    const { code, output } = await project.run(process.execPath, 'import-all.mjs');
    expect(code, output).toBe(0);
    expect(output.trim().split('\n')).toEqual([
      'batchrite has members',
      'batchrite/core has members',
      'batchrite/package.json has members',
      '2026-01-01T01:00:00.000Z',
    ]);
  });

  test('has types that a strict project without the types of Node can use', async () => {
    await project.write('src/consumer.ts', consumer);
    await project.write('tsconfig.json', tsconfig(false, 'src/consumer.ts'));
    const { code, output } = await project.run(process.execPath, typescript, '--project', 'tsconfig.json');
    expect(code, output).toBe(0);
  });

  test('has types for vitest', async () => {
    await project.write('src/vitest-consumer.ts', vitestConsumer);
    await project.write('tsconfig.vitest.json', tsconfig(true, 'src/vitest-consumer.ts'));
    const { code, output } = await project.run(process.execPath, typescript, '--project', 'tsconfig.vitest.json');
    expect(code, output).toBe(0);
  });

  test('runs the example of docs/testing.md as it is pasted', async () => {
    const page = await readFile(join(repository, 'docs/testing.md'), 'utf8');
    const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(page) ?? [];
    expect(example).toContain("from 'batchrite/vitest'");
    await project.write('test/example.test.ts', example);
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    const { code, output } = await project.run(process.execPath, vitest, 'run', '--root', '.', 'test/example.test.ts');
    expect(code, output).toBe(0);
    expect(output).toMatch(/1 passed/);
  });
});
