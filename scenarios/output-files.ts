/**
 * Files that a node uploads by itself when a command has ended: by pattern, by how it ended, and under which names. One task
 * succeeds and one fails; each leaves what its conditions say, the logs in either case.
 */
import {
  addTasks,
  aligned,
  collectOutputs,
  count,
  createJob,
  describeBytes,
  duration,
  ensurePool,
  explainFailures,
  failuresFault,
  FaultError,
  linuxShell,
  readTail,
  signedUrl,
  waitForNodes,
  waitForTasks,
} from '../core/index.ts';
import type { CompletedTask, Output, OutputFile, TaskSpec } from '../core/index.ts';
import { vmSize } from './linux-nodes.ts';
import { begin, jobFootprint, jobNames } from './one-job.ts';
import type { JobNames } from './one-job.ts';
import { durationOr, integer, textOr } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory, storyOptions } from './story.ts';
import type { Run } from './story.ts';

const options = {
  output: textOr('output', 'DIR', 'where the files go'),
  nodes: integer(1, { min: 1, max: 100 }, 'how many nodes the pool has'),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the nodes and the tasks'),
  ...storyOptions,
} as const;

export const outputFiles = defineStory({
  name: 'output-files',
  summary: 'Files that nodes upload: by pattern, after a success or a failure, under names of your choice',
  options,
  examples: ['', '--output results --nodes 2'],
  namesOf: (values, runId) => jobNames('output-files', 'results', values, runId),
  footprint: jobFootprint,
  tell: story,
});

async function story(
  context: ScenarioContext,
  { values, names, cleanUp }: Run<typeof options, JobNames>,
): Promise<void> {
  const { container, poolId, jobId } = names;
  const chosen = await begin(context, names, cleanUp);
  await ensurePool(context, { id: poolId, vmSize, targetDedicatedNodes: values.nodes, ...chosen }, cleanUp);
  await createJob(context, { id: jobId, poolId }, cleanUp);
  // The node gets no more than the right to write into this one container.
  const containerUrl = await signedUrl(context, { container, permissions: ['create', 'write'] });
  const specs = [succeeding, failing].map((task) => specOf(task, containerUrl));
  await addTasks(context, jobId, specs);

  const since = context.clock.now();
  const deadline = since + values.timeout;
  await waitForNodes(context, poolId, deadline);
  const tasks = await waitForTasks(context, { jobId, poolId, total: specs.length, deadline, since });
  await assertEnds(context, jobId, tasks);
  await showLog(context, jobId);
  const outputs = await collectOutputs(context, { container, directory: values.output });
  show(context, outputs);
  assertUploaded(outputs);
}

interface Upload extends Pick<OutputFile, 'filePattern' | 'uploadCondition'> {
  readonly path: string;
  /** The blobs that have to come of it. */
  readonly uploaded: readonly string[];
}

interface UploadingTask {
  readonly id: string;
  readonly exitCode: number;
  readonly commands: readonly string[];
  readonly uploads: readonly Upload[];
}

/** One level above the working directory, where the node writes them: both, whatever came of the command. */
function logsOf(id: string): Upload {
  return {
    filePattern: '../std*.txt',
    path: `${id}/logs`,
    uploadCondition: 'taskCompletion',
    uploaded: [`${id}/logs/stderr.txt`, `${id}/logs/stdout.txt`],
  };
}

const succeeding: UploadingTask = {
  id: 'succeeds',
  exitCode: 0,
  commands: [
    'mkdir -p tables/deep',
    'echo "all is well" > report.txt',
    'echo "1,2" > tables/a.csv',
    'echo "3,4" > tables/deep/b.csv',
    'echo "nobody wants this" > notes.tmp',
    'echo "wrote a report and two tables"',
  ],
  uploads: [
    {
      filePattern: '*.txt',
      path: 'succeeds',
      uploadCondition: 'taskSuccess',
      uploaded: ['succeeds/report.txt'],
    },
    // Two stars go through all directories, and the directories become part of the name.
    {
      filePattern: '**/*.csv',
      path: 'succeeds',
      uploadCondition: 'taskSuccess',
      uploaded: ['succeeds/tables/a.csv', 'succeeds/tables/deep/b.csv'],
    },
    // Without a wildcard the path is the whole name; nothing fails here, so nothing comes of it.
    { filePattern: 'report.txt', path: 'succeeds/wrong.txt', uploadCondition: 'taskFailure', uploaded: [] },
    logsOf('succeeds'),
  ],
};

const failing: UploadingTask = {
  id: 'fails',
  exitCode: 3,
  commands: ['echo "half of it" > partial.txt', 'echo "the rest is missing" >&2', 'exit 3'],
  uploads: [
    { filePattern: '*.txt', path: 'fails/results', uploadCondition: 'taskSuccess', uploaded: [] },
    {
      filePattern: 'partial.txt',
      path: 'fails/saved.txt',
      uploadCondition: 'taskFailure',
      uploaded: ['fails/saved.txt'],
    },
    logsOf('fails'),
  ],
};

function specOf({ id, commands, uploads }: UploadingTask, containerUrl: string): TaskSpec {
  return {
    id,
    commandLine: linuxShell(commands),
    outputFiles: uploads.map(({ filePattern, path, uploadCondition }) => {
      return { filePattern, containerUrl, path, uploadCondition };
    }),
  };
}

/** A task may fail as it is to; what failed otherwise, or at an upload, is told as any failure. */
async function assertEnds(context: ScenarioContext, jobId: string, tasks: readonly CompletedTask[]): Promise<void> {
  const exitCodes = new Map([succeeding, failing].map(({ id, exitCode }) => [id, exitCode]));
  const isForetold = ({ id, exitCode, failure }: CompletedTask): boolean =>
    exitCode === exitCodes.get(id) && (failure === undefined || failure.code === 'FailureExitCode');
  const failures = await explainFailures(
    context,
    tasks.filter((task) => !isForetold(task)),
  );
  if (failures.length > 0) throw failuresFault(jobId, tasks.length, failures);
}

/** The node's own words on what it uploaded. */
async function showLog({ reporter, ...context }: ScenarioContext, jobId: string): Promise<void> {
  const log = await readTail(context, { jobId, taskId: succeeding.id, path: 'fileuploadout.txt' });
  if (log === undefined || log === '') return;
  reporter.step(`What the node says of the uploads of ${succeeding.id}, in fileuploadout.txt:`);
  reporter.detail(log);
}

function show({ reporter }: ScenarioContext, outputs: readonly Output[]): void {
  reporter.step(`The nodes uploaded ${count(outputs.length, 'file')}:`);
  const firstLine = ({ text = '' }: Output): string => text.split('\n')[0] ?? '';
  reporter.detail(aligned(outputs.map((output) => [output.name, describeBytes(output.size), firstLine(output)])));
  reporter.fact(
    'uploads',
    outputs.map(({ name, size }) => ({ name, size })),
  );
}

function assertUploaded(outputs: readonly Output[]): void {
  const names = new Set(outputs.map(({ name }) => name));
  const expected = new Set([succeeding, failing].flatMap(({ uploads }) => uploads.flatMap(({ uploaded }) => uploaded)));
  const details = [
    ...[...expected.difference(names)].map((name) => ({ key: name, value: 'was not uploaded' })),
    ...[...names.difference(expected)].map((name) => ({ key: name, value: 'was uploaded, and had not to be' })),
  ];
  if (details.length === 0) return;
  throw new FaultError({ code: 'failed', message: 'The nodes did not upload what they had to.', details });
}
