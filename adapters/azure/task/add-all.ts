/**
 * Adds any number of tasks: collections of 100, a few at a time, halved where the service finds one too large. A task
 * that the service could not add because of itself is sent again; one that it finds wrong is returned as refused.
 *
 * A repeated task that is told `TaskExists` counts as added: the earlier attempt had done it. Should the job have had a
 * task of that id before, of all first attempts exactly the one whose answer was lost, that goes unnoticed.
 */
import type { RefusedTask, TaskSpec } from '../../../core/index.ts';
import { isFault } from '../../../core/kernel/index.ts';
import type { BatchCalls } from '../calls/batch-calls.ts';
import { problemOfRefusal } from '../calls/problem.ts';
import { enumReader } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';
import { collections, halves } from './collection.ts';
import { wireTask } from './task-spec-mapping.ts';

const IN_FLIGHT = 4;

type Collection = readonly Wire.TaskAddParameter[];

/** What a collection is added with. */
interface Target {
  readonly calls: BatchCalls;
  readonly jobId: string;
  readonly signal: AbortSignal;
}

/** Resolves with the refused tasks in the order of `tasks`; rejects when the job as a whole takes none. */
export async function addAll(
  calls: BatchCalls,
  jobId: string,
  tasks: readonly TaskSpec[],
  signal?: AbortSignal,
): Promise<readonly RefusedTask[]> {
  const ended = new AbortController();
  const target = {
    calls,
    jobId,
    signal: signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]),
  };
  const queue = collections(tasks.map(wireTask));
  const refused: RefusedTask[] = [];
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (const collection of queue) refused.push(...(await addCollection(target, collection)));
  };
  const lanes = Array.from({ length: IN_FLIGHT }, () =>
    lane().catch((error: unknown) => {
      // The first failure ends the others, whose own rejections are its consequence.
      failure ??= { error };
      ended.abort();
    }),
  );
  await Promise.all(lanes);
  if (failure !== undefined) throw failure.error;
  return inOrder(refused, tasks);
}

function inOrder(refused: readonly RefusedTask[], tasks: readonly TaskSpec[]): readonly RefusedTask[] {
  if (refused.length < 2) return refused;
  const positions = new Map(tasks.map(({ id }, index) => [id, index]));
  return refused.toSorted((a, b) => (positions.get(a.taskId) ?? 0) - (positions.get(b.taskId) ?? 0));
}

async function addCollection(target: Target, collection: Collection): Promise<readonly RefusedTask[]> {
  try {
    return await addUntilSettled(target, collection);
  } catch (error) {
    if (!isFault(error, 'tooLarge')) throw error;
    const [only] = collection;
    if (collection.length === 1 && only !== undefined) {
      const { code, message, details = [], service } = error.fault;
      const pairs = details.map(({ key, value }) => ({ name: key, value }));
      return [{ taskId: only.id, problem: { code: service?.code ?? code, message, category: 'user', details: pairs } }];
    }
    const [first, second] = halves(collection);
    return [...(await addCollection(target, first)), ...(await addCollection(target, second))];
  }
}

/** Sends a collection, and again what the service itself failed on, up to the limit of attempts. */
async function addUntilSettled({ calls, jobId, signal }: Target, collection: Collection): Promise<RefusedTask[]> {
  const refused: RefusedTask[] = [];
  let rest = collection;
  for (let round = 1; ; round += 1) {
    const sent = [...rest];
    let isRepeated = round > 1;
    const results = await calls.attempt(async (sdk, options, { isAnswerLost }) => {
      isRepeated ||= isAnswerLost;
      const answer = await sdk.task.addCollection(jobId, sent, options);
      return answer.value ?? [];
    }, signal);
    const sorted = sortResults(sent, results, isRepeated);
    refused.push(...sorted.refused);
    if (sorted.failed.length === 0) return refused;
    if (round >= calls.retries.maxAttempts) {
      return [...refused, ...sorted.failed.map(({ task, problem }) => ({ taskId: task.id, problem }))];
    }
    rest = sorted.failed.map(({ task }) => task);
    await calls.pause(calls.backOff(round), signal);
  }
}

const readStatus = enumReader(['Success', 'ClientError'], 'ServerError');

interface SortedResults {
  readonly refused: readonly RefusedTask[];
  readonly failed: readonly { readonly task: Wire.TaskAddParameter; readonly problem: RefusedTask['problem'] }[];
}

/** The results come in any order (wire-facts 3.5). A task without one is taken for failed. */
function sortResults(sent: Collection, results: readonly Wire.TaskAddResult[], isRepeated: boolean): SortedResults {
  const open = new Map<string, Wire.TaskAddParameter[]>();
  for (const task of sent) open.set(task.id, [...(open.get(task.id) ?? []), task]);
  const refused: RefusedTask[] = [];
  const failed: { task: Wire.TaskAddParameter; problem: RefusedTask['problem'] }[] = [];
  for (const { taskId, status, error } of results) {
    const task = open.get(taskId)?.shift();
    if (task === undefined) continue;
    const outcome = readStatus(status);
    if (outcome === 'ServerError') failed.push({ task, problem: problemOfRefusal(error, 'server') });
    const isAdded = outcome === 'Success' || (isRepeated && error?.code === 'TaskExists');
    if (outcome === 'ClientError' && !isAdded) refused.push({ taskId, problem: problemOfRefusal(error, 'user') });
  }
  const unanswered = [...open.values()].flat();
  failed.push(...unanswered.map((task) => ({ task, problem: problemOfRefusal(undefined, 'server') })));
  return { refused, failed };
}
