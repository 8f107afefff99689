/** Pools between core and the engine. */
import type { DeallocationOption, Pool, PoolSpec, PoolTarget, StartTask } from '../../../core/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { problemOfResize } from '../calls/problem.ts';
import { compact, metadataItems, metadataRecord, optional } from '../calls/values.ts';
import { imageReference } from '../image/images.ts';
import { commandOf, engineCommand } from '../task/command-mapping.ts';

export function enginePool(spec: PoolSpec): Engine.PoolAdd {
  return compact({
    id: spec.id,
    displayName: spec.displayName,
    vmSize: spec.vmSize,
    virtualMachineConfiguration: { imageReference: { ...spec.image }, nodeAgentSKUId: spec.nodeAgentSkuId },
    resizeTimeout: spec.resizeTimeoutMs,
    targetDedicatedNodes: spec.targetDedicatedNodes,
    targetLowPriorityNodes: spec.targetLowPriorityNodes,
    taskSlotsPerNode: spec.taskSlotsPerNode,
    taskSchedulingPolicy: optional(spec.nodeFillType, (nodeFillType) => ({ nodeFillType })),
    enableInterNodeCommunication: spec.interNodeCommunication,
    startTask: optional(spec.startTask, engineStartTask),
    metadata: optional(spec.metadata, metadataItems),
  });
}

function engineStartTask(task: StartTask): Engine.StartTask {
  return {
    ...engineCommand(task),
    ...compact({ maxTaskRetryCount: task.maxRetryCount, waitForSuccess: task.waitForSuccess }),
  };
}

const DEALLOCATION: Readonly<Record<DeallocationOption, Engine.DeallocationOption>> = {
  requeue: 'requeue',
  terminate: 'terminate',
  taskCompletion: 'taskcompletion',
  retainedData: 'retaineddata',
};

export function engineTarget(target: PoolTarget): Engine.PoolResize {
  return compact({
    targetDedicatedNodes: target.dedicatedNodes,
    targetLowPriorityNodes: target.lowPriorityNodes,
    resizeTimeout: target.timeoutMs,
    nodeDeallocationOption: optional(target.deallocation, (option) => DEALLOCATION[option]),
  });
}

export function poolOf(pool: Engine.PoolResource): Pool {
  return compact({
    id: pool.id,
    state: pool.state,
    allocationState: pool.allocationState,
    vmSize: pool.vmSize,
    image: imageReference(pool.virtualMachineConfiguration?.imageReference),
    nodeAgentSkuId: pool.virtualMachineConfiguration?.nodeAgentSKUId,
    currentDedicatedNodes: pool.currentDedicatedNodes,
    targetDedicatedNodes: pool.targetDedicatedNodes,
    currentLowPriorityNodes: pool.currentLowPriorityNodes,
    targetLowPriorityNodes: pool.targetLowPriorityNodes,
    taskSlotsPerNode: pool.taskSlotsPerNode,
    interNodeCommunication: pool.enableInterNodeCommunication,
    startTask: optional(pool.startTask, startTaskOf),
    resizeErrors: (pool.resizeErrors ?? []).map(problemOfResize),
    metadata: metadataRecord(pool.metadata),
  });
}

function startTaskOf(task: Engine.StartTask): StartTask {
  return {
    ...commandOf(task),
    ...compact({ maxRetryCount: task.maxTaskRetryCount, waitForSuccess: task.waitForSuccess }),
  };
}
