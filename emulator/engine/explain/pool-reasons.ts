/** Why a pool does not have the nodes that it is asked for: allocation, resize errors, quota, shrinking (batch-semantics 11.2, 11.3). */
import type { Node } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { Reason } from '../resources/explanation.ts';
import { quotaReason } from './node-states.ts';
import { type View, reason } from './view.ts';
import { at, count, errorText, since, until } from './words.ts';

interface Numbers {
  readonly dedicated: number;
  readonly lowPriority: number;
}

/** What is said of the pool as a whole; its nodes are another matter. Empty when it has what it is asked for. */
export function allocationReasons(view: View, pool: Pool): readonly Reason[] {
  const nodes = view.world.nodes.snapshot(pool.key);
  const staying = nodes.filter((node) => node.departure?.action !== 'remove');
  const has: Numbers = {
    dedicated: staying.filter((node) => node.isDedicated).length,
    lowPriority: staying.filter((node) => !node.isDedicated).length,
  };
  return [
    ...deleting(pool, nodes),
    ...empty(pool, nodes),
    ...underWay(view, pool, has),
    ...errors(view, pool, has),
    ...shrinking(view, pool, nodes),
    ...autoScale(pool),
  ];
}

function deleting(pool: Pool, nodes: readonly Node[]): readonly Reason[] {
  if (pool.state !== 'deleting') return [];
  return [
    reason(
      'poolDeleting',
      `Pool "${pool.id}" is being deleted; it is gone when its ${count(nodes.length, 'node')} have left.`,
      'Make a pool with the same id when it is gone: jobs stay, and their tasks go on there.',
    ),
  ];
}

function empty(pool: Pool, nodes: readonly Node[]): readonly Reason[] {
  const isAsked = pool.targetDedicatedNodes + pool.targetLowPriorityNodes > 0;
  if (pool.state === 'deleting' || nodes.length > 0 || isAsked) return [];
  if (pool.spec.enableAutoScale) return [];
  return [
    reason(
      'poolEmpty',
      `Pool "${pool.id}" has no nodes and is asked for none (targetDedicatedNodes 0, targetLowPriorityNodes 0).`,
      `Ask for nodes: az batch pool resize --pool-id ${pool.id} --target-dedicated-nodes 1`,
    ),
  ];
}

function underWay(view: View, pool: Pool, has: Numbers): readonly Reason[] {
  const { allocation } = pool;
  if (pool.state === 'deleting' || allocation.state === 'steady') return [];
  if (allocation.state === 'stopping') {
    return [
      reason('poolStopping', `A stop of its resize is under way; it is steady ${until(view.now, allocation.endsAt)}.`),
    ];
  }
  const { resize } = allocation;
  const wants = wanted(pool, has);
  if (wants === undefined) return [];
  const begins = resize.begun ? '' : ` The first nodes come ${until(view.now, resize.beginsAt)}.`;
  return [
    reason(
      'poolAllocating',
      `It is being resized ${since(view.now, pool.allocationStateTransitionTime)}: ${wants}.${begins} It gives up ${until(view.now, resize.deadline)} (resizeTimeout).`,
    ),
  ];
}

/** `it has 1 of 3 dedicated nodes`; undefined when nothing is missing or too many. */
function wanted(pool: Pool, has: Numbers): string | undefined {
  const kinds: readonly (readonly [string, number, number])[] = [
    ['dedicated', has.dedicated, pool.targetDedicatedNodes],
    ['low-priority', has.lowPriority, pool.targetLowPriorityNodes],
  ];
  const parts = kinds.filter(([, have, target]) => have !== target);
  if (parts.length === 0) return undefined;
  return `it has ${parts.map(([kind, have, target]) => `${have} of ${target} ${kind} nodes`).join(' and ')}`;
}

/** Errors stay until the next resize begins, so an old one says nothing about now (batch-semantics 11.2). */
function errors(view: View, pool: Pool, has: Numbers): readonly Reason[] {
  const { allocation } = pool;
  if (allocation.state !== 'steady' || pool.state === 'deleting') return [];
  const wants = wanted(pool, has);
  const age = since(view.now, pool.allocationStateTransitionTime);
  const reasons = allocation.errors.map((error) => {
    const isQuota = /Quota/.test(error.code);
    const isLow = /LowPriority|Spot/.test(error.code);
    const now = wants ?? 'it has all the nodes that it is asked for, so this error is an old one';
    return reason(
      isQuota ? 'quota' : 'resizeError',
      `The last resize ended with the error ${errorText(error)}; the pool is steady ${age}, and ${now}.${isQuota ? ` ${quotaReason(view, pool, !isLow)}` : ''}`,
      remedyOf(pool, error.code),
    );
  });
  if (reasons.length > 0 || wants === undefined) return reasons;
  return [
    reason(
      'poolIncomplete',
      `Pool "${pool.id}" is steady ${age}, but ${wants}. The service does not try again by itself.`,
      remedyOf(pool, ''),
    ),
  ];
}

function remedyOf(pool: Pool, code: string): string {
  const again = `az batch pool resize --pool-id ${pool.id} --target-dedicated-nodes ${pool.targetDedicatedNodes}`;
  if (/Quota/.test(code)) {
    return 'Ask for fewer nodes or a smaller VM size, delete pools that nobody needs, or raise the quota (on Azure by a support request).';
  }
  return `Resize again: ${again}`;
}

function shrinking(view: View, pool: Pool, nodes: readonly Node[]): readonly Reason[] {
  const waiting = nodes.filter((node) => node.departure?.action === 'remove' && node.state !== 'leavingpool');
  const [first] = waiting;
  if (first === undefined || pool.state === 'deleting') return [];
  const option = first.departure?.option ?? 'requeue';
  const tasks = waiting.reduce((sum, node) => sum + node.occupancy.length, 0);
  const what = option === 'retaineddata' && tasks === 0 ? 'for retention times to pass' : `for ${count(tasks, 'task')}`;
  const { allocation } = pool;
  const limit =
    allocation.state === 'resizing'
      ? ` It gives up ${until(view.now, allocation.resize.deadline)} (resizeTimeout).`
      : '';
  return [
    reason(
      'poolShrinking',
      waiting.length === 1
        ? `1 node is to leave (option ${option}) and waits ${what}; it takes no new task.${limit}`
        : `${waiting.length} nodes are to leave (option ${option}) and wait ${what}; they take no new tasks.${limit}`,
    ),
  ];
}

function autoScale(pool: Pool): readonly Reason[] {
  if (!pool.spec.enableAutoScale) return [];
  const { autoScaleRun: run } = pool;
  const asks = `targetDedicatedNodes ${pool.targetDedicatedNodes}, targetLowPriorityNodes ${pool.targetLowPriorityNodes}`;
  if (run === undefined) {
    return [reason('autoScale', `Its size follows an autoscale formula that has not been evaluated yet (${asks}).`)];
  }
  if (run.error === undefined) {
    return [reason('autoScale', `Its autoscale formula was evaluated at ${at(run.timestamp)} and asks for ${asks}.`)];
  }
  return [
    reason(
      'autoScale',
      `Its autoscale formula failed at ${at(run.timestamp)}, so the pool keeps its size (${asks}): ${errorText(run.error)}.`,
      'Correct the formula, or look back far enough for samples: the newest minute has none, and a new pool has none at all.',
    ),
  ];
}
