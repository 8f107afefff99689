/** Operations on tasks (wire-facts 3.4 to 3.6). */
import { success } from '../../../core/kernel/index.ts';
import type { TaskAddition } from '../../engine/index.ts';
import { etagOf } from '../codec/wire-time.ts';
import { errorValue } from '../errors/error-body.ts';
import type { RefusedRequest } from '../errors/error-body.ts';
import { faultTable } from '../errors/fault-table.ts';
import type { Handlers } from '../operations/handler.ts';
import type { OperationOf } from '../operations/operation-id.ts';
import { created, empty, page, resource, stamped, wholeList } from './replies.ts';

export const taskHandlers: Handlers<OperationOf<'Task'>> = {
  Task_Add: async ({ account, parameters, body, baseUrl, rawPath }) =>
    created(await account.engine.tasks.add(parameters.jobId, body), `${baseUrl}${rawPath}/${body.id}`),
  Task_AddCollection: async (call) => {
    const { account, parameters, body, baseUrl } = call;
    const added = await account.engine.tasks.addCollection(parameters.jobId, body.value);
    if (!added.ok) return added;
    const tasksUrl = `${baseUrl}/jobs/${encodeURIComponent(parameters.jobId)}/tasks`;
    return success({ kind: 'page', items: added.value.map((addition) => additionResult(addition, tasksUrl, call)) });
  },
  Task_List: async ({ account, parameters, page: query }) =>
    page(await account.engine.tasks.list(parameters.jobId, query)),
  Task_Get: async ({ account, parameters: { jobId, taskId }, precondition }) =>
    resource(await account.engine.tasks.get(jobId, taskId, precondition)),
  Task_Update: async ({ account, parameters: { jobId, taskId }, body, precondition }) =>
    stamped(await account.engine.tasks.updateConstraints(jobId, taskId, body.constraints, precondition)),
  Task_Delete: async ({ account, parameters: { jobId, taskId }, precondition }) =>
    empty(await account.engine.tasks.delete(jobId, taskId, precondition)),
  Task_Terminate: async ({ account, parameters: { jobId, taskId }, precondition }) =>
    stamped(await account.engine.tasks.terminate(jobId, taskId, precondition)),
  Task_Reactivate: async ({ account, parameters: { jobId, taskId }, precondition }) =>
    stamped(await account.engine.tasks.reactivate(jobId, taskId, precondition)),
  Task_ListSubtasks: async ({ account, parameters: { jobId, taskId } }) =>
    wholeList(await account.engine.tasks.subtasks(jobId, taskId)),
};

/** One item of a collection's answer (wire-facts 3.5). */
function additionResult(addition: TaskAddition, tasksUrl: string, request: RefusedRequest): object {
  const { taskId } = addition;
  if (addition.outcome === 'added') {
    const { lastModified } = addition.task;
    return { status: 'success', taskId, eTag: etagOf(lastModified), lastModified, location: `${tasksUrl}/${taskId}` };
  }
  const { fault } = addition;
  const status = faultTable[fault.code].status < 500 ? 'clienterror' : 'servererror';
  return { status, taskId, error: errorValue(fault, request) };
}
