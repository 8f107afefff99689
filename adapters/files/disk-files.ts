/** Core's `LocalFiles` on this machine's file system. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FaultError, isFault } from '../../core/index.ts';
import type { FaultCode, LocalFile, LocalFiles } from '../../core/index.ts';

export class DiskFiles implements LocalFiles {
  async expand(paths: readonly string[]): Promise<readonly LocalFile[]> {
    const files = new Map<string, LocalFile>();
    for (const path of paths) {
      for (const file of await filesAt(resolve(path))) files.set(file.path, file);
    }
    return [...files.values()];
  }

  async write(directory: string, name: string, content: AsyncIterable<Uint8Array>): Promise<string> {
    const root = resolve(directory);
    const path = resolve(root, name);
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new FaultError({ code: 'invalid', message: `The file name "${name}" leads out of ${root}: not written.` });
    }
    // A short name of its own: with the target's name the draft's could get longer than a file system takes.
    const draft = join(dirname(path), `.${randomUUID()}.part`);
    try {
      await mkdir(dirname(path), { recursive: true });
      await pipeline(content, createWriteStream(draft, { flags: 'wx' }));
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      // The content's own trouble, such as an interrupted download, is told as it is.
      throw isFault(error) ? error : fileFault(error, 'write', path);
    }
    return path;
  }
}

async function filesAt(path: string): Promise<readonly LocalFile[]> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return [{ name: basename(path), path, size: found.size }];
    const names = (await readdir(path)).sort(byName);
    const files = await Promise.all(
      names.map(async (name) => ({ name, path: join(path, name), stats: await stat(join(path, name)) })),
    );
    return files.flatMap(({ name, path: filePath, stats }) =>
      stats.isFile() ? [{ name, path: filePath, size: stats.size }] : [],
    );
  } catch (error) {
    throw fileFault(error, 'read', path);
  }
}

/** As people count: `taskdata2` before `taskdata10`; the same on every machine. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : 1);
}

const reasons: Readonly<Record<string, readonly [code: FaultCode, reason: string]>> = {
  ENOENT: ['notFound', 'there is no such file or folder'],
  EACCES: ['denied', 'permission denied'],
  EPERM: ['denied', 'permission denied'],
  ENOSPC: ['failed', 'the disk is full'],
  ENAMETOOLONG: ['invalid', 'the name is too long for this file system'],
  ENOTDIR: ['invalid', 'a part of the path is a file, not a folder'],
  EISDIR: ['conflict', 'there is a folder of that name'],
};

function fileFault(error: unknown, action: string, path: string): FaultError {
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [code, reason] = reasons[systemCode] ?? ['failed', error instanceof Error ? error.message : String(error)];
  return new FaultError({ code, message: `Cannot ${action} ${path}: ${reason}.` }, { cause: error });
}
