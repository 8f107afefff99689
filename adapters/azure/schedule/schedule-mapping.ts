/** Job schedules between core and the wire. */
import type { Recurrence, Schedule, ScheduleSpec } from '../../../core/index.ts';
import { formatIsoDuration, parseIsoDuration } from '../../../core/kernel/index.ts';
import { compact, enumReader, instant, metadataItems, metadataRecord, optional } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';
import { wireSpecification } from '../job/job-mapping.ts';

export function wireSchedule(spec: ScheduleSpec): Wire.JobScheduleAddParameter {
  const { doNotRunUntil, doNotRunAfter, startWindowMs, intervalMs } = spec.recurrence;
  return compact({
    id: spec.id,
    displayName: spec.displayName,
    schedule: compact({
      doNotRunUntil: optional(doNotRunUntil, (time) => new Date(time)),
      doNotRunAfter: optional(doNotRunAfter, (time) => new Date(time)),
      startWindow: optional(startWindowMs, formatIsoDuration),
      recurrenceInterval: optional(intervalMs, formatIsoDuration),
    }),
    jobSpecification: wireSpecification(spec.job),
    metadata: optional(spec.metadata, metadataItems),
  });
}

const readState = enumReader(['active', 'completed', 'disabled', 'terminating', 'deleting'], 'active');

export function scheduleOf(wire: Wire.CloudJobSchedule & { readonly id: string }): Schedule {
  return compact({
    id: wire.id,
    state: readState(wire.state),
    recurrence: recurrenceOf(wire.schedule ?? {}),
    createdAt: instant(wire.creationTime),
    endedAt: instant(wire.executionInfo?.endTime),
    nextRunAt: instant(wire.executionInfo?.nextRunTime),
    recentJobId: wire.executionInfo?.recentJob?.id,
    metadata: metadataRecord(wire.metadata),
  });
}

function recurrenceOf(schedule: Wire.Schedule): Recurrence {
  return compact({
    doNotRunUntil: instant(schedule.doNotRunUntil),
    doNotRunAfter: instant(schedule.doNotRunAfter),
    startWindowMs: optional(schedule.startWindow, parseIsoDuration),
    intervalMs: optional(schedule.recurrenceInterval, parseIsoDuration),
  });
}
