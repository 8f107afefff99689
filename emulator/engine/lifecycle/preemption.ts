/** Spot nodes are taken away and come back under the same id (batch-semantics 2.7, 11.7). */
import type { NodeKey } from '../domain/keys.ts';
import { type Node, enterNodeState } from '../domain/node.ts';
import type { Turn } from '../turn.ts';
import { nodeTimes, settleDeparture } from './node-departure.ts';
import { enterStarting } from './node-lifecycle.ts';
import { recoverTasks } from './node-recovery.ts';

/**
 * The node stays listed and counted, its tasks run elsewhere and its files are gone. It comes back when there is
 * capacity again.
 */
export function preemptNode(turn: Turn, key: NodeKey): void {
  recoverTasks(turn, key, turn.settings.openQuestions.preemptionRaisesRequeueCount);
  const node = turn.world.nodes.get(key);
  if (node === undefined) return;
  const {
    startTaskInfo: _,
    startTaskRun: __,
    isAgentUp: ___,
    lastBootTime: ____,
    installation: _____,
    departure,
    ...rest
  } = node;
  const preempted: Node = {
    ...enterNodeState(rest, 'preempted', turn.now),
    returnsAt: turn.now + turn.settings.spotReturnMs,
    errors: [],
    barredJobs: [],
  };
  // Stops what still runs there and takes the files; the agent then waits for the return.
  turn.commands.push({ type: 'reimageNode', nodeId: node.id });
  if (departure?.action !== 'remove') {
    turn.world.nodes.put(preempted);
    return;
  }
  // It was to leave and waited for tasks or files that are gone now.
  turn.world.nodes.put({ ...preempted, departure: { action: 'remove', option: 'requeue' } });
  settleDeparture(turn, key);
}

/** There is capacity again: the node comes up as a new one would. */
export function returnNode(turn: Turn, key: NodeKey): void {
  const node = turn.world.nodes.get(key);
  if (node?.state !== 'preempted') return;
  const { returnsAt: _, ...rest } = node;
  const { nodeCreationMs, nodeStartupMs } = nodeTimes(turn, node);
  const startsAt = turn.now + nodeCreationMs;
  turn.world.nodes.put({
    ...enterNodeState(rest, 'creating', turn.now),
    startsAt,
    readyAt: startsAt + nodeStartupMs,
  });
  if (startsAt <= turn.now) enterStarting(turn, key);
}
