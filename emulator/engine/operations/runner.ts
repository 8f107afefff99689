/** What operations have in common: they find things, refuse, page through tables, and run as turns. */
import { type Outcome, refusal, success } from '../../../core/kernel/index.ts';
import type { ListQuery, Page, Precondition, Reply } from '../batch-engine.ts';
import type { Job } from '../domain/job.ts';
import { jobKey, nodeKey, poolKey, scheduleKey, taskKey } from '../domain/keys.ts';
import type { Node } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { JobSchedule } from '../domain/schedule.ts';
import type { Table } from '../domain/table.ts';
import type { Task } from '../domain/task.ts';
import type { World } from '../domain/world.ts';
import { type EngineFault, engineFault } from '../fault.ts';
import type { Turn } from '../turn.ts';

/** Runs operations: a change as a turn of its own, a question without one. */
export interface Runner {
  /** `stamps` says that the change shows in `lastModified`: its instant is then later than any before. */
  change<T>(body: (turn: Turn) => Outcome<T, EngineFault>): Reply<T>;
  ask<T>(body: (world: World) => Outcome<T, EngineFault>): Reply<T>;
}

export type Found<T> = Outcome<T, EngineFault>;

export function findPool(world: World, poolId: string, precondition?: Precondition): Found<Pool> {
  return checked(world.pools.get(poolKey(poolId)), 'PoolNotFound', precondition);
}

export function findJob(world: World, jobId: string, precondition?: Precondition): Found<Job> {
  return checked(world.jobs.get(jobKey(jobId)), 'JobNotFound', precondition);
}

export function findSchedule(world: World, scheduleId: string, precondition?: Precondition): Found<JobSchedule> {
  return checked(world.schedules.get(scheduleKey(scheduleId)), 'JobScheduleNotFound', precondition);
}

export function findTask(world: World, jobId: string, taskId: string, precondition?: Precondition): Found<Task> {
  const job = findJob(world, jobId);
  if (!job.ok) return job;
  return checked(world.tasks.get(taskKey(job.value.key, taskId)), 'TaskNotFound', precondition);
}

export function findNode(
  world: World,
  poolId: string,
  nodeId: string,
): Found<{ readonly pool: Pool; readonly node: Node }> {
  const pool = findPool(world, poolId);
  if (!pool.ok) return pool;
  const node = world.nodes.get(nodeKey(nodeId));
  if (node?.pool !== pool.value.key) return refusal(engineFault('NodeNotFound'));
  return success({ pool: pool.value, node });
}

function checked<T extends { readonly lastModified: number }>(
  record: T | undefined,
  code: EngineFault['code'],
  precondition: Precondition | undefined,
): Found<T> {
  if (record === undefined) return refusal(engineFault(code));
  if (precondition?.(record) === false) return refusal(engineFault('ConditionNotMet'));
  return success(record);
}

/** How many records one page looks at before it answers with what it has found (wire-facts 1.12 allows short pages). */
const SCAN_LIMIT = 10_000;

interface PageSource<T, K extends string, R> {
  readonly group?: string;
  /** Only records whose key begins with it. */
  readonly prefix?: K;
  readonly keyOf: (record: T) => K;
  readonly show: (record: T) => R;
}

/** A page of a table's group in key order, from behind the key that the page before ended with. */
export function page<T, K extends string, R>(
  table: Table<T, K>,
  source: PageSource<T, K, R>,
  query: ListQuery<R>,
): Page<R> {
  const items: R[] = [];
  let scanned = 0;
  let last: K | undefined;
  for (const record of table.list(source.group, (query.after as K | undefined) ?? source.prefix)) {
    const key = source.keyOf(record);
    if (source.prefix !== undefined && !key.startsWith(source.prefix)) break;
    if (items.length >= query.limit || scanned >= SCAN_LIMIT) {
      return { items, ...(last === undefined ? {} : { next: last }) };
    }
    scanned += 1;
    last = key;
    const item = source.show(record);
    if (query.where === undefined || query.where(item)) items.push(item);
  }
  return { items };
}
