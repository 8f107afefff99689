/** The one table of operations. A missing one does not compile. */
import { accountSpecs, applicationSpecs, certificateSpecs } from './account-specs.ts';
import { fileSpecs } from './file-specs.ts';
import { jobScheduleSpecs } from './job-schedule-specs.ts';
import { jobSpecs } from './job-specs.ts';
import { extensionSpecs, nodeSpecs } from './node-specs.ts';
import type { OperationId } from './operation-id.ts';
import type { OperationSpec } from './operation-spec.ts';
import { poolSpecs } from './pool-specs.ts';
import { taskSpecs } from './task-specs.ts';

export const operationTable = {
  ...accountSpecs,
  ...applicationSpecs,
  ...certificateSpecs,
  ...nodeSpecs,
  ...extensionSpecs,
  ...fileSpecs,
  ...jobSpecs,
  ...jobScheduleSpecs,
  ...poolSpecs,
  ...taskSpecs,
} satisfies Readonly<Record<OperationId, OperationSpec>>;

export type OperationTable = typeof operationTable;

export const operationIds = Object.keys(operationTable) as readonly OperationId[];

/** An operation's entry, without the narrow types that the handlers' signatures are made of. */
export function specOf(id: OperationId): OperationSpec {
  return operationTable[id];
}
