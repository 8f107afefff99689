/** Job schedules of the engine, as core's Schedules. */
import type { CallOptions, Schedules } from '../../../core/index.ts';
import type { BatchEngine } from '../../../emulator/engine/index.ts';
import { ask, listAll, named, tell } from '../calls/engine-calls.ts';
import { jobOf } from '../job/job-mapping.ts';
import { engineSchedule, scheduleOf } from './schedule-mapping.ts';

export function createSchedules({ schedules }: BatchEngine): Schedules {
  return {
    create: (spec, { signal }: CallOptions = {}) => tell(() => schedules.add(engineSchedule(spec)), signal),
    get: async (scheduleId, { signal }: CallOptions = {}) =>
      scheduleOf(await ask(() => schedules.get(named(scheduleId)), signal)),
    list: ({ signal }: CallOptions = {}) => listAll((query) => schedules.list(query), scheduleOf, { signal }),
    jobs: (scheduleId, { signal }: CallOptions = {}) =>
      listAll((query) => schedules.jobs(named(scheduleId), query), jobOf, { signal }),
    disable: (scheduleId, { signal }: CallOptions = {}) => tell(() => schedules.disable(named(scheduleId)), signal),
    enable: (scheduleId, { signal }: CallOptions = {}) => tell(() => schedules.enable(named(scheduleId)), signal),
    terminate: (scheduleId, { signal }: CallOptions = {}) => tell(() => schedules.terminate(named(scheduleId)), signal),
    delete: (scheduleId, { signal }: CallOptions = {}) => tell(() => schedules.delete(named(scheduleId)), signal),
  };
}
