/** Operations on job schedules (wire-facts 3.8): declared, until the engine runs them. */
import type { Handlers } from '../operations/handler.ts';
import type { OperationOf } from '../operations/operation-id.ts';

const notYet = { unsimulated: 'The engine does not run job schedules yet.' } as const;

export const jobScheduleHandlers: Handlers<OperationOf<'JobSchedule'>> = {
  JobSchedule_Add: notYet,
  JobSchedule_List: notYet,
  JobSchedule_Get: notYet,
  JobSchedule_Exists: notYet,
  JobSchedule_Patch: notYet,
  JobSchedule_Update: notYet,
  JobSchedule_Disable: notYet,
  JobSchedule_Enable: notYet,
  JobSchedule_Terminate: notYet,
  JobSchedule_Delete: notYet,
};
