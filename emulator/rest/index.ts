/** The door of the HTTP face: the Batch data plane on the wire, in front of one engine an account. */
export type { AccountService } from './account/served-account.ts';
export type { TaskTokenAuthority } from './auth/task-tokens.ts';
export { createTaskTokens } from './auth/task-tokens.ts';
export type { BatchServer, BatchServerOptions, ExtraRoutes, TlsMaterial } from './batch-server.ts';
export { createBatchServer } from './batch-server.ts';
export type { RequestRecord, ServerLog } from './server-log.ts';
export { silentLog } from './server-log.ts';
export { unsimulatedOperations } from './handlers/handler-table.ts';
export { operationNotes, refusedByEngine } from './handlers/operation-notes.ts';
export type { OperationId } from './operations/operation-id.ts';
export { operationIds, operationTable } from './operations/operation-table.ts';
