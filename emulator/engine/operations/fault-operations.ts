/** Faults on demand: what happens to nodes without anybody's request on Azure (batch-semantics 11.7, 13 item 36). */
import { refusal, success } from '../../../core/kernel/index.ts';
import type { FaultOperations } from '../batch-engine.ts';
import type { Node } from '../domain/node.ts';
import { type EngineFault, engineFault } from '../fault.ts';
import { loseContact } from '../lifecycle/lost-contact.ts';
import { preemptNode } from '../lifecycle/preemption.ts';
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
    lose: (poolId, nodeId, what = 'replaced') =>
      runner.change((turn) => {
        const found = findNode(turn.world, poolId, nodeId);
        if (!found.ok) return found;
        const { node } = found.value;
        if (node.givenUpAt !== undefined) return refusal(refusedByLoss(node));
        loseContact(turn, node, what === 'returns' ? { comesBack: true } : {});
        return success(undefined);
      }),
  };
}

function refusedByLoss({ id }: Node): EngineFault {
  return engineFault('OperationInvalidForCurrentState', { Reason: `Contact with node ${id} is lost already.` });
}

function refusePreemption(node: Node): EngineFault | undefined {
  const { id, isDedicated, state } = node;
  if (node.givenUpAt !== undefined) return refusedByLoss(node);
  if (isDedicated) {
    return engineFault('OperationNotValidOnNode', {
      Reason: `Node ${id} is dedicated, and only spot (low-priority) nodes are preempted.`,
    });
  }
  if (state !== 'preempted' && state !== 'leavingpool') return undefined;
  return engineFault('OperationInvalidForCurrentState', { Reason: `Node ${id} is in state ${state} already.` });
}
