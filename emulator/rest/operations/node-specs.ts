/** How compute nodes, their users and their extensions are asked for on the wire (wire-facts 3.2). */
import type { OperationOf } from './operation-id.ts';
import type { OperationSpec } from './operation-spec.ts';

const nodes = 'pools/{poolId}/nodes';
const path = 'pools/{poolId}/nodes/{nodeId}';
const user = 'pools/{poolId}/nodes/{nodeId}/users/{userName}';

export const nodeSpecs = {
  ComputeNode_List: {
    method: 'GET',
    path: nodes,
    status: 200,
    query: ['$filter', '$select', 'maxresults', '$skipToken'],
    filter: 'nodes',
    response: { kind: 'page', mapper: 'ComputeNode', metadata: 'nodes' },
  },
  ComputeNode_Get: {
    method: 'GET',
    path,
    status: 200,
    query: ['$select'],
    response: { kind: 'one', mapper: 'ComputeNode', metadata: 'nodes/@Element' },
  },
  ComputeNode_AddUser: {
    method: 'POST',
    path: `${path}/users`,
    status: 201,
    body: { mapper: 'ComputeNodeUser' },
    dataServiceId: true,
  },
  ComputeNode_UpdateUser: {
    method: 'PUT',
    path: user,
    status: 200,
    body: { mapper: 'NodeUpdateUserParameter' },
    dataServiceId: true,
  },
  ComputeNode_DeleteUser: { method: 'DELETE', path: user, status: 200 },
  ComputeNode_Reboot: {
    method: 'POST',
    path: `${path}/reboot`,
    status: 202,
    body: { mapper: 'NodeRebootParameter', optional: true },
    dataServiceId: true,
  },
  ComputeNode_Reimage: {
    method: 'POST',
    path: `${path}/reimage`,
    status: 202,
    body: { mapper: 'NodeReimageParameter', optional: true },
    dataServiceId: true,
  },
  ComputeNode_DisableScheduling: {
    method: 'POST',
    path: `${path}/disablescheduling`,
    status: 200,
    body: { mapper: 'NodeDisableSchedulingParameter', optional: true },
    dataServiceId: true,
  },
  ComputeNode_EnableScheduling: {
    method: 'POST',
    path: `${path}/enablescheduling`,
    status: 200,
    dataServiceId: true,
  },
  ComputeNode_GetRemoteLoginSettings: {
    method: 'GET',
    path: `${path}/remoteloginsettings`,
    status: 200,
    response: {
      kind: 'one',
      mapper: 'ComputeNodeGetRemoteLoginSettingsResult',
      metadata: 'Microsoft.Azure.Batch.Protocol.Entities.RemoteLoginSettings',
    },
    dataServiceId: true,
  },
  ComputeNode_GetRemoteDesktop: { method: 'GET', path: `${path}/rdp`, status: 200 },
  ComputeNode_UploadBatchServiceLogs: {
    method: 'POST',
    path: `${path}/uploadbatchservicelogs`,
    status: 200,
    body: { mapper: 'UploadBatchServiceLogsConfiguration' },
    response: {
      kind: 'one',
      mapper: 'UploadBatchServiceLogsResult',
      metadata: 'Microsoft.Azure.Batch.Protocol.Entities.UploadBatchServiceLogsResult',
    },
  },
  ComputeNode_Deallocate: {
    method: 'POST',
    path: `${path}/deallocate`,
    status: 202,
    dataServiceId: true,
    since: '2024-07-01.20.0',
  },
  ComputeNode_Start: {
    method: 'POST',
    path: `${path}/start`,
    status: 202,
    dataServiceId: true,
    since: '2024-07-01.20.0',
  },
} as const satisfies Readonly<Record<OperationOf<'ComputeNode'>, OperationSpec>>;

export const extensionSpecs = {
  ComputeNodeExtension_List: {
    method: 'GET',
    path: `${path}/extensions`,
    status: 200,
    query: ['$select', 'maxresults', '$skipToken'],
    response: { kind: 'page', mapper: 'NodeVMExtension', metadata: 'extensions' },
  },
  ComputeNodeExtension_Get: {
    method: 'GET',
    path: `${path}/extensions/{extensionName}`,
    status: 200,
    query: ['$select'],
    response: { kind: 'one', mapper: 'NodeVMExtension', metadata: 'extensions/@Element' },
  },
} as const satisfies Readonly<Record<OperationOf<'ComputeNodeExtension'>, OperationSpec>>;
