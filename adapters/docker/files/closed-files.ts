/**
 * Files of nodes for a server that is not root: what it may not reach from outside, because a task closed it, it asks
 * for inside the node's container. Everything else goes the short way.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { NodeFileEntry, NodeFileSystem } from '../../../emulator/engine/index.ts';
import type { InsideFiles } from './inside-files.ts';

export interface ClosedFilesOptions {
  /** From outside, as the server's user. */
  readonly outside: NodeFileSystem;
  /** Undefined when the node's container does not run. */
  readonly inside: (nodeId: string) => InsideFiles | undefined;
  readonly rootOf: (nodeId: string) => string | undefined;
}

export class ClosedFiles implements NodeFileSystem {
  readonly #options: ClosedFilesOptions;

  constructor(options: ClosedFilesOptions) {
    this.#options = options;
  }

  async list(nodeId: string, path: string, recursive: boolean): Promise<readonly NodeFileEntry[] | undefined> {
    const { outside, inside } = this.#options;
    const entries = await outside.list(nodeId, path, recursive);
    const below = recursive ? (entries ?? []).filter(({ isDirectory }) => isDirectory).map((entry) => entry.path) : [];
    for (const directory of [path, ...below]) {
      if (await this.#isClosed(nodeId, directory, constants.R_OK | constants.X_OK)) {
        return (await inside(nodeId)?.list(path, recursive)) ?? entries;
      }
    }
    return entries;
  }

  async stat(nodeId: string, path: string): Promise<NodeFileEntry | undefined> {
    const { outside, inside } = this.#options;
    const entry = await outside.stat(nodeId, path);
    if (entry !== undefined || !(await this.#isClosed(nodeId, path, constants.F_OK))) return entry;
    return inside(nodeId)?.stat(path);
  }

  async *read(
    nodeId: string,
    path: string,
    range?: { readonly start: number; readonly end: number },
  ): AsyncIterable<Uint8Array> {
    const { outside, inside } = this.#options;
    const isClosed = await this.#isClosed(nodeId, path, constants.R_OK);
    yield* (isClosed ? inside(nodeId)?.read(path, range) : undefined) ?? outside.read(nodeId, path, range);
  }

  async delete(nodeId: string, path: string, recursive: boolean): Promise<'deleted' | 'missing' | 'notEmpty'> {
    const { outside, inside } = this.#options;
    try {
      const outcome = await outside.delete(nodeId, path, recursive);
      if (outcome !== 'missing' || !(await this.#isClosed(nodeId, path, constants.F_OK))) return outcome;
    } catch (error) {
      if (!isDenied(error) || inside(nodeId) === undefined) throw error;
    }
    return (await inside(nodeId)?.delete(path, recursive)) ?? 'missing';
  }

  /** Whether it is the permission that is missing, to the file or to a directory on the way. */
  async #isClosed(nodeId: string, path: string, mode: number): Promise<boolean> {
    const root = this.#options.rootOf(nodeId);
    const relative = normalize(path);
    if (root === undefined || relative.startsWith('..') || path.includes('\0')) return false;
    try {
      await access(join(root, relative), mode);
      return false;
    } catch (error) {
      return isDenied(error);
    }
  }
}

export function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}
