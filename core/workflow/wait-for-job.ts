/** Waits until a job has ended, with its release tasks. */
import { describeDuration, FaultError } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { Job } from '../model/job.ts';
import { poll } from './poll.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/** Resolves with the completed job. Rejects with `timeout`, and the state that it is in, at the deadline. */
export async function waitForJob(
  workflow: Workflow,
  jobId: string,
  deadline: Instant,
  title = 'Ending the job',
): Promise<Job> {
  const progress = workflow.reporter.progress(title);
  const start = workflow.clock.now();
  let last: Job | undefined;
  try {
    const ended = await poll(
      workflow,
      async () => {
        last = await workflow.batch.jobs.get(jobId, callOptions(workflow));
        progress.update(last.state);
        return last.state === 'completed' ? last : undefined;
      },
      deadline,
    );
    const waited = describeDuration(workflow.clock.now() - start);
    if (ended === undefined) {
      const message = `Job ${jobId} has not ended after ${waited}: it is ${last?.state ?? 'unknown'}. A release task may still run; allow more time.`;
      throw new FaultError({ code: 'timeout', message });
    }
    progress.done(`completed after ${waited}`);
    return ended;
  } catch (error) {
    progress.fail();
    throw error;
  }
}
