/** Creates the job of a workflow and fills it with tasks. */
import { FaultError, isFault } from '../kernel/index.ts';
import type { JobSpec } from '../model/job.ts';
import type { TaskSpec } from '../model/task.ts';
import type { CleanUp } from './clean-up.ts';
import { describeProblem } from './pool-health.ts';
import { jobRemoval } from './removals.ts';
import { count } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/** Creates the job and registers it to be cleaned up. Rejects with `alreadyExists` for a job that is somebody else's. */
export async function createJob(workflow: Workflow, spec: JobSpec, cleanUp: CleanUp): Promise<void> {
  // Before the call: an interruption can lose the answer and leave the job.
  const withdraw = cleanUp.register(jobRemoval(workflow, spec.id));
  try {
    await workflow.batch.jobs.create(spec, callOptions(workflow));
  } catch (error) {
    if (isFault(error, 'alreadyExists')) withdraw();
    throw error;
  }
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
