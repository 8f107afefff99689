/** Tasks through the SDK, as core's Tasks. */
import type { CallOptions, Subtask, Task, TaskQuery, TaskState, Tasks } from '../../../core/index.ts';
import type { BatchCalls } from '../calls/batch-calls.ts';
import { cancelled } from '../calls/fault-of-error.ts';
import { listAll } from '../calls/paging.ts';
import type { Wire } from '../connection/sdk.ts';
import { addAll } from './add-all.ts';
import { subtaskOf, taskOf } from './task-mapping.ts';

export function createTasks(calls: BatchCalls): Tasks {
  const toTask = (jobId: string, wire: Wire.CloudTask): Task => {
    if (wire.id === undefined) throw calls.malformed('a task without an id');
    return taskOf(jobId, { ...wire, id: wire.id });
  };
  return {
    addAll: (jobId, tasks, { signal }: CallOptions = {}) => addAll(calls, jobId, tasks, signal),
    get: async (jobId, taskId, { signal }: CallOptions = {}) =>
      toTask(jobId, await calls.read((sdk, options) => sdk.task.get(jobId, taskId, options), signal)),
    list: (jobId, { signal, states }: TaskQuery = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.task.list(jobId, { ...filterOf(states), ...options }),
          next: (sdk, link, options) => sdk.task.listNext(link, options),
        },
        (wire: Wire.CloudTask) => toTask(jobId, wire),
        signal,
      ),
    subtasks: (jobId, taskId, { signal }: CallOptions = {}) => subtasks(calls, { jobId, taskId, signal }),
    ...createTransitions(calls),
  };
}

interface TaskAddress {
  readonly jobId: string;
  readonly taskId: string;
  readonly signal: AbortSignal | undefined;
}

/** They come without pages (wire-facts 3.6). */
async function* subtasks(
  calls: BatchCalls,
  { jobId, taskId, signal }: TaskAddress,
): AsyncGenerator<Subtask, void, undefined> {
  const { value } = await calls.read((sdk, options) => sdk.task.listSubtasks(jobId, taskId, options), signal);
  if (!Array.isArray(value)) throw calls.malformed('an answer without a list');
  for (const wire of value) {
    if (signal?.aborted === true) throw cancelled();
    if (wire.id === undefined) throw calls.malformed('a subtask without an id');
    yield subtaskOf({ ...wire, id: wire.id });
  }
}

function createTransitions(calls: BatchCalls): Pick<Tasks, 'terminate' | 'reactivate' | 'delete'> {
  return {
    terminate: (jobId, taskId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.task.terminate(jobId, taskId, options), {
        signal,
        doneCodes: ['TaskCompleted'],
      }),
    reactivate: (jobId, taskId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.task.reactivate(jobId, taskId, options), {
        signal,
        doneCodes: ['TaskNotCompleted'],
      }),
    delete: (jobId, taskId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.task.deleteMethod(jobId, taskId, options), {
        signal,
        doneCodes: ['TaskNotFound'],
      }),
  };
}

/** The grammar of wire-facts 1.14; an empty list of states asks for nothing, which the grammar cannot say. */
function filterOf(states: readonly TaskState[] | undefined): Wire.TaskListOptionalParams {
  if (states === undefined) return {};
  const terms = states.length === 0 ? ["id eq ''"] : states.map((state) => `state eq '${state}'`);
  return { taskListOptions: { filter: terms.join(' or ') } };
}
