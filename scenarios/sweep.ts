/**
 * A parameter sweep: hundreds of small tasks, which differ in their ids alone, on a few nodes with several slots each. The
 * id is the parameter, and a last task depends on all of them as one range of ids. Each looks how many steps its number
 * takes to come down to 1, where an even number is halved and an odd one is tripled and raised by 1.
 */
import {
  addTasks,
  aligned,
  callOptions,
  count,
  createJob,
  duration,
  ensurePool,
  explainFailures,
  failuresFault,
  FaultError,
  linuxShell,
  readBlob,
  shortNodeId,
  signedUrl,
  waitForNodes,
  waitForTasks,
} from '../core/index.ts';
import type { CompletedTask, TaskSpec } from '../core/index.ts';
import { cores, vmSize } from './linux-nodes.ts';
import { begin, endJobOnFailure, jobFootprint, jobNames, uploadInto } from './one-job.ts';
import type { JobNames } from './one-job.ts';
import { durationOr, integer } from './options.ts';
import type { ValuesOf } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory, storyOptions } from './story.ts';
import type { Run } from './story.ts';

/** Azure's limit (batch-semantics 2.2). */
const mostSlots = 4 * cores;

const options = {
  tasks: integer(500, { min: 1, max: 10_000 }, 'try the numbers from 1 to N, a task each'),
  nodes: integer(4, { min: 1, max: 1_000 }, 'how many nodes the pool has'),
  slots: integer(4, { min: 1, max: 256 }, `how many tasks a node runs at a time, ${mostSlots} at most`),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the nodes and the tasks'),
  ...storyOptions,
} as const;

type Options = ValuesOf<typeof options>;

export const sweep = defineStory({
  name: 'sweep',
  summary: 'A parameter sweep: 500 tasks on 4 nodes that run 4 at a time each',
  options,
  examples: ['', '--tasks 2000 --nodes 8 --slots 8', '--tasks 20 --nodes 2 --slots 1'],
  check: assertFits,
  namesOf: (values, runId) => jobNames('sweep', 'results', values, runId),
  footprint: jobFootprint,
  tell: story,
});

function assertFits({ tasks, nodes, slots }: Options): void {
  if (slots > mostSlots) {
    const message = `--slots ${slots} is too much: a node of ${vmSize} has ${cores} cores, and Batch gives it ${mostSlots} slots at most, 4 a core.`;
    throw new FaultError({ code: 'invalid', message });
  }
  if (nodes > tasks) {
    const message = `--nodes ${nodes} is too much for --tasks ${tasks}: a node would have nothing to do.`;
    throw new FaultError({ code: 'invalid', message });
  }
}

async function story(
  context: ScenarioContext,
  { values, names, cleanUp }: Run<typeof options, JobNames>,
): Promise<void> {
  const { poolId, jobId } = names;
  const chosen = await begin(context, names, cleanUp);
  // Spread gives each node its share from the beginning; pack would fill the first ones, so that others could leave.
  const nodes = {
    targetDedicatedNodes: values.nodes,
    taskSlotsPerNode: values.slots,
    nodeFillType: 'spread' as const,
  };
  await ensurePool(context, { id: poolId, vmSize, ...nodes, ...chosen }, cleanUp);
  const { taskSlotsPerNode: slots } = await context.batch.pools.get(poolId, callOptions(context));
  context.reporter.step(`A node runs ${count(slots, 'task')} at a time; tasks are spread over the nodes`);

  // A task that fails ends the job: the last one would wait for it for ever (batch-semantics 4).
  const job = { id: jobId, poolId, usesTaskDependencies: true, onTaskFailure: 'performExitOptionsJobAction' } as const;
  await createJob(context, job, cleanUp);
  const specs = await specsOf(context, values, names);
  await addTasks(context, jobId, specs);

  const since = context.clock.now();
  const deadline = since + values.timeout;
  await waitForNodes(context, poolId, deadline);
  const tasks = await waitForTasks(context, { jobId, poolId, total: specs.length, deadline, since });
  const failures = await explainFailures(context, tasks);
  if (failures.length > 0) throw failuresFault(jobId, specs.length, failures);
  showNodes(
    context,
    tasks.filter(({ id }) => id !== gatherId),
    slots,
  );
  await showBest(context, values, names);
}

const gatherId = 'gather';

/**
 * The tasks 1, 2, …, and the one that puts their results together on a node: to read hundreds of them from here would be a
 * call each, and this way it is one for all.
 */
async function specsOf(
  context: ScenarioContext,
  values: Options,
  { container }: JobNames,
): Promise<readonly TaskSpec[]> {
  const containerUrl = await signedUrl(context, { container, permissions: ['create', 'write'] });
  const resultsUrl = await signedUrl(context, { container, permissions: ['read', 'list'] });
  const numbers = Array.from({ length: values.tasks }, (_, index): TaskSpec => {
    const id = String(index + 1);
    return {
      id,
      commandLine: linuxShell(countSteps),
      outputFiles: uploadInto(containerUrl, 'steps.txt', `results/${id}.txt`),
      exitConditions: endJobOnFailure,
    };
  });
  const gather: TaskSpec = {
    id: gatherId,
    commandLine: linuxShell(['cat results/*.txt | sort -n > results.txt']),
    resourceFiles: [{ storageContainerUrl: resultsUrl, blobPrefix: 'results/' }],
    outputFiles: uploadInto(containerUrl, 'results.txt', 'results.txt'),
    // A list of so many ids could be too long for Batch, which takes 64,000 characters; a range never is.
    dependsOn: { ranges: [{ start: 1, end: values.tasks }] },
    exitConditions: endJobOnFailure,
  };
  return [...numbers, gather];
}

const countSteps = [
  'number=$AZ_BATCH_TASK_ID',
  'steps=0',
  'while [ "$number" -ne 1 ]; do number=$((number % 2 ? 3 * number + 1 : number / 2)); steps=$((steps + 1)); done',
  'echo "$AZ_BATCH_TASK_ID $steps" > steps.txt',
];

/** The same as what a task does, to check it. */
function stepsOf(start: number): number {
  let steps = 0;
  for (let number = start; number !== 1; steps += 1) number = number % 2 === 1 ? 3 * number + 1 : number / 2;
  return steps;
}

/** How many tasks ran on each node, and how many at the same time. */
function showNodes({ reporter }: ScenarioContext, tasks: readonly CompletedTask[], slots: number): void {
  const byNode = Map.groupBy(tasks, ({ node }) => node?.nodeId ?? 'no node');
  const nodes = [...byNode]
    .map(([nodeId, its]) => ({ nodeId, tasks: its.length, mostAtOnce: mostAtOnce(its) }))
    .toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  reporter.step(`${count(tasks.length, 'task')} ran on ${count(nodes.length, 'node')}:`);
  reporter.detail(
    aligned(
      nodes.map((node) => [
        shortNodeId(node.nodeId),
        count(node.tasks, 'task'),
        `${node.mostAtOnce} at most at a time, of ${count(slots, 'slot')}`,
      ]),
    ),
  );
  reporter.fact('nodes', { slots, nodes });
  const crowded = nodes.find((node) => node.mostAtOnce > slots);
  if (crowded === undefined) return;
  // The results are right nevertheless.
  reporter.warn(`By its clock, node ${crowded.nodeId} ran ${crowded.mostAtOnce} tasks at a time on ${slots} slots`);
}

function mostAtOnce(tasks: readonly CompletedTask[]): number {
  const changes = tasks.flatMap(({ startedAt, endedAt }) =>
    startedAt === undefined || endedAt === undefined ? [] : [[startedAt, 1] as const, [endedAt, -1] as const],
  );
  let running = 0;
  let most = 0;
  // At the same time an end comes first: it is what makes room.
  for (const [, change] of changes.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    running += change;
    most = Math.max(most, running);
  }
  return most;
}

interface Result {
  readonly number: number;
  readonly steps: number;
}

const shownResults = 5;

async function showBest(context: ScenarioContext, values: Options, { container }: JobNames): Promise<void> {
  const gathered = await readBlob(context, container, 'results.txt');
  const results = [...gathered.matchAll(/^(\d+) (\d+)$/gm)].map(([, number, steps]): Result => ({
    number: Number(number),
    steps: Number(steps),
  }));
  assertComplete(results, values.tasks);
  const best = results.toSorted((a, b) => b.steps - a.steps || a.number - b.number).slice(0, shownResults);
  const [first = { number: NaN, steps: NaN }] = best;
  context.reporter.step(
    `Of the numbers from 1 to ${values.tasks}, ${first.number} takes the longest way to 1: ${count(first.steps, 'step')}`,
  );
  context.reporter.detail(aligned(best.map(({ number, steps }) => [String(number), count(steps, 'step')])));
  context.reporter.fact('best', { ...first, results: results.length });
}

/** Each number once, and each with the right result. */
function assertComplete(results: readonly Result[], tasks: number): void {
  const wrong = results.findIndex(({ number, steps }, index) => number !== index + 1 || steps !== stepsOf(number));
  if (wrong === -1 && results.length === tasks) return;
  const found = wrong === -1 ? undefined : results[wrong];
  const message =
    found === undefined
      ? `The tasks left ${results.length} results, and there are ${count(tasks, 'number')}.`
      : `Result ${wrong + 1} of the tasks is "${found.number} ${found.steps}", and it must be "${wrong + 1} ${stepsOf(wrong + 1)}".`;
  throw new FaultError({ code: 'failed', message });
}
