// Gives the path of a program's bundle. An installed package brings them ready; a source checkout makes one again when a
// source of it has changed, so that nobody has to remember a build step.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BundleSource } from './build-bundle.ts';
import { isFresh } from './freshness.ts';

export type BundleName = 'agent' | 'files' | 'worker';

/** Sources run in place carry their `.ts` names; the published package has only what `npm run build` made of them. */
const isCheckout = import.meta.url.endsWith('.ts');
/** The repository's root, or `dist/` in an installed package: both have this file two folders down. */
const root = new URL('../../', import.meta.url);
const bundlesFolder = new URL(isCheckout ? 'dist/bundles/' : 'bundles/', root);

const entries: Record<BundleName, string> = {
  agent: 'emulator/agent/main.ts',
  files: 'adapters/docker/files/inside-main.ts',
  worker: 'worker/main.ts',
};

export const bundleNames = Object.keys(entries) as readonly BundleName[];

/** Where the sources of a bundle are in this checkout, and where it is or goes. */
export function bundleSource(name: BundleName): BundleSource {
  return {
    entry: fileURLToPath(new URL(entries[name], root)),
    outFile: fileURLToPath(new URL(`${name}.mjs`, bundlesFolder)),
  };
}

const pending = new Map<BundleName, Promise<string>>();

/**
 * The absolute path of the program's bundle: one ECMAScript module that needs nothing but Node 24.
 * Checked once a process. Throws when it is missing and cannot be made.
 */
export function ensureBundle(name: BundleName): Promise<string> {
  const known = pending.get(name);
  if (known !== undefined) return known;
  const started = isCheckout ? ensureFresh(bundleSource(name)) : findInstalled(name);
  pending.set(name, started);
  return started;
}

/** Makes the bundle unless every source of it is as it was when the bundle was made; gives its path. */
export async function ensureFresh(source: BundleSource): Promise<string> {
  if (await isFresh(source.outFile)) return source.outFile;
  if (!existsSync(source.entry)) throw new Error(`There is no ${source.entry} to make ${source.outFile} from.`);
  // Loaded only here: esbuild is a development dependency, absent from an installed package.
  const { buildBundle } = await import('./build-bundle.ts');
  await buildBundle(source);
  return source.outFile;
}

async function findInstalled(name: BundleName): Promise<string> {
  const { outFile } = bundleSource(name);
  if (existsSync(outFile)) return outFile;
  throw new Error(`The installed package lacks ${outFile}: install batchrite again.`);
}
