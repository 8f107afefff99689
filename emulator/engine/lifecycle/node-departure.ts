/** A node is told to leave, reboot, reimage or take no more tasks (batch-semantics 11.4, 11.5). */
import type { NodeKey } from '../domain/keys.ts';
import { type Departure, type Node, enterNodeState } from '../domain/node.ts';
import { holds } from '../domain/task.ts';
import type { Turn } from '../turn.ts';
import { loseHooks } from './hook-lifecycle.ts';
import { applyToTask } from './task-lifecycle.ts';

/** From now on the node takes no new task; its tasks end as the option says, then it goes. */
export function beginDeparture(turn: Turn, node: Node, departure: Departure): void {
  turn.world.nodes.put({ ...node, departure });
  if (departure.option === 'requeue' || departure.option === 'terminate') {
    const why = departure.option;
    for (const { task, runId } of node.occupancy) {
      const current = turn.world.tasks.get(task);
      if (current !== undefined && holds(current, runId)) applyToTask(turn, current, { type: 'interrupted', why });
    }
  }
  settleDeparture(turn, node.key);
}

/** Goes when nothing keeps it any more. */
export function settleDeparture(turn: Turn, key: NodeKey): void {
  const node = turn.world.nodes.get(key);
  if (node?.departure === undefined || node.occupancy.length > 0) return;
  if (node.departure.option === 'retaineddata' && holdsRetainedData(turn, node)) return;
  const { departure, ...rest } = node;
  switch (departure.action) {
    case 'remove':
      turn.world.nodes.put(enterNodeState(node, 'leavingpool', turn.now));
      loseHooks(turn, node, 'emptied');
      turn.commands.push({ type: 'removeNode', nodeId: node.id });
      return;
    case 'offline':
      turn.world.nodes.put(enterNodeState(rest, 'offline', turn.now));
      return;
    case 'reboot':
    case 'reimage':
      restart(turn, rest, departure.action);
  }
}

function restart(turn: Turn, node: Omit<Node, 'departure'>, action: 'reboot' | 'reimage'): void {
  const { startTaskInfo: _, startTaskRun: __, ...rest } = node;
  const restarted = enterNodeState(rest, action === 'reboot' ? 'rebooting' : 'reimaging', turn.now);
  turn.world.nodes.put({
    ...restarted,
    readyAt: turn.now + turn.settings.nodeStartupMs,
    errors: [],
    barredJobs: action === 'reimage' ? [] : restarted.barredJobs,
  });
  loseHooks(turn, restarted, action === 'reboot' ? 'rebooted' : 'emptied');
  turn.commands.push({ type: action === 'reboot' ? 'rebootNode' : 'reimageNode', nodeId: node.id });
}

/** Whether files of completed tasks are still to be kept here: asked only of a node that wants to leave. */
function holdsRetainedData(turn: Turn, node: Node): boolean {
  for (const job of turn.world.jobs.all()) {
    if (job.pool !== node.pool) continue;
    for (const task of turn.world.tasks.list(job.key)) {
      const { status } = task;
      if (status.state === 'completed' && status.place?.node === node.key && status.filesGone === undefined) {
        return true;
      }
    }
  }
  return false;
}
