/** What no change of load will ever make possible on a task's pool, and what Azure says nothing about (batch-semantics 2.2, 7). */
import type { World } from '../domain/world.ts';
import type { Demand } from './capacity.ts';

export interface Impossibility {
  readonly code: 'tooManySlots' | 'interNodeCommunicationOff' | 'severalSlotsPerNode' | 'tooFewNodes';
  readonly text: string;
  readonly remedy: string;
}

export function impossible(world: World, demand: Demand): readonly Impossibility[] {
  const { pool, task, instances } = demand;
  const reasons: Impossibility[] = [];
  const slots = pool.spec.taskSlotsPerNode;
  const { requiredSlots } = task.spec;
  if (requiredSlots > slots) {
    reasons.push({
      code: 'tooManySlots',
      text: `It needs ${requiredSlots} slots and a node of pool "${pool.id}" has ${slots} (taskSlotsPerNode): it never starts there.`,
      remedy: `Add it again with requiredSlots of at most ${slots}, or use a pool with more slots: a pool's slots cannot be changed.`,
    });
  }
  if (task.spec.multiInstanceSettings === undefined) return reasons;
  if (!pool.spec.enableInterNodeCommunication) {
    reasons.push({
      code: 'interNodeCommunicationOff',
      text: `It is a multi-instance task and pool "${pool.id}" has no inter-node communication: it never starts there.`,
      remedy: 'Make a pool with enableInterNodeCommunication true: it cannot be changed later.',
    });
  }
  if (slots !== 1) {
    reasons.push({
      code: 'severalSlotsPerNode',
      text: `It is a multi-instance task and pool "${pool.id}" has ${slots} slots on each node: such tasks need exactly 1.`,
      remedy: 'Make a pool with taskSlotsPerNode 1.',
    });
  }
  const target = pool.targetDedicatedNodes + pool.targetLowPriorityNodes;
  const present = Math.max(target, world.nodes.count(pool.key));
  if (instances > present) {
    reasons.push({
      code: 'tooFewNodes',
      text: `It needs ${instances} nodes at the same time, and pool "${pool.id}" has ${world.nodes.count(pool.key)} and is asked for ${target}.`,
      remedy: `Give the pool more nodes: az batch pool resize --pool-id ${pool.id} --target-dedicated-nodes ${instances}`,
    });
  }
  return reasons;
}
