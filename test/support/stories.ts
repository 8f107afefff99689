// Tells scenarios on a cloud in memory, each with what lets it end well; a test changes what is to go wrong.
import type { HookStatus, Job, Subtask } from '../../core/index.ts';
import { scenarios } from '../../scenarios/index.ts';
import type { RawOptions } from '../../scenarios/index.ts';
import { FakeCloud } from './fake-cloud.ts';
import type { Script, TaskPart } from './fake-cloud.ts';

export const place = { poolId: 'pool', nodeId: 'node0' };
export const succeeded = { state: 'completed', result: 'success', exitCode: 0, node: place } as const;
const ended = { state: 'completed', result: 'success', exitCode: 0 } as const;
const hooks: readonly HookStatus[] = [{ node: place, preparation: ended, release: ended }];
const subtasks: readonly Subtask[] = [{ ...ended, id: 1, node: { ...place, nodeId: 'node1' }, directory: 'd' }];

/** A job that a schedule has made, completed unless `changes` say otherwise. */
export function jobOf(scheduleId: string, number: number, changes: Partial<Job> = {}): Job {
  const id = `${scheduleId}:job-${number}`;
  return { id, state: 'completed', priority: 0, metadata: {}, terminateReason: 'JMComplete', ...changes };
}

/** Of the story of retries. */
const retried: Readonly<Record<string, TaskPart>> = {
  'second-try': { ...succeeded, retryCount: 1 },
  'good-enough': { ...succeeded, result: 'failure', exitCode: 2 },
  'gives-up': { ...succeeded, result: 'failure', exitCode: 4, retryCount: 1 },
  'after-gives-up': { state: 'active' },
};

interface Story {
  readonly options: RawOptions;
  readonly script: Script;
  /** What the tasks would have uploaded: texts by container and name, there before the run. */
  readonly blobs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** How each story goes well, with as little as it needs. */
export const stories: Readonly<Record<string, Story>> = {
  dependencies: {
    options: { numbers: '10', parts: '2' },
    script: { task: () => succeeded },
    blobs: { 'dependencies-data-r1': { 'sums/sum-1.txt': '25', 'sums/sum-2.txt': '30', 'total.txt': '55' } },
  },
  retries: {
    options: { retries: '1' },
    script: { task: ({ id }) => retried[id] ?? succeeded, job: { state: 'completed', terminateReason: 'TaskFailed' } },
  },
  'output-files': {
    options: {},
    script: {
      task: ({ id }) => (id === 'fails' ? { ...succeeded, result: 'failure', exitCode: 3 } : succeeded),
      nodeFiles: { 'fileuploadout.txt': 'Uploaded report.txt.' },
    },
    blobs: {
      'output-files-results-r1': {
        'fails/logs/stderr.txt': 'e',
        'fails/logs/stdout.txt': '',
        'fails/saved.txt': 's',
        'succeeds/logs/stderr.txt': '',
        'succeeds/logs/stdout.txt': 'o',
        'succeeds/report.txt': 'r',
        'succeeds/tables/a.csv': 'a',
        'succeeds/tables/deep/b.csv': 'b',
      },
    },
  },
  'preparation-and-release': {
    options: { words: ['a', 'b'], nodes: '1' },
    script: { task: () => succeeded, hooks, nodeFiles: { 'stdout.txt': '3' } },
  },
  'multi-instance': {
    options: { instances: '2' },
    script: { task: () => succeeded, subtasks, nodeFiles: { 'stdout.txt': '10.0.0.1 answers\n10.0.0.2 answers' } },
  },
  'job-schedule': {
    options: { runs: '2' },
    script: {
      task: () => succeeded,
      nodeFiles: { 'stdout.txt': 'this is run' },
      jobsOfSchedule: ({ id }, age) => [jobOf(id, 1), ...(age < 60_000 ? [] : [jobOf(id, 2)])],
    },
  },
  sweep: {
    options: { tasks: '3', nodes: '2' },
    script: { task: () => succeeded },
    blobs: { 'sweep-results-r1': { 'results.txt': '1 0\n2 1\n3 7\n' } },
  },
  'pool-reuse': {
    options: { jobs: '2', nodes: '1' },
    script: {
      task: () => succeeded,
      nodeFiles: {
        'stdout.txt': (jobId) => `start task at 10:00\njobs before:${jobId === 'pool-reuse-job-2-r1' ? ' 1' : ''}\n`,
      },
    },
  },
};

interface Told {
  readonly cloud: FakeCloud;
  readonly done: Promise<void>;
}

/** Starts the scenario of that name; what it throws for its options it throws at once. */
export function tell(name: string, changes: Script = {}, options: RawOptions = {}): Told {
  const story = stories[name];
  const scenario = scenarios.find((each) => each.name === name);
  const cloud = new FakeCloud({ ...story?.script, ...changes });
  for (const [container, texts] of Object.entries(story?.blobs ?? {})) {
    for (const [blob, text] of Object.entries(texts)) putText(cloud, container, blob, text);
  }
  const programs = {
    node: { name: 'node', path: '/bin/node', size: 1, version: '24.0.0' },
    worker: { name: 'worker.mjs', path: '/x/worker.mjs', size: 2 },
  };
  const context = { ...cloud.workflow, runId: 'r1', dataDirectory: '/data', programs };
  const run = scenario?.prepare({ ...story?.options, ...options });
  if (run === undefined) throw new Error(`There is no scenario ${name}.`);
  // Not in this turn: a test may want to know the cloud at the first call.
  return { cloud, done: cloud.run(Promise.resolve().then(() => run(context))) };
}

/** Puts a text where a task would have uploaded it. */
export function putText(cloud: FakeCloud, container: string, blob: string, text: string): void {
  const blobs = cloud.containers.get(container) ?? new Map<string, Uint8Array>();
  cloud.containers.set(container, blobs.set(blob, new TextEncoder().encode(text)));
}

/** What is still there, by name. */
export function left(cloud: FakeCloud): string[] {
  return [cloud.jobs, cloud.schedules, cloud.pools, cloud.containers].flatMap((things) => [...things.keys()]);
}
