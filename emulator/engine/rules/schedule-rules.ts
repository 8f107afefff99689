/** What a job schedule may be (wire-facts 3.8, batch-semantics 8). */
import { duration } from '../../../core/kernel/index.ts';
import { invalidProperty } from '../fault.ts';
import type { JobSchedulePatch, Schedule } from '../resources/job-schedule.ts';
import { type AccountMeans, type Check, checkAtLeast, checkMetadata, firstOf } from './checks.ts';
import { checkJob } from './job-rules.ts';

const MINUTE = { min: duration.minutes(1), text: '1 minute' };

export function checkSchedule(change: JobSchedulePatch, means: AccountMeans): Check {
  const { schedule, jobSpecification, metadata } = change;
  return firstOf(
    () => checkAtLeast('schedule.startWindow', schedule?.startWindow, MINUTE),
    () => checkAtLeast('schedule.recurrenceInterval', schedule?.recurrenceInterval, MINUTE),
    () => checkOrder(schedule),
    () => (jobSpecification === undefined ? undefined : checkJob(jobSpecification, means, 'schedule')),
    () => checkMetadata(metadata),
  );
}

function checkOrder(schedule: Schedule | undefined): Check {
  const { doNotRunUntil, doNotRunAfter } = schedule ?? {};
  if (doNotRunUntil === undefined || doNotRunAfter === undefined || doNotRunUntil < doNotRunAfter) return undefined;
  return invalidProperty('schedule.doNotRunAfter', doNotRunAfter, 'The time must be later than doNotRunUntil.');
}
