/** How job schedules are asked for on the wire (wire-facts 3.8). */
import type { OperationOf } from './operation-id.ts';
import type { OperationSpec } from './operation-spec.ts';

const path = 'jobschedules/{jobScheduleId}';

export const jobScheduleSpecs = {
  JobSchedule_Add: {
    method: 'POST',
    path: 'jobschedules',
    status: 201,
    body: { mapper: 'JobScheduleAddParameter' },
    stamped: true,
    dataServiceId: true,
  },
  JobSchedule_List: {
    method: 'GET',
    path: 'jobschedules',
    status: 200,
    query: ['$filter', '$select', '$expand', 'maxresults', '$skipToken'],
    filter: 'jobSchedules',
    response: { kind: 'page', mapper: 'CloudJobSchedule', metadata: 'jobschedules' },
  },
  JobSchedule_Get: {
    method: 'GET',
    path,
    status: 200,
    query: ['$select', '$expand'],
    conditions: 'all',
    response: { kind: 'one', mapper: 'CloudJobSchedule', metadata: 'jobschedules/@Element' },
    stamped: true,
  },
  JobSchedule_Exists: { method: 'HEAD', path, status: 200, conditions: 'all', stamped: true },
  JobSchedule_Patch: {
    method: 'PATCH',
    path,
    status: 200,
    conditions: 'all',
    body: { mapper: 'JobSchedulePatchParameter' },
    stamped: true,
    dataServiceId: true,
  },
  JobSchedule_Update: {
    method: 'PUT',
    path,
    status: 200,
    conditions: 'all',
    body: { mapper: 'JobScheduleUpdateParameter' },
    stamped: true,
    dataServiceId: true,
  },
  JobSchedule_Disable: {
    method: 'POST',
    path: `${path}/disable`,
    status: 204,
    conditions: 'all',
    stamped: true,
    dataServiceId: true,
  },
  JobSchedule_Enable: {
    method: 'POST',
    path: `${path}/enable`,
    status: 204,
    conditions: 'all',
    stamped: true,
    dataServiceId: true,
  },
  JobSchedule_Terminate: {
    method: 'POST',
    path: `${path}/terminate`,
    status: 202,
    conditions: 'all',
    query: ['force'],
    stamped: true,
    dataServiceId: true,
  },
  JobSchedule_Delete: { method: 'DELETE', path, status: 202, conditions: 'all', query: ['force'] },
} as const satisfies Readonly<Record<OperationOf<'JobSchedule'>, OperationSpec>>;
