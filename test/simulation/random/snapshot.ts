// Everything that the engine shows of an account at one moment, by its door alone.
import type { Outcome } from '../../../core/kernel/index.ts';
import type {
  BatchEngine,
  EngineFault,
  HookTaskStatus,
  JobResource,
  JobScheduleResource,
  ListQuery,
  NodeResource,
  Page,
  PoolNodeCounts,
  PoolResource,
  SubtaskResource,
  TaskCountsResult,
  TaskResource,
} from '../../../emulator/engine/index.ts';
import type { ChangedKeys } from './recording-store.ts';

export interface Snapshot {
  readonly pools: readonly PoolSnapshot[];
  readonly jobs: readonly JobSnapshot[];
  readonly schedules: readonly JobScheduleResource[];
  readonly nodeCounts: readonly PoolNodeCounts[];
  /** Which of the parts were read for this snapshot; the others are those of the snapshot before. */
  readonly fresh: ReadonlySet<unknown>;
}

export interface PoolSnapshot {
  readonly pool: PoolResource;
  readonly nodes: readonly NodeResource[];
}

export interface JobSnapshot {
  readonly job: JobResource;
  readonly tasks: readonly TaskResource[];
  /** Those that are preparing or running. */
  readonly placed: readonly TaskResource[];
  /** Of multi-instance tasks that run, by the task's id. */
  readonly subtasks: ReadonlyMap<string, readonly SubtaskResource[]>;
  readonly counts: TaskCountsResult;
  /** On every node where the job was prepared. */
  readonly hooks: readonly HookTaskStatus[];
}

/** Small, so that lists have several pages. */
const PAGE_SIZE = 7;

/** Reads everything; given the snapshot before and what was committed since then, only what may show something new. */
export async function takeSnapshot(engine: BatchEngine, before?: Snapshot, changed?: ChangedKeys): Promise<Snapshot> {
  const isFull = before === undefined || changed === undefined;
  const fresh = new Set<unknown>();
  const reread = async <T>(known: T | undefined, isChanged: boolean, read: () => Promise<T>): Promise<T> => {
    if (known !== undefined && !isChanged) return known;
    const part = await read();
    fresh.add(part);
    return part;
  };
  const poolsChanged = isFull || changed.pools.size > 0;
  const pools = await reread(before?.pools, poolsChanged, async () => {
    const known = new Map(before?.pools.map((each) => [each.pool.id, each]));
    const list = await all<PoolResource>((query) => engine.pools.list(query));
    const isChanged = (id: string): boolean => isFull || changed.pools.has(id.toLowerCase());
    return Promise.all(list.map((pool) => reread(known.get(pool.id), isChanged(pool.id), () => ofPool(engine, pool))));
  });
  const jobs = await reread(before?.jobs, isFull || changed.jobs.size > 0, async () => {
    const known = new Map(before?.jobs.map((each) => [each.job.id, each]));
    const list = await all<JobResource>((query) => engine.jobs.list(query));
    const isChanged = (id: string): boolean => isFull || changed.jobs.has(id.toLowerCase());
    return Promise.all(list.map((job) => reread(known.get(job.id), isChanged(job.id), () => ofJob(engine, job))));
  });
  const schedules = await reread(before?.schedules, isFull || changed.schedules.size > 0, () =>
    all<JobScheduleResource>((query) => engine.schedules.list(query)),
  );
  const nodeCounts = await reread(before?.nodeCounts, poolsChanged, () =>
    all<PoolNodeCounts>((query) => engine.pools.nodeCounts(query)),
  );
  return { pools, jobs, schedules, nodeCounts, fresh };
}

async function ofPool(engine: BatchEngine, pool: PoolResource): Promise<PoolSnapshot> {
  return { pool, nodes: await all<NodeResource>((query) => engine.nodes.list(pool.id, query)) };
}

async function ofJob(engine: BatchEngine, job: JobResource): Promise<JobSnapshot> {
  const tasks = await all<TaskResource>((query) => engine.tasks.list(job.id, query));
  const placed = tasks.filter(({ state }) => state === 'preparing' || state === 'running');
  const subtasks = new Map<string, readonly SubtaskResource[]>();
  for (const { id, multiInstanceSettings } of placed) {
    if (multiInstanceSettings !== undefined) subtasks.set(id, granted(await engine.tasks.subtasks(job.id, id)));
  }
  const hooks =
    job.jobPreparationTask === undefined
      ? []
      : await all<HookTaskStatus>((query) => engine.jobs.hookTaskStatus(job.id, query));
  return { job, tasks, placed, subtasks, counts: granted(await engine.jobs.taskCounts(job.id)), hooks };
}

async function all<T>(list: (query: ListQuery<T>) => Promise<Outcome<Page<T>, EngineFault>>): Promise<readonly T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = granted(await list({ limit: PAGE_SIZE, ...(after === undefined ? {} : { after }) }));
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}

function granted<T>(outcome: Outcome<T, EngineFault>): T {
  if (!outcome.ok) throw new Error(`What is listed cannot be looked at: ${JSON.stringify(outcome.fault)}.`);
  return outcome.value;
}
