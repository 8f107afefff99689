/**
 * Files below the nodes' root folders, as the file API shows them (wire-facts 5). A path that leads out of
 * the root, by `..` or through a link, is answered as missing.
 */
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, realpath, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { HIDDEN_DIRECTORY, removeTree } from '../../emulator/agent/index.ts';
import type { NodeFileEntry, NodeFileSystem } from '../../emulator/engine/index.ts';
import { inListingOrder } from './listing-order.ts';

/** Stats at a time: enough to keep the thread pool busy, few enough for a directory of a million files. */
const BATCH = 64;

export class NodeFiles implements NodeFileSystem {
  readonly #rootOf: (nodeId: string) => string | undefined;

  /** `rootOf` gives a node's root folder on this machine, or undefined for an unknown node. */
  constructor(rootOf: (nodeId: string) => string | undefined) {
    this.#rootOf = rootOf;
  }

  async list(nodeId: string, path: string, recursive: boolean): Promise<readonly NodeFileEntry[] | undefined> {
    const place = await this.#find(nodeId, path);
    if (place === undefined || !place.stats.isDirectory()) return undefined;
    const entries: NodeFileEntry[] = [];
    let level = [place.relative];
    while (level.length > 0) {
      const below: string[] = [];
      for (const directory of level) {
        for (const { entry, isLink } of await this.#children(place.root, directory, recursive)) {
          entries.push(entry);
          // A link to a directory is shown but not entered: it may lead back.
          if (entry.isDirectory && !isLink) below.push(entry.path);
        }
      }
      level = recursive ? below : [];
    }
    return entries;
  }

  async stat(nodeId: string, path: string): Promise<NodeFileEntry | undefined> {
    const place = await this.#find(nodeId, path);
    return place === undefined ? undefined : asEntry(place.relative, place.stats);
  }

  async *read(
    nodeId: string,
    path: string,
    range?: { readonly start: number; readonly end: number },
  ): AsyncIterable<Uint8Array> {
    const place = await this.#find(nodeId, path);
    if (place === undefined || !place.stats.isFile()) throw new Error(`There is no file "${path}" on node ${nodeId}.`);
    const handle = await open(place.real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = await handle.stat();
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? Infinity, size - 1);
      if (start <= end) yield* handle.createReadStream({ start, end, autoClose: false }) as AsyncIterable<Buffer>;
    } finally {
      await handle.close();
    }
  }

  async delete(nodeId: string, path: string, recursive: boolean): Promise<'deleted' | 'missing' | 'notEmpty'> {
    const root = await this.#realRoot(nodeId);
    const relative = normalize(path);
    if (root === undefined || relative === undefined || relative === '') return 'missing';
    const target = posix.join(root, relative);
    try {
      // The entry itself is deleted, not what it links to; its directory must be inside.
      const parent = await realpath(dirname(target));
      if (!isInside(root, parent)) return 'missing';
      const real = posix.join(parent, posix.basename(target));
      const stats = await lstat(real);
      if (!stats.isDirectory()) await unlink(real);
      else if (recursive) await removeTree(real);
      else await rmdir(real);
      return 'deleted';
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return 'notEmpty';
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
      throw error;
    }
  }

  async #find(nodeId: string, path: string): Promise<Place | undefined> {
    const root = await this.#realRoot(nodeId);
    const relative = normalize(path);
    if (root === undefined || relative === undefined) return undefined;
    try {
      const real = await realpath(posix.join(root, relative));
      return isInside(root, real) ? { root, relative, real, stats: await stat(real) } : undefined;
    } catch {
      return undefined;
    }
  }

  async #realRoot(nodeId: string): Promise<string | undefined> {
    const root = this.#rootOf(nodeId);
    return root === undefined ? undefined : realpath(root).catch(() => undefined);
  }

  async #children(root: string, directory: string, recursive: boolean): Promise<readonly Child[]> {
    let names: string[];
    try {
      names = await readdir(posix.join(root, directory));
    } catch {
      // Deleted since it was seen, or closed to us.
      return [];
    }
    const paths = inListingOrder(directory, names, recursive)
      .map((name) => posix.join(directory, name))
      .filter((path) => path !== HIDDEN_DIRECTORY);
    const children: (Child | undefined)[] = [];
    for (let start = 0; start < paths.length; start += BATCH) {
      children.push(...(await Promise.all(paths.slice(start, start + BATCH).map((path) => child(root, path)))));
    }
    return children.filter((each) => each !== undefined);
  }
}

interface Place {
  readonly root: string;
  readonly relative: string;
  /** Absolute, without links. */
  readonly real: string;
  readonly stats: Stats;
}

interface Child {
  readonly entry: NodeFileEntry;
  readonly isLink: boolean;
}

async function child(root: string, path: string): Promise<Child | undefined> {
  const absolute = posix.join(root, path);
  try {
    const stats = await lstat(absolute);
    if (!stats.isSymbolicLink()) return { entry: asEntry(path, stats), isLink: false };
    const real = await realpath(absolute);
    return isInside(root, real) ? { entry: asEntry(path, await stat(real)), isLink: true } : undefined;
  } catch {
    return undefined;
  }
}

function asEntry(path: string, stats: Stats): NodeFileEntry {
  return {
    path,
    isDirectory: stats.isDirectory(),
    size: stats.isDirectory() ? 0 : stats.size,
    modifiedAt: stats.mtimeMs,
    mode: stats.mode,
  };
}

/** `a/./b//c/` as `a/b/c`, the root as the empty text; undefined for a path that leads upwards out of it. */
function normalize(path: string): string | undefined {
  if (path.includes('\0')) return undefined;
  const normal = posix.normalize(path).replace(/^\/+|\/+$/g, '');
  if (normal === '..' || normal.startsWith('../')) return undefined;
  return normal === '.' ? '' : normal;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}
