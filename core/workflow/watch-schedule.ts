/** Watches the jobs of a schedule come and end. */
import { describeDuration, FaultError } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { Job } from '../model/job.ts';
import { poll } from './poll.ts';
import { checkPool, describeProblem, poolCheckIntervalMs } from './pool-health.ts';
import { count } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

export interface ScheduleWatch {
  readonly scheduleId: string;
  readonly poolId: string;
  /** How many of its jobs are to end. */
  readonly jobs: number;
  readonly deadline: Instant;
}

/**
 * Resolves with the first jobs of the schedule once so many have ended, in the order of their making; says of each when it
 * comes and when it ends. Rejects when one cannot be scheduled, when the pool dies, when the schedule ends too early, and
 * with `timeout` at the deadline.
 */
export async function watchSchedule(workflow: Workflow, watch: ScheduleWatch): Promise<readonly Job[]> {
  const { clock, reporter } = workflow;
  const progress = reporter.progress(`Waiting for ${count(watch.jobs, 'job')}`);
  const start = clock.now();
  const announce = announcer(workflow);
  let nextPoolCheck = start + poolCheckIntervalMs;
  try {
    const jobs = await poll(
      workflow,
      async () => {
        const made = await jobsOf(workflow, watch.scheduleId);
        const ended = made.filter(({ state }) => state === 'completed');
        announce(made.slice(0, watch.jobs));
        progress.update(`${count(made.length, 'job')} made, ${ended.length} ended`);
        if (ended.length >= watch.jobs) return ended.slice(0, watch.jobs);
        await assertMore(workflow, watch, made);
        if (clock.now() >= nextPoolCheck) {
          nextPoolCheck = clock.now() + poolCheckIntervalMs;
          const fault = await checkPool(workflow, watch.poolId);
          if (fault !== undefined) throw new FaultError(fault);
        }
        return undefined;
      },
      watch.deadline,
    );
    const waited = describeDuration(clock.now() - start);
    if (jobs === undefined) throw await timeoutFault(workflow, watch, waited);
    progress.done(`all ended in ${waited}`);
    return jobs;
  } catch (error) {
    progress.fail();
    throw error;
  }
}

/** Tells of each job once that it has come and once that it has ended. */
function announcer({ reporter }: Workflow): (jobs: readonly Job[]) => void {
  const told = new Set<string>();
  const tell = (job: Job, event: 'made' | 'ended', text: string): void => {
    if (told.has(`${event} ${job.id}`)) return;
    told.add(`${event} ${job.id}`);
    reporter.step(text);
    reporter.fact('job', { event, job });
  };
  return (jobs) => {
    for (const job of jobs) {
      tell(job, 'made', `Job ${job.id} has come`);
      if (job.state === 'completed')
        tell(job, 'ended', `Job ${job.id} has ended: ${job.terminateReason ?? 'no reason'}`);
    }
  };
}

/** Throws when no further job will come or end. */
async function assertMore(
  workflow: Workflow,
  { scheduleId, jobs }: ScheduleWatch,
  made: readonly Job[],
): Promise<void> {
  const stuck = made.find(({ schedulingError }) => schedulingError !== undefined);
  if (stuck !== undefined) {
    const message = `Job ${stuck.id} cannot be scheduled: ${describeProblem(stuck.schedulingError)}`;
    throw new FaultError({ code: 'failed', message });
  }
  const { state } = await workflow.batch.schedules.get(scheduleId, callOptions(workflow));
  if (state === 'active') return;
  const message = `Job schedule ${scheduleId} is ${state} after ${count(made.length, 'job')} of ${jobs}: somebody ended it.`;
  throw new FaultError({ code: 'failed', message });
}

async function timeoutFault(workflow: Workflow, watch: ScheduleWatch, waited: string): Promise<FaultError> {
  const made = await jobsOf(workflow, watch.scheduleId);
  const ended = made.filter(({ state }) => state === 'completed').length;
  return new FaultError({
    code: 'timeout',
    message: `${ended} of ${count(watch.jobs, 'job')} of job schedule ${watch.scheduleId} had ended after ${waited}. Allow more time, or ask for fewer jobs.`,
    details: made.map(({ id, state }) => ({ key: id, value: state })),
  });
}

/** In the order of their making: the service lists those first that have not ended. */
async function jobsOf(workflow: Workflow, scheduleId: string): Promise<readonly Job[]> {
  const jobs = await Array.fromAsync(workflow.batch.schedules.jobs(scheduleId, callOptions(workflow)));
  return jobs.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}
