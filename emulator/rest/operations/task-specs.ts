/** How tasks are asked for on the wire (wire-facts 3.4 to 3.6). */
import type { OperationOf } from './operation-id.ts';
import type { OperationSpec } from './operation-spec.ts';

const path = 'jobs/{jobId}/tasks/{taskId}';

export const taskSpecs = {
  Task_Add: {
    method: 'POST',
    path: 'jobs/{jobId}/tasks',
    status: 201,
    body: { mapper: 'TaskAddParameter' },
    stamped: true,
    dataServiceId: true,
  },
  Task_AddCollection: {
    method: 'POST',
    path: 'jobs/{jobId}/addtaskcollection',
    status: 200,
    body: { mapper: 'TaskAddCollectionParameter' },
    response: { kind: 'page', mapper: 'TaskAddResult', metadata: 'taskaddresult' },
  },
  Task_List: {
    method: 'GET',
    path: 'jobs/{jobId}/tasks',
    status: 200,
    query: ['$filter', '$select', '$expand', 'maxresults', '$skipToken'],
    filter: 'tasks',
    response: { kind: 'page', mapper: 'CloudTask', metadata: 'tasks' },
  },
  Task_Get: {
    method: 'GET',
    path,
    status: 200,
    query: ['$select', '$expand'],
    conditions: 'all',
    response: { kind: 'one', mapper: 'CloudTask', metadata: 'tasks/@Element' },
    stamped: true,
  },
  Task_Update: {
    method: 'PUT',
    path,
    status: 200,
    conditions: 'all',
    body: { mapper: 'TaskUpdateParameter' },
    stamped: true,
    dataServiceId: true,
  },
  Task_Delete: { method: 'DELETE', path, status: 200, conditions: 'all' },
  Task_Terminate: {
    method: 'POST',
    path: `${path}/terminate`,
    status: 204,
    conditions: 'all',
    stamped: true,
    dataServiceId: true,
  },
  Task_Reactivate: { method: 'POST', path: `${path}/reactivate`, status: 204, conditions: 'all', stamped: true },
  Task_ListSubtasks: {
    method: 'GET',
    path: `${path}/subtasksinfo`,
    status: 200,
    query: ['$select'],
    response: { kind: 'page', mapper: 'SubtaskInformation', metadata: 'subtaskinfo' },
  },
} as const satisfies Readonly<Record<OperationOf<'Task'>, OperationSpec>>;
