/** What the service accepts silently although it will never run, or will surely disappoint: ours, not the service's. */

export type AdviceCode =
  | 'tooManySlots'
  | 'interNodeCommunicationOff'
  | 'severalSlotsPerNode'
  | 'tooFewNodes'
  | 'poolMissing'
  | 'dependsOnItself'
  | 'dependsOnNothing'
  | 'variableWithoutShell'
  | 'operatorWithoutShell'
  | 'globWithoutShell'
  | 'builtinWithoutShell'
  | 'assignmentWithoutShell'
  | 'unquotedScript'
  | 'variableInDestination'
  | 'expiredSas'
  | 'packageMissing';

export interface Advice {
  readonly code: AdviceCode;
  readonly jobId: string;
  readonly taskId: string;
  /** A sentence that names the task and what is wrong with which value. Never a signature. */
  readonly text: string;
  readonly remedy: string;
}

/** An advice as it is kept: the first of its kind in a job, and how many tasks it was given to. */
export interface Warning extends Advice {
  readonly count: number;
}
