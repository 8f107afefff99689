/** Faults on demand: what happens to nodes without anybody's request on Azure (batch-semantics 11.7, 13 item 36). */
import { refusal, success } from '../../../core/kernel/index.ts';
import type { FaultOperations } from '../batch-engine.ts';
import type { Node } from '../domain/node.ts';
import { type EngineFault, engineFault } from '../fault.ts';
import { loseNode, preemptNode } from '../lifecycle/preemption.ts';
import { type Runner, findNode } from './runner.ts';

export function faultOperations(runner: Runner): FaultOperations {
  return {
    preempt: (poolId, nodeId) =>
      runner.change((turn) => {
        const found = findNode(turn.world, poolId, nodeId);
        if (!found.ok) return found;
        const fault = refusePreemption(found.value.node);
        if (fault !== undefined) return refusal(fault);
        preemptNode(turn, found.value.node.key);
        return success(undefined);
      }),
    lose: (poolId, nodeId) =>
      runner.change((turn) => {
        const found = findNode(turn.world, poolId, nodeId);
        if (!found.ok) return found;
        loseNode(turn, found.value.node);
        return success(undefined);
      }),
  };
}

function refusePreemption({ id, isDedicated, state }: Node): EngineFault | undefined {
  if (isDedicated) {
    return engineFault('OperationNotValidOnNode', {
      Reason: `Node ${id} is dedicated, and only spot (low-priority) nodes are preempted.`,
    });
  }
  if (state !== 'preempted' && state !== 'leavingpool') return undefined;
  return engineFault('OperationInvalidForCurrentState', { Reason: `Node ${id} is in state ${state} already.` });
}
