/** How the files of tasks and nodes are asked for on the wire (wire-facts 5.2). */
import type { OperationOf } from './operation-id.ts';
import type { OperationSpec } from './operation-spec.ts';

const ofTask = 'jobs/{jobId}/tasks/{taskId}/files';
const ofNode = 'pools/{poolId}/nodes/{nodeId}/files';

const list = {
  method: 'GET',
  status: 200,
  query: ['$filter', 'maxresults', '$skipToken', 'recursive'],
  filter: 'files',
  response: { kind: 'page', mapper: 'NodeFile', metadata: 'files' },
} as const;
const read = { method: 'GET', status: 200, conditions: 'dates' } as const;
const properties = { method: 'HEAD', status: 200, conditions: 'dates' } as const;
const remove = { method: 'DELETE', status: 200, query: ['recursive'] } as const;

export const fileSpecs = {
  File_ListFromTask: { ...list, path: ofTask },
  File_ListFromComputeNode: { ...list, path: ofNode },
  File_GetFromTask: { ...read, path: `${ofTask}/{filePath}` },
  File_GetFromComputeNode: { ...read, path: `${ofNode}/{filePath}` },
  File_GetPropertiesFromTask: { ...properties, path: `${ofTask}/{filePath}` },
  File_GetPropertiesFromComputeNode: { ...properties, path: `${ofNode}/{filePath}` },
  File_DeleteFromTask: { ...remove, path: `${ofTask}/{filePath}` },
  File_DeleteFromComputeNode: { ...remove, path: `${ofNode}/{filePath}` },
} as const satisfies Readonly<Record<OperationOf<'File'>, OperationSpec>>;
