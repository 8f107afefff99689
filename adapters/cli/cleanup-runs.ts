/** The runs that have left something in an account, found by the names that scenarios give. */
import type { CallOptions } from '../../core/index.ts';
import { type Footprint, scenarios } from '../../scenarios/index.ts';
import type { Accounts } from '../composition/index.ts';

/** What is left of a run. */
export interface Leftovers {
  readonly runId: string;
  readonly scenario: string;
  readonly jobs: readonly string[];
  readonly schedules: readonly string[];
  readonly pools: readonly string[];
  readonly containers: readonly string[];
}

/** Sorted by the run's id. A pool that was named by hand belongs to whoever named it, so it is in no run. */
export async function findRuns({ batch, storage }: Accounts, options: CallOptions): Promise<readonly Leftovers[]> {
  const [jobs, schedules, pools, containers] = await Promise.all([
    idsOf(batch.jobs.list(options)),
    idsOf(batch.schedules.list(options)),
    idsOf(batch.pools.list(options)),
    Array.fromAsync(storage.containers(options)),
  ]);
  const runIds = new Set(
    [...jobs, ...schedules, ...pools, ...containers].flatMap((name) => /-([a-z0-9]{1,20})$/.exec(name)?.[1] ?? []),
  );
  const there = {
    jobs: new Set(jobs),
    schedules: new Set(schedules),
    pools: new Set(pools),
    containers: new Set(containers),
  };
  return [...runIds]
    .toSorted()
    .flatMap((runId) =>
      scenarios.map((each) => leftOf(runId, each.name, each.footprint(each.widest ?? {}, runId), there)),
    )
    .filter(
      ({ jobs: left, schedules: recurring, pools: machines, containers: data }) =>
        left.length + recurring.length + machines.length + data.length > 0,
    );
}

interface There {
  readonly jobs: ReadonlySet<string>;
  readonly schedules: ReadonlySet<string>;
  readonly pools: ReadonlySet<string>;
  readonly containers: ReadonlySet<string>;
}

function leftOf(runId: string, scenario: string, footprint: Footprint, there: There): Leftovers {
  return {
    runId,
    scenario,
    jobs: footprint.jobs.filter((id) => there.jobs.has(id)),
    schedules: (footprint.schedules ?? []).filter((id) => there.schedules.has(id)),
    pools: footprint.pools.map(({ id }) => id).filter((id) => there.pools.has(id)),
    containers: footprint.containers.filter((name) => there.containers.has(name)),
  };
}

async function idsOf(items: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of items) ids.push(id);
  return ids;
}
