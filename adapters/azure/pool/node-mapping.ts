/** Compute nodes, from the wire. */
import type { Node, StartTaskStatus } from '../../../core/index.ts';
import { problemOf } from '../calls/problem.ts';
import { compact, enumReader, instant, optional } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';

const readState = enumReader(
  [
    'creating',
    'starting',
    'waitingForStartTask',
    'startTaskFailed',
    'idle',
    'running',
    'rebooting',
    'reimaging',
    'offline',
    'leavingPool',
    'preempted',
    'unusable',
    'unknown',
  ],
  'other',
);

const readStartTaskState = enumReader(['completed'], 'running');

/** `poolId` is known to the caller alone: the wire has it only as a part of the URL. */
export function nodeOf(poolId: string, wire: Wire.ComputeNode): Node {
  return compact({
    id: wire.id ?? '',
    poolId,
    state: readState(wire.state),
    isDedicated: wire.isDedicated ?? true,
    ipAddress: wire.ipAddress,
    stateChangedAt: instant(wire.stateTransitionTime),
    startTask: optional(wire.startTaskInfo, startTaskStatus),
    errors: (wire.errors ?? []).map(problemOf),
  });
}

function startTaskStatus(wire: Wire.StartTaskInformation): StartTaskStatus {
  return compact({
    state: readStartTaskState(wire.state),
    exitCode: wire.exitCode,
    failure: optional(wire.failureInfo, problemOf),
    retryCount: wire.retryCount,
  });
}
