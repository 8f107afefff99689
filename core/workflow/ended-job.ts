/** Sees when a job has ended before all its tasks have run: those that wait then wait for ever (batch-semantics 3.7). */
import { FaultError } from '../kernel/index.ts';
import type { JobState } from '../model/job.ts';
import type { CompletedTask } from '../model/task.ts';
import { explainFailures, failuresFault } from './task-report.ts';
import { count, listed } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

const endedStates: ReadonlySet<JobState> = new Set(['terminating', 'completed', 'deleting']);

/**
 * Why no further task of the job will run, with the failures that ended it; undefined while the job goes on or one of its
 * tasks runs, and also when all of them are completed after all.
 */
export async function explainEndedJob(
  workflow: Workflow,
  { jobId, total }: { readonly jobId: string; readonly total: number },
): Promise<FaultError | undefined> {
  const { state, terminateReason } = await workflow.batch.jobs.get(jobId, callOptions(workflow));
  if (!endedStates.has(state)) return undefined;
  const completed: CompletedTask[] = [];
  const waiting: string[] = [];
  for await (const task of workflow.batch.tasks.list(jobId, callOptions(workflow))) {
    // The end of the job is still stopping it.
    if (task.state === 'running') return undefined;
    if (task.state === 'completed') completed.push(task);
    else waiting.push(task.id);
  }
  if (waiting.length === 0) return undefined;
  const failures = await explainFailures(workflow, completed);
  const reason = terminateReason === undefined ? '' : ` (${terminateReason})`;
  const message = `Job ${jobId} has ended${reason} with ${completed.length} of ${count(total, 'task')} completed; ${listed(waiting)} will not run.`;
  const details = failures.length === 0 ? [] : (failuresFault(jobId, total, failures).fault.details ?? []);
  return new FaultError({ code: 'failed', message, details });
}
