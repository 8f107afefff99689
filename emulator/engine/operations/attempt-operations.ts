/** What a task did, start by start, and where its logs are: found from its record, changed nowhere. */
import { success } from '../../../core/kernel/index.ts';
import type { AttemptOperations } from '../batch-engine.ts';
import { nextAttempt } from '../domain/attempt.ts';
import type { Attempt, Task } from '../domain/task.ts';
import type { World } from '../domain/world.ts';
import { taskDirectory } from '../lifecycle/run-specs.ts';
import type { AttemptLogs, AttemptResource } from '../resources/attempt.ts';
import { type Runner, findTask } from './runner.ts';

export function attemptOperations(runner: Runner): AttemptOperations {
  return {
    list: (jobId, taskId) =>
      runner.ask((world) => {
        const task = findTask(world, jobId, taskId);
        return task.ok ? success(attemptsOf(world, task.value)) : task;
      }),
  };
}

/** An attempt that has ended, or the one that the task's state shows. */
type Known = Omit<Attempt, 'endTime' | 'end'> & Pick<AttemptResource, 'endTime' | 'end'>;

function attemptsOf(world: World, task: Task): readonly AttemptResource[] {
  const all: readonly Known[] = [...(task.attempts ?? []), ...present(task)];
  return all.map((attempt, index) => {
    const { place, ...shown } = attempt;
    const isLastThere = !all.slice(index + 1).some((later) => later.place.node === place.node);
    const logs = logsOf(world, task, attempt, isLastThere);
    return {
      ...shown,
      runId: place.runId,
      poolId: place.poolId,
      nodeId: place.nodeId,
      ...(logs === undefined ? {} : { logs }),
    };
  });
}

function present(task: Task): readonly Known[] {
  const { status } = task;
  if (status.state !== 'running' && status.state !== 'completed') return [];
  const { place, startTime } = status;
  if (place === undefined || startTime === undefined) return [];
  const isOver = status.state === 'completed';
  return [
    {
      number: nextAttempt(task),
      place,
      startTime,
      ...(isOver ? { endTime: status.endTime } : {}),
      ...(isOver && status.exitCode !== undefined ? { exitCode: status.exitCode } : {}),
      end: status.state,
    },
  ];
}

/** Files go with their node, when it is emptied, and when the task's retention time is over (batch-semantics 9, 11.5). */
function logsOf(world: World, task: Task, attempt: Known, isLastThere: boolean): AttemptLogs | undefined {
  const job = world.jobs.get(task.job);
  const node = world.nodes.get(attempt.place.node);
  const isCleanedUp = task.status.state === 'completed' && task.status.filesGone === true;
  if (job === undefined || node?.lastBootTime === undefined || node.state === 'reimaging' || isCleanedUp)
    return undefined;
  return { directory: taskDirectory(job, task.id), place: isLastThere ? 'directory' : 'aside' };
}
