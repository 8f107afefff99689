/** Adds any number of tasks in collections of 100. A task that is refused is returned; the others are added. */
import type { RefusedTask, TaskSpec } from '../../../core/index.ts';
import type { BatchEngine, TaskAdd } from '../../../emulator/engine/index.ts';
import { ask, named } from '../calls/engine-calls.ts';
import { problemOfRefusal } from '../calls/problem.ts';
import { engineTask } from './task-spec-mapping.ts';

/** The service takes no more (wire-facts 3.5). */
const MAX_TASKS = 100;

/** The service takes no larger body, so a task that would fill one alone does not exist there either (wire-facts 3.5). */
const MAX_TASK_BYTES = 1_048_576;

/** Resolves with the refused tasks in the order of `tasks`; rejects when the job as a whole takes none. */
export async function addAll(
  engine: BatchEngine,
  jobId: string,
  tasks: readonly TaskSpec[],
  signal?: AbortSignal,
): Promise<readonly RefusedTask[]> {
  const refused: RefusedTask[] = [];
  for (let start = 0; start < tasks.length; start += MAX_TASKS) {
    const all = tasks.slice(start, start + MAX_TASKS).map(engineTask);
    const tooLarge = new Set(all.filter((task) => bytesOf(task) > MAX_TASK_BYTES));
    const sent = all.filter((task) => !tooLarge.has(task));
    const additions = sent.length === 0 ? [] : await ask(() => engine.tasks.addCollection(named(jobId), sent), signal);
    // The answers come in the order of the collection.
    let next = 0;
    for (const task of all) {
      if (tooLarge.has(task)) {
        refused.push({ taskId: task.id, problem: problemOfRefusal({ code: 'RequestBodyTooLarge' }) });
        continue;
      }
      const addition = additions[next++];
      if (addition?.outcome === 'refused') {
        refused.push({ taskId: task.id, problem: problemOfRefusal(addition.fault) });
      }
    }
  }
  return refused;
}

/** Of a request that holds this task alone. */
function bytesOf(task: TaskAdd): number {
  return Buffer.byteLength(JSON.stringify({ value: [task] }));
}
