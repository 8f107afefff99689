// How many trivial commands a second go through one node's agent and through four, beside `xargs -P2` in the same
// minutes: `node test/bench/agent/main.ts [runs]`. Only the ratios mean something on a machine that others use too.
// A run makes three directories and two files, which xargs does not: ext4 takes 0.2 ms for them, but 3 ms while it
// avoids the numbers of files deleted in the last seconds. The second row tells; TMPDIR=/dev/shm measures without.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBundle } from '../../../adapters/bundles/index.ts';
import { createProcessRuntime } from '../../../adapters/process/index.ts';
import type { NodeRuntime } from '../../../emulator/engine/index.ts';
import { nodeSpec, runSpec } from '../../contract/node-runtime/specs.ts';

const ROUNDS = 3;
const SLOTS = 4;

const runs = Number(process.argv[2] ?? 1000);

async function main(): Promise<void> {
  const agentPath = await ensureBundle('agent');
  const rates: Record<'xargs -P2' | 'files alone' | 'one node' | 'four nodes', number[]> = {
    'xargs -P2': [],
    'files alone': [],
    'one node': [],
    'four nodes': [],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    rates['xargs -P2'].push(timeXargs());
    rates['files alone'].push(await timeFiles());
    rates['one node'].push(await timeNodes(agentPath, 1));
    rates['four nodes'].push(await timeNodes(agentPath, 4));
  }
  const baseline = median(rates['xargs -P2']);
  console.log(`${runs} runs of /bin/true, median of ${ROUNDS} rounds, ${SLOTS} at a time on each node:`);
  for (const [name, values] of Object.entries(rates)) {
    const rate = median(values);
    console.log(`  ${name.padEnd(12)} ${rate.toFixed(0).padStart(5)} runs/s  ${(rate / baseline).toFixed(2)} of xargs`);
  }
}

function timeXargs(): number {
  const start = performance.now();
  execFileSync('/bin/sh', ['-c', `seq ${runs} | xargs -P2 -n1 /bin/true`]);
  return (runs * 1000) / (performance.now() - start);
}

/** What every run leaves on the disk, made by one thread without running anything. */
async function timeFiles(): Promise<number> {
  const workspace = await mkdtemp(join(tmpdir(), 'batchrite-'));
  const start = performance.now();
  for (let index = 0; index < runs; index += 1) {
    const directory = join(workspace, String(index));
    for (const path of [directory, join(directory, 'wd'), join(directory, 'certs')]) mkdirSync(path);
    for (const name of ['stdout.txt', 'stderr.txt']) writeFileSync(join(directory, name), '');
  }
  const rate = (runs * 1000) / (performance.now() - start);
  await rm(workspace, { recursive: true, force: true });
  return rate;
}

/** Runs a second through that many nodes, from the first command to the last result. */
async function timeNodes(agentPath: string, count: number): Promise<number> {
  const workspace = await mkdtemp(join(tmpdir(), 'batchrite-'));
  const runtime = createProcessRuntime({ workspace, agentPath });
  try {
    return await measure(runtime, count);
  } finally {
    await runtime.close();
    await rm(workspace, { recursive: true, force: true });
  }
}

function measure(runtime: NodeRuntime, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let up = 0;
    let begun = 0;
    let ended = 0;
    let start = 0;
    const begin = (nodeId: string): void => {
      if (begun >= runs) return;
      begun += 1;
      runtime.run(nodeId, { ...runSpec(`run-${begun}`, '/bin/true'), environment });
    };
    runtime.connect((event) => {
      if (event.type === 'nodeStarted') {
        up += 1;
        if (up < count) return;
        start = performance.now();
        for (let slot = 0; slot < SLOTS; slot += 1) for (const id of ids) begin(id);
      } else if (event.type === 'runEnded') {
        ended += 1;
        if (event.exitCode !== 0) reject(new Error(`a run failed: ${JSON.stringify(event)}`));
        if (ended === runs) resolve((runs * 1000) / (performance.now() - start));
        else begin(event.nodeId);
      } else if (event.type !== 'runStarted') reject(new Error(JSON.stringify(event)));
    });
    const ids = Array.from({ length: count }, (_, index) => `node-${index}`);
    for (const id of ids) runtime.createNode(nodeSpec(id));
  });
}

/** As many variables as the engine sends. */
const environment = ['ACCOUNT_NAME', 'ACCOUNT_URL', 'POOL_ID', 'NODE_ID', 'NODE_IS_DEDICATED', 'JOB_ID', 'TASK_ID'].map(
  (name) => ({ name: `AZ_BATCH_${name}`, value: 'a value of the usual length' }),
);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

await main();
