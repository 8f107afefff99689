/** Jobs of the engine, as core's Jobs. */
import type { CallOptions, Jobs } from '../../../core/index.ts';
import type { BatchEngine } from '../../../emulator/engine/index.ts';
import { ask, listAll, named, tell } from '../calls/engine-calls.ts';
import { engineJob, hookStatusOf, jobOf, taskCountsOf } from './job-mapping.ts';

export function createJobs({ jobs }: BatchEngine): Jobs {
  return {
    create: (spec, { signal }: CallOptions = {}) => tell(() => jobs.add(engineJob(spec)), signal),
    get: async (jobId, { signal }: CallOptions = {}) => jobOf(await ask(() => jobs.get(named(jobId)), signal)),
    list: ({ signal }: CallOptions = {}) => listAll((query) => jobs.list(query), jobOf, { signal }),
    terminateWhenTasksComplete: (jobId, { signal }: CallOptions = {}) =>
      tell(() => jobs.patch(named(jobId), { onAllTasksComplete: 'terminatejob' }), signal),
    disable: (jobId, runningTasks, { signal }: CallOptions = {}) =>
      tell(() => jobs.disable(named(jobId), runningTasks), signal),
    enable: (jobId, { signal }: CallOptions = {}) => tell(() => jobs.enable(named(jobId)), signal),
    terminate: (jobId, reason, { signal }: CallOptions = {}) =>
      tell(() => jobs.terminate(named(jobId), reason), signal),
    delete: (jobId, { signal }: CallOptions = {}) => tell(() => jobs.delete(named(jobId)), signal),
    taskCounts: async (jobId, { signal }: CallOptions = {}) =>
      taskCountsOf(await ask(() => jobs.taskCounts(named(jobId)), signal)),
    hooks: (jobId, { signal }: CallOptions = {}) =>
      listAll((query) => jobs.hookTaskStatus(named(jobId), query), hookStatusOf, { signal }),
  };
}
