/** Files of tasks and nodes through the SDK, as core's NodeFiles. Lists go into directories (recursive). */
import type { CallOptions, NodeFiles, ReadOptions } from '../../../core/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';
import type { BatchCalls } from '../calls/batch-calls.ts';
import { listAll } from '../calls/paging.ts';
import { download } from './download.ts';
import { fileOf, statOf } from './file-mapping.ts';

export function createNodeFiles(calls: BatchCalls): NodeFiles {
  return {
    listOfTask: (jobId, taskId, { signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.file.listFromTask(jobId, taskId, { recursive: true, ...options }),
          next: (sdk, link, options) => sdk.file.listFromTaskNext(link, { recursive: true, ...options }),
        },
        fileOf,
        signal,
      ),
    listOfNode: (poolId, nodeId, { signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.file.listFromComputeNode(poolId, nodeId, { recursive: true, ...options }),
          next: (sdk, link, options) => sdk.file.listFromComputeNodeNext(link, { recursive: true, ...options }),
        },
        fileOf,
        signal,
      ),
    statOfTask: async (jobId, taskId, path, { signal }: CallOptions = {}) => {
      try {
        const read = calls.read((sdk, options) => sdk.file.getPropertiesFromTask(jobId, taskId, path, options), signal);
        return statOf(path, await read);
      } catch (error) {
        throw await withReason(error, () => firstByteOfTask(calls, { jobId, taskId, path, signal }));
      }
    },
    readOfTask: (jobId, taskId, path, options: ReadOptions = {}) =>
      download(
        calls,
        (sdk, fileGetFromTaskOptions, callOptions) =>
          sdk.file.getFromTask(jobId, taskId, path, { fileGetFromTaskOptions, ...callOptions }),
        options,
      ),
    readOfNode: (poolId, nodeId, path, options: ReadOptions = {}) =>
      download(
        calls,
        (sdk, fileGetFromComputeNodeOptions, callOptions) =>
          sdk.file.getFromComputeNode(poolId, nodeId, path, { fileGetFromComputeNodeOptions, ...callOptions }),
        options,
      ),
  };
}

interface TaskFile {
  readonly jobId: string;
  readonly taskId: string;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

/** A refused HEAD has no body (wire-facts 1.15), so the reason is asked for with a GET of one byte. */
async function withReason(error: unknown, get: () => Promise<void>): Promise<unknown> {
  const code = error instanceof FaultError ? error.fault.service?.code : undefined;
  if (code?.startsWith('Http4') !== true) return error;
  try {
    await get();
    return error;
  } catch (reason) {
    const isReason = reason instanceof FaultError && reason.fault.service?.code !== 'InvalidRange';
    return isReason ? reason : error;
  }
}

async function firstByteOfTask(calls: BatchCalls, { jobId, taskId, path, signal }: TaskFile): Promise<void> {
  const answer = await calls.read((sdk, options) => {
    const fileGetFromTaskOptions = { ocpRange: 'bytes=0-0' };
    return sdk.file.getFromTask(jobId, taskId, path, { fileGetFromTaskOptions, ...options });
  }, signal);
  answer.readableStreamBody?.resume();
}
