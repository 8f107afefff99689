/** Every operation's handler, or why it has none. Exhaustive by type. */
import type { Handlers } from '../operations/handler.ts';
import type { OperationId } from '../operations/operation-id.ts';
import { operationIds } from '../operations/operation-table.ts';
import { accountHandlers, applicationHandlers, certificateHandlers } from './account-handlers.ts';
import { fileHandlers } from './file-handlers.ts';
import { jobHandlers } from './job-handlers.ts';
import { jobScheduleHandlers } from './job-schedule-handlers.ts';
import { extensionHandlers, nodeHandlers } from './node-handlers.ts';
import { poolHandlers } from './pool-handlers.ts';
import { taskHandlers } from './task-handlers.ts';

export const handlers: Handlers<OperationId> = {
  ...accountHandlers,
  ...applicationHandlers,
  ...certificateHandlers,
  ...nodeHandlers,
  ...extensionHandlers,
  ...fileHandlers,
  ...jobHandlers,
  ...jobScheduleHandlers,
  ...poolHandlers,
  ...taskHandlers,
};

/** What is declared not to be simulated, with the reasons; the coverage page is made of it. */
export function unsimulatedOperations(): readonly { readonly id: OperationId; readonly reason: string }[] {
  return operationIds.flatMap((id) => {
    const handler = handlers[id];
    return 'unsimulated' in handler ? [{ id, reason: handler.unsimulated }] : [];
  });
}
