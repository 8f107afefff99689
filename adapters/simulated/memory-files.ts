/** The files of simulated nodes: a tree in memory behind the same interface as a real node's folder. */
import type { NodeFileEntry, NodeFileSystem } from '../../emulator/engine/index.ts';
import type { Clock } from '../../core/kernel/index.ts';

interface Entry {
  readonly content: Uint8Array | undefined; // undefined: a directory
  readonly modifiedAt: number;
}

const DIRECTORY_MODE = 0o40770;
const FILE_MODE = 0o100644;

/** The directories at a node's root, in the order in which the service lists them (wire-facts 5.1). */
const ROOT_DIRECTORIES = ['shared', 'workitems', 'fsmounts', 'volatile', 'startup', 'applications'];

export class MemoryFiles implements NodeFileSystem {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, Map<string, Entry>>();
  /** By node and directory: what is right in it. Removing one of many directories does not look at the others. */
  readonly #children = new Map<string, Map<string, Set<string>>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  format(nodeId: string): void {
    const files = new Map<string, Entry>();
    this.#nodes.set(nodeId, files);
    this.#children.set(nodeId, new Map());
    for (const name of ROOT_DIRECTORIES) this.makeDirectory(nodeId, name);
  }

  drop(nodeId: string): void {
    this.#nodes.delete(nodeId);
    this.#children.delete(nodeId);
  }

  makeDirectory(nodeId: string, path: string): void {
    const files = this.#nodes.get(nodeId);
    if (files === undefined || path === '' || files.has(path)) return;
    this.makeDirectory(nodeId, parentOf(path));
    files.set(path, { content: undefined, modifiedAt: this.#clock.now() });
    this.#adopt(nodeId, path);
  }

  write(nodeId: string, path: string, text: string): void {
    const content = new TextEncoder().encode(text);
    this.makeDirectory(nodeId, parentOf(path));
    this.#nodes.get(nodeId)?.set(path, { content, modifiedAt: this.#clock.now() });
    this.#adopt(nodeId, path);
  }

  remove(nodeId: string, path: string): void {
    const files = this.#nodes.get(nodeId);
    if (files === undefined) return;
    const children = this.#children.get(nodeId);
    for (const child of children?.get(path) ?? []) this.remove(nodeId, child);
    files.delete(path);
    children?.delete(path);
    children?.get(parentOf(path))?.delete(path);
  }

  #adopt(nodeId: string, path: string): void {
    const children = this.#children.get(nodeId);
    const siblings = children?.get(parentOf(path));
    if (siblings === undefined) children?.set(parentOf(path), new Set([path]));
    else siblings.add(path);
  }

  async list(nodeId: string, path: string, recursive: boolean): Promise<readonly NodeFileEntry[] | undefined> {
    const files = this.#nodes.get(nodeId);
    if (files === undefined || (path !== '' && files.get(path)?.content !== undefined)) return undefined;
    if (path !== '' && !files.has(path)) return undefined;
    const prefix = path === '' ? '' : `${path}/`;
    const depth = path === '' ? 0 : path.split('/').length;
    const below = [...files].filter(([name]) => name.startsWith(prefix) && name !== path);
    const levelOf = (name: string): number => name.split('/').length - depth;
    return below
      .filter(([name]) => recursive || levelOf(name) === 1)
      .map(([name, entry], index) => ({ name, entry, index }))
      .toSorted((a, b) => levelOf(a.name) - levelOf(b.name) || a.index - b.index)
      .map(({ name, entry }) => describe(name, entry));
  }

  async stat(nodeId: string, path: string): Promise<NodeFileEntry | undefined> {
    const entry = this.#nodes.get(nodeId)?.get(path);
    return entry === undefined ? undefined : describe(path, entry);
  }

  async *read(
    nodeId: string,
    path: string,
    range?: { readonly start: number; readonly end: number },
  ): AsyncIterable<Uint8Array> {
    const content = this.#nodes.get(nodeId)?.get(path)?.content;
    if (content !== undefined) yield content.slice(range?.start ?? 0, (range?.end ?? content.length - 1) + 1);
  }

  async delete(nodeId: string, path: string, recursive: boolean): Promise<'deleted' | 'missing' | 'notEmpty'> {
    const files = this.#nodes.get(nodeId);
    if (files?.has(path) !== true) return 'missing';
    const hasChildren = (this.#children.get(nodeId)?.get(path)?.size ?? 0) > 0;
    if (hasChildren && !recursive) return 'notEmpty';
    this.remove(nodeId, path);
    return 'deleted';
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function describe(path: string, { content, modifiedAt }: Entry): NodeFileEntry {
  return {
    path,
    isDirectory: content === undefined,
    size: content?.length ?? 0,
    modifiedAt,
    mode: content === undefined ? DIRECTORY_MODE : FILE_MODE,
  };
}
