// How long the whole tutorial takes, from the command to its exit: `node test/bench/pipeline/main.ts [runs]`. Beside it
// what the command takes to print its help, and what Node takes to do nothing, in the same minutes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

const AIM_MS = 3_000;
const launcher = join(import.meta.dirname, '../../../adapters/cli/launcher.mjs');
const runs = Number(process.argv[2] ?? 5);

function time(args: readonly string[], cwd: string): number {
  const start = performance.now();
  execFileSync(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'batchrite-bench-'));
const figures: Record<'pipeline' | 'help' | 'node', number[]> = { pipeline: [], help: [], node: [] };
try {
  for (let round = 0; round < runs; round += 1) {
    figures.node.push(time(['-e', '0'], folder));
    figures.help.push(time([launcher, '--help'], folder));
    figures.pipeline.push(time([launcher, 'run', 'top-words', '--runtime', 'process'], folder));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const bare = median(figures.node);
const line = (name: string, ms: number): string =>
  `  ${name.padEnd(34)} ${(ms / 1000).toFixed(2).padStart(5)} s  ${(ms / bare).toFixed(0).padStart(3)} x node -e 0`;
console.log(`median of ${runs} runs, load ${loadavg()[0]?.toFixed(1)}, aim ${AIM_MS / 1000} s:`);
console.log(line('run top-words, processes as nodes', median(figures.pipeline)));
console.log(line('--help', median(figures.help)));
console.log(line('node -e 0', bare));
