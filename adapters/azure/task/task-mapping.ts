/** Tasks as the service shows them, from the wire. */
import type { CompletedTask, Subtask, Task, TaskNode } from '../../../core/index.ts';
import { problemOf } from '../calls/problem.ts';
import { compact, enumReader, instant, nodePath, optional } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';

const readState = enumReader(['active', 'preparing', 'running', 'completed'], 'other');
const readResult = enumReader(['success', 'failure'], 'other');

export function taskOf(jobId: string, wire: Wire.CloudTask & { readonly id: string }): Task {
  const common = commonOf(jobId, wire);
  const node = nodeOf(wire.nodeInfo);
  const startedAt = instant(wire.executionInfo?.startTime);
  switch (readState(wire.state)) {
    case 'completed':
      return completedTask(common, wire.executionInfo, node);
    case 'running':
      return compact({ ...common, state: 'running' as const, startedAt, node });
    case 'preparing':
      return compact({ ...common, state: 'preparing' as const, node });
    case 'active':
      return { ...common, state: 'active' };
    default:
      // A state of a later version: a task on a node is taken for running, another one for waiting.
      return node === undefined
        ? { ...common, state: 'active' }
        : compact({ ...common, state: 'running' as const, startedAt, node });
  }
}

function commonOf(jobId: string, wire: Wire.CloudTask & { readonly id: string }) {
  return compact({
    id: wire.id,
    jobId,
    commandLine: wire.commandLine ?? '',
    createdAt: instant(wire.creationTime),
    retryCount: wire.executionInfo?.retryCount ?? 0,
    requeueCount: wire.executionInfo?.requeueCount ?? 0,
  });
}

function completedTask(
  common: ReturnType<typeof commonOf>,
  execution: Wire.TaskExecutionInformation | undefined,
  node: TaskNode | undefined,
): CompletedTask {
  const result = readResult(execution?.result);
  const isSuccess = execution?.exitCode === 0 && execution.failureInfo === undefined;
  return compact({
    ...common,
    state: 'completed' as const,
    result: result === 'other' ? (isSuccess ? ('success' as const) : ('failure' as const)) : result,
    startedAt: instant(execution?.startTime),
    endedAt: instant(execution?.endTime),
    exitCode: execution?.exitCode,
    failure: optional(execution?.failureInfo, problemOf),
    node,
  });
}

const readSubtaskState = enumReader(['preparing', 'completed'], 'running');
const readSubtaskResult = enumReader(['success'], 'failure');

export function subtaskOf(wire: Wire.SubtaskInformation & { readonly id: number }): Subtask {
  return compact({
    id: wire.id,
    state: readSubtaskState(wire.state),
    result: optional(wire.result, readSubtaskResult),
    startedAt: instant(wire.startTime),
    endedAt: instant(wire.endTime),
    exitCode: wire.exitCode,
    failure: optional(wire.failureInfo, problemOf),
    node: nodeOf(wire.nodeInfo),
    directory: optional(wire.nodeInfo?.taskRootDirectory, nodePath),
  });
}

/** A task that was ended before it ran has an empty nodeInfo (wire-facts 3.4). */
function nodeOf(wire: Wire.ComputeNodeInformation | undefined): TaskNode | undefined {
  if (wire?.poolId === undefined || wire.nodeId === undefined) return undefined;
  return { poolId: wire.poolId, nodeId: wire.nodeId };
}
