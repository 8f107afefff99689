/** Jobs through the SDK, as core's Jobs. */
import type { CallOptions, Job, Jobs } from '../../../core/index.ts';
import type { BatchCalls } from '../calls/batch-calls.ts';
import { wasCreatedSince } from '../calls/lost-creation.ts';
import { listAll } from '../calls/paging.ts';
import { compact } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';
import { hookStatusOf, jobOf, taskCountsOf, wireJob } from './job-mapping.ts';

/** For lists of jobs, whoever asks. */
export function toJob(calls: BatchCalls, wire: Wire.CloudJob): Job {
  if (wire.id === undefined) throw calls.malformed('a job without an id');
  return jobOf({ ...wire, id: wire.id });
}

export function createJobs(calls: BatchCalls): Jobs {
  const fetchJob = (jobId: string, signal?: AbortSignal): Promise<Wire.CloudJob> =>
    calls.read((sdk, options) => sdk.job.get(jobId, options), signal);

  return {
    create: (spec, { signal }: CallOptions = {}) => {
      const startedAt = calls.clock.now();
      return calls.write((sdk, options) => sdk.job.add(wireJob(spec), options), {
        signal,
        doneCodes: ['JobExists'],
        isDone: async () => {
          const job = await fetchJob(spec.id, signal);
          return job.poolInfo?.poolId === spec.poolId && wasCreatedSince(startedAt, job.creationTime);
        },
      });
    },
    get: async (jobId, { signal }: CallOptions = {}) => toJob(calls, await fetchJob(jobId, signal)),
    list: ({ signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.job.list(options),
          next: (sdk, link, options) => sdk.job.listNext(link, options),
        },
        (wire) => toJob(calls, wire),
        signal,
      ),
    taskCounts: async (jobId, { signal }: CallOptions = {}) => {
      const counts = await calls.read((sdk, options) => sdk.job.getTaskCounts(jobId, options), signal);
      // The SDK's type promises the member, an answer of something else has not got it.
      if ((counts as Partial<Wire.TaskCountsResult>).taskCounts === undefined) throw calls.malformed('no task counts');
      return taskCountsOf(counts);
    },
    hooks: (jobId, { signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.job.listPreparationAndReleaseTaskStatus(jobId, options),
          next: (sdk, link, options) => sdk.job.listPreparationAndReleaseTaskStatusNext(link, options),
        },
        (wire: Wire.JobPreparationAndReleaseTaskExecutionInformation) => {
          const { poolId, nodeId } = wire;
          if (poolId === undefined || nodeId === undefined) throw calls.malformed('a job preparation without a node');
          return hookStatusOf({ ...wire, poolId, nodeId });
        },
        signal,
      ),
    ...createTransitions(calls),
  };
}

type Transitions = Pick<Jobs, 'terminateWhenTasksComplete' | 'disable' | 'enable' | 'terminate' | 'delete'>;

function createTransitions(calls: BatchCalls): Transitions {
  return {
    terminateWhenTasksComplete: (jobId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.job.patch(jobId, { onAllTasksComplete: 'terminatejob' }, options), {
        signal,
        // With every task complete the job may have ended before the repetition arrives.
        doneCodes: ['JobCompleted', 'JobBeingTerminated'],
      }),
    disable: (jobId, runningTasks, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.job.disable(jobId, runningTasks, options), {
        signal,
        doneCodes: ['JobDisabled'],
      }),
    enable: (jobId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.job.enable(jobId, options), { signal, doneCodes: ['JobNotActive'] }),
    terminate: (jobId, reason, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.job.terminate(jobId, { ...compact({ terminateReason: reason }), ...options }), {
        signal,
        doneCodes: ['JobBeingTerminated', 'JobCompleted'],
      }),
    delete: (jobId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.job.deleteMethod(jobId, options), {
        signal,
        doneCodes: ['JobBeingDeleted', 'JobNotFound'],
      }),
  };
}
