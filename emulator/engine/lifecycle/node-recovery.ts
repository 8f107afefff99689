/** What ran on a node that is gone, or emptied, runs again elsewhere: system recovery (batch-semantics 2.7). */
import type { NodeKey } from '../domain/keys.ts';
import { type Node, enterNodeState } from '../domain/node.ts';
import { holds } from '../domain/task.ts';
import type { Turn } from '../turn.ts';
import { loseHooks } from './hook-lifecycle.ts';
import { applyToTask } from './task-lifecycle.ts';

/** Takes the node out of the world; its tasks run again elsewhere. */
export function forget(turn: Turn, node: Node): void {
  recoverTasks(turn, node.key);
  turn.world.nodes.delete(node.key);
}

/** What ran on the node has stopped without an end: no run of it will report one. */
export function recoverTasks(turn: Turn, key: NodeKey, counts = false): void {
  const node = turn.world.nodes.get(key);
  if (node === undefined) return;
  // Slots go first, so that nothing is placed here meanwhile.
  turn.world.nodes.put({ ...enterNodeState(node, 'unknown', turn.now), occupancy: [] });
  for (const { task: taskOf, runId } of node.occupancy) {
    const task = turn.world.tasks.get(taskOf);
    if (task !== undefined && holds(task, runId)) {
      applyToTask(turn, task, { type: 'nodeGone', node: key, ...(counts ? { counts } : {}) });
    }
  }
  loseHooks(turn, node, 'emptied');
}
