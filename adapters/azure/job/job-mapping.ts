/** Jobs between core and the wire. */
import type { Job, JobSpec, TaskCounts } from '../../../core/index.ts';
import { formatIsoDuration } from '../../../core/kernel/index.ts';
import { problemOf } from '../calls/problem.ts';
import {
  compact,
  enumReader,
  instant,
  lowerCase,
  metadataItems,
  metadataRecord,
  optional,
} from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';
import { wireCommand, wireEnvironment } from '../task/command-mapping.ts';

export function wireJob(spec: JobSpec): Wire.JobAddParameter {
  return compact({
    id: spec.id,
    displayName: spec.displayName,
    poolInfo: { poolId: spec.poolId },
    priority: spec.priority,
    maxParallelTasks: spec.maxParallelTasks,
    usesTaskDependencies: spec.usesTaskDependencies,
    constraints: wireConstraints(spec),
    onAllTasksComplete: optional(spec.onAllTasksComplete, lowerCase),
    onTaskFailure: optional(spec.onTaskFailure, lowerCase),
    jobPreparationTask: optional(spec.preparation, wireCommand),
    jobReleaseTask: optional(spec.release, wireCommand),
    commonEnvironmentSettings: optional(spec.commonEnvironment, wireEnvironment),
    metadata: optional(spec.metadata, metadataItems),
  });
}

function wireConstraints({ maxWallClockMs, maxTaskRetryCount }: JobSpec): Wire.JobConstraints | undefined {
  if (maxWallClockMs === undefined && maxTaskRetryCount === undefined) return undefined;
  return compact({ maxWallClockTime: optional(maxWallClockMs, formatIsoDuration), maxTaskRetryCount });
}

const readState = enumReader(
  ['active', 'disabling', 'disabled', 'enabling', 'terminating', 'completed', 'deleting'],
  'active',
);

export function jobOf(wire: Wire.CloudJob & { readonly id: string }): Job {
  return compact({
    id: wire.id,
    state: readState(wire.state),
    // The pool of an automatic pool has its id here only.
    poolId: wire.executionInfo?.poolId ?? wire.poolInfo?.poolId,
    priority: wire.priority ?? 0,
    createdAt: instant(wire.creationTime),
    endedAt: instant(wire.executionInfo?.endTime),
    terminateReason: wire.executionInfo?.terminateReason,
    schedulingError: optional(wire.executionInfo?.schedulingError, problemOf),
    metadata: metadataRecord(wire.metadata),
  });
}

export function taskCountsOf({ taskCounts }: Wire.TaskCountsResult): TaskCounts {
  const { active, running, completed, succeeded, failed } = taskCounts;
  return { active, running, completed, succeeded, failed };
}
