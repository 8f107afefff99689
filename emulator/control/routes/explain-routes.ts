/** `GET /_batchrite/explain/…`: why a task, a pool or a node is where it is. */
import { type ControlRoute, answered } from '../route.ts';

export const explainRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: 'explain/jobs/{job}/tasks/{task}',
    handle: (call) => {
      const { job = '', task = '' } = call.parameters;
      return answered(call, call.engine.explain.task(job, task));
    },
  },
  {
    method: 'GET',
    path: 'explain/pools/{pool}',
    handle: (call) => answered(call, call.engine.explain.pool(call.parameters['pool'] ?? '')),
  },
  {
    method: 'GET',
    path: 'explain/pools/{pool}/nodes/{node}',
    handle: (call) => {
      const { pool = '', node = '' } = call.parameters;
      return answered(call, call.engine.explain.node(pool, node));
    },
  },
];
