/**
 * Reads the zips of application packages and unpacks them: into one directory and nowhere else. A name that leads out,
 * a link, or anything that is neither a file nor a directory makes the whole zip refused.
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { confine } from '../node/layout.ts';

/** Ours: a zip of few bytes can claim to hold any number of them. */
const MOST_ENTRIES = 200_000;
const MOST_BYTES = 32 * 1024 ** 3;

const TYPE = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;

/** Of zips made where files have no modes: the programs in them must be able to run. */
const DEFAULT_MODE = 0o755;

/** Less the umask: with a server that is not root its group may delete them. */
const DIRECTORY_MODE = 0o775;

/** What is wrong with a zip, in words that continue a sentence. */
export class ZipProblem extends Error {
  override readonly name = 'ZipProblem';
}

interface Member {
  /** With `/`, relative, ending in `/` for a directory. */
  readonly name: string;
  readonly isDirectory: boolean;
  readonly mode: number;
  readonly open: () => Promise<Readable>;
}

/** Looks at every name, size and kind without unpacking. Throws a `ZipProblem` for what `unzip` would refuse. */
export async function checkZip(file: string): Promise<void> {
  let hasMembers = false;
  for await (const _member of members(file)) hasMembers = true;
  if (!hasMembers) throw new ZipProblem('it is empty');
}

/** Unpacks into a directory that is there and empty. Throws a `ZipProblem`, or what the file system has to say. */
export async function unzip(file: string, directory: string): Promise<void> {
  for await (const { name, isDirectory, mode, open } of members(file)) {
    const target = confine(directory, name);
    if (target === undefined) throw new ZipProblem(`"${name}" leads out of it`);
    if (isDirectory) {
      await mkdir(target, { recursive: true, mode: DIRECTORY_MODE });
    } else {
      await mkdir(dirname(target), { recursive: true, mode: DIRECTORY_MODE });
      // `wx`: a second entry of the same name must not decide what the first one was.
      await pipeline(await open(), createWriteStream(target, { flags: 'wx', mode })).catch((error: unknown) => {
        throw isExisting(error) ? new ZipProblem(`it has more than one "${name}"`) : error;
      });
    }
  }
}

async function* members(file: string): AsyncGenerator<Member, void, undefined> {
  const zip = await openZip(file);
  try {
    if (zip.entryCount > MOST_ENTRIES) throw new ZipProblem(`it has more than ${MOST_ENTRIES} entries`);
    let bytes = 0;
    for await (const entry of entriesOf(zip)) {
      bytes += entry.uncompressedSize;
      if (bytes > MOST_BYTES) throw new ZipProblem(`unpacked it is larger than ${MOST_BYTES / 1024 ** 3} GiB`);
      yield memberOf(zip, entry);
    }
  } finally {
    zip.close();
  }
}

async function openZip(file: string): Promise<ZipFile> {
  // Loaded with the first package: most nodes never see one.
  const { openPromise } = await import('yauzl');
  try {
    return await openPromise(file, { autoClose: false });
  } catch (error) {
    throw problemOf(error);
  }
}

/** The library refuses absolute names, drive letters and `..`, and replaces backslashes. */
async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry, void, undefined> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    throw problemOf(error);
  }
}

function memberOf(zip: ZipFile, entry: Entry): Member {
  const { fileName: name } = entry;
  if (name.includes('\0')) throw new ZipProblem('a name in it has a NUL character');
  if (confine('/x', name) === undefined) throw new ZipProblem(`"${name}" leads out of it`);
  if (entry.isEncrypted()) throw new ZipProblem(`"${name}" is encrypted`);
  if (!entry.canDecodeFileData()) throw new ZipProblem(`"${name}" is compressed by a method other than deflate`);
  const unixMode = hasUnixMode(entry) ? entry.externalFileAttributes >>> 16 : 0;
  const type = unixMode & TYPE;
  if (type === LINK) throw new ZipProblem(`"${name}" is a link; put the file itself there`);
  if (type !== 0 && type !== REGULAR && type !== DIRECTORY) throw new ZipProblem(`"${name}" is no file`);
  return {
    name,
    isDirectory: name.endsWith('/'),
    mode: unixMode === 0 ? DEFAULT_MODE : readableByAll(unixMode & 0o777),
    open: () =>
      zip.openReadStreamPromise(entry).catch((error: unknown) => {
        throw problemOf(error);
      }),
  };
}

/** Systems 3 and 19 of the format: Unix and macOS. */
function hasUnixMode({ versionMadeBy }: Entry): boolean {
  const system = versionMadeBy >>> 8;
  return system === 3 || system === 19;
}

/** Tasks of every user share the package: what its owner may read or run, all may. */
function readableByAll(mode: number): number {
  return mode | 0o444 | ((mode & 0o111) === 0 ? 0 : 0o111);
}

/** The library's errors are of its own making, but for those of the file system. */
function problemOf(error: unknown): Error {
  if (error instanceof ZipProblem) return error;
  if (!(error instanceof Error)) return new ZipProblem(String(error));
  return 'code' in error && error.code !== undefined ? error : new ZipProblem(error.message);
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'EISDIR');
}
