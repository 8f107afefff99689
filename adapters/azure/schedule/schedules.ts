/** Job schedules through the SDK, as core's Schedules. */
import type { CallOptions, Schedule, Schedules } from '../../../core/index.ts';
import type { BatchCalls } from '../calls/batch-calls.ts';
import { wasCreatedSince } from '../calls/lost-creation.ts';
import { listAll } from '../calls/paging.ts';
import type { Wire } from '../connection/sdk.ts';
import { toJob } from '../job/jobs.ts';
import { scheduleOf, wireSchedule } from './schedule-mapping.ts';

export function createSchedules(calls: BatchCalls): Schedules {
  const toSchedule = (wire: Wire.CloudJobSchedule): Schedule => {
    if (wire.id === undefined) throw calls.malformed('a job schedule without an id');
    return scheduleOf({ ...wire, id: wire.id });
  };
  const fetchSchedule = (scheduleId: string, signal?: AbortSignal): Promise<Wire.CloudJobSchedule> =>
    calls.read((sdk, options) => sdk.jobSchedule.get(scheduleId, options), signal);

  return {
    create: (spec, { signal }: CallOptions = {}) => {
      const startedAt = calls.clock.now();
      return calls.write((sdk, options) => sdk.jobSchedule.add(wireSchedule(spec), options), {
        signal,
        doneCodes: ['JobScheduleExists'],
        isDone: async () => {
          const schedule = await fetchSchedule(spec.id, signal);
          const isSame = schedule.jobSpecification?.poolInfo.poolId === spec.job.poolId;
          return isSame && wasCreatedSince(startedAt, schedule.creationTime);
        },
      });
    },
    get: async (scheduleId, { signal }: CallOptions = {}) => toSchedule(await fetchSchedule(scheduleId, signal)),
    list: ({ signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.jobSchedule.list(options),
          next: (sdk, link, options) => sdk.jobSchedule.listNext(link, options),
        },
        toSchedule,
        signal,
      ),
    jobs: (scheduleId, { signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.job.listFromJobSchedule(scheduleId, options),
          next: (sdk, link, options) => sdk.job.listFromJobScheduleNext(link, options),
        },
        (wire) => toJob(calls, wire),
        signal,
      ),
    ...createTransitions(calls),
  };
}

function createTransitions(calls: BatchCalls): Pick<Schedules, 'disable' | 'enable' | 'terminate' | 'delete'> {
  return {
    // Disabling and enabling can be repeated: the service refuses neither where it is so already.
    disable: (scheduleId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.jobSchedule.disable(scheduleId, options), {
        signal,
        doneCodes: ['JobScheduleDisabled'],
      }),
    enable: (scheduleId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.jobSchedule.enable(scheduleId, options), { signal, doneCodes: [] }),
    terminate: (scheduleId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.jobSchedule.terminate(scheduleId, options), {
        signal,
        doneCodes: ['JobScheduleBeingTerminated', 'JobScheduleCompleted'],
      }),
    delete: (scheduleId, { signal }: CallOptions = {}) =>
      calls.write((sdk, options) => sdk.jobSchedule.deleteMethod(scheduleId, options), {
        signal,
        doneCodes: ['JobScheduleBeingDeleted', 'JobScheduleNotFound'],
      }),
  };
}
