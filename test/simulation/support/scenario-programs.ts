// What the tasks of scenarios do on simulated nodes, where no command is carried out: they take blobs from the cloud in
// memory, and leave there what they would have uploaded.
import type { SimulatedOutcome } from '../../../adapters/simulated/index.ts';
import type { RunSpec } from '../../../emulator/engine/index.ts';
import type { FakeCloud } from '../../support/fake-cloud.ts';

export type ScenarioProgram = (run: RunSpec) => SimulatedOutcome | undefined;

function variable({ environment }: RunSpec, name: string): string {
  return environment.find((setting) => setting.name === name)?.value ?? '';
}

/** The steps of an addition. One that comes before what it depends on finds no file, and fails. */
export function addNumbers(cloud: FakeCloud, { parts, numbers }: { parts: number; numbers: number }): ScenarioProgram {
  const blobs = (): Map<string, Uint8Array> =>
    cloud.containers.get('dependencies-data-r1') ?? new Map<string, Uint8Array>();
  const put = (blob: string, content: string): unknown => blobs().set(blob, new TextEncoder().encode(content));
  const sumOf = (blob: string): number =>
    new TextDecoder()
      .decode(blobs().get(blob))
      .split('\n')
      .reduce((sum, line) => sum + Number(line), 0);
  return (run) => {
    const step = variable(run, 'AZ_BATCH_TASK_ID');
    const durationMs = 500 + run.commandLine.length;
    const part = Number(/^transform-(\d+)$/.exec(step)?.[1]);
    const each = Array.from({ length: parts }, (_, index) => index + 1);
    const needed = step === 'merge' ? each.map((one) => `sums/sum-${one}.txt`) : [`parts/part-${part}.txt`];
    if (step !== 'extract' && needed.some((blob) => !blobs().has(blob))) return { durationMs, exitCode: 1 };
    if (step === 'extract') {
      for (const one of each) {
        const lines = Array.from({ length: numbers }, (_, index) => index + 1).filter((n) => n % parts === one % parts);
        put(`parts/part-${one}.txt`, lines.map((n) => `${n}\n`).join(''));
      }
    } else if (step === 'merge') {
      put('total.txt', `${needed.reduce((sum, blob) => sum + sumOf(blob), 0)}\n`);
    } else {
      put(`sums/sum-${part}.txt`, `${sumOf(`parts/part-${part}.txt`)}\n`);
    }
    return { durationMs, exitCode: 0 };
  };
}

/** Each task ends as its id says. */
export function tryAgain(): ScenarioProgram {
  let tries = 0;
  return (run) => {
    const id = variable(run, 'AZ_BATCH_TASK_ID');
    if (id === 'second-try') tries += 1;
    const exitCodes: Readonly<Record<string, number>> = {
      'second-try': tries === 1 ? 5 : 0,
      'good-enough': 2,
      'gives-up': 4,
    };
    return { durationMs: id.length * 100, exitCode: exitCodes[id] ?? 0 };
  };
}

/** Two tasks with what their node would have uploaded of each. */
export function leaveFiles(cloud: FakeCloud): ScenarioProgram {
  const names: Readonly<Record<string, readonly string[]>> = {
    succeeds: ['logs/stderr.txt', 'logs/stdout.txt', 'report.txt', 'tables/a.csv', 'tables/deep/b.csv'],
    fails: ['logs/stderr.txt', 'logs/stdout.txt', 'saved.txt'],
  };
  return (run) => {
    const id = variable(run, 'AZ_BATCH_TASK_ID');
    for (const name of names[id] ?? []) {
      cloud.containers.get('output-files-results-r1')?.set(`${id}/${name}`, new TextEncoder().encode(name));
    }
    return { durationMs: 700, exitCode: id === 'fails' ? 3 : 0 };
  };
}

/** Steps of each number, and what gathers them. One that comes before all results are there fails. */
export function sweepNumbers(cloud: FakeCloud, tasks: number): ScenarioProgram {
  const stepsTo1 = (number: number): number =>
    number === 1 ? 0 : 1 + stepsTo1(number % 2 === 1 ? 3 * number + 1 : number / 2);
  return (run) => {
    const blobs = cloud.containers.get('sweep-results-r1') ?? new Map<string, Uint8Array>();
    const id = variable(run, 'AZ_BATCH_TASK_ID');
    if (id !== 'gather') {
      const line = `${id} ${stepsTo1(Number(id))}\n`;
      blobs.set(`results/${id}.txt`, new TextEncoder().encode(line));
      return { durationMs: 300 + line.length * Number(id), exitCode: 0 };
    }
    const results = Array.from({ length: tasks }, (_, index) => blobs.get(`results/${index + 1}.txt`));
    if (results.includes(undefined)) return { durationMs: 100, exitCode: 1 };
    const text = results.map((bytes) => new TextDecoder().decode(bytes)).join('');
    blobs.set('results.txt', new TextEncoder().encode(text));
    return { durationMs: 1_000, exitCode: 0 };
  };
}

/** Every word is there as often as it has letters. */
export function findWords(run: RunSpec): SimulatedOutcome {
  const word = /-e '?(\w+)/.exec(run.commandLine)?.[1] ?? '';
  return {
    durationMs: run.commandLine.length * 10,
    exitCode: 0,
    stdout: run.kind === 'task' ? `${word.length}\n` : '',
  };
}

/** The primary finds everybody; the others say who the primary is. */
export function reachPeers(run: RunSpec): SimulatedOutcome {
  const [primary = ''] = variable(run, 'AZ_BATCH_MASTER_NODE').split(':');
  const peers = variable(run, 'AZ_BATCH_HOST_LIST').split(',');
  const stdout = run.kind === 'task' ? peers.map((peer) => `${peer} answers\n`).join('') : `knows ${primary}\n`;
  return { durationMs: 2_000, exitCode: 0, stdout };
}

/** Says which jobs have been on the node before, each task longer than the one before. */
export function visitNodes(): ScenarioProgram {
  const jobsOf = new Map<string, string[]>();
  return (run) => {
    if (run.kind !== 'task') return { durationMs: 5_000, exitCode: 0 };
    const nodeId = variable(run, 'AZ_BATCH_NODE_ID');
    const [, number = ''] = /-job-(\d+)-/.exec(variable(run, 'AZ_BATCH_JOB_ID')) ?? [];
    const before = jobsOf.get(nodeId) ?? [];
    jobsOf.set(nodeId, [...before, number]);
    const stdout = `start task at 2026-01-01T00:00:00Z\njobs before: ${before.join(' ')}\n`;
    return { durationMs: 1_000 * (before.length + 1), exitCode: 0, stdout };
  };
}

/** A manager that takes longer from job to job. */
export function runInTurn(run: RunSpec): SimulatedOutcome {
  const [, number = ''] = variable(run, 'AZ_BATCH_JOB_ID').split(':job-');
  return { durationMs: Number(number) * 20_000, exitCode: 0, stdout: `this is run ${number}\n` };
}
