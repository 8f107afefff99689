/** Jobs between core and the engine. */
import type {
  HookRun,
  HookStatus,
  Job,
  JobManager,
  JobSpec,
  JobSpecification,
  TaskCounts,
} from '../../../core/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { problemOfFailure } from '../calls/problem.ts';
import { compact, instant, metadataItems, metadataRecord, optional } from '../calls/values.ts';
import { engineCommand } from '../task/command-mapping.ts';
import { engineConstraints, engineOutputFile } from '../task/task-spec-mapping.ts';

const ON_ALL_TASKS_COMPLETE = { noAction: 'noaction', terminateJob: 'terminatejob' } as const;
const ON_TASK_FAILURE = { noAction: 'noaction', performExitOptionsJobAction: 'performexitoptionsjobaction' } as const;

export function engineJob(spec: JobSpec): Engine.JobAdd {
  return { id: spec.id, ...engineSpecification(spec) };
}

export function engineSpecification(spec: JobSpecification): Engine.JobSpecification {
  return compact({
    displayName: spec.displayName,
    poolInfo: { poolId: spec.poolId },
    priority: spec.priority,
    maxParallelTasks: spec.maxParallelTasks,
    usesTaskDependencies: spec.usesTaskDependencies,
    constraints: jobConstraints(spec),
    onAllTasksComplete: optional(spec.onAllTasksComplete, (action) => ON_ALL_TASKS_COMPLETE[action]),
    onTaskFailure: optional(spec.onTaskFailure, (action) => ON_TASK_FAILURE[action]),
    jobPreparationTask: optional(spec.preparation, engineCommand),
    jobReleaseTask: optional(spec.release, engineCommand),
    jobManagerTask: optional(spec.manager, engineManager),
    commonEnvironmentSettings: spec.commonEnvironment,
    metadata: optional(spec.metadata, metadataItems),
  });
}

function engineManager(manager: JobManager): Engine.JobManagerTask {
  return {
    id: manager.id,
    ...engineCommand(manager),
    ...compact({
      outputFiles: optional(manager.outputFiles, (files) => files.map(engineOutputFile)),
      constraints: optional(manager.constraints, engineConstraints),
      requiredSlots: manager.requiredSlots,
      killJobOnCompletion: manager.endsJob,
      runExclusive: manager.runsAlone,
    }),
  };
}

function jobConstraints({ maxWallClockMs, maxTaskRetryCount }: JobSpecification): Engine.JobConstraints | undefined {
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

export function hookStatusOf(status: Engine.HookTaskStatus): HookStatus {
  return compact({
    node: { poolId: status.poolId, nodeId: status.nodeId },
    preparation: optional(status.jobPreparationTaskExecutionInfo, hookRunOf),
    release: optional(status.jobReleaseTaskExecutionInfo, hookRunOf),
  });
}

function hookRunOf(run: NonNullable<Engine.HookTaskStatus['jobReleaseTaskExecutionInfo']>): HookRun {
  return compact({
    state: run.state,
    result: run.result,
    startedAt: instant(run.startTime),
    endedAt: optional(run.endTime, instant),
    exitCode: run.exitCode,
    failure: optional(run.failureInfo, problemOfFailure),
    directory: run.taskRootDirectory,
  });
}
