/** Tasks as the service shows them (wire-facts 3.4). */
import { executionInfo } from '../domain/execution-info.ts';
import { type Placement, type Task, placeOf } from '../domain/task.ts';
import type { World } from '../domain/world.ts';
import { taskDirectory } from '../lifecycle/run-specs.ts';
import type { SubtaskResource, TaskNodeInfo, TaskResource } from '../resources/task.ts';

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

/** The subtasks of a multi-instance task, without the primary; none for any other task (wire-facts 3.6). */
export function subtaskResources(world: World, task: Task): readonly SubtaskResource[] {
  const { status } = task;
  if (status.state === 'preparing') return preparingSubtasks(world, task, status.places ?? []);
  const instances =
    status.state === 'running' ? status.multi?.instances : status.state === 'completed' ? status.instances : undefined;
  return (instances ?? []).slice(1).map((instance, index): SubtaskResource => {
    // A subtask lives as long as its task: services of its coordination command serve the application.
    const isOver = status.state === 'completed';
    const endTime = isOver ? (instance.endTime ?? status.endTime) : undefined;
    return {
      id: index + 1,
      nodeInfo: placeInfo(world, task, instance.place),
      startTime: instance.startTime,
      ...(endTime === undefined ? {} : { endTime }),
      ...(instance.exitCode === undefined || !isOver ? {} : { exitCode: instance.exitCode }),
      ...(instance.container === undefined || !isOver ? {} : { containerInfo: instance.container }),
      ...(instance.failure === undefined ? {} : { failureInfo: instance.failure }),
      state: isOver ? 'completed' : 'running',
      stateTransitionTime: endTime ?? instance.startTime,
      previousState: isOver ? 'running' : 'preparing',
      previousStateTransitionTime: instance.startTime,
      ...(isOver ? { result: instance.failure === undefined ? 'success' : 'failure' } : {}),
    };
  });
}

/** Their nodes prepare the job, or wait for those that do (batch-semantics 5.1, 7). */
function preparingSubtasks(world: World, task: Task, places: readonly Placement[]): readonly SubtaskResource[] {
  return places.slice(1).map((place, index): SubtaskResource => ({
    id: index + 1,
    nodeInfo: placeInfo(world, task, place),
    state: 'preparing',
    stateTransitionTime: task.stateTransitionTime,
  }));
}
