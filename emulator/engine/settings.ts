/** What can be chosen about an emulated account. The defaults make everything as fast as it can be. */
import type { Milliseconds } from '../../core/kernel/index.ts';

/**
 * How long nodes and pools stay in states that pass (batch-semantics 11.6, 14). At least: whatever a node is made of may
 * take longer.
 */
export interface NodeDurations {
  /** From the request of a resize to the first allocated node. */
  readonly allocationMs: Milliseconds;
  /** In state creating. */
  readonly nodeCreationMs: Milliseconds;
  /** In state starting, before the start task. */
  readonly nodeStartupMs: Milliseconds;
  /** In state rebooting; starting follows. */
  readonly nodeRebootMs: Milliseconds;
  /** In state reimaging; starting follows. */
  readonly nodeReimageMs: Milliseconds;
  /** In state leavingpool. */
  readonly nodeLeavingMs: Milliseconds;
  /** How long a stopped resize stays in state stopping. */
  readonly stopResizeMs: Milliseconds;
  /** How long a deleted pool stays in state deleting. */
  readonly poolDeletionMs: Milliseconds;
}

/** How long jobs stay in states that pass, at least. */
export interface JobDurations {
  readonly jobDisablingMs: Milliseconds;
  readonly jobEnablingMs: Milliseconds;
  readonly jobTerminatingMs: Milliseconds;
  readonly jobDeletingMs: Milliseconds;
}

/** What no source answers (batch-semantics 15); the defaults are the safe reading. */
export interface OpenQuestions {
  /** Whether a reboot or reimage with requeue raises requeueCount. */
  readonly rebootRaisesRequeueCount: boolean;
  /** Whether the preemption of a spot node raises requeueCount. */
  readonly preemptionRaisesRequeueCount: boolean;
  /** Whether maxWallClockTime counts anew for each attempt, or from the first one on. */
  readonly wallClockPerAttempt: boolean;
  /** The failure code of a task whose wall clock time is over. */
  readonly wallClockFailureCode: string;
  /** Whether a task may depend on one that does not exist yet. */
  readonly unknownParentsAccepted: boolean;
  /** The terminateReason of a job that is terminated without one. */
  readonly defaultTerminateReason: string;
  /** Whether output files are uploaded after an attempt that will be repeated (batch-semantics 9.3). */
  readonly uploadsEveryAttempt: boolean;
  /** Whether they are after an attempt that was ended by a user or by its wall clock time. */
  readonly uploadsAfterTermination: boolean;
  /** Whether deleting a task lets those go that depend on it; else what was not satisfied before blocks them for good. */
  readonly deletedParentSatisfies: boolean;
  /** What a resize of a pool that scales automatically, or the removal of its nodes, is refused with. */
  readonly autoScaledResizeCode: StateConflictCode;
  /** What evaluating a formula on a pool that does not is refused with. */
  readonly fixedEvaluateCode: StateConflictCode;
  /** The exit code of a process that was ended by signal n. */
  readonly signalExitCode: '128+n' | 'n';
  /** How command lines become words: with the quotes of POSIX, or at blanks alone. */
  readonly commandLineWords: 'posix' | 'blanks';
}

export type StateConflictCode = 'OperationInvalidForCurrentState' | 'OperationNotValidOnPool';

export interface EngineSettings extends NodeDurations, JobDurations {
  /** From a spot node's preemption until there is capacity for it again (batch-semantics 11.7). */
  readonly spotReturnMs: Milliseconds;
  /** How long a node stays in the pool, unusable, after contact with it is lost; then its tasks run elsewhere (batch-semantics 11.6). */
  readonly lostContactMs: Milliseconds;
  /** Whether jobs with allowTaskPreemption give way to those of higher priority; off on Azure, too (batch-semantics 2.4). */
  readonly taskPreemption: boolean;
  readonly openQuestions: OpenQuestions;
  /** The account's limits, checked with the service's outcomes (batch-semantics 12). */
  readonly quotas: Quotas;
  /** Stores what is not simulated, instead of refusing it by name. */
  readonly loose: boolean;
  /** The URL that tasks find in AZ_BATCH_ACCOUNT_URL; a function where it is known only after the start. */
  readonly accountUrl: string | (() => string);
}

export interface Quotas {
  readonly dedicatedCores: number;
  readonly lowPriorityCores: number;
  readonly pools: number;
  readonly activeJobsAndSchedules: number;
}

export const DEFAULT_SETTINGS: Omit<EngineSettings, 'accountUrl'> = {
  allocationMs: 0,
  nodeCreationMs: 0,
  nodeStartupMs: 0,
  nodeRebootMs: 0,
  nodeReimageMs: 0,
  nodeLeavingMs: 0,
  stopResizeMs: 0,
  poolDeletionMs: 0,
  jobDisablingMs: 0,
  jobEnablingMs: 0,
  jobTerminatingMs: 0,
  jobDeletingMs: 0,
  spotReturnMs: 10_000,
  lostContactMs: 0,
  taskPreemption: false,
  openQuestions: {
    rebootRaisesRequeueCount: true,
    preemptionRaisesRequeueCount: false,
    wallClockPerAttempt: true,
    wallClockFailureCode: 'TaskEnded',
    unknownParentsAccepted: true,
    defaultTerminateReason: 'UserTerminate',
    uploadsEveryAttempt: true,
    uploadsAfterTermination: true,
    deletedParentSatisfies: false,
    autoScaledResizeCode: 'OperationInvalidForCurrentState',
    fixedEvaluateCode: 'OperationInvalidForCurrentState',
    signalExitCode: '128+n',
    commandLineWords: 'posix',
  },
  loose: false,
  quotas: { dedicatedCores: 500, lowPriorityCores: 500, pools: 100, activeJobsAndSchedules: 300 },
};
