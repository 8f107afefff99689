/** Why a pool has the nodes that it has, and what its nodes do (batch-semantics 11.2, 13 items 4, 6, 14). */
import type { Node } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { NodeState } from '../resources/node.ts';
import type { Explanation, Reason } from '../resources/explanation.ts';
import { stateReason } from './node-states.ts';
import { allocationReasons } from './pool-reasons.ts';
import { type View, reason } from './view.ts';
import { count, quoted } from './words.ts';

export function explainPool(view: View, pool: Pool): Explanation {
  const nodes = view.world.nodes.snapshot(pool.key);
  const working = nodes.filter(isWorking);
  const reasons = [...allocationReasons(view, pool), ...troubles(view, pool, nodes), ...work(view, pool, working)];
  const [first] = reasons;
  return {
    subject: `pool "${pool.id}"`,
    state: pool.state === 'deleting' ? 'deleting' : pool.allocation.state,
    summary: `Pool "${pool.id}" is ${pool.state === 'deleting' ? 'being deleted' : pool.allocation.state}: ${working.length} of ${count(nodes.length, 'node')} can take tasks. ${first?.text ?? ''}`,
    reasons,
  };
}

function isWorking(node: Node): boolean {
  return (node.state === 'idle' || node.state === 'running') && node.schedulingState === 'enabled';
}

function troubles(view: View, pool: Pool, nodes: readonly Node[]): readonly Reason[] {
  const groups = new Map<NodeState, Node[]>();
  for (const node of nodes) {
    if (node.state === 'idle' || node.state === 'running') continue;
    const group = groups.get(node.state);
    if (group === undefined) groups.set(node.state, [node]);
    else group.push(node);
  }
  return [...groups.values()].map((group) => stateReason(view, pool, group));
}

/** What the pool's nodes have to do, so that an idle pool explains itself, too. */
function work(view: View, pool: Pool, working: readonly Node[]): readonly Reason[] {
  const jobs = view.world.jobsOfPool(pool.key);
  const ready = jobs.filter((job) => view.world.ledger(job.key).hasReady);
  const complete = `Pool "${pool.id}" has ${count(working.length, 'node')} that can take tasks, ${working.filter(({ occupancy }) => occupancy.length > 0).length} of them busy`;
  if (ready.length > 0) {
    return [
      reason(
        'poolComplete',
        `${complete}; tasks of ${quoted(ready.map(({ id }) => id))} wait for a node.`,
        'Ask about one of these tasks: batchrite explain task JOB TASK',
      ),
    ];
  }
  const blocked = jobs.filter((job) => view.world.ledger(job.key).taskCounts.active > 0);
  if (blocked.length > 0) {
    return [
      reason(
        'idle',
        `${complete}; tasks of ${quoted(blocked.map(({ id }) => id))} are active, but wait for other tasks.`,
        'Ask about one of these tasks: batchrite explain task JOB TASK',
      ),
    ];
  }
  const bound =
    jobs.length === 0 ? 'no live job is bound to it' : `its ${count(jobs.length, 'live job')} have no task that waits`;
  return [reason('poolComplete', `${complete}; ${bound}.`)];
}
