// Everything that the engine shows of an account at one moment, by its door alone.
import type { Outcome } from '../../../core/kernel/index.ts';
import type {
  BatchEngine,
  EngineFault,
  HookTaskStatus,
  JobResource,
  ListQuery,
  NodeResource,
  Page,
  PoolNodeCounts,
  PoolResource,
  TaskCountsResult,
  TaskResource,
} from '../../../emulator/engine/index.ts';

export interface Snapshot {
  readonly pools: readonly PoolSnapshot[];
  readonly jobs: readonly JobSnapshot[];
  readonly nodeCounts: readonly PoolNodeCounts[];
}

export interface PoolSnapshot {
  readonly pool: PoolResource;
  readonly nodes: readonly NodeResource[];
}

export interface JobSnapshot {
  readonly job: JobResource;
  readonly tasks: readonly TaskResource[];
  readonly counts: TaskCountsResult;
  /** On every node where the job was prepared. */
  readonly hooks: readonly HookTaskStatus[];
}

/** Small, so that lists have several pages. */
const PAGE_SIZE = 7;

export async function takeSnapshot(engine: BatchEngine): Promise<Snapshot> {
  const pools = await all<PoolResource>((query) => engine.pools.list(query));
  const jobs = await all<JobResource>((query) => engine.jobs.list(query));
  return {
    pools: await Promise.all(
      pools.map(async (pool) => ({
        pool,
        nodes: await all<NodeResource>((query) => engine.nodes.list(pool.id, query)),
      })),
    ),
    jobs: await Promise.all(
      jobs.map(async (job) => ({
        job,
        tasks: await all<TaskResource>((query) => engine.tasks.list(job.id, query)),
        counts: granted(await engine.jobs.taskCounts(job.id)),
        hooks:
          job.jobPreparationTask === undefined
            ? []
            : await all<HookTaskStatus>((query) => engine.jobs.hookTaskStatus(job.id, query)),
      })),
    ),
    nodeCounts: await all<PoolNodeCounts>((query) => engine.pools.nodeCounts(query)),
  };
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
