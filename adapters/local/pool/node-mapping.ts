/** Compute nodes, from the engine. */
import type { Node, NodeState, StartTaskStatus } from '../../../core/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { problemOfFailure, problemOfNode } from '../calls/problem.ts';
import { compact, instant, optional } from '../calls/values.ts';

const STATES: Readonly<Record<Engine.NodeState, NodeState>> = {
  creating: 'creating',
  starting: 'starting',
  waitingforstarttask: 'waitingForStartTask',
  starttaskfailed: 'startTaskFailed',
  idle: 'idle',
  running: 'running',
  rebooting: 'rebooting',
  reimaging: 'reimaging',
  offline: 'offline',
  leavingpool: 'leavingPool',
  preempted: 'preempted',
  unusable: 'unusable',
  unknown: 'unknown',
  deallocating: 'other',
  deallocated: 'other',
};

export function nodeOf(poolId: string, node: Engine.NodeResource): Node {
  return compact({
    id: node.id,
    poolId,
    state: STATES[node.state],
    isDedicated: node.isDedicated,
    ipAddress: node.ipAddress,
    stateChangedAt: instant(node.stateTransitionTime),
    startTask: optional(node.startTaskInfo, startTaskStatus),
    errors: (node.errors ?? []).map(problemOfNode),
  });
}

function startTaskStatus(info: Engine.StartTaskInfo): StartTaskStatus {
  return compact({
    state: info.state,
    exitCode: info.exitCode,
    failure: optional(info.failureInfo, problemOfFailure),
    retryCount: info.retryCount,
  });
}
