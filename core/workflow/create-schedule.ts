/** Creates the job schedule of a workflow. */
import { isFault } from '../kernel/index.ts';
import type { ScheduleSpec } from '../model/schedule.ts';
import type { CleanUp } from './clean-up.ts';
import { scheduleRemoval } from './removals.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/** Registers it to be cleaned up. Rejects with `alreadyExists` for a schedule, or a job of that id, of somebody else. */
export async function createSchedule(workflow: Workflow, spec: ScheduleSpec, cleanUp: CleanUp): Promise<void> {
  // Before the call: an interruption can lose the answer and leave the schedule, which would go on making jobs.
  const withdraw = cleanUp.register(scheduleRemoval(workflow, spec.id));
  try {
    await workflow.batch.schedules.create(spec, callOptions(workflow));
  } catch (error) {
    if (isFault(error, 'alreadyExists')) withdraw();
    throw error;
  }
  workflow.reporter.step(`Created job schedule ${spec.id} on pool ${spec.job.poolId}`);
}
