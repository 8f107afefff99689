// The same program with the same seed sees the same, byte for byte, however often it runs: over HTTP with the unmodified
// client, and each scenario in this process.
import { describe, expect, test } from 'vitest';
import { startBatchrite } from '../../adapters/embedded/index.ts';
import { scenarios } from '../../scenarios/index.ts';
import type { FakeCloud } from '../support/fake-cloud.ts';
import {
  addNumbers,
  findWords,
  leaveFiles,
  reachPeers,
  runInTurn,
  sweepNumbers,
  tryAgain,
  visitNodes,
} from './support/scenario-programs.ts';
import { traceOverHttp } from './support/rest-program.ts';
import { type Telling, traceOfScenario } from './support/told-scenario.ts';

const RUNS = 50;

/** How each scenario is told on simulated nodes. One that cannot be is listed with the reason, as a text. */
const tellings: Readonly<Record<string, Telling | string>> = {
  'top-words': {
    options: { input: ['/in/a.txt', '/in/b.txt', '/in/c.txt'], nodes: '2' },
    program: (cloud) => (run) => countWords(cloud, run.commandLine),
  },
  dependencies: {
    options: { parts: '3', numbers: '10' },
    program: (cloud) => addNumbers(cloud, { parts: 3, numbers: 10 }),
  },
  retries: { options: { retries: '3' }, program: tryAgain },
  'output-files': { options: {}, program: leaveFiles },
  'preparation-and-release': {
    options: { data: ['/in/a.txt'], words: ['a', 'bc', 'def', 'ghij'] },
    program: () => findWords,
  },
  'multi-instance': { options: { instances: '3' }, program: () => reachPeers },
  'job-schedule': { options: { runs: '3', every: '90s' }, program: () => runInTurn },
  sweep: { options: { tasks: '30', nodes: '3', slots: '2' }, program: (cloud) => sweepNumbers(cloud, 30) },
  'pool-reuse': { options: { jobs: '4', nodes: '3' }, program: visitNodes },
};

/** Takes as long as its file's name says, and leaves what the worker would have uploaded. */
function countWords(
  cloud: FakeCloud,
  commandLine: string,
): { readonly durationMs: number; readonly exitCode: number; readonly stdout: string } | undefined {
  const [, name] = /--filepath=[^\w]*([\w.]+)/.exec(commandLine) ?? [];
  if (name === undefined) return undefined;
  const output = `${name.replace('.txt', '')}_OUTPUT.txt`;
  cloud.containers.get('topwords-output-r1')?.set(output, new TextEncoder().encode(`words of ${name}`));
  return { durationMs: name.charCodeAt(0) * 100, exitCode: 0, stdout: `uploaded ${output}` };
}

async function overHttp(seed: string): Promise<string> {
  await using batchrite = await startBatchrite({ seed, settings: { nodeStartupMs: 30_000, allocationMs: 5_000 } });
  return await traceOverHttp(batchrite);
}

async function runs(trace: () => Promise<string>): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let run = 0; run < RUNS; run += 1) seen.add(await trace());
  return seen;
}

describe('with the same seed', () => {
  test(`a program over HTTP is answered the same in ${RUNS} runs, byte for byte`, { timeout: 60_000 }, async () => {
    const traces = await runs(() => overHttp('a seed'));
    expect(traces.size).toBe(1);
    const [trace = ''] = traces;
    expect(trace.split('\n').length).toBeGreaterThan(20);
    expect(trace).not.toMatch(/^{"status":[45]/m);
    expect(trace, 'the token of task2').toMatch(/^tvmps_\w+ eyJ[\w-]+\.[\w-]+\.[\w-]+$/m);
    expect(trace).toContain('request-id');
    expect(trace).toContain('2026 ');
  });

  test.for(scenarios)('the scenario $name is the same in 50 runs, byte for byte', async (scenario) => {
    const telling = tellings[scenario.name];
    if (telling === undefined) throw new Error(`${scenario.name} is not told here: add how, or why not`);
    if (typeof telling === 'string') return;
    const traces = await runs(() => traceOfScenario(scenario, telling, 'a seed'));
    expect(traces.size).toBe(1);
    const [trace = ''] = traces;
    expect(trace).toMatch(/tasks\.addAll|schedules\.create/);
    expect(trace).toContain('Finished in');
  });
});

describe('with another seed', () => {
  test('ids are others, and everything else is as before', async () => {
    const [first, second] = [await overHttp('a seed'), await overHttp('another seed')];
    expect(first).not.toBe(second);
    expect(second.split('\n').length).toBe(first.split('\n').length);
  });
});
