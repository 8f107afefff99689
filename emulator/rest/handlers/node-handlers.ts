/** Operations on compute nodes, their users and their extensions (wire-facts 3.2). */
import type { Outcome } from '../../../core/kernel/index.ts';
import { success } from '../../../core/kernel/index.ts';
import type { EngineFault, NodeResource } from '../../engine/index.ts';
import type { ServedAccount } from '../account/served-account.ts';
import { versionPosition } from '../operations/api-version.ts';
import type { Handlers } from '../operations/handler.ts';
import type { OperationOf } from '../operations/operation-id.ts';
import { empty, page, refuse, resource } from './replies.ts';

interface NodeName {
  readonly poolId: string;
  readonly nodeId: string;
}

const SSH_PORT = 22;
/** Refused before (wire-facts 3.2); when it came back is not documented (wire-facts 8). */
const REIMAGE_OF_VIRTUAL_MACHINES_SINCE = versionPosition('2024-07-01.20.0');

const NO_DEALLOCATION = 'The engine does not give up the machine of a node that stays in its pool.';

export const nodeHandlers: Handlers<OperationOf<'ComputeNode'>> = {
  ComputeNode_List: async ({ account, parameters, page: query }) =>
    page(await account.engine.nodes.list(parameters.poolId, query)),
  ComputeNode_Get: async ({ account, parameters }) => resource(await findNode(account, parameters)),
  ComputeNode_Reboot: async ({ account, parameters: { poolId, nodeId }, body }) =>
    empty(await account.engine.nodes.reboot(poolId, nodeId, body.nodeRebootOption ?? 'requeue')),
  ComputeNode_Reimage: async (call) => {
    const { account, parameters, body } = call;
    const { poolId, nodeId } = parameters;
    if (call.version < REIMAGE_OF_VIRTUAL_MACHINES_SINCE) {
      const node = await findNode(account, parameters);
      if (!node.ok) return node;
      const pool = await account.engine.pools.get(poolId);
      if (pool.ok && pool.value.virtualMachineConfiguration !== undefined) {
        return refuse('OperationNotValidOnNode', {
          Reason: 'Operation reimage can be invoked only on pools created with cloudServiceConfiguration',
        });
      }
    }
    return empty(await account.engine.nodes.reimage(poolId, nodeId, body.nodeReimageOption ?? 'requeue'));
  },
  ComputeNode_DisableScheduling: async ({ account, parameters: { poolId, nodeId }, body }) => {
    const option = body.nodeDisableSchedulingOption ?? 'requeue';
    return empty(await account.engine.nodes.disableScheduling(poolId, nodeId, option));
  },
  ComputeNode_EnableScheduling: async ({ account, parameters: { poolId, nodeId } }) =>
    empty(await account.engine.nodes.enableScheduling(poolId, nodeId)),
  ComputeNode_AddUser: async ({ account, parameters, body, baseUrl, rawPath }) => {
    const node = await findNodeForUsers(account, parameters);
    if (!node.ok) return node;
    if (!account.nodeUsers.add(node.value.id, body)) return refuse('NodeUserExists');
    return success({ kind: 'empty', location: `${baseUrl}${rawPath}/${encodeURIComponent(body.name)}` });
  },
  ComputeNode_UpdateUser: async ({ account, parameters, body }) => {
    const node = await findNodeForUsers(account, parameters);
    if (!node.ok) return node;
    const isKnown = account.nodeUsers.update(node.value.id, parameters.userName, body);
    return isKnown ? success({ kind: 'empty' }) : refuse('NodeUserNotFound');
  },
  ComputeNode_DeleteUser: async ({ account, parameters }) => {
    const node = await findNodeForUsers(account, parameters);
    if (!node.ok) return node;
    const isKnown = account.nodeUsers.delete(node.value.id, parameters.userName);
    return isKnown ? success({ kind: 'empty' }) : refuse('NodeUserNotFound');
  },
  // The node's own address: there is no load balancer whose ports would lead to it.
  ComputeNode_GetRemoteLoginSettings: async ({ account, parameters }) => {
    const node = await findNode(account, parameters);
    if (!node.ok) return node;
    const { ipAddress } = node.value;
    if (ipAddress === undefined)
      return refuse('OperationInvalidForCurrentState', { Reason: 'The node has no address yet.' });
    return success({ kind: 'resource', value: { remoteLoginIPAddress: ipAddress, remoteLoginPort: SSH_PORT } });
  },
  ComputeNode_GetRemoteDesktop: async ({ account, parameters }) => {
    const node = await findNode(account, parameters);
    if (!node.ok) return node;
    return refuse('OperationNotValidOnNode', {
      Reason: 'Operation getremotedesktop can be invoked only on pools created with cloudServiceConfiguration',
    });
  },
  ComputeNode_UploadBatchServiceLogs: {
    unsimulated:
      'Nodes of the emulator write no Batch service logs; the log of the emulator itself tells what they do.',
    loosely: { kind: 'resource', value: { virtualDirectoryName: '', numberOfFilesUploaded: 0 } },
  },
  ComputeNode_Deallocate: { unsimulated: NO_DEALLOCATION, loosely: { kind: 'empty' } },
  ComputeNode_Start: { unsimulated: NO_DEALLOCATION, loosely: { kind: 'empty' } },
};

export const extensionHandlers: Handlers<OperationOf<'ComputeNodeExtension'>> = {
  // Nodes of the emulator run no VM extensions.
  ComputeNodeExtension_List: async ({ account, parameters }) => {
    const node = await findNode(account, parameters);
    return node.ok ? success({ kind: 'page', items: [] }) : node;
  },
  ComputeNodeExtension_Get: async ({ account, parameters }) => {
    const node = await findNode(account, parameters);
    return node.ok ? refuse('ResourceNotFound') : node;
  },
};

function findNode(account: ServedAccount, { poolId, nodeId }: NodeName): Promise<Outcome<NodeResource, EngineFault>> {
  return account.engine.nodes.get(poolId, nodeId);
}

/** Users can be managed while the node is idle or running (wire-facts 3.2). */
async function findNodeForUsers(
  account: ServedAccount,
  name: NodeName,
): Promise<Outcome<NodeResource, EngineFault> | ReturnType<typeof refuse>> {
  const node = await findNode(account, name);
  if (!node.ok || node.value.state === 'idle' || node.value.state === 'running') return node;
  return refuse('OperationInvalidForCurrentState', { Reason: `The node is in state ${node.value.state}.` });
}
