/** How the things that a workflow creates are removed, and what is asked before. */
import type { Removal } from './clean-up.ts';
import type { Workflow } from './workflow.ts';

export function containerRemoval({ storage }: Pick<Workflow, 'storage'>, container: string): Removal {
  return {
    name: `container ${container}`,
    remove: (options) => storage.deleteContainer(container, options),
  };
}

/** The service goes on deleting a job, with its tasks and their files, after the call. */
export function jobRemoval({ batch }: Pick<Workflow, 'batch'>, jobId: string): Removal {
  return {
    name: `job ${jobId}`,
    question: { text: 'Delete job?', byDefault: true },
    remove: (options) => batch.jobs.delete(jobId, options),
  };
}

/** Its jobs go with it. */
export function scheduleRemoval({ batch }: Pick<Workflow, 'batch'>, scheduleId: string): Removal {
  return {
    name: `job schedule ${scheduleId}`,
    question: { text: 'Delete job schedule and its jobs?', byDefault: true },
    remove: (options) => batch.schedules.delete(scheduleId, options),
  };
}

/** A pool that existed before is deleted only by somebody who says yes. */
export function poolRemoval({ batch }: Pick<Workflow, 'batch'>, poolId: string, own: boolean): Removal {
  return {
    name: `pool ${poolId}`,
    question: { text: 'Delete pool?', byDefault: own },
    own,
    remove: (options) => batch.pools.delete(poolId, options),
  };
}
