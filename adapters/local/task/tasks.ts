/** Tasks of the engine, as core's Tasks. */
import type { CallOptions, TaskQuery, Tasks } from '../../../core/index.ts';
import type { BatchEngine, TaskResource } from '../../../emulator/engine/index.ts';
import { ask, each, listAll, named, tell, throwIfCancelled } from '../calls/engine-calls.ts';
import { addAll } from './add-all.ts';
import { subtaskOf, taskOf } from './task-mapping.ts';

export function createTasks(engine: BatchEngine): Tasks {
  const { tasks } = engine;
  return {
    addAll: async (jobId, specs, { signal }: CallOptions = {}) => {
      throwIfCancelled(signal);
      return addAll(engine, jobId, specs, signal);
    },
    get: async (jobId, taskId, { signal }: CallOptions = {}) =>
      taskOf(jobId, await ask(() => tasks.get(named(jobId), named(taskId)), signal)),
    list: (jobId, { signal, states }: TaskQuery = {}) =>
      listAll(
        (query) => tasks.list(named(jobId), query),
        (task) => taskOf(jobId, task),
        {
          signal,
          ...(states === undefined ? {} : { where: ({ state }: TaskResource) => states.includes(state) }),
        },
      ),
    terminate: (jobId, taskId, { signal }: CallOptions = {}) =>
      tell(() => tasks.terminate(named(jobId), named(taskId)), signal),
    reactivate: (jobId, taskId, { signal }: CallOptions = {}) =>
      tell(() => tasks.reactivate(named(jobId), named(taskId)), signal),
    delete: (jobId, taskId, { signal }: CallOptions = {}) =>
      tell(() => tasks.delete(named(jobId), named(taskId)), signal),
    subtasks: (jobId, taskId, { signal }: CallOptions = {}) =>
      // A task has few of them, so they come without pages (wire-facts 3.6).
      each(() => tasks.subtasks(named(jobId), named(taskId)), subtaskOf, signal),
  };
}
