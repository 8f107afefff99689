/**
 * Several jobs after each other on one pool. The first waits for the nodes to start, the others find them warm, together
 * with what the start task and the jobs before have put into the directory that all tasks of a node share.
 */
import {
  addTasks,
  aligned,
  callOptions,
  chooseImage,
  count,
  createJob,
  describeDuration,
  duration,
  ensurePool,
  explainFailures,
  failuresFault,
  FaultError,
  linuxShell,
  mapBounded,
  readTail,
  shortNodeId,
  waitForNodes,
  waitForTasks,
} from '../core/index.ts';
import type { CleanUp, Instant, Milliseconds, StartTask, TaskSpec } from '../core/index.ts';
import { image, poolOf, vmSize } from './linux-nodes.ts';
import { durationOr, flag, integer, text } from './options.ts';
import type { ValuesOf } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory } from './story.ts';
import type { Run } from './story.ts';

const mostJobs = 20;

const options = {
  jobs: integer(3, { min: 1, max: mostJobs }, 'how many jobs use the pool, one after the other'),
  nodes: integer(2, { min: 1, max: 100 }, 'how many nodes the pool has; a job has as many tasks'),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the nodes, and for all the jobs'),
  pool: text('ID', 'use this pool, or create it under this name; a later run finds what this one has left'),
  keep: flag('delete nothing at the end'),
} as const;

type Options = ValuesOf<typeof options>;

export const poolReuse = defineStory({
  name: 'pool-reuse',
  summary: 'Jobs that use one pool after each other: only the first waits for nodes',
  options,
  examples: ['', '--jobs 5 --nodes 1', '--jobs 1 --pool warm'],
  widest: { jobs: String(mostJobs) },
  check: assertReuse,
  namesOf,
  footprint: ({ poolId, jobIds }, { nodes }) => ({ pools: [poolOf(poolId, nodes)], jobs: jobIds, containers: [] }),
  tell: story,
});

function assertReuse({ jobs, pool }: Options): void {
  if (jobs > 1 || pool !== undefined) return;
  const message = '--jobs 1 reuses nothing of a new pool: ask for 2 jobs or more, or name a pool with --pool.';
  throw new FaultError({ code: 'invalid', message });
}

interface Names {
  readonly poolId: string;
  readonly jobIds: readonly string[];
}

function namesOf(values: Options, runId: string): Names {
  return {
    poolId: values.pool ?? `pool-reuse-pool-${runId}`,
    jobIds: Array.from({ length: values.jobs }, (_, index) => `pool-reuse-job-${index + 1}-${runId}`),
  };
}

async function story(context: ScenarioContext, { values, names, cleanUp }: Run<typeof options, Names>): Promise<void> {
  const { poolId, jobIds } = names;
  const chosen = await chooseImage(context, image);
  const pool = { id: poolId, vmSize, targetDedicatedNodes: values.nodes, startTask, ...chosen };
  const { created } = await ensurePool(context, pool, cleanUp);

  const deadline = context.clock.now() + values.timeout;
  const jobs: JobRun[] = [];
  for (const [index, jobId] of jobIds.entries()) {
    const place = { jobId, poolId, number: index + 1, nodes: values.nodes };
    jobs.push(await runJob(context, { place, deadline, cleanUp: unasked(cleanUp) }));
  }
  showStarts(context, jobs, created);
  showFindings(context, jobs);
}

/** The jobs are over, so nobody needs to be asked for them; the question that counts is the one for the pool. */
function unasked(cleanUp: CleanUp): CleanUp {
  return {
    register: (removal) => cleanUp.register({ name: removal.name, remove: (call) => removal.remove(call) }),
  };
}

/** In the directory that all tasks of a node share, for as long as the node lives. */
const folder = '"$AZ_BATCH_NODE_SHARED_DIR/pool-reuse"';

/** The same in each run: a pool whose start task is another one is not taken. */
const startTask: StartTask = {
  commandLine: linuxShell([`mkdir -p ${folder}`, `echo "start task at $(date -u +%FT%TZ)" > ${folder}/started.txt`]),
  waitForSuccess: true,
};

/** Says what is there already, and leaves the number of its job. */
function tasksOf({ number, nodes }: Place, runId: string): readonly TaskSpec[] {
  const commands = [
    `cd ${folder}`,
    'cat started.txt',
    `mkdir -p ${runId}`,
    `echo jobs before: $(ls ${runId})`,
    `touch ${runId}/${number}`,
  ];
  return Array.from({ length: nodes }, (_, index) => ({ id: `visit-${index + 1}`, commandLine: linuxShell(commands) }));
}

interface Place {
  readonly poolId: string;
  readonly jobId: string;
  /** 1 for the first job. */
  readonly number: number;
  readonly nodes: number;
}

interface JobRun {
  readonly jobId: string;
  readonly number: number;
  /** From the job's creation to the start of its first task; undefined where the service does not tell. */
  readonly firstTaskMs: Milliseconds | undefined;
  /** How much of that went by until all nodes were ready; 0 for all jobs but the first. */
  readonly nodesMs: Milliseconds;
  readonly visits: readonly Visit[];
}

/** What one task found on its node. */
interface Visit {
  readonly nodeId: string;
  /** When the start task wrote its file, by the node's clock. */
  readonly broughtAt: string;
  /** Numbers of the jobs of this run that were there before. */
  readonly jobsBefore: readonly number[];
}

async function runJob(
  context: ScenarioContext,
  { place, deadline, cleanUp }: { readonly place: Place; readonly deadline: Instant; readonly cleanUp: CleanUp },
): Promise<JobRun> {
  const { jobId, poolId, number, nodes } = place;
  const { clock } = context;
  const since = clock.now();
  await createJob(context, { id: jobId, poolId }, cleanUp);
  await addTasks(context, jobId, tasksOf(place, context.runId));
  if (number === 1) await waitForNodes(context, poolId, deadline);
  const nodesMs = number === 1 ? clock.now() - since : 0;
  const tasks = await waitForTasks(context, { jobId, poolId, total: nodes, deadline, since });
  const failures = await explainFailures(context, tasks);
  if (failures.length > 0) throw failuresFault(jobId, nodes, failures);

  const { createdAt } = await context.batch.jobs.get(jobId, callOptions(context));
  const starts = tasks.flatMap(({ startedAt }) => startedAt ?? []);
  const firstTaskMs =
    createdAt === undefined || starts.length === 0 ? undefined : Math.max(0, Math.min(...starts) - createdAt);
  const visits = await mapBounded(tasks, { limit: 4, signal: context.signal }, async ({ id: taskId, node }) => {
    const output = (await readTail(context, { jobId, taskId, path: 'stdout.txt' })) ?? '';
    return visitOf(node?.nodeId ?? 'no node', number, output);
  });
  await context.batch.jobs.terminate(jobId, 'Its tasks are completed.', callOptions(context));
  // Nobody waits for the nodes any longer than for the first task.
  return { jobId, number, firstTaskMs, nodesMs: Math.min(nodesMs, firstTaskMs ?? nodesMs), visits };
}

function visitOf(nodeId: string, number: number, output: string): Visit {
  const [, broughtAt = 'an unknown time'] = /^start task at (\S+)$/m.exec(output) ?? [];
  const [, before = ''] = /^jobs before:(.*)$/m.exec(output) ?? [];
  // Where a node has run two tasks of the job, the second finds the first.
  const jobsBefore = [...before.matchAll(/\d+/g)].map(Number).filter((other) => other !== number);
  return { nodeId, broughtAt, jobsBefore: jobsBefore.toSorted((a, b) => a - b) };
}

function showStarts({ reporter }: ScenarioContext, jobs: readonly JobRun[], created: boolean): void {
  const rows = jobs.map(({ number, firstTaskMs, nodesMs }) => {
    const time = firstTaskMs === undefined ? 'unknown' : describeDuration(firstTaskMs);
    if (number > 1) return [`job ${number}`, time, 'the nodes were warm'];
    const share = nodesMs === firstTaskMs ? 'all' : describeDuration(nodesMs);
    return [`job ${number}`, time, created ? `${share} of it for the nodes` : 'the pool was there'];
  });
  reporter.step('The time from the creation of a job to its first task:');
  reporter.detail(aligned(rows));
  reporter.fact('jobs', { created, jobs });
}

const shownVisits = 20;

/** What was put into a node's shared directory stays there until the node goes (batch-semantics 10). */
function showFindings({ reporter }: ScenarioContext, jobs: readonly JobRun[]): void {
  const visits = jobs.flatMap(({ number, visits: its }) => its.map((visit) => ({ number, ...visit })));
  const rows = visits.slice(0, shownVisits).map(({ number, nodeId, broughtAt, jobsBefore }) => {
    const left = jobsBefore.length === 0 ? 'nothing of an earlier job' : `what ${jobsNamed(jobsBefore)} left`;
    return [`job ${number}`, `on ${shortNodeId(nodeId)}`, `the start task's file of ${broughtAt}`, left];
  });
  reporter.step('What the tasks found in the shared directory of their node:');
  reporter.detail(aligned(rows));
  if (visits.length > shownVisits) reporter.step(`and ${count(visits.length - shownVisits, 'more task')}`);

  const lost = visits.flatMap(({ number, nodeId, jobsBefore }) => {
    const earlier = jobs.filter((job) => job.number < number && job.visits.some((visit) => visit.nodeId === nodeId));
    const missing = earlier.filter((job) => !jobsBefore.includes(job.number)).map((job) => job.number);
    return missing.length === 0
      ? []
      : [{ key: nodeId, value: `job ${number} did not find what ${jobsNamed(missing)} left` }];
  });
  if (lost.length === 0) return;
  const message = 'Nodes have lost what earlier jobs left in their shared directory: they may have been reimaged.';
  throw new FaultError({ code: 'failed', message, details: lost });
}

/** `job 1`, `jobs 1, 2` */
function jobsNamed(numbers: readonly number[]): string {
  return `job${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
}
