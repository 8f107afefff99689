/** What the server tells about itself. Paths come without their query, and nothing of a credential is ever part of it. */
import type { OperationId } from './operations/operation-id.ts';

export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly requestId: string;
  readonly account?: string;
  readonly operation?: OperationId;
  /** Of the fault, when the request was refused. */
  readonly code?: string;
}

export interface ServerLog {
  request(record: RequestRecord): void;
  warn(message: string): void;
  /** A bug: with whatever was thrown. */
  failure(message: string, error: unknown): void;
}

export const silentLog: ServerLog = {
  request: () => undefined,
  warn: () => undefined,
  failure: () => undefined,
};
