// How many short tasks a second go through the whole stack: added in collections over REST to four nodes that are
// processes, until all are completed. Beside it `xargs -P2` and GNU parallel on the same commands, in the same minutes:
// `node test/bench/throughput/main.ts [tasks]`. The aim is twice GNU parallel.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAzureBatchService } from '../../../adapters/azure/index.ts';
import { ensureBundle, nodeBinaryPath } from '../../../adapters/bundles/index.ts';
import { createProcessRuntime } from '../../../adapters/process/index.ts';
import { systemClock } from '../../../adapters/system/index.ts';
import { type BatchService, seededRandom, sleep } from '../../../core/index.ts';
import { startEmulator } from '../../../emulator/composition/index.ts';
import { requirement } from '../../support/requirements.ts';

const ROUNDS = 3;
const NODES = 4;
const SLOTS = 4;
const tasks = Number(process.argv[2] ?? 1_000);

/** Tasks a second from the first collection to the last completion. */
async function timeBatchrite(): Promise<number> {
  const workspace = await mkdtemp(join(tmpdir(), 'batchrite-bench-'));
  const runtime = createProcessRuntime({
    workspace: join(workspace, 'nodes'),
    agentPath: await ensureBundle('agent'),
    nodePath: nodeBinaryPath(),
  });
  const emulator = await startEmulator({ clock: systemClock, random: seededRandom('bench'), runtime, secret: 'bench' });
  try {
    const [account] = emulator.accounts;
    const batch = createAzureBatchService({
      endpoint: emulator.url,
      credentials: { kind: 'sharedKey', account: account?.name ?? '', key: account?.key ?? '' },
      clock: systemClock,
      random: seededRandom('bench').stream('retries'),
    });
    await preparePool(batch);
    const start = performance.now();
    await batch.tasks.addAll(
      'job',
      Array.from({ length: tasks }, (_, index) => ({ id: `task-${index}`, commandLine: '/bin/true' })),
    );
    await until(async () => (await batch.jobs.taskCounts('job')).completed === tasks);
    return (tasks * 1000) / (performance.now() - start);
  } finally {
    await emulator.close();
    await rm(workspace, { recursive: true, force: true });
  }
}

async function preparePool(batch: BatchService): Promise<void> {
  await batch.pools.create({
    id: 'pool',
    vmSize: 'standard_d2s_v3',
    image: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' },
    nodeAgentSkuId: 'batch.node.ubuntu 22.04',
    targetDedicatedNodes: NODES,
    taskSlotsPerNode: SLOTS,
  });
  await batch.jobs.create({ id: 'job', poolId: 'pool' });
  await until(async () => {
    const nodes = await Array.fromAsync(batch.pools.nodes('pool'));
    return nodes.filter(({ state }) => state === 'idle').length === NODES;
  });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(systemClock, 20);
}

function timeShell(command: string): number {
  const start = performance.now();
  execFileSync('/bin/sh', ['-c', `seq ${tasks} | ${command}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  return (tasks * 1000) / (performance.now() - start);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const parallel = await requirement('parallel');
const rates: Record<'batchrite' | 'xargs' | 'parallel', number[]> = { batchrite: [], xargs: [], parallel: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  rates.xargs.push(timeShell('xargs -P2 -n1 /bin/true'));
  if (parallel.available) rates.parallel.push(timeShell('parallel --will-cite -j2 /bin/true {}'));
  rates.batchrite.push(await timeBatchrite());
}
const own = median(rates.batchrite);
const line = (name: string, rate: number): string =>
  `  ${name.padEnd(34)} ${rate.toFixed(0).padStart(5)} tasks/s  ${(own / rate).toFixed(2)} of it is batchrite's rate`;
console.log(`${tasks} tasks of /bin/true, median of ${ROUNDS} rounds, load ${loadavg()[0]?.toFixed(1)}:`);
console.log(`  ${`over REST, ${NODES} nodes of ${SLOTS} slots`.padEnd(34)} ${own.toFixed(0).padStart(5)} tasks/s`);
console.log(line('xargs -P2', median(rates.xargs)));
console.log(
  parallel.available ? line('GNU parallel -j2, aim 2', median(rates.parallel)) : `  GNU parallel: ${parallel.reason}`,
);
