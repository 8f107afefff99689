// How fast containers are nodes, and how fast nodes run tasks: `node test/bench/docker/main.ts [tasks]`. The baseline is
// `docker run` for a task, in the same minutes; only the ratios mean something on a machine that others use too.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAzureBatchService } from '../../../adapters/azure/index.ts';
import { ensureBundle, nodeBinaryPath } from '../../../adapters/bundles/index.ts';
import { createDockerRuntime } from '../../../adapters/docker/index.ts';
import type { DockerRuntime } from '../../../adapters/docker/index.ts';
import { seededRandom } from '../../../core/kernel/index.ts';
import { startEmulator } from '../../../emulator/composition/index.ts';
import { nodeSpec, runSpec } from '../../contract/node-runtime/specs.ts';
import { realClock } from '../../support/real-clock.ts';

const ROUNDS = 3;
const SLOTS = 8;
const IMAGE = 'ubuntu:22.04';
const BASELINE_TASKS = 6;

const tasks = Number(process.argv[2] ?? 2_000);

async function main(): Promise<void> {
  const figures: Record<'dockerRun' | 'oneNode' | 'sixteenNodes' | 'runs' | 'wholeStack', number[]> = {
    dockerRun: [],
    oneNode: [],
    sixteenNodes: [],
    runs: [],
    wholeStack: [],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    figures.dockerRun.push(timeDockerRun());
    figures.oneNode.push(await withRuntime((runtime) => timeNodes(runtime, 1)));
    figures.sixteenNodes.push(await withRuntime((runtime) => timeNodes(runtime, 16)));
    figures.runs.push(await withRuntime((runtime) => timeRuns(runtime)));
    figures.wholeStack.push(await withRuntime((runtime) => timeWholeStack(runtime)));
  }
  const baseline = median(figures.dockerRun);
  const perSecond = (name: string, rate: number): string =>
    `  ${name.padEnd(38)} ${rate.toFixed(rate < 10 ? 1 : 0).padStart(6)} tasks/s  ${(rate / baseline).toFixed(0)} x docker run`;
  const seconds = (name: string, ms: number, target: number): string =>
    `  ${name.padEnd(38)} ${(ms / 1000).toFixed(2).padStart(6)} s        target ${target} s, ${((ms * baseline) / 1000).toFixed(1)} docker runs long`;
  console.log(`median of ${ROUNDS} rounds, ${tasks} tasks of /bin/true, load ${loadavg()[0]?.toFixed(1)}:`);
  console.log(perSecond('docker run, one after the other', baseline));
  console.log(seconds('one node, from its creation to idle', median(figures.oneNode), 1.5));
  console.log(seconds('sixteen nodes at once', median(figures.sixteenNodes), 4));
  console.log(perSecond(`one node of ${SLOTS} slots`, median(figures.runs)));
  console.log(perSecond('the same through the whole stack', median(figures.wholeStack)));
}

function timeDockerRun(): number {
  const start = performance.now();
  for (let index = 0; index < BASELINE_TASKS; index += 1) {
    execFileSync('docker', ['run', '--rm', IMAGE, '/bin/true']);
  }
  return (BASELINE_TASKS * 1000) / (performance.now() - start);
}

async function withRuntime<T>(use: (runtime: DockerRuntime) => Promise<T>): Promise<T> {
  const workspace = await mkdtemp(join(tmpdir(), 'batchrite-'));
  const runtime = await createDockerRuntime({
    workspace,
    agentPath: await ensureBundle('agent'),
    nodePath: nodeBinaryPath(),
  });
  try {
    return await use(runtime);
  } finally {
    await runtime.close();
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Milliseconds until all nodes are up, with the making of their network. */
function timeNodes(runtime: DockerRuntime, count: number): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    let up = 0;
    runtime.connect((event) => {
      if (event.type !== 'nodeStarted') reject(new Error(JSON.stringify(event)));
      else if ((up += 1) === count) resolve(performance.now() - start);
    });
    for (let index = 0; index < count; index += 1) runtime.createNode(nodeSpec(`node-${index}`));
  });
}

/** Runs a second through one node, from the first command to the last result. */
function timeRuns(runtime: DockerRuntime): Promise<number> {
  return new Promise((resolve, reject) => {
    let begun = 0;
    let ended = 0;
    let start = 0;
    const begin = (): void => {
      if (begun >= tasks) return;
      begun += 1;
      runtime.run('node', runSpec(`run-${begun}`, '/bin/true'));
    };
    runtime.connect((event) => {
      if (event.type === 'nodeStarted') {
        start = performance.now();
        for (let slot = 0; slot < SLOTS; slot += 1) begin();
      } else if (event.type === 'runEnded') {
        ended += 1;
        if (event.exitCode !== 0) reject(new Error(`a run failed: ${JSON.stringify(event)}`));
        if (ended === tasks) resolve((tasks * 1000) / (performance.now() - start));
        else begin();
      } else if (event.type !== 'runStarted') reject(new Error(JSON.stringify(event)));
    });
    runtime.createNode(nodeSpec('node'));
  });
}

/** Tasks a second from their submission to the last one's completion, over HTTP, on a pool of one node. */
async function timeWholeStack(runtime: DockerRuntime): Promise<number> {
  const random = seededRandom('bench');
  const emulator = await startEmulator({ clock: realClock, random, runtime, secret: 'for this bench alone' });
  try {
    const [account] = emulator.accounts;
    const batch = createAzureBatchService({
      endpoint: emulator.url,
      credentials: { kind: 'sharedKey', account: account?.name ?? '', key: account?.key ?? '' },
      clock: realClock,
      random: random.stream('client'),
    });
    const { image, vmSize } = nodeSpec('node');
    await batch.pools.create({
      id: 'pool',
      vmSize,
      image,
      nodeAgentSkuId: 'batch.node.ubuntu 22.04',
      targetDedicatedNodes: 1,
      taskSlotsPerNode: SLOTS,
    });
    for (let isIdle = false; !isIdle; await pause(50)) {
      for await (const node of batch.pools.nodes('pool')) isIdle = node.state === 'idle';
    }
    await batch.jobs.create({ id: 'job', poolId: 'pool' });
    const specs = Array.from({ length: tasks }, (_, index) => ({ id: `task-${index}`, commandLine: '/bin/true' }));
    const start = performance.now();
    await batch.tasks.addAll('job', specs);
    while ((await batch.jobs.taskCounts('job')).completed < tasks) await pause(50);
    return (tasks * 1000) / (performance.now() - start);
  } finally {
    await emulator.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

await main();
