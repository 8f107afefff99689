/** Operations on nodes (wire-facts 3.2, 4.3; batch-semantics 11.5). */
import { type Outcome, refusal, success } from '../../../core/kernel/index.ts';
import type { NodeOperations } from '../batch-engine.ts';
import { type Departure, type Node, enterNodeState } from '../domain/node.ts';
import { type EngineFault, type EngineFaultCode, engineFault } from '../fault.ts';
import { beginDeparture } from '../lifecycle/node-departure.ts';
import type { NodeState } from '../resources/node.ts';
import { nodeResource } from './resources.ts';
import { type Runner, findNode, findPool, page } from './runner.ts';

export function nodeOperations(runner: Runner): NodeOperations {
  const depart = (poolId: string, nodeId: string, departure: Departure): ReturnType<NodeOperations['reboot']> =>
    runner.change((turn) => {
      const found = findNode(turn.world, poolId, nodeId);
      if (!found.ok) return found;
      const fault = refuseDeparture(found.value.node);
      if (fault !== undefined) return refusal(fault);
      beginDeparture(turn, found.value.node, departure);
      return success(undefined);
    });
  return {
    get: (poolId, nodeId) =>
      runner.ask((world) => {
        const found = findNode(world, poolId, nodeId);
        return found.ok ? success(nodeResource(found.value.pool, found.value.node)) : found;
      }),
    list: (poolId, query) =>
      runner.ask((world) => {
        const pool = findPool(world, poolId);
        if (!pool.ok) return pool;
        const source = {
          group: pool.value.key,
          keyOf: (node: Node) => node.key,
          show: (node: Node) => nodeResource(pool.value, node),
        };
        return success(page(world.nodes, source, query));
      }),
    reboot: (poolId, nodeId, option) => depart(poolId, nodeId, { action: 'reboot', option }),
    reimage: (poolId, nodeId, option) => depart(poolId, nodeId, { action: 'reimage', option }),
    disableScheduling: (poolId, nodeId, option) =>
      runner.change((turn): Outcome<void, EngineFault> => {
        const found = findNode(turn.world, poolId, nodeId);
        if (!found.ok) return found;
        const { node } = found.value;
        if (node.schedulingState === 'disabled') return refusal(engineFault('NodeAlreadyInTargetSchedulingState'));
        const disabled: Node = { ...node, schedulingState: 'disabled' };
        turn.world.nodes.put(disabled);
        // Offline when the last task is gone; a node that is not up yet becomes offline when it is.
        if (isUp(node)) beginDeparture(turn, disabled, offlineDeparture(node, option));
        return success(undefined);
      }),
    enableScheduling: (poolId, nodeId) =>
      runner.change((turn): Outcome<void, EngineFault> => {
        const found = findNode(turn.world, poolId, nodeId);
        if (!found.ok) return found;
        const { node } = found.value;
        if (node.schedulingState === 'enabled') return refusal(engineFault('NodeAlreadyInTargetSchedulingState'));
        const { departure, ...rest } = node;
        const keeps = departure === undefined || departure.action === 'offline' ? {} : { departure };
        const enabled: Node = { ...rest, ...keeps, schedulingState: 'enabled' };
        turn.world.nodes.put(node.state === 'offline' ? enterNodeState(enabled, 'idle', turn.now) : enabled);
        return success(undefined);
      }),
  };
}

/** A node that is on its way out or to a restart keeps that; a stronger option may hurry it. */
function offlineDeparture({ departure }: Node, option: Departure['option']): Departure {
  if (departure === undefined) return { action: 'offline', option };
  return option === 'taskcompletion' ? departure : { ...departure, option };
}

function isUp(node: Node): boolean {
  return node.state === 'idle' || node.state === 'running';
}

const BUSY: Readonly<Partial<Record<NodeState, EngineFaultCode>>> = {
  creating: 'NodeBeingCreated',
  starting: 'NodeBeingStarted',
  rebooting: 'NodeBeingRebooted',
  reimaging: 'NodeBeingReimaged',
};

/**
 * Reboot and reimage are for idle and running nodes; that a failed start task is repaired by a reboot
 * is practice, and so is the reimage of an unusable node (wire-facts 4.3).
 */
function refuseDeparture(node: Node): EngineFault | undefined {
  const isAccepted =
    isUp(node) || ['starttaskfailed', 'offline', 'unusable', 'waitingforstarttask'].includes(node.state);
  if (node.givenUpAt !== undefined) {
    return engineFault('OperationInvalidForCurrentState', { Reason: 'There is no contact with the node.' });
  }
  if (isAccepted && node.departure === undefined) return undefined;
  const code = BUSY[node.state] ?? 'OperationInvalidForCurrentState';
  return code === 'OperationInvalidForCurrentState'
    ? engineFault(code, { Reason: `The node is in state ${node.state}.` })
    : engineFault(code);
}
