/**
 * What a task did before its present state: each start that did not complete it for good (batch-semantics 2.7). The
 * service shows none of it and overwrites the times; it is kept for people who ask what happened.
 */
import type { Instant } from '../../../core/kernel/index.ts';
import type { Attempt, Task } from './task.ts';

/** A task that is retried without limit must not grow without limit: the oldest go first. */
const MOST_KEPT = 100;

export function nextAttempt({ attempts }: Task): number {
  return (attempts?.at(-1)?.number ?? 0) + 1;
}

/** The task with its present run, or its completion, among what it did before; as it is when it has not started. */
export function withAttempt(task: Task, end: Attempt['end'], now: Instant, exitCode?: number): Task {
  const { status } = task;
  if (status.state !== 'running' && status.state !== 'completed') return task;
  const { place, startTime } = status;
  if (place === undefined || startTime === undefined) return task;
  const attempt: Attempt = {
    number: nextAttempt(task),
    place,
    startTime,
    endTime: status.state === 'completed' ? status.endTime : now,
    ...(exitCode === undefined ? {} : { exitCode }),
    end,
  };
  return { ...task, attempts: [...(task.attempts ?? []), attempt].slice(-MOST_KEPT) };
}
