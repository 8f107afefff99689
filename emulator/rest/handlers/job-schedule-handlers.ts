/** Operations on job schedules (wire-facts 3.8). */
import type { Handlers } from '../operations/handler.ts';
import type { OperationOf } from '../operations/operation-id.ts';
import { created, page, resource, stamped } from './replies.ts';

export const jobScheduleHandlers: Handlers<OperationOf<'JobSchedule'>> = {
  JobSchedule_Add: async ({ account, body, baseUrl }) =>
    created(await account.engine.schedules.add(body), `${baseUrl}/jobschedules/${body.id}`),
  JobSchedule_List: async ({ account, page: query }) => page(await account.engine.schedules.list(query)),
  JobSchedule_Get: async ({ account, parameters, precondition }) =>
    resource(await account.engine.schedules.get(parameters.jobScheduleId, precondition)),
  JobSchedule_Exists: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.schedules.get(parameters.jobScheduleId, precondition)),
  JobSchedule_Patch: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.schedules.patch(parameters.jobScheduleId, body, precondition)),
  JobSchedule_Update: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.schedules.update(parameters.jobScheduleId, body, precondition)),
  JobSchedule_Disable: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.schedules.disable(parameters.jobScheduleId, precondition)),
  JobSchedule_Enable: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.schedules.enable(parameters.jobScheduleId, precondition)),
  JobSchedule_Terminate: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.schedules.terminate(parameters.jobScheduleId, precondition)),
  JobSchedule_Delete: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.schedules.delete(parameters.jobScheduleId, precondition)),
};
