/** Says why tasks failed: exit code, failure information, and the end of what they wrote to stderr. */
import { FaultError } from '../kernel/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { CompletedTask } from '../model/task.ts';
import { mapBounded } from './bounded.ts';
import { expiredSas } from './expired-sas.ts';
import { readTail } from './read-tail.ts';
import { count, withoutSignature } from './text.ts';
import type { Workflow } from './workflow.ts';

export interface TaskFailure {
  readonly taskId: string;
  readonly exitCode?: number;
  /** One sentence: exit code or failure code, message, and the service's details. */
  readonly reason: string;
  /** The last lines of stderr.txt; absent when the task left none or they cannot be read. */
  readonly stderr?: string;
}

/** Failed tasks whose stderr is read: the first ones tell the story, and each is a call to a node. */
const explainedLimit = 10;

/** The failed ones among the tasks, in their order. */
export async function explainFailures(
  workflow: Workflow,
  tasks: readonly CompletedTask[],
): Promise<readonly TaskFailure[]> {
  const failed = tasks.filter((task) => task.result === 'failure');
  return mapBounded(failed, { limit: 4, signal: workflow.signal }, async (task, index) => {
    const reason = reasonOf(task, workflow.clock.now());
    const exit = task.exitCode === undefined ? {} : { exitCode: task.exitCode };
    if (task.node === undefined || index >= explainedLimit) return { taskId: task.id, ...exit, reason };
    const stderr = await readTail(workflow, { jobId: task.jobId, taskId: task.id, path: 'stderr.txt' });
    return { taskId: task.id, ...exit, reason, ...(stderr === undefined || stderr === '' ? {} : { stderr }) };
  });
}

/** The failures as one fault, with a detail for each of the first ones. */
export function failuresFault(jobId: string, total: number, failures: readonly TaskFailure[]): FaultError {
  const shown = failures.slice(0, explainedLimit);
  const more = failures.length - shown.length;
  const message = `${failures.length} of ${count(total, 'task')} of job ${jobId} failed${failures.length === 1 ? '' : `; the first is ${failures[0]?.taskId}`}.`;
  return new FaultError({
    code: 'failed',
    message,
    details: [
      ...shown.map(({ taskId, reason, stderr }) => ({
        key: taskId,
        value: stderr === undefined ? reason : `${reason}\nstderr.txt ends with:\n${stderr}`,
      })),
      ...(more > 0 ? [{ key: '…', value: `${more} more` }] : []),
    ],
  });
}

function reasonOf({ exitCode, failure }: CompletedTask, now: Instant): string {
  const exit = exitCode === undefined ? undefined : `exit code ${exitCode}`;
  if (failure === undefined) return exit ?? 'the service gives no reason';
  // A plain exit code says it all; the service's sentence for it only repeats that it is not 0.
  if (failure.code === 'FailureExitCode' && exit !== undefined) return exit;
  const named = failure.details.flatMap(({ name, value }) =>
    value === failure.message ? [] : [`${name}=${withoutQuery(value)}`],
  );
  const expired = expiredSas(failure, now);
  if (expired !== undefined) named.push(expired);
  const parts = [`${failure.code}: ${failure.message}`, ...(named.length === 0 ? [] : [`(${named.join(', ')})`])];
  return withoutSignature([...(exit === undefined ? [] : [`${exit},`]), ...parts].join(' '));
}

/** A URL without what follows the `?`; other texts as they are. */
function withoutQuery(value: string): string {
  return /^https?:/.test(value) ? value.replace(/\?.*$/s, '') : value;
}
