/** What a task's completion means for its dependents and its job (batch-semantics 3.3, 3.5, 4, 5.3). */
import { numberOf } from '../domain/dependencies.ts';
import { jobAction } from '../domain/exit-conditions.ts';
import type { Job } from '../domain/job.ts';
import type { TaskKey } from '../domain/keys.ts';
import { type Task, type TaskCompletion, satisfiesDependents } from '../domain/task.ts';
import type { JobState } from '../resources/job.ts';
import type { Turn } from '../turn.ts';
import { disableJob, terminateJob } from './job-lifecycle.ts';
import { applyToTask } from './task-lifecycle.ts';

/** Nothing more can be done to a job in these states. */
const ENDING: ReadonlySet<JobState> = new Set(['terminating', 'completed', 'deleting']);

/** Dependents first, then the job's actions (batch-semantics 3.3). */
export function afterCompletion(turn: Turn, key: TaskKey, completion: TaskCompletion): void {
  const task = turn.world.tasks.get(key);
  if (task === undefined) return;
  if (satisfiesDependents(task)) releaseDependents(turn, task);
  const job = turn.world.jobs.get(task.job);
  if (job !== undefined && !ENDING.has(job.state)) {
    performExitAction(turn, job, task, completion);
    if (task.isJobManager === true && job.spec.jobManagerTask?.killJobOnCompletion !== false) {
      terminateJob(turn, job.key, 'JMComplete');
    }
  }
  turn.facts.push({ type: 'jobTouched', job: task.job });
}

export function releaseDependents(turn: Turn, parent: Task): void {
  const number = numberOf(parent.id);
  for (const key of turn.world.ledger(parent.job).dependentsOf(parent.key, number)) {
    const dependent = turn.world.tasks.get(key);
    if (dependent === undefined) continue;
    applyToTask(turn, dependent, {
      type: 'dependencySatisfied',
      parent: parent.key,
      ...(number === undefined ? {} : { number }),
    });
  }
}

/** Only jobs that ask for it act on how their tasks end (batch-semantics 3.5). */
function performExitAction(turn: Turn, job: Job, task: Task, completion: TaskCompletion): void {
  if (job.spec.onTaskFailure !== 'performexitoptionsjobaction') return;
  const action = jobAction(task.spec.exitConditions, completion);
  if (action === 'terminate') terminateJob(turn, job.key, 'TaskFailed');
  else if (action === 'disable' && (job.state === 'active' || job.state === 'enabling'))
    disableJob(turn, job.key, 'requeue');
}
