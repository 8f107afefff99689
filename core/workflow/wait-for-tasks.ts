/** Waits until all tasks of a job are completed, and explains which are not when the time is over. */
import { describeDuration, FaultError } from '../kernel/index.ts';
import type { Fault, Instant } from '../kernel/index.ts';
import type { CompletedTask, TaskCounts } from '../model/task.ts';
import { explainEndedJob } from './ended-job.ts';
import { explainWaiting } from './explain-waiting.ts';
import { poll } from './poll.ts';
import { checkPool, poolCheckIntervalMs } from './pool-health.ts';
import { count } from './text.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

export interface TaskWait {
  readonly jobId: string;
  readonly poolId: string;
  /** How many tasks the job has. */
  readonly total: number;
  readonly deadline: Instant;
  /** Since when somebody has been waiting, for messages; the call's time by default. */
  readonly since?: Instant;
  /** Asked now and then for what else, beside a dead pool, can keep the tasks from running for ever. */
  readonly obstacle?: () => Promise<Fault | undefined>;
}

/**
 * Resolves with the completed tasks, failed ones included. Rejects with `timeout` at the deadline, with each task that is
 * not completed, its state and the reason; and with an explanation as soon as the pool can run none of them any more, or
 * the job has ended without them.
 */
export async function waitForTasks(workflow: Workflow, wait: TaskWait): Promise<readonly CompletedTask[]> {
  const { clock, reporter } = workflow;
  const progress = reporter.progress(`Running ${count(wait.total, 'task')}`);
  const start = clock.now();
  let nextPoolCheck = start + poolCheckIntervalMs;
  try {
    const tasks = await poll(
      workflow,
      async () => {
        const counts = await workflow.batch.jobs.taskCounts(wait.jobId, callOptions(workflow));
        progress.update(describeCounts(counts, wait.total));
        // The counts come late on the real service, so the tasks themselves have the last word.
        if (counts.completed >= wait.total) return completedTasks(workflow, wait);
        const isCheckDue = clock.now() >= nextPoolCheck;
        if (isCheckDue || (counts.failed > 0 && counts.running === 0)) {
          const ended = await explainEndedJob(workflow, wait);
          if (ended !== undefined) throw ended;
        }
        if (isCheckDue) {
          nextPoolCheck = clock.now() + poolCheckIntervalMs;
          const fault = (await checkPool(workflow, wait.poolId)) ?? (await wait.obstacle?.());
          if (fault !== undefined) throw new FaultError(fault);
        }
        return undefined;
      },
      wait.deadline,
    );
    if (tasks === undefined) return await lastLook(workflow, wait, clock.now() - (wait.since ?? start));
    progress.done(`all completed in ${describeDuration(clock.now() - start)}`);
    return tasks;
  } catch (error) {
    progress.fail();
    throw error;
  }
}

function describeCounts(counts: TaskCounts, total: number): string {
  const parts = [`${counts.completed} of ${total} completed`];
  if (counts.running > 0) parts.push(`${counts.running} running`);
  if (counts.active > 0) parts.push(`${counts.active} waiting`);
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  return parts.join(', ');
}

/** All tasks of the job, or undefined when one of them is not completed. */
async function completedTasks(workflow: Workflow, wait: TaskWait): Promise<readonly CompletedTask[] | undefined> {
  const completed: CompletedTask[] = [];
  for await (const task of workflow.batch.tasks.list(wait.jobId, callOptions(workflow))) {
    if (task.state !== 'completed') return undefined;
    completed.push(task);
  }
  return completed.length >= wait.total ? completed : undefined;
}

async function lastLook(workflow: Workflow, wait: TaskWait, waited: number): Promise<readonly CompletedTask[]> {
  const completed = await completedTasks(workflow, wait);
  if (completed !== undefined) return completed;
  const reasons = await explainWaiting(workflow, wait);
  const message = `${reasons.length} of ${count(wait.total, 'task')} of job ${wait.jobId} ${reasons.length === 1 ? 'was' : 'were'} not completed after ${describeDuration(waited)}.`;
  const shown = reasons.slice(0, 20);
  const more = reasons.length > shown.length ? [{ key: '…', value: `${reasons.length - shown.length} more` }] : [];
  throw new FaultError({ code: 'timeout', message, details: [...shown, ...more] });
}
