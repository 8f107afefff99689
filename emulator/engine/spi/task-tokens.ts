/** Where the tokens come from that tasks find in AZ_BATCH_AUTHENTICATION_TOKEN (wire-facts 6). */
import type { Instant } from '../../../core/kernel/index.ts';

/** The task that a token is made for. Its job's creation tells the job from a later one of the same id. */
export interface TaskTokenSubject {
  readonly accountName: string;
  readonly jobId: string;
  readonly jobCreatedAt: Instant;
  readonly taskId: string;
}

export interface TaskTokens {
  /** A bearer token for the operations of the task's job. The same for the same task, always. */
  mint(subject: TaskTokenSubject): string;
}
