/** In which states a job takes changes and tasks (wire-facts 4.4). */
import type { Job } from '../domain/job.ts';
import { type EngineFault, engineFault } from '../fault.ts';

/** The refusal that a job gives which is ended, or about to. */
export function refuseEnded(job: Job): EngineFault | undefined {
  if (job.state === 'completed') return engineFault('JobCompleted');
  if (job.state === 'terminating') return engineFault('JobBeingTerminated');
  if (job.state === 'deleting') return engineFault('JobBeingDeleted');
  return undefined;
}
