/** An account with a pool in virtual time that writes down what its nodes are told to run. */
import type { SimulatedRuntimeOptions } from '../../adapters/simulated/index.ts';
import type { EngineSettings, JobAdd, NodeResource, PoolAdd, RunKind, RunSpec } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, value } from './simulated-account.ts';

export interface LoggedRun {
  readonly nodeId: string;
  readonly run: RunSpec;
}

export interface LoggedAccount extends SimulatedAccount {
  /** In the order of their starts; the array grows. */
  readonly runs: readonly LoggedRun[];
}

export interface LoggedAccountOptions {
  /** 1 by default. */
  readonly nodes?: number;
  readonly pool?: Partial<PoolAdd>;
  readonly settings?: Partial<EngineSettings>;
  readonly program?: SimulatedRuntimeOptions['program'];
}

/** The pool is `pool`. What `program` does not decide is read as a small shell script. */
export async function loggedAccount(options: LoggedAccountOptions = {}): Promise<LoggedAccount> {
  const runs: LoggedRun[] = [];
  const { nodes = 1, pool = {}, settings = {}, program } = options;
  const account = await accountWithPool(nodes, pool, {
    settings,
    program: (run, nodeId) => {
      runs.push({ nodeId, run });
      return program?.(run, nodeId);
    },
  });
  return { ...account, runs };
}

export async function addJob({ engine }: SimulatedAccount, job: Partial<JobAdd> = {}): Promise<void> {
  await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, ...job }));
}

/** Tasks `t0`, `t1`, … of job `job`. */
export async function addTasks({ engine }: SimulatedAccount, ...commandLines: readonly string[]): Promise<void> {
  const tasks = commandLines.map((commandLine, index) => ({ id: `t${index}`, commandLine }));
  await value(engine.tasks.addCollection('job', tasks));
}

export async function taskState({ engine }: SimulatedAccount, id: string, jobId = 'job'): Promise<string> {
  return (await value(engine.tasks.get(jobId, id))).state;
}

export async function jobState({ engine }: SimulatedAccount, id = 'job'): Promise<string> {
  return (await value(engine.jobs.get(id))).state;
}

export async function nodesOf({ engine }: SimulatedAccount, poolId = 'pool'): Promise<readonly NodeResource[]> {
  return (await value(engine.nodes.list(poolId, { limit: 1000 }))).items;
}

export async function firstNodeId(account: SimulatedAccount): Promise<string> {
  const [node] = await nodesOf(account);
  if (node === undefined) throw new Error('The pool has no node.');
  return node.id;
}

export function runsOf({ runs }: LoggedAccount, kind: RunKind): readonly LoggedRun[] {
  return runs.filter(({ run }) => run.kind === kind);
}

/** A preparation of a second that fails on the node where it runs first, and `node()` to tell which that is. */
export function failsOnFirstNode(exitCode: number): {
  readonly program: NonNullable<SimulatedRuntimeOptions['program']>;
  readonly node: () => string;
} {
  let broken = '';
  return {
    node: () => broken,
    program: ({ kind }, nodeId) => {
      if (kind !== 'preparation') return undefined;
      if (broken === '') broken = nodeId;
      return { durationMs: 1000, exitCode: nodeId === broken ? exitCode : 0 };
    },
  };
}
