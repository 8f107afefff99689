/** Jobs between core and the engine. */
import type { Job, JobSpec, TaskCounts } from '../../../core/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { problemOfFailure } from '../calls/problem.ts';
import { compact, instant, metadataItems, metadataRecord, optional } from '../calls/values.ts';
import { engineCommand } from '../task/command-mapping.ts';

const ON_ALL_TASKS_COMPLETE = { noAction: 'noaction', terminateJob: 'terminatejob' } as const;
const ON_TASK_FAILURE = { noAction: 'noaction', performExitOptionsJobAction: 'performexitoptionsjobaction' } as const;

export function engineJob(spec: JobSpec): Engine.JobAdd {
  return compact({
    id: spec.id,
    displayName: spec.displayName,
    poolInfo: { poolId: spec.poolId },
    priority: spec.priority,
    maxParallelTasks: spec.maxParallelTasks,
    usesTaskDependencies: spec.usesTaskDependencies,
    constraints: engineConstraints(spec),
    onAllTasksComplete: optional(spec.onAllTasksComplete, (action) => ON_ALL_TASKS_COMPLETE[action]),
    onTaskFailure: optional(spec.onTaskFailure, (action) => ON_TASK_FAILURE[action]),
    jobPreparationTask: optional(spec.preparation, engineCommand),
    jobReleaseTask: optional(spec.release, engineCommand),
    commonEnvironmentSettings: spec.commonEnvironment,
    metadata: optional(spec.metadata, metadataItems),
  });
}

function engineConstraints({ maxWallClockMs, maxTaskRetryCount }: JobSpec): Engine.JobConstraints | undefined {
  if (maxWallClockMs === undefined && maxTaskRetryCount === undefined) return undefined;
  return compact({ maxWallClockTime: maxWallClockMs, maxTaskRetryCount });
}

export function jobOf(job: Engine.JobResource): Job {
  const { poolId, endTime, terminateReason, schedulingError } = job.executionInfo;
  return compact({
    id: job.id,
    state: job.state,
    poolId: poolId ?? job.poolInfo.poolId,
    priority: job.priority ?? 0,
    createdAt: instant(job.creationTime),
    endedAt: optional(endTime, instant),
    terminateReason,
    schedulingError: optional(schedulingError, problemOfFailure),
    metadata: metadataRecord(job.metadata),
  });
}

export function taskCountsOf({ taskCounts }: Engine.TaskCountsResult): TaskCounts {
  const { active, running, completed, succeeded, failed } = taskCounts;
  return { active, running, completed, succeeded, failed };
}
