/** Files of tasks and nodes, as core's NodeFiles: the engine says where they are, the node's file system reads them. */
import type { CallOptions, NodeFile, NodeFiles, ReadOptions } from '../../../core/index.ts';
import type { BatchEngine, FileLocation, NodeFileEntry, NodeFileSystem } from '../../../emulator/engine/index.ts';
import { ask, cancellable, named, throwIfCancelled } from '../calls/engine-calls.ts';
import { faultOf } from '../calls/fault-of-refusal.ts';
import { fileOf, statOf } from './file-mapping.ts';
import { pathBelow } from './file-path.ts';
import { checkRange, clip } from './range.ts';

type Locate = () => Promise<FileLocation>;

export function createNodeFiles(engine: BatchEngine, files: NodeFileSystem): NodeFiles {
  const ofTask = (jobId: string, taskId: string, signal?: AbortSignal): Promise<FileLocation> =>
    ask(() => engine.files.ofTask(named(jobId), named(taskId)), signal);
  const ofNode = (poolId: string, nodeId: string, signal?: AbortSignal): Promise<FileLocation> =>
    ask(() => engine.files.ofNode(named(poolId), named(nodeId)), signal);
  return {
    listOfTask: (jobId, taskId, { signal }: CallOptions = {}) =>
      listFiles(files, () => ofTask(jobId, taskId, signal), signal),
    listOfNode: (poolId, nodeId, { signal }: CallOptions = {}) =>
      listFiles(files, () => ofNode(poolId, nodeId, signal), signal),
    statOfTask: async (jobId, taskId, path, { signal }: CallOptions = {}) => {
      throwIfCancelled(signal);
      named(path);
      const location = await ofTask(jobId, taskId, signal);
      return statOf(path, await findFile(files, location, path, signal));
    },
    readOfTask: (jobId, taskId, path, options: ReadOptions = {}) =>
      readFile(files, { locate: () => ofTask(jobId, taskId, options.signal), path, options }),
    readOfNode: (poolId, nodeId, path, options: ReadOptions = {}) =>
      readFile(files, { locate: () => ofNode(poolId, nodeId, options.signal), path, options }),
  };
}

/** Everything below the directory, with names relative to it. */
async function* listFiles(
  files: NodeFileSystem,
  locate: Locate,
  signal: AbortSignal | undefined,
): AsyncGenerator<NodeFile, void, undefined> {
  const { nodeId, directory } = await locate();
  const entries = await cancellable(() => files.list(nodeId, directory, true), signal);
  if (entries === undefined) throw faultOf({ code: 'FileNotFound' });
  const skipped = directory === '' ? 0 : directory.length + 1;
  for (const entry of entries) {
    throwIfCancelled(signal);
    yield fileOf(entry.path.slice(skipped), entry);
  }
}

async function findFile(
  files: NodeFileSystem,
  { nodeId, directory }: FileLocation,
  path: string,
  signal: AbortSignal | undefined,
): Promise<NodeFileEntry> {
  const below = pathBelow(directory, path);
  const entry = below === undefined ? undefined : await cancellable(() => files.stat(nodeId, below), signal);
  if (entry === undefined) throw faultOf({ code: 'FileNotFound' });
  return entry;
}

interface Reading {
  readonly locate: Locate;
  readonly path: string;
  readonly options: ReadOptions;
}

/** The file's bytes, or those of the range. A directory has none to read. */
async function* readFile(
  files: NodeFileSystem,
  { locate, path, options: { range, signal } }: Reading,
): AsyncGenerator<Uint8Array, void, undefined> {
  checkRange(range);
  throwIfCancelled(signal);
  named(path);
  const location = await locate();
  const entry = await findFile(files, location, path, signal);
  if (entry.isDirectory) throw faultOf({ code: 'FileNotFound' });
  const clipped = range === undefined ? undefined : clip(range, entry.size);
  if (clipped === 'outside') throw faultOf({ code: 'InvalidRange' });
  const chunks = files.read(location.nodeId, entry.path, clipped)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await cancellable(() => chunks.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not waited for: a read that hangs must not hold a caller who has cancelled it.
    void chunks.return?.().catch(() => undefined);
  }
}
