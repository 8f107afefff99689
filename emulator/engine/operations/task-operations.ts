/** Operations on tasks (wire-facts 3.4, 3.5, 4.5; batch-semantics 3.4). */
import { type Outcome, refusal, success } from '../../../core/kernel/index.ts';
import type { Stamp, TaskAddition, TaskOperations } from '../batch-engine.ts';
import type { Job } from '../domain/job.ts';
import { taskKey } from '../domain/keys.ts';
import type { Task } from '../domain/task.ts';
import type { TaskEvent } from '../domain/task-transition.ts';
import { type EngineFault, engineFault, invalidProperty } from '../fault.ts';
import { accountMeans } from '../lifecycle/application-packages.ts';
import { putNewTask } from '../lifecycle/creation.ts';
import { releaseDependents } from '../lifecycle/task-completion.ts';
import { applyToTask, removeTask } from '../lifecycle/task-lifecycle.ts';
import type { TaskConstraints } from '../resources/common.ts';
import type { TaskAdd } from '../resources/task.ts';
import { withTaskConstraints } from '../rules/job-rules.ts';
import { checkTask, checkTaskConstraints } from '../rules/task-rules.ts';
import { checkTaskIsSimulated } from '../rules/simulation-rules.ts';
import type { Turn } from '../turn.ts';
import { refuseEnded } from './job-state.ts';
import { type Runner, findJob, findTask, page } from './runner.ts';
import { subtaskResources, taskResource } from './task-resource.ts';

type Result<T> = Outcome<T, EngineFault>;

const MAX_COLLECTION = 100;

export function taskOperations(runner: Runner): TaskOperations {
  return {
    add: (jobId, task) =>
      runner.change((turn) => {
        const job = openJob(turn, jobId);
        if (!job.ok) return job;
        const added = addTask(turn, job.value, task);
        return added.ok ? success(taskResource(turn.world, added.value)) : added;
      }),
    addCollection: (jobId, tasks) => runner.change((turn) => addCollection(turn, jobId, tasks)),
    get: (jobId, taskId, precondition) =>
      runner.ask((world) => {
        const task = findTask(world, jobId, taskId, precondition);
        return task.ok ? success(taskResource(world, task.value)) : task;
      }),
    list: (jobId, query) =>
      runner.ask((world) => {
        const job = findJob(world, jobId);
        if (!job.ok) return job;
        const source = {
          group: job.value.key,
          keyOf: (task: Task) => task.key,
          show: (task: Task) => taskResource(world, task),
        };
        return success(page(world.tasks, source, query));
      }),
    updateConstraints: (jobId, taskId, constraints, precondition) =>
      runner.change((turn) => {
        const task = findTask(turn.world, jobId, taskId, precondition);
        return task.ok ? updateConstraints(turn, task.value, constraints) : task;
      }),
    delete: (jobId, taskId, precondition) =>
      runner.change((turn): Result<void> => {
        const task = findTask(turn.world, jobId, taskId, precondition);
        if (!task.ok) return task;
        removeTask(turn, task.value);
        // Else whoever waits for it is blocked, until a task of the same id satisfies it (batch-semantics 15 item 8).
        if (turn.settings.openQuestions.deletedParentSatisfies) releaseDependents(turn, task.value);
        turn.facts.push({ type: 'jobTouched', job: task.value.job });
        return success(undefined);
      }),
    terminate: (jobId, taskId, precondition) =>
      runner.change((turn) => {
        const task = findTask(turn.world, jobId, taskId, precondition);
        if (!task.ok) return task;
        if (task.value.status.state === 'completed') return refusal(engineFault('TaskCompleted'));
        return stampAndApply(turn, task.value, { type: 'interrupted', why: 'terminate' });
      }),
    reactivate: (jobId, taskId, precondition) =>
      runner.change((turn) => reactivate(turn, findTask(turn.world, jobId, taskId, precondition))),
    subtasks: (jobId, taskId) =>
      runner.ask((world) => {
        const task = findTask(world, jobId, taskId);
        return task.ok ? success(subtaskResources(world, task.value)) : task;
      }),
  };
}

/** Active and disabled jobs take tasks (batch-semantics 3.7). */
function openJob(turn: Turn, jobId: string): Result<Job> {
  const job = findJob(turn.world, jobId);
  if (!job.ok) return job;
  const fault = refuseEnded(job.value);
  return fault === undefined ? job : refusal(fault);
}

function addTask(turn: Turn, job: Job, task: TaskAdd): Result<Task> {
  if (turn.world.tasks.has(taskKey(job.key, task.id))) return refusal(engineFault('TaskExists'));
  const fault =
    checkTask(job, task, accountMeans(turn)) ??
    checkTaskIsSimulated(task, turn.settings) ??
    checkParents(turn, job, task);
  if (fault !== undefined) return refusal(fault);
  return success(putNewTask(turn, job, task));
}

/** Whether parents must be there already is an open question (batch-semantics 15 item 8). */
function checkParents(turn: Turn, job: Job, { dependsOn }: TaskAdd): EngineFault | undefined {
  if (turn.settings.openQuestions.unknownParentsAccepted) return undefined;
  const unknown = dependsOn?.taskIds?.find((id) => !turn.world.tasks.has(taskKey(job.key, id)));
  return unknown === undefined
    ? undefined
    : invalidProperty('dependsOn', unknown, 'The task does not exist in the job.');
}

function addCollection(turn: Turn, jobId: string, tasks: readonly TaskAdd[]): Result<readonly TaskAddition[]> {
  const job = openJob(turn, jobId);
  if (!job.ok) return job;
  if (tasks.length === 0 || tasks.length > MAX_COLLECTION) {
    return refusal(invalidProperty('value', tasks.length, `A collection must have 1 to ${MAX_COLLECTION} tasks.`));
  }
  return success(
    tasks.map((task): TaskAddition => {
      const added = addTask(turn, job.value, task);
      return added.ok
        ? { taskId: task.id, outcome: 'added', task: taskResource(turn.world, added.value) }
        : { taskId: task.id, outcome: 'refused', fault: added.fault };
    }),
  );
}

function updateConstraints(turn: Turn, task: Task, constraints: TaskConstraints | undefined): Result<Stamp> {
  if (task.status.state === 'completed') return refusal(engineFault('TaskCompleted'));
  const fault = checkTaskConstraints(constraints);
  if (fault !== undefined) return refusal(fault);
  const job = turn.world.jobs.get(task.job);
  const retries = job?.spec.constraints.maxTaskRetryCount ?? 0;
  turn.world.tasks.put({
    ...task,
    spec: { ...task.spec, constraints: withTaskConstraints(constraints, retries) },
    lastModified: turn.now,
  });
  return success({ lastModified: turn.now });
}

function stampAndApply(turn: Turn, task: Task, event: TaskEvent): Result<Stamp> {
  const stamped = { ...task, lastModified: turn.now };
  turn.world.tasks.put(stamped);
  applyToTask(turn, stamped, event);
  return success({ lastModified: turn.now });
}

function reactivate(turn: Turn, task: Result<Task>): Result<Stamp> {
  if (!task.ok) return task;
  const { status } = task.value;
  if (status.state !== 'completed') return refusal(engineFault('TaskNotCompleted'));
  if (status.result === 'success') return refusal(engineFault('TaskSucceeded'));
  const job = turn.world.jobs.get(task.value.job);
  const fault = job === undefined ? engineFault('JobNotFound') : refuseEnded(job);
  if (fault !== undefined) return refusal(fault);
  return stampAndApply(turn, task.value, { type: 'reactivated' });
}
