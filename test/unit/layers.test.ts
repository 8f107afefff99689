// The layer table against the tree: no folder is missing from it, and dependency-cruiser, fed with its rules, flags each
// kind of import that the design forbids.
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layerRules } from '../support/layers/rules.ts';
import { freeFolders, layers } from '../support/layers/table.ts';

const repository = join(import.meta.dirname, '../..');

/** A small tree: what each file imports, and the rule that it breaks, if any. */
const files: readonly { path: string; code: string; breaks?: string }[] = [
  { path: 'core/kernel/index.ts', code: 'export const now = 1;' },
  { path: 'core/kernel/deep.ts', code: 'export const deep = 1;' },
  { path: 'core/index.ts', code: 'export * from "./kernel/index.ts"; export * from "./model/task.ts";' },
  { path: 'core/model/task.ts', code: 'export const task = 1;' },
  { path: 'core/model/reads-disk.ts', code: 'import "node:fs";', breaks: 'core' },
  { path: 'core/model/uses-package.ts', code: 'import "inversify";', breaks: 'core' },
  { path: 'core/model/past-the-door.ts', code: 'import "../kernel/deep.ts";', breaks: 'core' },
  { path: 'core/kernel/looks-out.ts', code: 'import "../model/task.ts";', breaks: 'core/kernel' },
  { path: 'emulator/engine/index.ts', code: 'import "../../core/kernel/index.ts"; export type Run = 1;' },
  { path: 'emulator/engine/knows-the-client.ts', code: 'import "../../core/index.ts";', breaks: 'emulator/engine' },
  {
    path: 'emulator/engine/types-of-the-client.ts',
    code: 'import type { task } from "../../core/index.ts"; export type T = typeof task;',
    breaks: 'emulator/engine',
  },
  {
    path: 'emulator/agent/index.ts',
    code: 'import type { Run } from "../engine/index.ts"; import "node:fs"; export type R = Run;',
  },
  { path: 'emulator/agent/runs-the-engine.ts', code: 'import "../engine/index.ts";', breaks: 'emulator/agent-types' },
  { path: 'adapters/azure/index.ts', code: 'import "../../core/index.ts"; import "@azure/batch"; import "node:fs";' },
  {
    path: 'adapters/azure/knows-the-emulator.ts',
    code: 'import "../../emulator/engine/index.ts";',
    breaks: 'adapters/azure',
  },
  { path: 'adapters/local/uses-the-sdk.ts', code: 'import "@azure/batch";', breaks: 'adapters/local' },
  { path: 'adapters/cli/main.ts', code: 'import "../azure/index.ts"; import "../../emulator/engine/index.ts";' },
  { path: 'adapters/cli/binds.ts', code: 'import "inversify";', breaks: 'adapters/cli' },
  { path: 'worker/main.ts', code: 'import "node:fs";' },
  { path: 'worker/uses-core.ts', code: 'import "../core/index.ts";', breaks: 'worker' },
  { path: 'scenarios/tells.ts', code: 'import "../core/index.ts";' },
  { path: 'scenarios/reads-disk.ts', code: 'import "node:fs";', breaks: 'scenarios' },
  { path: 'scenarios/first.ts', code: 'import "./second.ts";', breaks: 'no-cycles' },
  // dependency-cruiser reports a cycle once, at the file where it is first met.
  { path: 'scenarios/second.ts', code: 'import "./first.ts";' },
  { path: 'scenarios/lost.ts', code: 'import "./nowhere.ts";', breaks: 'resolvable' },
  { path: 'utils/any.ts', code: 'import "node:fs";', breaks: 'known-folder' },
  { path: 'adapters/newcomer/any.ts', code: 'import "node:fs";', breaks: 'known-folder' },
  { path: 'test/unit/any.ts', code: 'import "node:fs"; import "../../core/model/task.ts"; import "inversify";' },
];

const packages = ['inversify', '@azure/batch'];

describe('the layer rules', () => {
  let root: string;
  let broken: Map<string, string[]>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'batchrite-layers-'));
    for (const { path, code } of files) await write(join(root, path), code);
    for (const name of packages) {
      await write(join(root, 'node_modules', name, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
      await write(join(root, 'node_modules', name, 'index.js'), '');
    }
    broken = await cruiseTree(root);
  });

  afterAll(() => rm(root, { recursive: true }));

  test.each(files.filter((file) => file.breaks !== undefined))(
    'refuse $path by the rule $breaks',
    ({ path, breaks }) => {
      expect(broken.get(path)).toEqual([breaks]);
    },
  );

  test.each(files.filter((file) => file.breaks === undefined))('allow $path', ({ path }) => {
    expect(broken.get(path)).toBeUndefined();
  });
});

describe('the layer table', () => {
  test('knows every folder that holds sources', async () => {
    const known = [...layers.map((layer) => layer.folder), ...freeFolders];
    const strangers = (await foldersWithSources()).filter(
      (folder) => !known.some((layer) => `${folder}/`.startsWith(`${layer}/`)),
    );
    expect(strangers).toEqual([]);
  });

  test('is applied to packages, too, which a folder that is excluded would hide', async () => {
    const configuration = await readFile(join(import.meta.dirname, '../support/layers/dependency-cruiser.mjs'), 'utf8');
    const [, excluded = ''] = /exclude: \{ path: '(.*)' \}/.exec(configuration) ?? [];
    expect(excluded).toContain('dist');
    expect(excluded).not.toContain('node_modules');
  });

  test('names only layers of the table as doors', () => {
    const known = layers.map((layer) => layer.folder);
    const doors = layers.flatMap((layer) => [...layer.doors, ...(layer.typeDoors ?? [])]);
    expect(doors.filter((folder) => !known.includes(folder))).toEqual([]);
  });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Names of the broken rules by file. */
async function cruiseTree(root: string): Promise<Map<string, string[]>> {
  const ruleSet = { forbidden: layerRules(layers, freeFolders) };
  const options = {
    baseDir: root,
    validate: true,
    ruleSet,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  };
  const { output } = await cruise(['.'], options);
  const broken = new Map<string, string[]>();
  for (const { from, rule } of (output as ICruiseResult).summary.violations) {
    broken.set(from, [...new Set([...(broken.get(from) ?? []), rule.name])]);
  }
  return broken;
}

/** Folders of the repository with TypeScript or JavaScript in them, relative to its root. */
async function foldersWithSources(): Promise<string[]> {
  const notOurs = ['node_modules', 'dist', 'output', 'coverage'];
  const top = (await readdir(repository, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && !notOurs.includes(entry.name),
  );
  const folders = await Promise.all(
    top.map(async ({ name }) => {
      const paths = await readdir(join(repository, name), { recursive: true });
      return paths.filter((path) => /\.m?[jt]s$/.test(path)).map((path) => dirname(join(name, path)));
    }),
  );
  return [...new Set(folders.flat())];
}
