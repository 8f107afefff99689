/** What a node does, or why it does nothing (batch-semantics 11.6). */
import { type Node, usedSlots } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { Explanation, Reason } from '../resources/explanation.ts';
import { activeReasons } from './active-task.ts';
import { demandOf, verdictOn } from './capacity.ts';
import { stateReason } from './node-states.ts';
import { type View, reason } from './view.ts';
import { count, failureText, quoted, readNodeFile } from './words.ts';

export function explainNode(view: View, pool: Pool, node: Node): Explanation {
  const isUp = node.state === 'idle' || node.state === 'running';
  const own = isUp ? upReasons(view, pool, node) : [stateReason(view, pool, [node])];
  const reasons = [...own, ...departing(node), ...ignoredStartTask(pool, node), ...barred(view, node)];
  const [first] = reasons;
  return {
    subject: `node ${node.id} of pool "${pool.id}"`,
    state: node.state,
    summary: `Node ${node.id} is ${node.state}. ${first?.text ?? ''}`,
    reasons,
  };
}

function upReasons(view: View, pool: Pool, node: Node): readonly Reason[] {
  const slots = pool.spec.taskSlotsPerNode;
  const used = usedSlots(node);
  if (node.occupancy.length > 0) {
    const names = node.occupancy.map(({ task }) => view.world.tasks.get(task)?.id ?? 'a deleted task');
    return [
      reason(
        'running',
        `It runs ${count(node.occupancy.length, 'task')} (${quoted(names)}) on ${used} of ${count(slots, 'slot')}.`,
      ),
    ];
  }
  return [idle(view, pool, node)];
}

/** Nobody is waiting, or those who wait cannot use this node. */
function idle(view: View, pool: Pool, node: Node): Reason {
  for (const job of view.world.jobsOfPool(pool.key)) {
    for (const task of view.world.tasks.list(job.key)) {
      if (task.status.state !== 'active') continue;
      const [why] = activeReasons(view, job, task);
      const fits = task.unmet === undefined && verdictOn(demandOf(job, task, pool), node) === 'open';
      const text = fits ? 'could use it, but waits for something else' : 'cannot use it now';
      return reason(
        'idle',
        `It is ready and free. Task "${task.id}" of job "${job.id}" is active and ${text}: ${why?.text ?? ''}`,
        why?.remedy,
      );
    }
  }
  return reason('idle', `It is ready and free, and no task waits on pool "${pool.id}".`);
}

const DEPARTURES = {
  remove: 'leave the pool',
  reboot: 'reboot',
  reimage: 'be reimaged',
  offline: 'go offline',
} as const;

function departing(node: Node): readonly Reason[] {
  if (node.departure === undefined || node.state === 'leavingpool') return [];
  const { action, option } = node.departure;
  const what =
    node.occupancy.length > 0
      ? `its ${count(node.occupancy.length, 'task')} to end`
      : 'the retention times of files on it';
  return [
    reason(
      'nodeLeaving',
      `It is to ${DEPARTURES[action]} (option ${option}) and waits for ${what}; it takes no new task.`,
    ),
  ];
}

/** With waitForSuccess false a failed start task has no effect, and so nobody hears of it (batch-semantics 6). */
function ignoredStartTask(pool: Pool, node: Node): readonly Reason[] {
  const { startTaskInfo: info } = node;
  if (info?.result !== 'failure' || node.state === 'starttaskfailed') return [];
  const why = info.failureInfo === undefined ? '' : `: ${failureText(info.failureInfo)}`;
  return [
    reason(
      'startTaskIgnored',
      `Its start task failed${info.exitCode === undefined ? '' : ` with exit code ${info.exitCode}`}${why}, which has no effect because waitForSuccess is false.`,
      `Read its log: ${readNodeFile(pool.id, node.id, 'startup/stderr.txt')}`,
    ),
  ];
}

function barred(view: View, node: Node): readonly Reason[] {
  if (node.barredJobs.length === 0) return [];
  const names = node.barredJobs.map((key) => view.world.jobs.get(key)?.id ?? key);
  return [
    reason(
      'preparationFailed',
      `It takes no task of ${quoted(names)}: the job preparation task failed here for good.`,
      'Reimage the node when the preparation can succeed.',
    ),
  ];
}
