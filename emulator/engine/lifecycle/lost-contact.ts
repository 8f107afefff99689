/** Nodes whose agent does not answer any more: what is believed of them meanwhile, and what becomes of them (batch-semantics 2.7, 11.6). */
import type { NodeKey } from '../domain/keys.ts';
import { type Node, enterNodeState } from '../domain/node.ts';
import type { Turn } from '../turn.ts';
import { beginDeparture } from './node-departure.ts';
import { forget, recoverTasks } from './node-recovery.ts';

/**
 * The node is unusable without an error for a time in which its tasks are believed to run. Then they run elsewhere, and
 * the node is replaced, or comes back.
 */
export function loseContact(turn: Turn, node: Node, how: { readonly comesBack?: true } = {}): void {
  if (node.givenUpAt !== undefined) return;
  const { lostContactMs } = turn.settings;
  const lost: Node = { ...enterNodeState(node, 'unusable', turn.now), ...how, givenUpAt: turn.now + lostContactMs };
  // What is on its way out or was taken away is not waited for.
  const isGoing = node.state === 'leavingpool' || node.state === 'preempted';
  if (lostContactMs > 0 && !isGoing) turn.world.nodes.put(lost);
  else giveUp(turn, isGoing ? node : lost);
}

/** The time is over in which the agent might have answered again. */
export function giveUpNode(turn: Turn, key: NodeKey): void {
  const node = turn.world.nodes.get(key);
  if (node?.givenUpAt !== undefined) giveUp(turn, node);
}

/** Nothing of a node that is replaced stays: folders, containers, and the runtime's own memory of it. */
function giveUp(turn: Turn, node: Node): void {
  if (node.comesBack === true && node.departure?.action !== 'remove') {
    comeBack(turn, node);
    return;
  }
  forget(turn, node);
  turn.commands.push({ type: 'removeNode', nodeId: node.id });
  turn.facts.push({ type: 'nodeLost', pool: node.pool, isDedicated: node.isDedicated });
}

/** As after a reboot: its files are there, and what ran has ended. */
function comeBack(turn: Turn, { key }: Node): void {
  recoverTasks(turn, key);
  const node = turn.world.nodes.get(key);
  if (node === undefined) return;
  const { givenUpAt: _, comesBack: __, departure: ___, ...rest } = node;
  beginDeparture(turn, rest, { action: 'reboot', option: 'requeue' });
}
