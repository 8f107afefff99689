/** Why a task is in the state that it is in: the checklist of batch-semantics 2.6, answered for one task. */
import type { Job } from '../domain/job.ts';
import { type Task, satisfiesDependents } from '../domain/task.ts';
import type { Explanation, Reason } from '../resources/explanation.ts';
import { activeReasons } from './active-task.ts';
import { type View, reason } from './view.ts';
import { at, count, failureText, quoted, readTaskFile, since, until } from './words.ts';
import { UNLIMITED } from '../../../core/kernel/index.ts';

export function explainTask(view: View, job: Job, task: Task): Explanation {
  const subject = `task "${task.id}" of job "${job.id}"`;
  const reasons = reasonsOf(view, job, task);
  const [first] = reasons;
  return {
    subject,
    state: task.status.state,
    summary: `Task "${task.id}" is ${task.status.state}. ${first?.text ?? ''}`,
    reasons,
  };
}

function reasonsOf(view: View, job: Job, task: Task): readonly Reason[] {
  switch (task.status.state) {
    case 'active':
      return activeReasons(view, job, task);
    case 'preparing':
      return preparing(view, job, task);
    case 'running':
      return running(view, task);
    case 'completed':
      return completed(view, job, task);
  }
}

function preparing(view: View, job: Job, task: Task): readonly Reason[] {
  const { status } = task;
  if (status.state !== 'preparing') return [];
  const command = job.spec.jobPreparationTask?.commandLine ?? '';
  const places = status.places ?? [status.place];
  return places.flatMap(({ node, nodeId }) => {
    const hook = view.world.hooksOfNode(node).find((each) => each.job === job.key);
    if (hook?.preparation.state !== 'running') return [];
    const { retryCount, startTime } = hook.preparation;
    return [
      reason(
        'preparing',
        `It has its place on node ${nodeId} and starts when the job preparation task \`${command}\` has succeeded there; attempt ${retryCount + 1} runs ${since(view.now, startTime)}.`,
      ),
    ];
  });
}

const INTERRUPTIONS = {
  terminate: 'It is being stopped because somebody ended it or its job; it will be completed as a failure (TaskEnded).',
  wallClock: 'It is being stopped because its maxWallClockTime is over; it will be completed as a failure.',
  requeue: 'It is being stopped on request (node, pool or job) and goes back to the queue; requeueCount goes up.',
  recover: 'It is being stopped by the system and runs again elsewhere; no counter changes.',
} as const;

function running(view: View, task: Task): readonly Reason[] {
  const { status } = task;
  if (status.state !== 'running') return [];
  const reasons: Reason[] = [];
  if (status.interruption !== undefined) reasons.push(reason('stopping', INTERRUPTIONS[status.interruption]));
  const coordinating = status.multi?.instances.filter(({ isCoordinating }) => isCoordinating) ?? [];
  if (status.multi?.application === 'waiting') {
    reasons.push(
      reason(
        'coordinating',
        `Its application command starts when the coordination command has exited with 0 everywhere; it still runs on ${count(coordinating.length, 'node')} (${quoted(coordinating.map(({ place }) => place.nodeId))}).`,
        'A coordination command must return: start services in the background.',
      ),
    );
  }
  const { maxWallClockTime } = task.spec.constraints;
  const limit =
    maxWallClockTime >= UNLIMITED
      ? ' It has no maxWallClockTime.'
      : ` It is stopped ${until(view.now, status.startTime + maxWallClockTime)} if it has not ended (maxWallClockTime).`;
  reasons.push(
    reason(
      'running',
      `It runs on node ${status.place.nodeId} of pool "${status.place.poolId}" ${since(view.now, status.startTime)}; downloads and image pulls count.${limit}`,
    ),
  );
  return reasons;
}

function completed(view: View, job: Job, task: Task): readonly Reason[] {
  const { status } = task;
  if (status.state !== 'completed') return [];
  const code = status.exitCode === undefined ? 'without an exit code' : `with exit code ${status.exitCode}`;
  const waiting = view.world.ledger(job.key).dependentsOf(task.key, undefined);
  const blocked = satisfiesDependents(task) ? [] : waiting.flatMap((key) => view.world.tasks.get(key)?.id ?? []);
  const reasons = [
    status.failure === undefined
      ? reason('succeeded', `It ended ${code} at ${at(status.endTime)}.`)
      : reason(
          'failed',
          `It failed ${code} at ${at(status.endTime)}: ${failureText(status.failure)}. ${triesOf(task)}`,
          logHint(job, task, status.filesGone === true || status.place === undefined),
        ),
  ];
  if (blocked.length === 0) return reasons;
  const what = reason(
    'blocksOthers',
    `${count(blocked.length, 'task')} (${quoted(blocked)}) depend${blocked.length === 1 ? 's' : ''} on it and will never start.`,
    `Reactivate it: az batch task reactivate --job-id ${job.id} --task-id ${task.id}`,
  );
  return [...reasons, what];
}

function triesOf(task: Task): string {
  const { maxTaskRetryCount } = task.spec.constraints;
  if (task.status.state === 'completed' && task.status.phase !== undefined) return 'Such failures are never retried.';
  if (maxTaskRetryCount === 0) return 'No retry was allowed (maxTaskRetryCount is 0).';
  return `It was retried ${count(task.retryCount, 'time')} (maxTaskRetryCount ${maxTaskRetryCount}).`;
}

function logHint(job: Job, task: Task, isGone: boolean): string {
  if (isGone) return 'It has no files: it never reached a node, or they were cleaned up.';
  return `Read what it printed: ${readTaskFile(job.id, task.id, 'stderr.txt')}`;
}
