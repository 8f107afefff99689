/**
 * Counts the words of text files, one task a file, on a pool of Linux nodes; the most frequent words of each file come
 * back as an output file. The nodes need nothing but what this scenario brings.
 */
import {
  addTasks,
  chooseImage,
  collectOutputs,
  containerRemoval,
  count,
  createJob,
  describeBytes,
  duration,
  ensureContainers,
  ensurePool,
  explainFailures,
  failuresFault,
  FaultError,
  callOptions,
  linuxShell,
  shellQuote,
  stageFiles,
  together,
  waitForNodes,
  waitForTasks,
  writeSas,
} from '../core/index.ts';
import type { LocalFile, Output, PoolSpec, ResourceFile, StagedFile, TaskSpec } from '../core/index.ts';
import { image, poolOf, vmSize } from './linux-nodes.ts';
import { durationOr, flag, integer, textOr, texts } from './options.ts';
import type { ValuesOf } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory, storyOptions } from './story.ts';
import type { Run } from './story.ts';

/** Content of more outputs than this is not shown. */
const shownOutputs = 10;

const options = {
  input: texts('FILE_OR_DIR', 'text files, or folders of them; three texts of our own by default'),
  'num-words': integer(3, { min: 1, max: 1_000_000 }, 'how many words of each file'),
  'ignore-case': flag('count "Word" and "word" as one'),
  output: textOr('output', 'DIR', 'where the results go'),
  nodes: integer(2, { min: 1, max: 1_000 }, 'how many nodes the pool has'),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the nodes and the tasks'),
  ...storyOptions,
} as const;

type Options = ValuesOf<typeof options>;

export const topWords = defineStory({
  name: 'top-words',
  summary: 'Counts words: one task a text file, results as files',
  options,
  examples: ['', '--input book.txt notes/ --num-words 10 --ignore-case', '--nodes 4 --keep'],
  namesOf,
  footprint: ({ poolId, jobId, application, input, output }, { nodes }) => ({
    pools: [poolOf(poolId, nodes)],
    jobs: [jobId],
    containers: [application, input, output],
  }),
  tell: story,
});

/** The names of what one run creates. */
interface Names {
  readonly application: string;
  readonly input: string;
  readonly output: string;
  readonly poolId: string;
  readonly jobId: string;
}

function namesOf(values: Options, runId: string): Names {
  return {
    application: `topwords-application-${runId}`,
    input: `topwords-input-${runId}`,
    output: `topwords-output-${runId}`,
    poolId: values.pool ?? `top-words-pool-${runId}`,
    jobId: `top-words-job-${runId}`,
  };
}

async function story(context: ScenarioContext, { values, names, cleanUp }: Run<typeof options, Names>): Promise<void> {
  const inputs = await findInputs(context, values.input);
  context.reporter.fact('inputs', { count: inputs.length });
  const containers = [names.application, names.input, names.output];
  for (const container of containers) cleanUp.register(containerRemoval(context, container));
  const [chosen] = await together(chooseImage(context, image), ensureContainers(context, containers));
  context.reporter.step(`Image ${chosen.image.offer} ${chosen.image.sku}, node agent ${chosen.nodeAgentSkuId}`);

  // The pool comes before the input: its nodes start while the files go up.
  const programs = await stagePrograms(context, names.application);
  const pool = poolSpec(names.poolId, values.nodes, programs);
  await ensurePool(context, { ...pool, ...chosen }, cleanUp);
  const staged = await stageFiles(context, { container: names.input, files: inputs, title: 'Uploading the input' });

  const sas = await writeSas(context, names.output);
  await createJob(context, { id: names.jobId, poolId: names.poolId }, cleanUp);
  await addTasks(context, names.jobId, taskSpecs(context, { values, names, sas }, staged));

  const since = context.clock.now();
  const deadline = since + values.timeout;
  await waitForNodes(context, names.poolId, deadline);
  const wait = { jobId: names.jobId, poolId: names.poolId, total: inputs.length, deadline, since };
  const tasks = await waitForTasks(context, wait);
  const outputs = await collectOutputs(context, { container: names.output, directory: values.output });
  show(context, outputs);
  const failures = await explainFailures(context, tasks);
  if (failures.length > 0) throw failuresFault(names.jobId, inputs.length, failures);
}

/** The files that the options name. Two of one name cannot be told apart in a container, so they are refused. */
async function findInputs(context: ScenarioContext, paths: readonly string[]): Promise<readonly LocalFile[]> {
  const named = paths.length === 0 ? [`${context.dataDirectory}/top-words`] : paths;
  const files = await context.files.expand(named);
  if (files.length === 0) {
    throw new FaultError({ code: 'invalid', message: `There is no file in ${named.join(', ')}: nothing to count.` });
  }
  const seen = new Map<string, LocalFile>();
  for (const file of files) {
    const other = seen.get(file.name);
    if (other !== undefined) {
      const message = `Two input files are called ${file.name}: ${other.path} and ${file.path}. Rename one of them.`;
      throw new FaultError({ code: 'invalid', message });
    }
    seen.set(file.name, file);
  }
  return files;
}

/** The worker goes up in each run, it is small; the Node.js binary stays where earlier runs have brought it. */
async function stagePrograms(context: ScenarioContext, container: string): Promise<readonly ResourceFile[]> {
  const { node, worker } = context.programs;
  const [program, application] = await together(
    context.staging.stage(node, callOptions(context)),
    stageFiles(context, { container, files: [worker], title: 'Uploading the application' }),
  );
  const how = program.uploaded ? `uploaded, ${describeBytes(node.size)}` : 'already there';
  context.reporter.step(`Node.js ${node.version} for the nodes: ${how}`);
  return [
    { httpUrl: program.httpUrl, filePath: node.name, fileMode: '0755' },
    ...application.map((staged) => staged.resourceFile),
  ];
}

/** `install` replaces the files, so the start task may run again on a node that has them and uses them. */
function poolSpec(
  id: string,
  nodes: number,
  resourceFiles: readonly ResourceFile[],
): Omit<PoolSpec, 'image' | 'nodeAgentSkuId'> {
  return {
    id,
    vmSize,
    targetDedicatedNodes: nodes,
    startTask: {
      commandLine: linuxShell(['install -m 755 node worker.mjs "$AZ_BATCH_NODE_SHARED_DIR"']),
      resourceFiles,
      user: { autoUser: { scope: 'pool', elevation: 'admin' } },
      waitForSuccess: true,
    },
  };
}

function taskSpecs(
  { storage: { account } }: ScenarioContext,
  { values, names, sas }: { readonly values: Options; readonly names: Names; readonly sas: string },
  inputs: readonly StagedFile[],
): readonly TaskSpec[] {
  const isUsual = account.blobEndpoint === `https://${account.name}.blob.core.windows.net`;
  return inputs.map(({ file, resourceFile }, index) => {
    const args = [
      `--filepath=${shellQuote(file.name)}`,
      `--numwords=${values['num-words']}`,
      `--storageaccount=${account.name}`,
      `--storagecontainer=${names.output}`,
      `--sastoken=${shellQuote(sas)}`,
      ...(isUsual ? [] : [`--storageendpoint=${shellQuote(account.blobEndpoint)}`]),
      ...(values['ignore-case'] ? ['--ignore-case'] : []),
    ];
    const program = '"$AZ_BATCH_NODE_SHARED_DIR/node" "$AZ_BATCH_NODE_SHARED_DIR/worker.mjs"';
    return {
      id: `topNtask${index}`,
      commandLine: linuxShell([`${program} ${args.join(' ')}`]),
      resourceFiles: [resourceFile],
    };
  });
}

function show({ reporter }: ScenarioContext, outputs: readonly Output[]): void {
  for (const output of outputs) reporter.fact('output', { name: output.name, path: output.path, size: output.size });
  for (const output of outputs.slice(0, shownOutputs)) {
    reporter.step(output.path);
    reporter.detail(output.text?.trimEnd() ?? `${describeBytes(output.size)}, not shown`);
  }
  if (outputs.length > shownOutputs) {
    reporter.step(`and ${count(outputs.length - shownOutputs, 'more file')} beside them`);
  }
}
