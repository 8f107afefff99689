/**
 * Looks for words in a text that each node gets once: a job preparation task brings it before the first task of a node,
 * all tasks of that node read it, and a job release task takes it away when the job has ended.
 */
import {
  addTasks,
  aligned,
  callOptions,
  count,
  createJob,
  describeDuration,
  duration,
  ensurePool,
  explainFailedPreparation,
  explainFailures,
  failuresFault,
  FaultError,
  linuxShell,
  readTail,
  shellQuote,
  shortNodeId,
  stageFiles,
  waitForJob,
  waitForNodes,
  waitForTasks,
} from '../core/index.ts';
import type { CompletedTask, HookRun, HookStatus, LocalFile, StagedFile } from '../core/index.ts';
import { vmSize } from './linux-nodes.ts';
import { begin, jobFootprint, jobNames } from './one-job.ts';
import type { JobNames } from './one-job.ts';
import { durationOr, integer, texts } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory, storyOptions } from './story.ts';
import type { Run } from './story.ts';

const someWords = ['the', 'and', 'of', 'to', 'a', 'in'];

const options = {
  data: texts('FILE_OR_DIR', 'what each node gets; three texts of our own by default'),
  words: texts('WORD', `the words to look for, one task each (default: ${someWords.join(' ')})`),
  nodes: integer(2, { min: 1, max: 100 }, 'how many nodes the pool has'),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the nodes, the tasks and the end of the job'),
  ...storyOptions,
} as const;

export const preparationAndRelease = defineStory({
  name: 'preparation-and-release',
  summary: 'Data that each node gets once for a job, and that is gone after it',
  options,
  examples: ['', '--words whale sea ship --nodes 3', '--data notes/ --words todo'],
  namesOf: (values, runId) => jobNames('preparation', 'data', values, runId),
  footprint: jobFootprint,
  tell: story,
});

async function story(
  context: ScenarioContext,
  { values, names, cleanUp }: Run<typeof options, JobNames>,
): Promise<void> {
  const { container, poolId, jobId } = names;
  const data = await findData(context, values.data);
  const words = values.words.length === 0 ? someWords : values.words;
  const chosen = await begin(context, names, cleanUp);
  await ensurePool(context, { id: poolId, vmSize, targetDedicatedNodes: values.nodes, ...chosen }, cleanUp);
  const staged = await stageFiles(context, { container, files: data, title: 'Uploading the data' });

  const since = context.clock.now();
  const deadline = since + values.timeout;
  // With all nodes there, each of them gets a share of the tasks, and so prepares itself.
  await waitForNodes(context, poolId, deadline);
  await createJob(context, { id: jobId, poolId, ...hooksOf(staged) }, cleanUp);
  await addTasks(context, jobId, words.map(taskFor));
  const obstacle = () => explainFailedPreparation(context, names);
  const tasks = await waitForTasks(context, { jobId, poolId, total: words.length, deadline, since, obstacle });
  const failures = await explainFailures(context, tasks);
  if (failures.length > 0) throw failuresFault(jobId, words.length, failures);
  await showFindings(context, words, tasks);

  // The job's end is what makes the nodes clean up.
  await context.batch.jobs.terminate(jobId, 'All words are found.', callOptions(context));
  await waitForJob(context, jobId, deadline);
  const hooks = await Array.fromAsync(context.batch.jobs.hooks(jobId, callOptions(context)));
  showHooks(context, hooks, tasks);
  await assertReleased(context, jobId, hooks);
}

async function findData(context: ScenarioContext, paths: readonly string[]): Promise<readonly LocalFile[]> {
  const named = paths.length === 0 ? [`${context.dataDirectory}/top-words`] : paths;
  const files = await context.files.expand(named);
  if (files.length > 0) return files;
  throw new FaultError({ code: 'invalid', message: `There is no file in ${named.join(', ')}: nothing to bring.` });
}

/** Where the data is on a node: outside of any task's directory, in a folder that carries the job's name. */
const dataFolder = '"$AZ_BATCH_NODE_SHARED_DIR/$AZ_BATCH_JOB_ID"';

function hooksOf(data: readonly StagedFile[]) {
  return {
    preparation: {
      // The files come into `files`, apart from what the task itself writes.
      resourceFiles: data.map(({ resourceFile }) => ({ ...resourceFile, filePath: `files/${resourceFile.filePath}` })),
      commandLine: linuxShell([
        `mkdir -p ${dataFolder}`,
        `cat files/* > ${dataFolder}/data.txt`,
        `echo "brought ${count(data.length, 'file')}, $(wc -w < ${dataFolder}/data.txt | tr -d ' ') words"`,
      ]),
    },
    release: { commandLine: linuxShell([`rm -r ${dataFolder}`, 'echo "took the data away"']) },
  };
}

/** `grep` ends with 1 where it finds nothing, which is an answer here. */
function taskFor(word: string, index: number): { readonly id: string; readonly commandLine: string } {
  const found = `{ grep -o -i -w -F -e ${shellQuote(word)} ${dataFolder}/data.txt || [ $? -eq 1 ]; }`;
  return { id: `find-${index + 1}`, commandLine: linuxShell([`${found} | wc -l | tr -d ' '`]) };
}

async function showFindings(
  context: ScenarioContext,
  words: readonly string[],
  tasks: readonly CompletedTask[],
): Promise<void> {
  const { reporter } = context;
  const rows: string[][] = [];
  const facts: object[] = [];
  for (const [index, word] of words.entries()) {
    const task = tasks.find(({ id }) => id === taskFor(word, index).id);
    const { jobId = '', id: taskId = '' } = task ?? {};
    const found = await readTail(context, { jobId, taskId, path: 'stdout.txt' });
    rows.push([word, found ?? 'the node is gone', `on ${shortNodeId(task?.node?.nodeId ?? 'no node')}`]);
    facts.push({ word, count: found === undefined ? null : Number(found), nodeId: task?.node?.nodeId });
  }
  reporter.step('How often each word is there:');
  reporter.detail(aligned(rows));
  reporter.fact('words', facts);
}

function showHooks({ reporter }: ScenarioContext, hooks: readonly HookStatus[], tasks: readonly CompletedTask[]): void {
  const rows = hooks.map(({ node, preparation, release }) => {
    const share = tasks.filter((task) => task.node?.nodeId === node.nodeId).length;
    return [
      shortNodeId(node.nodeId),
      `prepared: ${told(preparation)}`,
      count(share, 'task'),
      `released: ${told(release)}`,
    ];
  });
  reporter.step(`${count(hooks.length, 'node')} prepared once for ${count(tasks.length, 'task')}:`);
  reporter.detail(aligned(rows));
  reporter.fact('nodes', hooks);
}

/** `exit code 0 in 120 ms` */
function told(run: HookRun | undefined): string {
  if (run === undefined) return 'not run';
  if (run.state === 'running') return 'still running';
  const { startedAt, endedAt, exitCode, failure } = run;
  const time = startedAt === undefined || endedAt === undefined ? '' : ` in ${describeDuration(endedAt - startedAt)}`;
  return `${exitCode === undefined ? (failure?.code ?? 'ended') : `exit code ${exitCode}`}${time}`;
}

/** A release task that fails does not fail its job (batch-semantics 5.2), so somebody has to look. */
async function assertReleased(context: ScenarioContext, jobId: string, hooks: readonly HookStatus[]): Promise<void> {
  const left: string[] = [];
  for (const { node, release } of hooks) {
    const files = context.batch.files.listOfNode(node.poolId, node.nodeId, callOptions(context));
    for await (const { name } of files) {
      if (name.startsWith(`shared/${jobId}/`)) left.push(`${name} on ${node.nodeId} (${told(release)})`);
    }
  }
  if (left.length > 0) {
    const details = left.map((value) => ({ key: 'left', value }));
    throw new FaultError({ code: 'failed', message: `The release of job ${jobId} left data on nodes.`, details });
  }
  context.reporter.step('Nothing of the data is left on the nodes');
}
