// Everything that is shown can be explained, in sentences that name what they are about.
import type { Outcome } from '../../../core/kernel/index.ts';
import type { EngineFault, Explanation, RunningEngine } from '../../../emulator/engine/index.ts';
import type { Snapshot } from './snapshot.ts';

export async function checkExplanations(engine: RunningEngine, { pools, jobs }: Snapshot): Promise<readonly string[]> {
  const bad: string[] = [];
  const look = (name: string, outcome: Outcome<Explanation, EngineFault>): void => {
    const reasons = outcome.ok ? outcome.value.reasons : [];
    if (reasons.length === 0) bad.push(`${name} is not explained`);
    for (const { code, text } of reasons) {
      // The scheduler is about to place the task: after a step it has done so.
      if (code === 'next') bad.push(`${name} is said to be next and waits: ${text}`);
      if (/undefined|NaN|Invalid|""/.test(text)) bad.push(`${name} is explained with a hole: ${text}`);
    }
  };
  for (const { job, tasks } of jobs) {
    for (const { id, state } of tasks) look(`${job.id}/${id}, ${state},`, await engine.explain.task(job.id, id));
  }
  for (const { pool, nodes } of pools) {
    look(pool.id, await engine.explain.pool(pool.id));
    for (const { id, state } of nodes) look(`${id}, ${state},`, await engine.explain.node(pool.id, id));
  }
  return bad;
}
