/** Jobs between core and the wire. */
import type {
  HookRun,
  HookStatus,
  Job,
  JobManager,
  JobSpec,
  JobSpecification,
  TaskCounts,
} from '../../../core/index.ts';
import { formatIsoDuration } from '../../../core/kernel/index.ts';
import { problemOf } from '../calls/problem.ts';
import {
  compact,
  enumReader,
  instant,
  lowerCase,
  metadataItems,
  metadataRecord,
  nodePath,
  optional,
} from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';
import { wireCommand, wireEnvironment } from '../task/command-mapping.ts';
import { wireConstraints, wireOutputFile } from '../task/task-spec-mapping.ts';

export function wireJob(spec: JobSpec): Wire.JobAddParameter {
  return { id: spec.id, ...wireSpecification(spec) };
}

export function wireSpecification(spec: JobSpecification): Wire.JobSpecification {
  return compact({
    displayName: spec.displayName,
    poolInfo: { poolId: spec.poolId },
    priority: spec.priority,
    maxParallelTasks: spec.maxParallelTasks,
    usesTaskDependencies: spec.usesTaskDependencies,
    constraints: jobConstraints(spec),
    onAllTasksComplete: optional(spec.onAllTasksComplete, lowerCase),
    onTaskFailure: optional(spec.onTaskFailure, lowerCase),
    jobPreparationTask: optional(spec.preparation, wireCommand),
    jobReleaseTask: optional(spec.release, wireCommand),
    jobManagerTask: optional(spec.manager, wireManager),
    commonEnvironmentSettings: optional(spec.commonEnvironment, wireEnvironment),
    metadata: optional(spec.metadata, metadataItems),
  });
}

function wireManager(manager: JobManager): Wire.JobManagerTask {
  return {
    id: manager.id,
    ...wireCommand(manager),
    ...compact({
      outputFiles: optional(manager.outputFiles, (files) => files.map(wireOutputFile)),
      constraints: optional(manager.constraints, wireConstraints),
      requiredSlots: manager.requiredSlots,
      killJobOnCompletion: manager.endsJob,
      runExclusive: manager.runsAlone,
    }),
  };
}

function jobConstraints({ maxWallClockMs, maxTaskRetryCount }: JobSpecification): Wire.JobConstraints | undefined {
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

const readHookState = enumReader(['completed'], 'running');
const readResult = enumReader(['success'], 'failure');

export function hookStatusOf(
  status: Wire.JobPreparationAndReleaseTaskExecutionInformation & {
    readonly poolId: string;
    readonly nodeId: string;
  },
): HookStatus {
  return compact({
    node: { poolId: status.poolId, nodeId: status.nodeId },
    preparation: optional(status.jobPreparationTaskExecutionInfo, hookRunOf),
    release: optional(status.jobReleaseTaskExecutionInfo, hookRunOf),
  });
}

function hookRunOf(run: Wire.JobReleaseTaskExecutionInformation): HookRun {
  return compact({
    state: readHookState(run.state),
    result: optional(run.result, readResult),
    startedAt: instant(run.startTime),
    endedAt: instant(run.endTime),
    exitCode: run.exitCode,
    failure: optional(run.failureInfo, problemOf),
    directory: optional(run.taskRootDirectory, nodePath),
  });
}
