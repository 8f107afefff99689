/** Tasks as the service shows them (wire-facts 3.4). */
import { type Placement, type Task, placeOf } from '../domain/task.ts';
import type { World } from '../domain/world.ts';
import { taskDirectory } from '../lifecycle/run-specs.ts';
import type { TaskExecutionInfo, TaskNodeInfo, TaskResource } from '../resources/task.ts';

export function taskResource(world: World, task: Task): TaskResource {
  const { lastModified, creationTime } = task;
  return {
    id: task.id,
    creationTime,
    lastModified,
    state: task.status.state,
    stateTransitionTime: task.stateTransitionTime,
    ...(task.previousState === undefined ? {} : { previousState: task.previousState }),
    ...(task.previousStateTransitionTime === undefined
      ? {}
      : { previousStateTransitionTime: task.previousStateTransitionTime }),
    ...task.spec,
    executionInfo: executionInfo(task),
    ...nodeInfo(world, task),
  };
}

/** Running adds the start; only completed has the end, the exit code and the result (batch-semantics 3.1). */
export function executionInfo(task: Task): TaskExecutionInfo {
  const { status } = task;
  return {
    ...(status.state === 'running' || (status.state === 'completed' && status.startTime !== undefined)
      ? { startTime: status.startTime ?? task.creationTime }
      : {}),
    ...(status.state === 'completed'
      ? {
          endTime: status.endTime,
          ...(status.exitCode === undefined ? {} : { exitCode: status.exitCode }),
          ...(status.container === undefined ? {} : { containerInfo: status.container }),
          ...(status.failure === undefined ? {} : { failureInfo: status.failure }),
          result: status.result,
        }
      : {}),
    retryCount: task.retryCount,
    ...(task.lastRetryTime === undefined ? {} : { lastRetryTime: task.lastRetryTime }),
    requeueCount: task.requeueCount,
    ...(task.lastRequeueTime === undefined ? {} : { lastRequeueTime: task.lastRequeueTime }),
  };
}

function nodeInfo(world: World, task: Task): { readonly nodeInfo?: TaskNodeInfo | Record<string, never> } {
  const place = placeOf(task);
  if (place !== undefined) return { nodeInfo: placeInfo(world, task, place) };
  // A task that ended without reaching a node has an empty object (wire-facts 3.4).
  return task.status.state === 'completed' ? { nodeInfo: {} } : {};
}

function placeInfo(world: World, task: Task, place: Placement): TaskNodeInfo {
  const job = world.jobs.get(task.job);
  return {
    affinityId: `TVM:${place.nodeId}`,
    poolId: place.poolId,
    nodeId: place.nodeId,
    taskRootDirectory: job === undefined ? '' : taskDirectory(job, task.id),
  };
}
