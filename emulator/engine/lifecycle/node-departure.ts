/** A node is told to leave, reboot, reimage or take no more tasks (batch-semantics 11.4, 11.5). */
import type { NodeKey } from '../domain/keys.ts';
import { type Departure, type Node, enterNodeState } from '../domain/node.ts';
import { holds } from '../domain/task.ts';
import { durationsOf } from '../node-startup.ts';
import type { NodeDurations } from '../settings.ts';
import type { Turn } from '../turn.ts';
import { loseHooks } from './hook-lifecycle.ts';
import { applyToTask } from './task-lifecycle.ts';

/** From now on the node takes no new task; its tasks end as the option says, then it goes. */
export function beginDeparture(turn: Turn, node: Node, departure: Departure): void {
  turn.world.nodes.put({ ...node, departure });
  if (departure.option === 'requeue' || departure.option === 'terminate') {
    const why = interruptionBy(turn, departure);
    for (const { task, runId } of node.occupancy) {
      const current = turn.world.tasks.get(task);
      if (current !== undefined && holds(current, runId)) applyToTask(turn, current, { type: 'interrupted', why });
    }
  }
  settleDeparture(turn, node.key);
}

/** Whether a requeue by a reboot counts is an open question (batch-semantics 15 item 5). */
function interruptionBy(turn: Turn, { action, option }: Departure): 'terminate' | 'requeue' | 'recover' {
  if (option === 'terminate') return 'terminate';
  const isRestart = action === 'reboot' || action === 'reimage';
  return isRestart && !turn.settings.openQuestions.rebootRaisesRequeueCount ? 'recover' : 'requeue';
}

/** Goes when nothing keeps it any more. */
export function settleDeparture(turn: Turn, key: NodeKey): void {
  const node = turn.world.nodes.get(key);
  if (node?.departure === undefined || node.occupancy.length > 0) return;
  if (node.departure.option === 'retaineddata' && turn.world.keepsFiles(key)) return;
  const { departure, ...rest } = node;
  switch (departure.action) {
    case 'remove':
      leave(turn, node);
      return;
    case 'offline':
      // One that cannot take tasks anyway stays what it is, and is offline when it is up again.
      turn.world.nodes.put(isUp(rest) ? enterNodeState(rest, 'offline', turn.now) : rest);
      return;
    case 'reboot':
    case 'reimage':
      restart(turn, rest, departure.action);
  }
}

function isUp({ state }: Pick<Node, 'state'>): boolean {
  return state === 'idle' || state === 'running';
}

function leave(turn: Turn, node: Node): void {
  const { nodeLeavingMs } = nodeTimes(turn, node);
  const { givenUpAt: _, comesBack: __, ...rest } = node;
  const leaving = enterNodeState(rest, 'leavingpool', turn.now);
  turn.world.nodes.put(nodeLeavingMs === 0 ? leaving : { ...leaving, leavesAt: turn.now + nodeLeavingMs });
  if (nodeLeavingMs === 0) remove(turn, node);
}

/** What hook tasks still do there ends with the node. */
function remove(turn: Turn, node: Node): void {
  loseHooks(turn, node, 'emptied');
  turn.commands.push({ type: 'removeNode', nodeId: node.id });
}

/** The time that leaving takes is over. */
export function endLeaving(turn: Turn, key: NodeKey): void {
  const node = turn.world.nodes.get(key);
  if (node?.state !== 'leavingpool') return;
  const { leavesAt: _, ...rest } = node;
  turn.world.nodes.put(rest);
  remove(turn, rest);
}

/** How long things take on the node, by its pool. */
export function nodeTimes(turn: Turn, node: Pick<Node, 'pool'>): NodeDurations {
  const pool = turn.world.pools.get(node.pool);
  return pool === undefined ? turn.settings : durationsOf(turn.settings, pool);
}

function restart(turn: Turn, node: Omit<Node, 'departure'>, action: 'reboot' | 'reimage'): void {
  const { startTaskInfo: _, startTaskRun: __, isAgentUp: ___, installation: ____, lastBootTime, ...rest } = node;
  const { nodeRebootMs, nodeReimageMs, nodeStartupMs } = nodeTimes(turn, node);
  const startsAt = turn.now + (action === 'reboot' ? nodeRebootMs : nodeReimageMs);
  const restarted = enterNodeState(rest, action === 'reboot' ? 'rebooting' : 'reimaging', turn.now);
  turn.world.nodes.put({
    ...restarted,
    startsAt,
    readyAt: startsAt + nodeStartupMs,
    errors: [],
    // Without it there are no files of tasks: a reimaged node is as a new one until it has booted.
    ...(action === 'reimage' || lastBootTime === undefined ? {} : { lastBootTime }),
    barredJobs: action === 'reimage' ? [] : restarted.barredJobs,
  });
  loseHooks(turn, restarted, action === 'reboot' ? 'rebooted' : 'emptied');
  turn.commands.push({ type: action === 'reboot' ? 'rebootNode' : 'reimageNode', nodeId: node.id });
}
