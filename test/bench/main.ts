// Runs benchmarks by name, all of them by default: `npm run bench -- [pipeline] [throughput] [agent] [docker]`. Each
// shows its baseline beside it, taken in the same minutes: only ratios mean something on a machine that others use too.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { requirement } from '../support/requirements.ts';

const benches = ['pipeline', 'throughput', 'agent', 'docker'] as const;

const named = process.argv.slice(2);
const unknown = named.find((name) => !benches.some((bench) => bench === name));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}. There are ${benches.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const bench of benches) {
    if (named.length > 0 && !named.includes(bench)) continue;
    const docker = bench === 'docker' ? await requirement('docker') : undefined;
    if (docker?.available === false) {
      console.log(`${bench}: skipped, ${docker.reason}\n`);
      continue;
    }
    console.log(`${bench}:`);
    const { status } = spawnSync(process.execPath, [join(import.meta.dirname, bench, 'main.ts')], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
    console.log('');
  }
}
