/** Operations on the files of tasks and nodes (wire-facts 5). The engine says where they are, the node's file system reads them. */
import type { Outcome } from '../../../core/kernel/index.ts';
import { success } from '../../../core/kernel/index.ts';
import type { EngineFault, FileLocation, ListQuery, NodeFileEntry, NodeFileSystem, Page } from '../../engine/index.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { readRange } from '../files/byte-range.ts';
import { encodeFilePath, joinPath, normalizeFilePath } from '../files/file-path.ts';
import { fileHeaders, fileItem } from '../files/file-view.ts';
import { headerOf } from '../http/wire-request.ts';
import type { HandlerOutcome, Handlers, OperationCall } from '../operations/handler.ts';
import type { OperationOf } from '../operations/operation-id.ts';
import { refuse } from './replies.ts';

type Location = Outcome<FileLocation, EngineFault>;

const ofTask = ({ account, parameters: { jobId, taskId } }: OperationCall<unknown, 'jobId' | 'taskId'>) =>
  account.engine.files.ofTask(jobId, taskId);
const ofNode = ({ account, parameters: { poolId, nodeId } }: OperationCall<unknown, 'poolId' | 'nodeId'>) =>
  account.engine.files.ofNode(poolId, nodeId);

export const fileHandlers: Handlers<OperationOf<'File'>> = {
  File_ListFromTask: async (call) => listFiles(call, await ofTask(call)),
  File_ListFromComputeNode: async (call) => listFiles(call, await ofNode(call)),
  File_GetFromTask: async (call) => readFile(call, await ofTask(call)),
  File_GetFromComputeNode: async (call) => readFile(call, await ofNode(call)),
  File_GetPropertiesFromTask: async (call) => describeFile(call, await ofTask(call)),
  File_GetPropertiesFromComputeNode: async (call) => describeFile(call, await ofNode(call)),
  File_DeleteFromTask: async (call) => deleteFile(call, await ofTask(call)),
  File_DeleteFromComputeNode: async (call) => deleteFile(call, await ofNode(call)),
};

async function listFiles(call: OperationCall<unknown, never>, location: Location): Promise<HandlerOutcome> {
  if (!location.ok) return location;
  const { nodeId, directory } = location.value;
  const entries = await call.account.files.list(nodeId, directory, call.recursive);
  if (entries === undefined) return refuse('FileNotFound');
  const skipped = directory === '' ? 0 : directory.length + 1;
  const filesUrl = `${call.baseUrl}${call.rawPath}`;
  const items = entries.map((entry) => ({ name: entry.path.slice(skipped), entry }));
  const page = pageOfFiles(items, call.page);
  return success({
    kind: 'page',
    items: page.items.map(({ name, entry }) => fileItem(entry, name, filesUrl)),
    ...(page.next === undefined ? {} : { next: page.next }),
  });
}

/** Goes on behind the last name of the page before, or at its position when that file is gone meanwhile. */
function pageOfFiles<T extends { readonly name: string }>(
  all: readonly T[],
  { limit, after, where }: ListQuery<object>,
): Page<T> {
  let start = 0;
  if (after !== undefined) {
    const [position = '0', lastName] = after.split(/:(.*)/s, 2);
    const found = all.findIndex(({ name }) => name === lastName);
    start = found < 0 ? Number(position) || 0 : found + 1;
  }
  const items: T[] = [];
  for (let index = start; index < all.length; index += 1) {
    const item = all[index];
    if (item === undefined || where?.(item) === false) continue;
    items.push(item);
    if (items.length === limit && index + 1 < all.length) return { items, next: `${index}:${item.name}` };
  }
  return { items };
}

interface FoundFile {
  readonly entry: NodeFileEntry;
  readonly nodeId: string;
  /** Percent-encoded, for the header that repeats it. */
  readonly url: string;
}

/** The file that was asked for, unless the request's condition says that it is not wanted. */
async function findFile(
  call: OperationCall<unknown, 'filePath'>,
  location: Location,
): Promise<Outcome<FoundFile, WireFault>> {
  if (!location.ok) return location;
  const { nodeId, directory } = location.value;
  const path = normalizeFilePath(call.parameters.filePath);
  if (path === undefined) return refuse('FileNotFound');
  const entry = await call.account.files.stat(nodeId, joinPath(directory, path));
  if (entry === undefined) return refuse('FileNotFound');
  if (call.precondition?.({ lastModified: entry.modifiedAt }) === false) return refuse('ConditionNotMet');
  const filesPath = call.rawPath.slice(0, call.rawPath.indexOf('/files/') + '/files/'.length);
  return success({ entry, nodeId, url: `${call.baseUrl}${filesPath}${encodeFilePath(path)}` });
}

async function readFile(call: OperationCall<unknown, 'filePath'>, location: Location): Promise<HandlerOutcome> {
  const found = await findFile(call, location);
  if (!found.ok) return found;
  const { entry, nodeId, url } = found.value;
  if (entry.isDirectory) return refuse('FileNotFound');
  const header = headerOf(call.headers, 'ocp-range');
  const range = header === undefined ? undefined : readRange(header, entry.size);
  if (range?.kind === 'malformed') {
    return refuse('InvalidHeaderValue', { HeaderName: 'ocp-range', HeaderValue: header ?? '' });
  }
  if (range?.kind === 'outside') return refuse('InvalidRange');
  const body = await openStream(call.account.files, nodeId, {
    path: entry.path,
    ...(range === undefined ? {} : { range }),
  });
  return body === undefined
    ? refuse('FileNotFound')
    : success({ kind: 'file', headers: fileHeaders(entry, url), body });
}

/**
 * Waits for the first bytes, so that a file that cannot be read is refused before anything was sent. Undefined when it
 * has gone since it was looked at.
 */
async function openStream(
  files: NodeFileSystem,
  nodeId: string,
  { path, range }: { readonly path: string; readonly range?: { readonly start: number; readonly end: number } },
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const iterator = files.read(nodeId, path, range)[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array>;
  try {
    first = await iterator.next();
  } catch (error) {
    if ((await files.stat(nodeId, path)) === undefined) return undefined;
    throw error;
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (let step = first; step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  }
  return chunks();
}

async function describeFile(call: OperationCall<unknown, 'filePath'>, location: Location): Promise<HandlerOutcome> {
  const found = await findFile(call, location);
  if (!found.ok) return found;
  const { entry, url } = found.value;
  return success({ kind: 'file', headers: fileHeaders(entry, url), contentLength: entry.isDirectory ? 0 : entry.size });
}

async function deleteFile(call: OperationCall<unknown, 'filePath'>, location: Location): Promise<HandlerOutcome> {
  if (!location.ok) return location;
  const { nodeId, directory } = location.value;
  const path = normalizeFilePath(call.parameters.filePath);
  if (path === undefined) return refuse('FileNotFound');
  const result = await call.account.files.delete(nodeId, joinPath(directory, path), call.recursive);
  switch (result) {
    case 'deleted':
      return success({ kind: 'empty' });
    case 'missing':
      return refuse('FileNotFound');
    case 'notEmpty':
      return refuse('OperationInvalidForCurrentState', {
        Reason: 'The specified directory is not empty. Set recursive to true to delete it with its content.',
      });
  }
}
