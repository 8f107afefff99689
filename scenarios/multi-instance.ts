/**
 * One task on several nodes at a time, as MPI programs are: each node runs the coordination command, the first one then
 * runs the application, which knows the addresses of all others and asks each whether it is there.
 */
import {
  addTasks,
  aligned,
  callOptions,
  chooseImage,
  createJob,
  duration,
  ensurePool,
  explainFailures,
  failuresFault,
  FaultError,
  linuxShell,
  readTail,
  shortNodeId,
  waitForNodes,
  waitForTasks,
} from '../core/index.ts';
import type { CompletedTask, Node, Subtask } from '../core/index.ts';
import { image, poolOf, vmSize } from './linux-nodes.ts';
import { durationOr, integer } from './options.ts';
import type { ValuesOf } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory, storyOptions } from './story.ts';
import type { Run } from './story.ts';

const options = {
  instances: integer(3, { min: 1, max: 100 }, 'how many nodes the task runs on, which are all that the pool has'),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the nodes and the task'),
  ...storyOptions,
} as const;

type Options = ValuesOf<typeof options>;

export const multiInstance = defineStory({
  name: 'multi-instance',
  summary: 'One task on several nodes that reach each other',
  options,
  examples: ['', '--instances 5', '--keep'],
  namesOf,
  footprint: ({ poolId, jobId }, { instances }) => ({
    pools: [poolOf(poolId, instances)],
    jobs: [jobId],
    containers: [],
  }),
  tell: story,
});

interface Names {
  readonly poolId: string;
  readonly jobId: string;
}

function namesOf(values: Options, runId: string): Names {
  return { poolId: values.pool ?? `multi-instance-pool-${runId}`, jobId: `multi-instance-job-${runId}` };
}

async function story(context: ScenarioContext, { values, names, cleanUp }: Run<typeof options, Names>): Promise<void> {
  const { poolId, jobId } = names;
  const chosen = await chooseImage(context, image);
  // The task waits for ever on a pool whose nodes cannot reach each other, or have several slots (batch-semantics 7).
  const nodes = { targetDedicatedNodes: values.instances, interNodeCommunication: true, taskSlotsPerNode: 1 };
  await ensurePool(context, { id: poolId, vmSize, ...nodes, ...chosen }, cleanUp);

  const since = context.clock.now();
  const deadline = since + values.timeout;
  const ready = await waitForNodes(context, poolId, deadline);
  if (ready < values.instances) {
    const message = `The task needs ${values.instances} nodes at the same time, and pool ${poolId} has ${ready}.`;
    throw new FaultError({ code: 'failed', message });
  }
  await createJob(context, { id: jobId, poolId }, cleanUp);
  const coordinationCommandLine = linuxShell(coordination);
  const settings = { numberOfInstances: values.instances, coordinationCommandLine };
  await addTasks(context, jobId, [{ id: taskId, commandLine: linuxShell(application), multiInstance: settings }]);
  const tasks = await waitForTasks(context, { jobId, poolId, total: 1, deadline, since });
  const failures = await explainFailures(context, tasks);
  if (failures.length > 0) throw failuresFault(jobId, 1, failures);
  for (const primary of tasks) await showInstances(context, names, primary);
  await showPeers(context, values, names);
}

const taskId = 'together';

/** Runs on every node, and has to end: what it leaves running in the background would serve the application. */
const coordination = ['echo "knows the primary at ${AZ_BATCH_MASTER_NODE%:*}"'];

/**
 * Runs on the primary alone. Every node that is there answers a connection to a port on which nobody listens: it refuses
 * it. One that is not there stays silent.
 */
const application = [
  'export LC_ALL=C',
  'reach() { timeout 10 bash -c "exec 3<>/dev/tcp/$1/9" 2>&1 && echo connected || true; }',
  [
    'for peer in ${AZ_BATCH_HOST_LIST//,/ }',
    'do answer="$(reach "$peer")"',
    'case "$answer" in *connected*|*refused*) echo "$peer answers";; *) echo "$peer is silent";; esac',
    'done',
  ].join('; '),
];

/** Each instance with its node and the line that its coordination command wrote. */
async function showInstances(context: ScenarioContext, { poolId }: Names, primary: CompletedTask): Promise<void> {
  const { jobId } = primary;
  const subtasks = await Array.fromAsync(context.batch.tasks.subtasks(jobId, taskId, callOptions(context)));
  const nodes = await Array.fromAsync(context.batch.pools.nodes(poolId, callOptions(context)));
  const address = (nodeId: string | undefined): string =>
    nodes.find((node: Node) => node.id === nodeId)?.ipAddress ?? 'no address';
  const rows = [
    ['primary', shortNodeId(primary.node?.nodeId ?? 'no node'), address(primary.node?.nodeId), 'runs the application'],
  ];
  for (const subtask of subtasks) {
    const { node } = subtask;
    const nodeId = shortNodeId(node?.nodeId ?? 'no node');
    rows.push([`subtask ${subtask.id}`, nodeId, address(node?.nodeId), await lineOf(context, subtask)]);
  }
  context.reporter.step('The instances of the task:');
  context.reporter.detail(aligned(rows));
  context.reporter.fact('instances', { primary, subtasks });
}

async function lineOf(context: ScenarioContext, { node, directory }: Subtask): Promise<string> {
  if (node === undefined || directory === undefined) return 'has no node';
  return (await readTail(context, { ...node, path: `${directory}/stdout.txt` })) ?? 'its output cannot be read';
}

/** What the application found, which is a line for each instance. */
async function showPeers(context: ScenarioContext, values: Options, { jobId }: Names): Promise<void> {
  const output = (await readTail(context, { jobId, taskId, path: 'stdout.txt' })) ?? '';
  const lines = output.split('\n').filter((line) => / (answers|is silent)$/.test(line));
  context.reporter.step('What the primary found at the addresses of the instances:');
  context.reporter.detail(lines.join('\n'));
  context.reporter.fact('peers', lines);
  const answering = lines.filter((line) => line.endsWith(' answers')).length;
  if (answering === values.instances) return;
  const message = `${answering} of ${values.instances} instances answered the primary.`;
  throw new FaultError({ code: 'failed', message, details: lines.map((value) => ({ key: 'peer', value })) });
}
