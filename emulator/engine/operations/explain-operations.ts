/** Explanations as operations: they find what is asked about and change nothing. */
import { success } from '../../../core/kernel/index.ts';
import type { ExplainOperations } from '../batch-engine.ts';
import type { World } from '../domain/world.ts';
import { explainNode } from '../explain/explain-node.ts';
import { explainPool } from '../explain/explain-pool.ts';
import { explainTask } from '../explain/explain-task.ts';
import type { View } from '../explain/view.ts';
import { type Runner, findJob, findNode, findPool, findTask } from './runner.ts';

export function explainOperations(runner: Runner, viewOf: (world: World) => View): ExplainOperations {
  return {
    task: (jobId, taskId) =>
      runner.ask((world) => {
        const job = findJob(world, jobId);
        if (!job.ok) return job;
        const task = findTask(world, jobId, taskId);
        return task.ok ? success(explainTask(viewOf(world), job.value, task.value)) : task;
      }),
    node: (poolId, nodeId) =>
      runner.ask((world) => {
        const found = findNode(world, poolId, nodeId);
        return found.ok ? success(explainNode(viewOf(world), found.value.pool, found.value.node)) : found;
      }),
    pool: (poolId) =>
      runner.ask((world) => {
        const pool = findPool(world, poolId);
        return pool.ok ? success(explainPool(viewOf(world), pool.value)) : pool;
      }),
  };
}
