/** The pool that most tests give to the unmodified JavaScript client. */
import type { BatchServiceModels } from '@azure/batch';

export const sdkImage = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };

/** The body of an add: nodes of Ubuntu 22.04 with two cores, no start task. */
export function sdkPool(
  id: string,
  targetDedicatedNodes: number,
  more: Partial<BatchServiceModels.PoolAddParameter> = {},
): BatchServiceModels.PoolAddParameter {
  return {
    id,
    vmSize: 'STANDARD_D2s_v3',
    targetDedicatedNodes,
    virtualMachineConfiguration: { imageReference: sdkImage, nodeAgentSKUId: 'batch.node.ubuntu 22.04' },
    ...more,
  };
}
