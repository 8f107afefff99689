// Each scenario on process nodes, through both adapters of core's Batch port: over HTTP, and on the engine in this process.
// What it found must be exact, and nothing of it may be left in the account.
import { mkdtempSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createLocalBatchService } from '../../adapters/local/index.ts';
import type { BatchService, HookStatus, Job, Reporter, Subtask, Task } from '../../core/index.ts';
import { type RawOptions, scenarios } from '../../scenarios/index.ts';
import { eventually } from '../support/eventually.ts';
import { type OpenScenario, openScenario } from '../support/scenario.ts';

/** What a story reports to machines, by name; the last one where it says a thing several times. */
type Facts = ReadonlyMap<string, unknown>;

interface Telling {
  readonly options: RawOptions;
  readonly check: (facts: Facts) => Promise<void> | void;
}

const resultsFolder = mkdtempSync(join(tmpdir(), 'batchrite-outputs-'));
afterAll(() => rm(resultsFolder, { recursive: true }));

/** All of them but top-words, which has tests of its own. */
const tellings: Readonly<Record<string, Telling>> = {
  dependencies: { options: { numbers: '1000', parts: '4' }, check: checkSums },
  retries: { options: { retries: '1' }, check: checkRetries },
  'output-files': { options: { output: resultsFolder }, check: checkUploads },
  'preparation-and-release': { options: { words: ['the', 'zebra'] }, check: checkPreparation },
  'multi-instance': { options: { instances: '3' }, check: checkInstances },
  'job-schedule': { options: { runs: '1' }, check: checkJobs },
  sweep: { options: { tasks: '100' }, check: (facts) => checkSweep(facts, { tasks: 100, number: 97, steps: 118 }) },
  'pool-reuse': { options: { jobs: '3', nodes: '2' }, check: checkReuse },
};

function checkSums(facts: Facts): void {
  expect(facts.get('total')).toEqual({ sums: [124_750, 125_000, 125_250, 125_500], total: 500_500 });
  const tasks = facts.get('order') as readonly Extract<Task, { state: 'completed' }>[];
  const at = (id: string) => tasks.find((task) => task.id === id);
  const transforms = tasks.filter(({ id }) => id.startsWith('transform-'));
  expect(transforms).toHaveLength(4);
  for (const { startedAt, endedAt } of transforms) {
    expect(startedAt).toBeGreaterThanOrEqual(at('extract')?.endedAt ?? Infinity);
    expect(at('merge')?.startedAt).toBeGreaterThanOrEqual(endedAt ?? Infinity);
  }
}

function checkRetries(facts: Facts): void {
  expect(facts.get('tasks')).toEqual({
    reason: 'TaskFailed',
    tasks: [
      { id: 'second-try', came: { exitCode: 0, retryCount: 1 } },
      { id: 'after-second-try', came: { exitCode: 0, retryCount: 0 } },
      { id: 'good-enough', came: { exitCode: 2, retryCount: 0 } },
      { id: 'after-good-enough', came: { exitCode: 0, retryCount: 0 } },
      { id: 'gives-up', came: { exitCode: 4, retryCount: 1 } },
      { id: 'after-gives-up', came: 'never starts' },
    ],
  });
}

async function checkUploads(facts: Facts): Promise<void> {
  expect(facts.get('uploads')).toEqual([
    { name: 'fails/logs/stderr.txt', size: 20 },
    { name: 'fails/logs/stdout.txt', size: 0 },
    { name: 'fails/saved.txt', size: 11 },
    { name: 'succeeds/logs/stderr.txt', size: 0 },
    { name: 'succeeds/logs/stdout.txt', size: 30 },
    { name: 'succeeds/report.txt', size: 12 },
    { name: 'succeeds/tables/a.csv', size: 4 },
    { name: 'succeeds/tables/deep/b.csv', size: 4 },
  ]);
  expect(await readFile(join(resultsFolder, 'succeeds/tables/deep/b.csv'), 'utf8')).toBe('3,4\n');
}

async function checkPreparation(facts: Facts): Promise<void> {
  const folder = join(import.meta.dirname, '../../scenarios/data/top-words');
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  const occurrences = (word: string): number => texts.join('\n').match(new RegExp(`\\b${word}\\b`, 'gi'))?.length ?? 0;
  expect(facts.get('words')).toMatchObject([
    { word: 'the', count: occurrences('the') },
    { word: 'zebra', count: 0 },
  ]);
  const nodes = facts.get('nodes') as readonly HookStatus[];
  expect(new Set(nodes.map(({ node }) => node.nodeId)).size).toBe(2);
  for (const { preparation, release } of nodes) {
    expect(preparation).toMatchObject({ state: 'completed', result: 'success', exitCode: 0 });
    expect(release).toMatchObject({ state: 'completed', result: 'success', exitCode: 0 });
  }
}

function checkInstances(facts: Facts): void {
  const { primary, subtasks } = facts.get('instances') as { primary: Task; subtasks: readonly Subtask[] };
  expect(subtasks.map(({ id, exitCode }) => [id, exitCode])).toEqual([
    [1, 0],
    [2, 0],
  ]);
  const places = [...subtasks, primary].map((each) => ('node' in each ? each.node?.nodeId : undefined));
  expect(new Set(places).size).toBe(3);
  const peers = facts.get('peers') as readonly string[];
  expect(new Set(peers).size).toBe(3);
  for (const peer of peers) expect(peer).toMatch(/^[\d.]+ answers$/);
}

function checkJobs(facts: Facts): void {
  const jobs = facts.get('jobs') as readonly Job[];
  expect(jobs).toMatchObject([
    {
      id: 'job-schedule-test:job-1',
      state: 'completed',
      terminateReason: 'JMComplete',
      poolId: 'job-schedule-pool-test',
    },
  ]);
}

function checkSweep(facts: Facts, { tasks: total, ...best }: { tasks: number; number: number; steps: number }): void {
  expect(facts.get('best')).toEqual({ ...best, results: total });
  const { slots, nodes } = facts.get('nodes') as SweepNodes;
  expect(slots).toBe(4);
  expect(nodes).toHaveLength(4);
  expect(nodes.reduce((sum, node) => sum + node.tasks, 0)).toBe(total);
  // All that a node may do, and no more; a fair share, too.
  for (const { mostAtOnce, tasks } of nodes) {
    expect(mostAtOnce).toBe(4);
    expect(tasks).toBeGreaterThan(total / 10);
  }
}

interface SweepNodes {
  readonly slots: number;
  readonly nodes: readonly { readonly tasks: number; readonly mostAtOnce: number }[];
}

interface JobsOnPool {
  readonly created: boolean;
  readonly jobs: readonly {
    readonly number: number;
    readonly firstTaskMs: number;
    readonly nodesMs: number;
    readonly visits: readonly { readonly nodeId: string; readonly broughtAt: string; readonly jobsBefore: number[] }[];
  }[];
}

function checkReuse(facts: Facts): void {
  const { created, jobs } = facts.get('jobs') as JobsOnPool;
  expect(created).toBe(true);
  expect(jobs.map(({ number, visits }) => [number, visits.length])).toEqual([
    [1, 2],
    [2, 2],
    [3, 2],
  ]);
  expect(jobs.map(({ nodesMs }) => nodesMs > 0)).toEqual([true, false, false]);
  for (const { number, firstTaskMs, visits } of jobs) {
    expect(firstTaskMs).toBeGreaterThanOrEqual(0);
    for (const { nodeId, broughtAt, jobsBefore } of visits) {
      expect(broughtAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z$/);
      const earlier = jobs.filter((job) => job.number < number && job.visits.some((visit) => visit.nodeId === nodeId));
      expect(jobsBefore).toEqual(earlier.map((job) => job.number));
    }
  }
}

function batchOf(adapter: string, { context, cloud }: OpenScenario): BatchService {
  if (adapter === 'adapters/azure') return context.batch;
  const engine = cloud.emulator.engine(cloud.emulator.accounts[0]?.name ?? '');
  if (engine === undefined) throw new Error('the account has no engine');
  return createLocalBatchService({ engine, files: cloud.emulator.runtime.files });
}

async function idsOf({ pools, jobs, schedules }: BatchService): Promise<readonly string[]> {
  const lists = [pools.list(), jobs.list(), schedules.list()].map(
    async (list: AsyncIterable<{ readonly id: string }>) => (await Array.fromAsync(list)).map(({ id }) => id),
  );
  return (await Promise.all(lists)).flat();
}

/** Resolves with what is left in the account. */
async function tell(adapter: string, name: string, { options, check }: Telling): Promise<readonly string[]> {
  const opened = await openScenario();
  const batch = batchOf(adapter, opened);
  const facts = new Map<string, unknown>();
  const { reporter: told } = opened.context;
  const reporter: Reporter = {
    step: (text) => told.step(text),
    detail: (text) => told.detail(text),
    warn: (text) => told.warn(text),
    progress: (title) => told.progress(title),
    fact: (fact, value) => facts.set(fact, value),
  };
  const scenario = scenarios.find((each) => each.name === name);
  await scenario?.prepare(options)({ ...opened.context, batch, reporter });
  await check(facts);
  expect(facts.has('finished')).toBe(true);
  return eventually(
    () => idsOf(batch),
    (ids) => ids.length === 0,
  );
}

describe.each(['adapters/azure', 'adapters/local'])('through %s', (adapter) => {
  test.each(Object.entries(tellings))('%s finds what is right and leaves nothing', async (name, telling) => {
    expect(await tell(adapter, name, telling)).toEqual([]);
  });
});

test('a sweep tries 500 numbers by default', async () => {
  const check = (facts: Facts): void => checkSweep(facts, { tasks: 500, number: 327, steps: 143 });
  expect(await tell('adapters/azure', 'sweep', { options: {}, check })).toEqual([]);
});
