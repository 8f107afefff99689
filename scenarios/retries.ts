/**
 * What the end of a command means for its task, for the tasks that depend on it, and for its job: tasks that are tried again,
 * an exit code that is no success and lets the others go on, and one that ends the job. What came is held against what had
 * to come.
 */
import {
  addTasks,
  aligned,
  callOptions,
  chooseImage,
  createJob,
  describeDuration,
  duration,
  ensurePool,
  FaultError,
  linuxShell,
  waitForJob,
  waitForNodes,
} from '../core/index.ts';
import type { Task, TaskSpec } from '../core/index.ts';
import { image, poolOf, vmSize } from './linux-nodes.ts';
import { durationOr, integer } from './options.ts';
import type { ValuesOf } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory, storyOptions } from './story.ts';
import type { Run } from './story.ts';

const options = {
  retries: integer(2, { min: 1, max: 10 }, 'how often a task that fails is tried again'),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the node, and for the end of the job'),
  ...storyOptions,
} as const;

type Options = ValuesOf<typeof options>;

export const retries = defineStory({
  name: 'retries',
  summary: 'What exit codes mean: tries again, dependents that go on or wait, a job that ends',
  options,
  examples: ['', '--retries 5'],
  namesOf,
  footprint: ({ poolId, jobId }) => ({ pools: [poolOf(poolId, 1)], jobs: [jobId], containers: [] }),
  tell: story,
});

interface Names {
  readonly poolId: string;
  readonly jobId: string;
}

function namesOf(values: Options, runId: string): Names {
  return { poolId: values.pool ?? `retries-pool-${runId}`, jobId: `retries-job-${runId}` };
}

async function story(context: ScenarioContext, { values, names, cleanUp }: Run<typeof options, Names>): Promise<void> {
  const { poolId, jobId } = names;
  const chosen = await chooseImage(context, image);
  // One node: a task's second try finds there what its first one has left in the directory that all tasks share. On more
  // nodes a try may come to another one.
  await ensurePool(context, { id: poolId, vmSize, targetDedicatedNodes: 1, ...chosen }, cleanUp);
  await assertOneNode(context, poolId);

  // Exit conditions act on the job only where it says so; a failure that no condition names ends it (batch-semantics 3.5).
  const job = { id: jobId, poolId, usesTaskDependencies: true, onTaskFailure: 'performExitOptionsJobAction' } as const;
  await createJob(context, job, cleanUp);
  const steps = stepsOf(values.retries);
  await addTasks(
    context,
    jobId,
    steps.map(({ spec }) => spec),
  );

  const deadline = context.clock.now() + values.timeout;
  await waitForNodes(context, poolId, deadline);
  const ended = await waitForJob(context, jobId, deadline, `Running ${steps.length} tasks`);
  const tasks = await Array.fromAsync(context.batch.tasks.list(jobId, callOptions(context)));
  const found = steps.map((step) => foundOf(step, tasks));
  show(context, found, ended.terminateReason);
  assertForetold(found, ended.terminateReason);
}

/** A pool that existed before may have more. */
async function assertOneNode(context: ScenarioContext, poolId: string): Promise<void> {
  const { targetDedicatedNodes, targetLowPriorityNodes } = await context.batch.pools.get(poolId, callOptions(context));
  const nodes = targetDedicatedNodes + targetLowPriorityNodes;
  if (nodes === 1) return;
  const message = `Pool ${poolId} has ${nodes} nodes, and this story needs a pool of one: a second try must come to the node of the first.`;
  throw new FaultError({ code: 'invalid', message });
}

interface Step {
  readonly spec: TaskSpec;
  /** What has to come: an exit code after so many retries, or no start at all. */
  readonly foretold: { readonly exitCode: number; readonly retryCount: number } | 'never starts';
  readonly because: string;
}

function stepsOf(maxRetryCount: number): readonly Step[] {
  const mark = '"$AZ_BATCH_NODE_SHARED_DIR/$AZ_BATCH_JOB_ID-tried"';
  return [
    {
      spec: {
        id: 'second-try',
        commandLine: linuxShell([`test -e ${mark} || { touch ${mark}; echo "not yet" >&2; exit 5; }`, 'echo "now"']),
        constraints: { maxRetryCount },
      },
      foretold: { exitCode: 0, retryCount: 1 },
      because: 'its second try succeeded, which is what counts',
    },
    follower('after-second-try', 'second-try'),
    {
      spec: {
        id: 'good-enough',
        commandLine: linuxShell(['echo "some of the data is missing" >&2', 'exit 2']),
        exitConditions: { exitCodes: [{ code: 2, options: { jobAction: 'none', dependencyAction: 'satisfy' } }] },
      },
      foretold: { exitCode: 2, retryCount: 0 },
      because: 'its exit conditions let those that depend on it go on',
    },
    follower('after-good-enough', 'good-enough'),
    {
      spec: {
        id: 'gives-up',
        commandLine: linuxShell(['echo "never" >&2', 'exit 4']),
        constraints: { maxRetryCount },
        dependsOn: { taskIds: ['after-second-try', 'after-good-enough'] },
        exitConditions: {
          exitCodeRanges: [{ start: 3, end: 9, options: { jobAction: 'terminate', dependencyAction: 'block' } }],
        },
      },
      foretold: { exitCode: 4, retryCount: maxRetryCount },
      because: 'no try is left, and its exit conditions end the job',
    },
    { ...follower('after-gives-up', 'gives-up'), foretold: 'never starts', because: 'gives-up blocks it' },
  ];
}

function follower(id: string, parent: string): Step {
  return {
    spec: { id, commandLine: linuxShell([`echo "${parent} has ended"`]), dependsOn: { taskIds: [parent] } },
    foretold: { exitCode: 0, retryCount: 0 },
    because: `${parent} let it go on`,
  };
}

interface Found {
  readonly step: Step;
  readonly came: Step['foretold'] | 'is missing' | 'did not end';
  readonly took?: string;
}

function foundOf(step: Step, tasks: readonly Task[]): Found {
  const task = tasks.find(({ id }) => id === step.spec.id);
  if (task === undefined) return { step, came: 'is missing' };
  if (task.state === 'active') return { step, came: 'never starts' };
  if (task.state !== 'completed' || task.exitCode === undefined) return { step, came: 'did not end' };
  const { exitCode, retryCount, startedAt, endedAt } = task;
  const isTimed = startedAt !== undefined && endedAt !== undefined;
  return { step, came: { exitCode, retryCount }, ...(isTimed ? { took: describeDuration(endedAt - startedAt) } : {}) };
}

function show({ reporter }: ScenarioContext, found: readonly Found[], reason: string | undefined): void {
  reporter.step('What came of the tasks:');
  reporter.detail(
    aligned(found.map(({ step, came, took }) => [step.spec.id, ...inWords(came), took ?? '', step.because])),
  );
  reporter.step(`The job has ended by itself: ${reason ?? 'without a reason'}`);
  reporter.fact('tasks', { tasks: found.map(({ step, came }) => ({ id: step.spec.id, came })), reason });
}

/** Two cells: the exit code, and how many tries it took. */
function inWords(came: Found['came']): readonly [string, string] {
  if (typeof came === 'string') return [came, ''];
  const { exitCode, retryCount } = came;
  return [`exit code ${exitCode}`, retryCount === 0 ? 'at the first try' : `at try ${retryCount + 1}`];
}

function assertForetold(found: readonly Found[], reason: string | undefined): void {
  const details = found
    .filter(({ step, came }) => JSON.stringify(came) !== JSON.stringify(step.foretold))
    .map(({ step, came }) => ({
      key: step.spec.id,
      value: `${inWords(came).join(' ').trim()}, and had to be: ${inWords(step.foretold).join(' ').trim()}`,
    }));
  if (reason !== 'TaskFailed') {
    details.push({ key: 'the job', value: `ended with ${reason ?? 'no reason'}, and had to with TaskFailed` });
  }
  if (details.length === 0) return;
  throw new FaultError({ code: 'failed', message: 'The tasks did not end as they had to.', details });
}
