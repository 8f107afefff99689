// `npm run build`: fills dist/ with what the published package needs: JavaScript and declarations of every layer, the
// bundles, and the files that sources read at run time.
import { execFileSync } from 'node:child_process';
import { cp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareBundles } from './prepare-bundles.ts';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const layers = ['core', 'adapters', 'emulator', 'worker', 'scenarios'];

await removeOldOutput();
execFileSync(process.execPath, [join(root, 'node_modules/typescript-7/bin/tsc'), '--project', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
for (const layer of layers) await copyDataOf(layer);
const failures = await prepareBundles();
if (failures.length > 0) process.exitCode = 1;

/** Keeps dist/bundles: another process may be using them, and they are made again only when a source changed. */
async function removeOldOutput(): Promise<void> {
  for (const name of layers) await rm(join(dist, name), { recursive: true, force: true });
}

/** Copies what is not TypeScript: the texts of the scenarios, the pages of the dashboard. */
async function copyDataOf(layer: string): Promise<void> {
  const folder = join(root, layer);
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(ts|mjs)$/.test(entry.name)) continue;
    const source = join(entry.parentPath, entry.name);
    await cp(source, join(dist, layer, source.slice(folder.length)));
  }
}
