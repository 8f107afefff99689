/**
 * Adds the numbers from 1 to N in three steps that depend on each other: one task writes them down in parts, one task a
 * part adds them up, and a last one adds the sums. What a step has made reaches the next one through blobs.
 */
import {
  addTasks,
  aligned,
  callOptions,
  createJob,
  describeDuration,
  duration,
  ensurePool,
  explainFailures,
  failuresFault,
  FaultError,
  isFault,
  linuxShell,
  readBlob,
  shortNodeId,
  signedUrl,
  waitForNodes,
  waitForTasks,
} from '../core/index.ts';
import type { Task, TaskSpec } from '../core/index.ts';
import { vmSize } from './linux-nodes.ts';
import { begin, endJobOnFailure, jobFootprint, jobNames, uploadInto } from './one-job.ts';
import type { JobNames } from './one-job.ts';
import { durationOr, integer } from './options.ts';
import type { ValuesOf } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory, storyOptions } from './story.ts';
import type { Run } from './story.ts';

const options = {
  numbers: integer(1_000, { min: 1, max: 1_000_000 }, 'add the numbers from 1 to N'),
  parts: integer(4, { min: 1, max: 100 }, 'how many tasks share the adding'),
  fail: integer(0, { min: 0, max: 100 }, 'let the task of this part fail, to see what becomes of the rest; 0 is none'),
  nodes: integer(2, { min: 1, max: 1_000 }, 'how many nodes the pool has'),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the nodes and the tasks'),
  ...storyOptions,
} as const;

type Options = ValuesOf<typeof options>;

export const dependencies = defineStory({
  name: 'dependencies',
  summary: 'Steps that wait for each other: one task splits, several add up, one merges',
  options,
  examples: ['', '--numbers 100000 --parts 8', '--fail 2'],
  check: assertPart,
  namesOf: (values, runId) => jobNames('dependencies', 'data', values, runId),
  footprint: jobFootprint,
  tell: story,
});

function assertPart({ fail, parts }: Options): void {
  if (fail <= parts) return;
  throw new FaultError({ code: 'invalid', message: `--fail names part ${fail}, and there are ${parts} parts.` });
}

async function story(
  context: ScenarioContext,
  { values, names, cleanUp }: Run<typeof options, JobNames>,
): Promise<void> {
  const { poolId, jobId } = names;
  const chosen = await begin(context, names, cleanUp);
  await ensurePool(context, { id: poolId, vmSize, targetDedicatedNodes: values.nodes, ...chosen }, cleanUp);

  // A step that fails ends the job: what depends on it would wait for ever (batch-semantics 4).
  const job = { id: jobId, poolId, usesTaskDependencies: true, onTaskFailure: 'performExitOptionsJobAction' } as const;
  await createJob(context, job, cleanUp);
  const steps = await stepsOf(context, values, names);
  await addTasks(context, jobId, steps);

  const since = context.clock.now();
  const deadline = since + values.timeout;
  await waitForNodes(context, poolId, deadline);
  try {
    const tasks = await waitForTasks(context, { jobId, poolId, total: steps.length, deadline, since });
    const failures = await explainFailures(context, tasks);
    if (failures.length > 0) throw failuresFault(jobId, steps.length, failures);
  } catch (error) {
    // How far it went is half of the explanation.
    if (isFault(error, 'failed')) await showOrder(context, jobId, steps);
    throw error;
  }
  await showOrder(context, jobId, steps);
  await showTotal(context, values, names);
}

/** Every step, with what it waits for. The blobs need not exist when the tasks are added: a node asks for them later. */
async function stepsOf(context: ScenarioContext, values: Options, names: JobNames): Promise<readonly TaskSpec[]> {
  const { container } = names;
  const parts = Array.from({ length: values.parts }, (_, index) => index + 1);
  const containerUrl = await signedUrl(context, { container, permissions: ['create', 'write'] });
  const sumsUrl = await signedUrl(context, { container, permissions: ['read', 'list'] });
  const extract: TaskSpec = {
    id: 'extract',
    // Part 1 of 4 is 1, 5, 9, …: no part is much larger than another.
    commandLine: linuxShell(parts.map((part) => `seq ${part} ${values.parts} ${values.numbers} > part-${part}.txt`)),
    outputFiles: uploadInto(containerUrl, 'part-*.txt', 'parts'),
    exitConditions: endJobOnFailure,
  };
  const transforms = parts.map(async (part): Promise<TaskSpec> => {
    const httpUrl = await signedUrl(context, { container, blob: `parts/part-${part}.txt`, permissions: ['read'] });
    return {
      id: `transform-${part}`,
      commandLine: linuxShell([
        ...(part === values.fail ? ['echo "This part was told to fail." >&2', 'exit 3'] : []),
        ...addUp('numbers.txt', 'sum.txt'),
      ]),
      resourceFiles: [{ httpUrl, filePath: 'numbers.txt' }],
      outputFiles: uploadInto(containerUrl, 'sum.txt', `sums/sum-${part}.txt`),
      dependsOn: { taskIds: [extract.id] },
      exitConditions: endJobOnFailure,
    };
  });
  const merge: TaskSpec = {
    id: 'merge',
    commandLine: linuxShell(['cat sums/sum-*.txt > sums.txt', ...addUp('sums.txt', 'total.txt')]),
    resourceFiles: [{ storageContainerUrl: sumsUrl, blobPrefix: 'sums/' }],
    outputFiles: uploadInto(containerUrl, 'total.txt', 'total.txt'),
    dependsOn: { taskIds: parts.map((part) => `transform-${part}`) },
    exitConditions: endJobOnFailure,
  };
  return [extract, ...(await Promise.all(transforms)), merge];
}

/** Shell code that adds the numbers of one file, a number a line, into another file. */
function addUp(from: string, to: string): readonly string[] {
  return ['sum=0', `while read -r number; do sum=$((sum + number)); done < ${from}`, `echo "$sum" > ${to}`];
}

async function showOrder(context: ScenarioContext, jobId: string, steps: readonly TaskSpec[]): Promise<void> {
  const tasks = await Array.fromAsync(context.batch.tasks.list(jobId, callOptions(context)));
  const runs = new Map(tasks.map((task) => [task.id, runOf(task)]));
  const origin = Math.min(...[...runs.values()].flatMap((run) => run?.startedAt ?? []));
  const since = (time: number): string => describeDuration(time - origin);
  const rows = steps.map(({ id }) => {
    const run = runs.get(id);
    if (run === undefined) return [id, 'never started'];
    return [id, `from ${since(run.startedAt)} to ${since(run.endedAt)}`, `on ${run.node}`, run.outcome];
  });
  context.reporter.step('The order of the steps:');
  context.reporter.detail(aligned(rows));
  context.reporter.fact('order', tasks);
}

interface StepRun {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly node: string;
  readonly outcome: string;
}

/** Undefined for a step that has not run. */
function runOf(task: Task): StepRun | undefined {
  if (task.state !== 'completed') return undefined;
  const { startedAt, endedAt, node, result } = task;
  if (startedAt === undefined || endedAt === undefined) return undefined;
  const outcome = result === 'success' ? '' : 'failed';
  return { startedAt, endedAt, node: shortNodeId(node?.nodeId ?? 'no node'), outcome };
}

async function showTotal(context: ScenarioContext, values: Options, { container }: JobNames): Promise<void> {
  const parts = Array.from({ length: values.parts }, (_, index) => index + 1);
  const sums: string[] = [];
  for (const part of parts) sums.push((await readBlob(context, container, `sums/sum-${part}.txt`)).trim());
  const total = (await readBlob(context, container, 'total.txt')).trim();
  const expected = (values.numbers * (values.numbers + 1)) / 2;
  context.reporter.step(`The numbers from 1 to ${values.numbers} add up to ${total}`);
  context.reporter.detail(`${sums.join(' + ')} = ${total}`);
  context.reporter.fact('total', { sums: sums.map(Number), total: Number(total) });
  if (Number(total) === expected) return;
  throw new FaultError({ code: 'failed', message: `The tasks found ${total}, and the sum is ${expected}.` });
}
