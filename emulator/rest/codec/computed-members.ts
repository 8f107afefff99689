/**
 * Members of responses that the engine leaves out because they belong to the wire: URLs and eTags, and spelling that
 * depends on the value, such as lower-case VM sizes (wire-facts 1.1, 1.8, 1.16).
 */
import type { Instant } from '../../../core/kernel/index.ts';
import { etagOf } from './wire-time.ts';

/** What a response's URLs are made of. */
export interface ViewContext {
  /** Scheme and host as the client addressed them, without a slash at the end. */
  readonly baseUrl: string;
  /** URL of the collection that the resources of this response belong to, for example `http://h/jobs/j/tasks`. */
  readonly collectionUrl: string;
  /** Position of the api-version among the released ones. */
  readonly version: number;
}

/** A resource of the engine, read member by member. */
export type Members = Readonly<Record<string, unknown>>;

export type ComputedMember = (value: Members, context: ViewContext) => unknown;

const url: ComputedMember = (value, { collectionUrl }) => `${collectionUrl}/${textOf(value, 'id') ?? ''}`;
/** The same wherever the job is shown: in its own list, in the one of its schedule, as a schedule's recent job. */
const jobUrl: ComputedMember = (value, { baseUrl }) => `${baseUrl}/jobs/${textOf(value, 'id') ?? ''}`;
const eTag: ComputedMember = ({ lastModified }) => etagOf(lastModified as Instant);
const vmSize: ComputedMember = (value) => textOf(value, 'vmSize')?.toLowerCase();

function textOf(value: Members, name: string): string | undefined {
  const member = value[name];
  return typeof member === 'string' ? member : undefined;
}

/** Undefined when one of the ids is missing: the empty `nodeInfo` of a task that never ran stays empty. */
function nodeUrl(value: Members, { baseUrl }: ViewContext): string | undefined {
  const poolId = textOf(value, 'poolId');
  const nodeId = textOf(value, 'nodeId');
  return poolId === undefined || nodeId === undefined ? undefined : `${baseUrl}/pools/${poolId}/nodes/${nodeId}`;
}

function taskUrl(value: Members, { baseUrl }: ViewContext): string {
  return `${baseUrl}/jobs/${textOf(value, 'jobId') ?? ''}/tasks/${textOf(value, 'taskId') ?? ''}`;
}

function taskRootDirectoryUrl(value: Members, context: ViewContext): string | undefined {
  const node = nodeUrl(value, context);
  const directory = textOf(value, 'taskRootDirectory');
  return node === undefined || directory === undefined ? undefined : `${node}/files/${directory}`;
}

export const computedMembers: Readonly<Record<string, Readonly<Record<string, ComputedMember>>>> = {
  CloudPool: { url, eTag, vmSize },
  CloudJob: { url: jobUrl, eTag },
  CloudTask: { url, eTag },
  CloudJobSchedule: { url, eTag },
  RecentJob: { url: jobUrl },
  ComputeNode: { url, vmSize },
  ComputeNodeInformation: { nodeUrl, taskRootDirectoryUrl },
  TaskInformation: { taskUrl },
  JobPreparationAndReleaseTaskExecutionInformation: { nodeUrl },
  // Nodes of the emulator never upgrade their system by themselves.
  NodeCounts: { upgradingOS: () => 0 },
  CertificateReference: { thumbprint: (value) => textOf(value, 'thumbprint')?.toLowerCase() },
};
