/** Pools between core and the wire. */
import type { Pool, PoolSpec, PoolTarget, StartTask } from '../../../core/index.ts';
import { formatIsoDuration } from '../../../core/kernel/index.ts';
import { problemOf } from '../calls/problem.ts';
import { compact, enumReader, lowerCase, metadataItems, metadataRecord, optional } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';
import { imageReference } from '../image/images.ts';
import { commandOf, wireCommand } from '../task/command-mapping.ts';

export function wirePool(spec: PoolSpec): Wire.PoolAddParameter {
  return compact({
    id: spec.id,
    displayName: spec.displayName,
    vmSize: spec.vmSize,
    virtualMachineConfiguration: { imageReference: { ...spec.image }, nodeAgentSKUId: spec.nodeAgentSkuId },
    resizeTimeout: optional(spec.resizeTimeoutMs, formatIsoDuration),
    targetDedicatedNodes: spec.targetDedicatedNodes,
    targetLowPriorityNodes: spec.targetLowPriorityNodes,
    taskSlotsPerNode: spec.taskSlotsPerNode,
    taskSchedulingPolicy: optional(spec.nodeFillType, (nodeFillType) => ({ nodeFillType })),
    enableInterNodeCommunication: spec.interNodeCommunication,
    startTask: optional(spec.startTask, wireStartTask),
    metadata: optional(spec.metadata, metadataItems),
  });
}

function wireStartTask(task: StartTask): Wire.StartTask {
  return {
    ...wireCommand(task),
    ...compact({ maxTaskRetryCount: task.maxRetryCount, waitForSuccess: task.waitForSuccess }),
  };
}

export function wireTarget(target: PoolTarget): Wire.PoolResizeParameter {
  return compact({
    targetDedicatedNodes: target.dedicatedNodes,
    targetLowPriorityNodes: target.lowPriorityNodes,
    resizeTimeout: optional(target.timeoutMs, formatIsoDuration),
    nodeDeallocationOption: optional(target.deallocation, lowerCase),
  });
}

// A state that this version does not know is shown as the one in which a caller goes on looking.
const readPoolState = enumReader(['active', 'deleting'], 'active');
const readAllocationState = enumReader(['steady', 'resizing', 'stopping'], 'resizing');

/** `id` is checked by the caller: without it the answer is not a pool. */
export function poolOf(wire: Wire.CloudPool & { readonly id: string }): Pool {
  return compact({
    id: wire.id,
    state: readPoolState(wire.state),
    allocationState: readAllocationState(wire.allocationState),
    vmSize: wire.vmSize ?? '',
    image: imageReference(wire.virtualMachineConfiguration?.imageReference),
    nodeAgentSkuId: wire.virtualMachineConfiguration?.nodeAgentSKUId,
    currentDedicatedNodes: wire.currentDedicatedNodes ?? 0,
    targetDedicatedNodes: wire.targetDedicatedNodes ?? 0,
    currentLowPriorityNodes: wire.currentLowPriorityNodes ?? 0,
    targetLowPriorityNodes: wire.targetLowPriorityNodes ?? 0,
    taskSlotsPerNode: wire.taskSlotsPerNode ?? 1,
    interNodeCommunication: wire.enableInterNodeCommunication ?? false,
    startTask: optional(wire.startTask, startTaskOf),
    resizeErrors: (wire.resizeErrors ?? []).map(problemOf),
    metadata: metadataRecord(wire.metadata),
  });
}

function startTaskOf(wire: Wire.StartTask): StartTask {
  return {
    ...commandOf(wire),
    ...compact({ maxRetryCount: wire.maxTaskRetryCount, waitForSuccess: wire.waitForSuccess }),
  };
}
