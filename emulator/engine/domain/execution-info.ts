/** What a task shows of its execution, on itself and among its node's recent tasks (wire-facts 3.2, 3.4). */
import type { TaskExecutionInfo } from '../resources/task.ts';
import type { Task } from './task.ts';

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
