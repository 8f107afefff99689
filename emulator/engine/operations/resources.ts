/** Pools, nodes and jobs as the service shows them (wire-facts 3.1–3.3). */
import type { Hook, HookExecution } from '../domain/hook.ts';
import type { Job } from '../domain/job.ts';
import { type Node, usedSlots } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { World } from '../domain/world.ts';
import { hookDirectory } from '../lifecycle/run-specs.ts';
import type { HookTaskStatus, JobPreparationTaskExecutionInfo, JobResource } from '../resources/job.ts';
import type { NodeResource } from '../resources/node.ts';
import type { PoolResource } from '../resources/pool.ts';

export function poolResource(world: World, pool: Pool): PoolResource {
  const { allocation } = pool;
  const errors = allocation.state === 'steady' ? allocation.errors : [];
  let dedicated = 0;
  let lowPriority = 0;
  for (const node of world.nodes.list(pool.key)) {
    if (node.isDedicated) dedicated += 1;
    else lowPriority += 1;
  }
  return {
    id: pool.id,
    lastModified: pool.lastModified,
    creationTime: pool.creationTime,
    state: pool.state,
    stateTransitionTime: pool.stateTransitionTime,
    allocationState: allocation.state,
    allocationStateTransitionTime: pool.allocationStateTransitionTime,
    ...pool.spec,
    currentDedicatedNodes: dedicated,
    targetDedicatedNodes: pool.targetDedicatedNodes,
    currentLowPriorityNodes: lowPriority,
    targetLowPriorityNodes: pool.targetLowPriorityNodes,
    ...(errors.length === 0 ? {} : { resizeErrors: errors }),
    ...(pool.autoScaleRun === undefined ? {} : { autoScaleRun: pool.autoScaleRun }),
    ...(pool.currentNodeCommunicationMode === undefined
      ? {}
      : { currentNodeCommunicationMode: pool.currentNodeCommunicationMode }),
  };
}

export function nodeResource(pool: Pool, node: Node): NodeResource {
  const image = pool.spec.virtualMachineConfiguration?.imageReference;
  return {
    id: node.id,
    state: node.state,
    schedulingState: node.schedulingState,
    stateTransitionTime: node.stateTransitionTime,
    ...(node.lastBootTime === undefined ? {} : { lastBootTime: node.lastBootTime }),
    allocationTime: node.allocationTime,
    ipAddress: node.ipAddress,
    affinityId: `TVM:${node.id}`,
    vmSize: pool.spec.vmSize,
    totalTasksRun: node.totalTasksRun,
    totalTasksSucceeded: node.totalTasksSucceeded,
    runningTasksCount: node.occupancy.length,
    runningTaskSlotsCount: usedSlots(node),
    ...(node.recentTasks.length === 0 ? {} : { recentTasks: node.recentTasks }),
    ...(node.startTask === undefined ? {} : { startTask: node.startTask }),
    ...(node.startTaskInfo === undefined ? {} : { startTaskInfo: node.startTaskInfo }),
    ...(node.lastBootTime === undefined ? {} : { certificateReferences: [] }),
    ...(node.errors.length === 0 ? {} : { errors: node.errors }),
    isDedicated: node.isDedicated,
    ...(node.agentVersion === undefined || node.lastBootTime === undefined
      ? {}
      : { nodeAgentInfo: { version: node.agentVersion, lastUpdateTime: node.lastBootTime } }),
    ...(image === undefined ? {} : { virtualMachineInfo: { imageReference: image } }),
  };
}

export function jobResource(job: Job): JobResource {
  return {
    id: job.id,
    lastModified: job.lastModified,
    creationTime: job.creationTime,
    state: job.state,
    stateTransitionTime: job.stateTransitionTime,
    ...(job.previousState === undefined ? {} : { previousState: job.previousState }),
    ...(job.previousStateTransitionTime === undefined
      ? {}
      : { previousStateTransitionTime: job.previousStateTransitionTime }),
    ...job.spec,
    executionInfo: {
      startTime: job.startTime,
      ...(job.endTime === undefined ? {} : { endTime: job.endTime }),
      poolId: job.poolId,
      ...(job.schedulingError === undefined ? {} : { schedulingError: job.schedulingError }),
      ...(job.terminateReason === undefined ? {} : { terminateReason: job.terminateReason }),
    },
  };
}

export function hookStatus(job: Job, hook: Hook): HookTaskStatus {
  const { preparation, release } = hook;
  return {
    poolId: hook.poolId,
    nodeId: hook.nodeId,
    jobPreparationTaskExecutionInfo: {
      ...execution(preparation, hookDirectory(job, 'preparation')),
      retryCount: preparation.retryCount,
      ...(preparation.lastRetryTime === undefined ? {} : { lastRetryTime: preparation.lastRetryTime }),
    },
    ...(release === undefined
      ? {}
      : { jobReleaseTaskExecutionInfo: execution(release, hookDirectory(job, 'release')) }),
  };
}

function execution(
  hook: HookExecution,
  taskRootDirectory: string,
): Omit<JobPreparationTaskExecutionInfo, 'retryCount' | 'lastRetryTime'> {
  return {
    startTime: hook.startTime,
    ...(hook.endTime === undefined ? {} : { endTime: hook.endTime }),
    state: hook.state,
    taskRootDirectory,
    ...(hook.exitCode === undefined ? {} : { exitCode: hook.exitCode }),
    ...(hook.failure === undefined ? {} : { failureInfo: hook.failure }),
    ...(hook.container === undefined ? {} : { containerInfo: hook.container }),
    ...(hook.result === undefined ? {} : { result: hook.result }),
  };
}
