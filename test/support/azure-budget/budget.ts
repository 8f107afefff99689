// What a test run on a paid account may use, and the removal of all it made: everything whose id has the run's prefix.
import type { BatchService } from '../../../core/index.ts';
import {
  type Clock,
  type Milliseconds,
  describeDuration,
  duration,
  isFault,
  sleep,
} from '../../../core/kernel/index.ts';

export interface Budget {
  /** Nodes at a time, of all pools together; what a pool asks for counts, because that will be paid. */
  readonly maxNodes: number;
  readonly maxMs: Milliseconds;
}

/** Between two looks: often enough for nodes that take minutes to come, seldom enough for the account's request limits. */
const LOOK_MS = duration.seconds(20);

/** Resolves with a sentence once the budget is exceeded; with undefined when the signal says that the run has ended. */
export async function exceeded(
  account: { readonly batch: BatchService; readonly clock: Clock; readonly prefix: string },
  budget: Budget,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { batch, clock, prefix } = account;
  const start = clock.now();
  while (!signal.aborted) {
    const nodes = await nodesAsked(batch, prefix);
    if (nodes > budget.maxNodes) return `The run asks for ${nodes} nodes; its budget is ${budget.maxNodes}.`;
    if (clock.now() - start > budget.maxMs) {
      return `The run takes longer than its budget of ${describeDuration(budget.maxMs)}.`;
    }
    await sleep(clock, LOOK_MS, signal).catch(() => undefined);
  }
  return undefined;
}

async function nodesAsked(batch: BatchService, prefix: string): Promise<number> {
  let nodes = 0;
  for await (const pool of batch.pools.list()) {
    if (!pool.id.startsWith(prefix)) continue;
    nodes += Math.max(
      pool.targetDedicatedNodes + pool.targetLowPriorityNodes,
      pool.currentDedicatedNodes + pool.currentLowPriorityNodes,
    );
  }
  return nodes;
}

/** Asks for the deletion of every job schedule, job and pool with the prefix; gives their ids. The service deletes them on its own. */
export async function clean(batch: BatchService, prefix: string): Promise<readonly string[]> {
  const deleted: string[] = [];
  // Schedules first: they would go on making jobs, and take those that they have made along.
  for (const [kind, port] of [
    ['job schedule', batch.schedules] as const,
    ['job', batch.jobs] as const,
    ['pool', batch.pools] as const,
  ]) {
    const ids: string[] = [];
    for await (const { id, state } of port.list()) if (id.startsWith(prefix) && state !== 'deleting') ids.push(id);
    for (const id of ids) {
      try {
        await port.delete(id);
        deleted.push(`${kind} ${id}`);
      } catch (error) {
        // Gone, or going, since it was listed.
        if (!isFault(error, 'notFound', 'conflict')) throw error;
      }
    }
  }
  return deleted;
}
