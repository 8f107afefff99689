// Makes one program into one file with esbuild, for nodes that have Node and nothing else of ours.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { fingerprints, forgetInputs, recordInputs } from './freshness.ts';

/** The sources of one bundle and where it goes; paths are absolute. */
export interface BundleSource {
  readonly entry: string;
  readonly outFile: string;
}

/** A bundle also depends on how it is made: on this file. */
const recipe = fileURLToPath(import.meta.url);

const REQUIRE = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`;

/** Writes the bundle and the record of its inputs. Safe when several processes make the same one at once. */
export async function buildBundle({ entry, outFile }: BundleSource): Promise<void> {
  const folder = dirname(outFile);
  const draft = `${outFile}.${randomUUID()}.tmp`;
  const startedMs = Date.now();
  await mkdir(folder, { recursive: true });
  try {
    const { metafile } = await build({
      entryPoints: [entry],
      outfile: draft,
      absWorkingDir: folder,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      // Packages that are still CommonJS ask for Node's own modules in their way.
      banner: { js: REQUIRE },
      metafile: true,
      legalComments: 'none',
      logLevel: 'silent',
    });
    const inputs = Object.keys(metafile.inputs).map((path) => resolve(folder, path));
    const seen = await fingerprints([...inputs, recipe]);
    await forgetInputs(outFile);
    await rename(draft, outFile);
    // A source saved while esbuild was reading may not be in the bundle: without a record the next call makes it again.
    if (seen.every((input) => input.mtimeMs < startedMs)) await recordInputs(outFile, seen);
  } catch (error) {
    await rm(draft, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${basename(outFile)} could not be made from ${entry}: ${reason}`, { cause: error });
  }
}
