/** Job schedules between core and the engine. */
import type { Recurrence, Schedule, ScheduleSpec } from '../../../core/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { compact, instant, metadataItems, metadataRecord, optional } from '../calls/values.ts';
import { engineSpecification } from '../job/job-mapping.ts';

export function engineSchedule(spec: ScheduleSpec): Engine.JobScheduleAdd {
  const { doNotRunUntil, doNotRunAfter, startWindowMs, intervalMs } = spec.recurrence;
  return compact({
    id: spec.id,
    displayName: spec.displayName,
    schedule: compact({ doNotRunUntil, doNotRunAfter, startWindow: startWindowMs, recurrenceInterval: intervalMs }),
    jobSpecification: engineSpecification(spec.job),
    metadata: optional(spec.metadata, metadataItems),
  });
}

export function scheduleOf(schedule: Engine.JobScheduleResource): Schedule {
  const { nextRunTime, recentJob, endTime } = schedule.executionInfo;
  return compact({
    id: schedule.id,
    state: schedule.state,
    recurrence: recurrenceOf(schedule.schedule),
    createdAt: instant(schedule.creationTime),
    endedAt: optional(endTime, instant),
    nextRunAt: optional(nextRunTime, instant),
    recentJobId: recentJob?.id,
    metadata: metadataRecord(schedule.metadata),
  });
}

function recurrenceOf(schedule: Engine.Schedule): Recurrence {
  return compact({
    doNotRunUntil: optional(schedule.doNotRunUntil, instant),
    doNotRunAfter: optional(schedule.doNotRunAfter, instant),
    startWindowMs: schedule.startWindow,
    intervalMs: schedule.recurrenceInterval,
  });
}
