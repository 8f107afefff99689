/** Operations on jobs (wire-facts 3.3). */
import { success } from '../../../core/kernel/index.ts';
import type { HookTaskStatus } from '../../engine/index.ts';
import { zeroJobStatistics } from '../account/statistics.ts';
import { versionPosition } from '../operations/api-version.ts';
import type { Handlers } from '../operations/handler.ts';
import type { OperationOf } from '../operations/operation-id.ts';
import { created, page, resource, stamped } from './replies.ts';

/** Before there were slots, the counts of tasks stood alone (wire-facts 1.11). */
const TASK_SLOTS_SINCE = versionPosition('2020-09-01.12.0');

export const jobHandlers: Handlers<OperationOf<'Job'>> = {
  // The service says `jobs/job-1`, whatever the job's id is (wire-facts 3.3).
  Job_Add: async ({ account, body, baseUrl }) => created(await account.engine.jobs.add(body), `${baseUrl}/jobs/job-1`),
  Job_List: async ({ account, page: query }) => page(await account.engine.jobs.list(query)),
  Job_ListFromJobSchedule: async ({ account, parameters, page: query }) =>
    page(await account.engine.schedules.jobs(parameters.jobScheduleId, query)),
  Job_Get: async ({ account, parameters, precondition }) =>
    resource(await account.engine.jobs.get(parameters.jobId, precondition)),
  Job_Patch: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.jobs.patch(parameters.jobId, body, precondition)),
  Job_Update: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.jobs.update(parameters.jobId, body, precondition)),
  Job_Delete: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.jobs.delete(parameters.jobId, precondition)),
  Job_Disable: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.jobs.disable(parameters.jobId, body.disableTasks, precondition)),
  Job_Enable: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.jobs.enable(parameters.jobId, precondition)),
  Job_Terminate: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.jobs.terminate(parameters.jobId, body.terminateReason, precondition)),
  Job_GetTaskCounts: async ({ account, parameters, version }) => {
    const counts = await account.engine.jobs.taskCounts(parameters.jobId);
    if (!counts.ok || version >= TASK_SLOTS_SINCE) return resource(counts);
    const form = { mapper: 'TaskCounts', metadata: 'taskcounts/@Element' } as const;
    return success({ kind: 'resource', value: counts.value.taskCounts, form });
  },
  Job_ListPreparationAndReleaseTaskStatus: async ({ account, parameters, page: query, baseUrl }) => {
    const status = await account.engine.jobs.hookTaskStatus(parameters.jobId, query);
    if (!status.ok) return status;
    const items = status.value.items.map((item) => withDirectoryUrls(item, baseUrl));
    return page(success({ ...status.value, items }));
  },
  Job_GetAllLifetimeStatistics: ({ account, baseUrl }) =>
    success({ kind: 'resource', value: zeroJobStatistics(account.servedSince, `${baseUrl}/lifetimejobstats`) }),
};

/** The URL of a task's directory needs the node, which stands one level above it. */
function withDirectoryUrls(status: HookTaskStatus, baseUrl: string): object {
  const files = `${baseUrl}/pools/${status.poolId}/nodes/${status.nodeId}/files`;
  const withUrl = <T extends { readonly taskRootDirectory?: string }>(info: T): T =>
    info.taskRootDirectory === undefined
      ? info
      : { ...info, taskRootDirectoryUrl: `${files}/${info.taskRootDirectory}` };
  const { jobPreparationTaskExecutionInfo: preparation, jobReleaseTaskExecutionInfo: release } = status;
  return {
    ...status,
    ...(preparation === undefined ? {} : { jobPreparationTaskExecutionInfo: withUrl(preparation) }),
    ...(release === undefined ? {} : { jobReleaseTaskExecutionInfo: withUrl(release) }),
  };
}
