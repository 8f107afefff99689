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
import { followInside } from './inner-links.ts';
import { inListingOrder } from './listing-order.ts';

/** Stats at a time: enough to keep the thread pool busy, few enough for a directory of a million files. */
const BATCH = 64;

export class NodeFiles implements NodeFileSystem {
  readonly #rootOf: (nodeId: string) => string | undefined;
  readonly #rootOfTasks: string | undefined;

  /**
   * `rootOf` gives a node's root folder on this machine, or undefined for an unknown node; `rootOfTasks` is what tasks call
   * that folder, where it is another name.
   */
  constructor(rootOf: (nodeId: string) => string | undefined, rootOfTasks?: string) {
    this.#rootOf = rootOf;
    this.#rootOfTasks = rootOfTasks;
  }

  async list(nodeId: string, path: string, recursive: boolean): Promise<readonly NodeFileEntry[] | undefined> {
    const place = await this.#find(nodeId, path);
    if (place === undefined || !place.stats.isDirectory()) return undefined;
    const entries: NodeFileEntry[] = [];
    let level: Directory[] = [{ path: place.relative, real: place.real }];
    while (level.length > 0) {
      const below: Directory[] = [];
      for (const directory of level) {
        for (const { entry, real, isLink } of await this.#children(place.root, directory, recursive)) {
          entries.push(entry);
          // A link to a directory is shown but not entered: it may lead back.
          if (entry.isDirectory && !isLink) below.push({ path: entry.path, real });
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
    try {
      // The entry itself is deleted, not what it links to; its directory must be inside.
      const parent = await this.#realPath(root, dirname(relative));
      if (parent === undefined) return 'missing';
      const real = posix.join(parent, posix.basename(relative));
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
      const real = await this.#realPath(root, relative);
      return real === undefined ? undefined : { root, relative, real, stats: await stat(real) };
    } catch {
      return undefined;
    }
  }

  /** Without links, inside the root; undefined for what is not. The system is asked first: it is a single call. */
  async #realPath(root: string, relative: string): Promise<string | undefined> {
    const real = await realpath(posix.join(root, relative)).catch(() => undefined);
    if (real !== undefined && isInside(root, real)) return real;
    return this.#rootOfTasks === undefined ? undefined : followInside(root, relative, this.#rootOfTasks);
  }

  async #realRoot(nodeId: string): Promise<string | undefined> {
    const root = this.#rootOf(nodeId);
    return root === undefined ? undefined : realpath(root).catch(() => undefined);
  }

  async #children(root: string, directory: Directory, recursive: boolean): Promise<readonly Child[]> {
    let names: string[];
    try {
      names = await readdir(directory.real);
    } catch {
      // Deleted since it was seen, or closed to us.
      return [];
    }
    const shown = inListingOrder(directory.path, names, recursive)
      .map((name) => ({ path: posix.join(directory.path, name), real: posix.join(directory.real, name) }))
      .filter(({ path }) => path !== HIDDEN_DIRECTORY);
    const children: (Child | undefined)[] = [];
    for (let start = 0; start < shown.length; start += BATCH) {
      children.push(...(await Promise.all(shown.slice(start, start + BATCH).map((each) => this.#child(root, each)))));
    }
    return children.filter((each) => each !== undefined);
  }

  async #child(root: string, { path, real }: Directory): Promise<Child | undefined> {
    try {
      const stats = await lstat(real);
      if (!stats.isSymbolicLink()) return { entry: asEntry(path, stats), real, isLink: false };
      const target = await this.#realPath(root, real.slice(root.length));
      return target === undefined
        ? undefined
        : { entry: asEntry(path, await stat(target)), real: target, isLink: true };
    } catch {
      return undefined;
    }
  }
}

interface Place {
  readonly root: string;
  readonly relative: string;
  /** Absolute, without links. */
  readonly real: string;
  readonly stats: Stats;
}

interface Directory {
  /** As it is shown, relative to the root. */
  readonly path: string;
  /** Absolute; without links on the way to it. */
  readonly real: string;
}

interface Child {
  readonly entry: NodeFileEntry;
  readonly real: string;
  readonly isLink: boolean;
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
