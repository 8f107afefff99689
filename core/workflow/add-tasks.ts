/** Creates the job of a workflow and fills it with tasks. */
import { FaultError } from '../kernel/index.ts';
import type { JobSpec } from '../model/job.ts';
import type { TaskSpec } from '../model/task.ts';
import { describeProblem } from './pool-health.ts';
import { count } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

export async function createJob(workflow: Workflow, spec: JobSpec): Promise<void> {
  await workflow.batch.jobs.create(spec, callOptions(workflow));
  workflow.reporter.step(`Created job ${spec.id} on pool ${spec.poolId}`);
}

/** Adds all the tasks. Rejects with `invalid` and each refused task's reason when the service did not take all of them. */
export async function addTasks(workflow: Workflow, jobId: string, tasks: readonly TaskSpec[]): Promise<void> {
  const refused = await workflow.batch.tasks.addAll(jobId, tasks, callOptions(workflow));
  const [first] = refused;
  if (first !== undefined) {
    throw new FaultError({
      code: 'invalid',
      message: `${refused.length} of ${count(tasks.length, 'task')} could not be added to job ${jobId}; ${first.taskId} because of ${describeProblem(first.problem)}`,
      details: refused.slice(0, 20).map(({ taskId, problem }) => ({ key: taskId, value: describeProblem(problem) })),
    });
  }
  workflow.reporter.step(`Added ${count(tasks.length, 'task')} to job ${jobId}`);
}
