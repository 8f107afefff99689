/** Tasks as the engine shows them, to core. */
import type { CompletedTask, Subtask, Task, TaskNode } from '../../../core/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { problemOfFailure } from '../calls/problem.ts';
import { compact, instant, optional } from '../calls/values.ts';

export function taskOf(jobId: string, task: Engine.TaskResource): Task {
  const common = commonOf(jobId, task);
  const node = nodeOf(task.nodeInfo);
  switch (task.state) {
    case 'active':
      return { ...common, state: 'active' };
    case 'preparing':
      return compact({ ...common, state: 'preparing' as const, node });
    case 'running': {
      const startedAt = optional(task.executionInfo.startTime, instant);
      return compact({ ...common, state: 'running' as const, startedAt, node });
    }
    case 'completed':
      return completedTask(common, task.executionInfo, node);
  }
}

function commonOf(jobId: string, task: Engine.TaskResource) {
  return {
    id: task.id,
    jobId,
    commandLine: task.commandLine,
    createdAt: instant(task.creationTime),
    retryCount: task.executionInfo.retryCount,
    requeueCount: task.executionInfo.requeueCount,
  };
}

function completedTask(
  common: ReturnType<typeof commonOf>,
  execution: Engine.TaskExecutionInfo,
  node: TaskNode | undefined,
): CompletedTask {
  return compact({
    ...common,
    state: 'completed' as const,
    result: execution.result ?? 'failure',
    startedAt: optional(execution.startTime, instant),
    endedAt: optional(execution.endTime, instant),
    exitCode: execution.exitCode,
    failure: optional(execution.failureInfo, problemOfFailure),
    node,
  });
}

export function subtaskOf(subtask: Engine.SubtaskResource): Subtask {
  return compact({
    id: subtask.id,
    state: subtask.state,
    result: subtask.result,
    startedAt: optional(subtask.startTime, instant),
    endedAt: optional(subtask.endTime, instant),
    exitCode: subtask.exitCode,
    failure: optional(subtask.failureInfo, problemOfFailure),
    node: nodeOf(subtask.nodeInfo),
    directory: subtask.nodeInfo?.taskRootDirectory,
  });
}

/** A task that was ended before it ran has an empty nodeInfo (wire-facts 3.4). */
function nodeOf(info: Engine.TaskResource['nodeInfo']): TaskNode | undefined {
  if (info?.nodeId === undefined) return undefined;
  return { poolId: info.poolId, nodeId: info.nodeId };
}
