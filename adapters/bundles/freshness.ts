// Remembers what a bundle was made of, beside it: each input with its size and modification time. Equality is asked
// rather than "older than the bundle", because a checkout or a copy can bring back a file with an old date.
import { readFile, rm, stat, writeFile } from 'node:fs/promises';

/** What tells one version of a file from another, cheaply. */
interface Fingerprint {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

const recordOf = (outFile: string): string => `${outFile}.inputs.json`;

/** Sizes and dates of the files now; take them before they are read, so that an edit during the build is seen later. */
export async function fingerprints(paths: readonly string[]): Promise<Fingerprint[]> {
  return Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
}

export async function recordInputs(outFile: string, inputs: readonly Fingerprint[]): Promise<void> {
  await writeFile(recordOf(outFile), JSON.stringify(inputs, undefined, 1));
}

export async function forgetInputs(outFile: string): Promise<void> {
  await rm(recordOf(outFile), { force: true });
}

/** True when the bundle exists and every input is as recorded. Anything unreadable means it must be made again. */
export async function isFresh(outFile: string): Promise<boolean> {
  try {
    await stat(outFile);
    const recorded = JSON.parse(await readFile(recordOf(outFile), 'utf8')) as readonly Fingerprint[];
    const present = await fingerprints(recorded.map((input) => input.path));
    return recorded.every((input, i) => input.size === present[i]?.size && input.mtimeMs === present[i].mtimeMs);
  } catch {
    return false;
  }
}
