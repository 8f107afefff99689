// What the contract suite asks of a target, and what it gives its tests: ids, shared resources, waiting with a deadline.
import { expect, test } from 'vitest';
import type {
  BatchService,
  Job,
  JobSpec,
  JobState,
  Pool,
  PoolSpec,
  ScheduleSpec,
  SupportedImage,
  Task,
  TaskSpec,
} from '../../../core/index.ts';
import type { FaultCode } from '../../../core/kernel/index.ts';
import { FaultError, duration, isFault } from '../../../core/kernel/index.ts';

/** One running implementation of the port. */
export interface BatchServiceTarget {
  readonly service: BatchService;
  /** Lets time pass between two looks at the service: a moment of real time, or the next timer of a virtual clock. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

export interface BatchServiceContract {
  readonly name: string;
  readonly create: () => Promise<BatchServiceTarget>;
  /** Tests that this target cannot pass, by their titles without citations, and why. A title that names no test is an error. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
  /** In front of every id, so that the runs of several people on one account do not meet. */
  readonly idPrefix?: string;
  /** Milliseconds within which a resource must reach a state; 20,000 by default. */
  readonly patienceMs?: number;
  /** `Standard_D2s_v3` by default. */
  readonly vmSize?: string;
}

/** Declares one test of the contract; the parts of the suite get it from `ContractContext`. */
export type DeclareTest = (title: string, body: () => Promise<void>) => void;

export class ContractContext {
  readonly test: DeclareTest;
  readonly declared = new Set<string>();
  readonly #contract: BatchServiceContract;
  readonly #pools: string[] = [];
  /** Pools of the test that runs; those that several tests share are not in it. */
  readonly #poolsOfTest = new Set<string>();
  readonly #jobs: string[] = [];
  readonly #schedules: string[] = [];
  #target: BatchServiceTarget | undefined;
  #image: SupportedImage | undefined;
  #sharedPool: Promise<string> | undefined;
  #ids = 0;

  constructor(contract: BatchServiceContract) {
    this.#contract = contract;
    const reasons = new Map(
      (contract.skip ?? []).flatMap(({ reason, tests }) => tests.map((title) => [title, reason])),
    );
    // Every look has its own deadline, so the test as a whole gets a few of them.
    const timeout = 4 * this.#patienceMs;
    this.test = (title, body) => {
      const name = title.replace(/ \((?:batch-semantics|wire-facts) [^()]*\)$/, '');
      this.declared.add(name);
      const reason = reasons.get(name);
      const options = reason === undefined ? { timeout } : { skip: true, meta: { skippedBecause: reason } };
      // oxlint-disable-next-line vitest/expect-expect -- the bodies assert, in the parts of the suite
      test(title, options, async () => {
        await body();
        await this.#giveBackNodes();
      });
    };
  }

  async open(): Promise<void> {
    this.#target = await this.#contract.create();
  }

  /** Deletes what the tests made, as an account outlives the run. */
  async close(): Promise<void> {
    if (this.#target === undefined) return;
    const { jobs, pools, schedules } = this.service;
    const gone = (error: unknown): void => {
      if (!isFault(error, 'notFound', 'conflict')) throw error;
    };
    await Promise.all(this.#schedules.map((id) => schedules.delete(id).catch(gone)));
    await Promise.all(this.#jobs.map((id) => jobs.delete(id).catch(gone)));
    await Promise.all(this.#pools.map((id) => pools.delete(id).catch(gone)));
    await this.#target.close();
  }

  get service(): BatchService {
    if (this.#target === undefined) throw new Error('The target is not open; call open() first.');
    return this.#target.service;
  }

  get #patienceMs(): number {
    return this.#contract.patienceMs ?? 20_000;
  }

  /** A fresh id that says what it is for, for example `contract-job-7`. */
  id(what: string): string {
    this.#ids += 1;
    return `${this.#contract.idPrefix ?? ''}contract-${what}-${this.#ids}`;
  }

  /** A specification of a pool without nodes, on an image of the service's list. */
  async poolSpec(changes: Partial<PoolSpec> = {}): Promise<PoolSpec> {
    this.#image ??= await this.#chooseImage();
    const { publisher, offer, sku } = this.#image.image;
    return {
      id: this.id('pool'),
      vmSize: this.#contract.vmSize ?? 'Standard_D2s_v3',
      image: { publisher, offer, sku },
      nodeAgentSkuId: this.#image.nodeAgentSkuId,
      targetDedicatedNodes: 0,
      ...changes,
    };
  }

  async #chooseImage(): Promise<SupportedImage> {
    for await (const image of this.service.images.list()) {
      if (image.osType === 'linux' && image.verified && /ubuntu/.test(image.image.offer)) return image;
    }
    throw new Error('The service lists no verified Ubuntu image.');
  }

  async createPool(changes: Partial<PoolSpec> = {}): Promise<PoolSpec> {
    const spec = await this.poolSpec(changes);
    this.ownPool(spec.id);
    await this.service.pools.create(spec);
    return spec;
  }

  /** Marks a pool that a test creates itself for deletion: when the test has ended if it has nodes, else at the end. */
  ownPool(id: string): void {
    this.#pools.push(id);
    this.#poolsOfTest.add(id);
  }

  /** Keeps a pool for other tests. */
  sharePool(id: string): void {
    this.#poolsOfTest.delete(id);
  }

  /** Nodes cost money, and a paid run has a budget of few at a time: the next test waits until these are gone. */
  async #giveBackNodes(): Promise<void> {
    const { pools } = this.service;
    for (const id of this.#poolsOfTest) {
      this.#poolsOfTest.delete(id);
      const pool = await pools.get(id).catch(() => undefined);
      if (pool === undefined || nodesOf(pool) === 0) continue;
      if (pool.state !== 'deleting') await pools.delete(id);
      await this.until(
        () => pools.exists(id),
        (exists) => !exists,
      );
    }
  }

  ownJob(id: string): void {
    this.#jobs.push(id);
  }

  /** The id of a job; it waits for a pool that does not exist unless `changes` name one. */
  async createJob(changes: Partial<JobSpec> = {}): Promise<string> {
    const spec = { id: this.id('job'), poolId: `${this.#contract.idPrefix ?? ''}contract-no-such-pool`, ...changes };
    this.#jobs.push(spec.id);
    await this.service.jobs.create(spec);
    return spec.id;
  }

  /** The id of a schedule; its jobs wait for a pool that does not exist unless `changes` say otherwise. */
  async createSchedule(changes: Partial<ScheduleSpec> = {}): Promise<string> {
    const job = { poolId: `${this.#contract.idPrefix ?? ''}contract-no-such-pool` };
    const spec = { id: this.id('schedule'), recurrence: { intervalMs: duration.days(1) }, job, ...changes };
    this.#schedules.push(spec.id);
    await this.service.schedules.create(spec);
    return spec.id;
  }

  /** A pool with one idle node of four slots, made once and shared by the tests that run tasks. */
  sharedPool(): Promise<string> {
    this.#sharedPool ??= this.#createSharedPool();
    return this.#sharedPool;
  }

  async #createSharedPool(): Promise<string> {
    const { id } = await this.createPool({
      targetDedicatedNodes: 1,
      taskSlotsPerNode: 4,
      startTask: { commandLine: "/bin/sh -c 'echo started'", waitForSuccess: true },
    });
    this.sharePool(id);
    await this.untilNodes(id, 'idle', 1);
    return id;
  }

  /** Runs tasks on the shared pool in a job of their own; resolves with the job's id when all are complete. */
  async run(...tasks: readonly TaskSpec[]): Promise<string> {
    const jobId = await this.createJob({ poolId: await this.sharedPool(), usesTaskDependencies: true });
    const refused = await this.service.tasks.addAll(jobId, tasks);
    if (refused.length > 0) throw new Error(`A task was refused: ${JSON.stringify(refused)}`);
    for (const { id } of tasks) await this.untilTask(jobId, id, 'completed');
    return jobId;
  }

  async untilTask<S extends Task['state']>(
    jobId: string,
    taskId: string,
    state: S,
  ): Promise<Extract<Task, { readonly state: S }>> {
    const look = (): Promise<Task> => this.service.tasks.get(jobId, taskId);
    const task = await this.until(look, (each) => each.state === state);
    return task as Extract<Task, { readonly state: S }>;
  }

  untilJob(jobId: string, state: JobState): Promise<Job> {
    return this.until(
      () => this.service.jobs.get(jobId),
      (job) => job.state === state,
    );
  }

  async untilPool(poolId: string, isThere: (pool: Pool) => boolean): Promise<Pool> {
    return this.until(() => this.service.pools.get(poolId), isThere);
  }

  async untilNodes(poolId: string, state: string, count: number): Promise<void> {
    const look = () => collect(this.service.pools.nodes(poolId));
    await this.until(look, (nodes) => nodes.filter((node) => node.state === state).length === count);
  }

  /** Looks again and again until it holds; fails with the last thing seen when the target's patience is over. */
  async until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
    const deadline = performance.now() + this.#patienceMs;
    for (;;) {
      const seen = await look();
      if (holds(seen)) return seen;
      if (performance.now() > deadline) {
        throw new Error(`Nothing came of it within ${this.#patienceMs} ms; last seen: ${JSON.stringify(seen)}`);
      }
      await this.#target?.pause();
    }
  }
}

function nodesOf(pool: Pool): number {
  const { targetDedicatedNodes, targetLowPriorityNodes, currentDedicatedNodes, currentLowPriorityNodes } = pool;
  return targetDedicatedNodes + targetLowPriorityNodes + currentDedicatedNodes + currentLowPriorityNodes;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function text(content: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await collect(content)).toString('utf8');
}

/** Asserts that the call rejects with that code, and with that code of the service's own. */
export async function expectFault(call: Promise<unknown>, code: FaultCode, serviceCode?: string): Promise<FaultError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FaultError)) throw new Error(`Expected a fault "${code}", got ${String(error)}.`);
  const { fault } = error;
  expect(fault).toMatchObject(serviceCode === undefined ? { code } : { code, service: { code: serviceCode } });
  return error;
}

/** A command that a shell runs; the script must not hold single quotes. */
export function shell(script: string): string {
  return `/bin/sh -c '${script}'`;
}
