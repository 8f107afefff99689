// Files of a node, in memory: a tree of texts for the wire suite.
import type { NodeFileEntry, NodeFileSystem } from '../../../emulator/engine/index.ts';

/** Paths relative to the node's root; a path that ends with a slash is a directory. */
export function memoryFiles(tree: Readonly<Record<string, string>>, modifiedAt: number): NodeFileSystem {
  const contents = new Map(Object.entries(tree));
  const entryOf = (path: string): NodeFileEntry => {
    const isDirectory = path.endsWith('/');
    const text = contents.get(path) ?? '';
    return {
      path: isDirectory ? path.slice(0, -1) : path,
      isDirectory,
      size: isDirectory ? 0 : Buffer.byteLength(text),
      modifiedAt,
      mode: isDirectory ? 0o40755 : 0o100644,
    };
  };
  const keyOf = (path: string): string | undefined => [path, `${path}/`].find((key) => contents.has(key));
  return {
    list: (_nodeId, path, recursive) => {
      const prefix = path === '' ? '' : `${path}/`;
      if (path !== '' && !contents.has(prefix)) return Promise.resolve(undefined);
      const depth = (key: string): number => key.replace(/\/$/, '').split('/').length;
      const below = [...contents.keys()].filter((key) => key.startsWith(prefix) && key !== prefix);
      const level = path === '' ? 1 : depth(prefix) + 1;
      const shown = below.filter((key) => recursive || depth(key) === level).toSorted((a, b) => depth(a) - depth(b));
      return Promise.resolve(shown.map(entryOf));
    },
    stat: (_nodeId, path) => {
      const key = keyOf(path);
      return Promise.resolve(key === undefined ? undefined : entryOf(key));
    },
    read: async function* (_nodeId, path, range) {
      const bytes = Buffer.from(contents.get(path) ?? '');
      await Promise.resolve();
      yield range === undefined ? bytes : bytes.subarray(range.start, range.end + 1);
    },
    delete: (_nodeId, path, recursive) => {
      const key = keyOf(path);
      if (key === undefined) return Promise.resolve('missing');
      const below = [...contents.keys()].filter((each) => each.startsWith(`${path}/`) && each !== key);
      if (below.length > 0 && !recursive) return Promise.resolve('notEmpty');
      for (const each of [key, ...below]) contents.delete(each);
      return Promise.resolve('deleted');
    },
  };
}
