/** Where files of tasks and nodes are, and when they cannot be had (wire-facts 4.3, 5.4). */
import { refusal, success } from '../../../core/kernel/index.ts';
import type { FileOperations } from '../batch-engine.ts';
import { engineFault } from '../fault.ts';
import { taskDirectory } from '../lifecycle/run-specs.ts';
import { type Runner, findNode, findTask } from './runner.ts';
import { placeOf } from '../domain/task.ts';

const SERVING: ReadonlySet<string> = new Set([
  'idle',
  'running',
  'waitingforstarttask',
  'starttaskfailed',
  'offline',
  'starting',
  'rebooting',
]);

export function fileOperations(runner: Runner): FileOperations {
  return {
    ofTask: (jobId, taskId) =>
      runner.ask((world) => {
        const task = findTask(world, jobId, taskId);
        if (!task.ok) return task;
        const { status } = task.value;
        const place = placeOf(task.value);
        if (status.state === 'active' || status.state === 'preparing') {
          return refusal(
            engineFault('OperationInvalidForCurrentState', {
              Reason: `The files of the specified task cannot be accessed as the task state is still ${status.state}`,
            }),
          );
        }
        if (status.state === 'completed' && status.filesGone === true)
          return refusal(engineFault('TaskFilesCleanedup'));
        const job = world.jobs.get(task.value.job);
        const node = place === undefined ? undefined : world.nodes.get(place.node);
        // A preempted or reimaged node has lost its files, and has no agent until it has booted again (11.5, 11.7).
        const hasFiles = node?.lastBootTime !== undefined && node.state !== 'reimaging' && node.givenUpAt === undefined;
        if (place === undefined || !hasFiles || job === undefined) {
          return refusal(engineFault('TaskFilesUnavailable'));
        }
        return success({
          nodeId: place.nodeId,
          poolId: place.poolId,
          directory: taskDirectory(job, task.value.id),
        });
      }),
    ofNode: (poolId, nodeId) =>
      runner.ask((world) => {
        const found = findNode(world, poolId, nodeId);
        if (!found.ok) return found;
        const { node, pool } = found.value;
        if (node.state === 'unusable') return refusal(engineFault('NodeStateUnusable'));
        if (!SERVING.has(node.state)) {
          return refusal(
            engineFault('OperationInvalidForCurrentState', {
              Reason: `The files of the specified node cannot be accessed as the node state is ${node.state}`,
            }),
          );
        }
        return success({ nodeId: node.id, poolId: pool.id, directory: '' });
      }),
  };
}
