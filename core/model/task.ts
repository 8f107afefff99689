/** Tasks, as a client describes and sees them. */
import type { Instant, Milliseconds } from '../kernel/index.ts';
import type { Problem } from './problem.ts';

/** A file that the node downloads before the command starts: from one URL, or from a whole container. */
export type ResourceFile =
  | { readonly httpUrl: string; readonly filePath: string; readonly fileMode?: string }
  | {
      readonly storageContainerUrl: string;
      readonly blobPrefix?: string;
      /** A directory, relative to the working directory. */
      readonly filePath?: string;
      readonly fileMode?: string;
    };

/** Files that the node uploads after the command has ended. `containerUrl` carries a SAS with write permission. */
export interface OutputFile {
  /** Relative to the working directory; `*`, `**`, `?` and `[abc]` are wildcards. */
  readonly filePattern: string;
  readonly containerUrl: string;
  /** The blob's name, or with a wildcard pattern the virtual directory. */
  readonly path?: string;
  readonly uploadCondition: 'taskSuccess' | 'taskFailure' | 'taskCompletion';
}

export interface EnvironmentSetting {
  readonly name: string;
  readonly value: string;
}

export type UserIdentity =
  | { readonly autoUser: { readonly scope?: 'task' | 'pool'; readonly elevation?: 'nonAdmin' | 'admin' } }
  | { readonly userName: string };

export interface TaskConstraints {
  readonly maxRetryCount?: number;
  readonly maxWallClockMs?: Milliseconds;
  readonly retentionMs?: Milliseconds;
}

export interface ExitOptions {
  readonly jobAction?: 'none' | 'disable' | 'terminate';
  readonly dependencyAction?: 'satisfy' | 'block';
}

export interface ExitConditions {
  readonly exitCodes?: readonly { readonly code: number; readonly options: ExitOptions }[];
  readonly exitCodeRanges?: readonly { readonly start: number; readonly end: number; readonly options: ExitOptions }[];
  readonly preProcessingError?: ExitOptions;
  readonly fileUploadError?: ExitOptions;
  readonly default?: ExitOptions;
}

export interface MultiInstance {
  readonly numberOfInstances: number;
  readonly coordinationCommandLine: string;
  readonly commonResourceFiles?: readonly ResourceFile[];
}

export interface TaskSpec {
  readonly id: string;
  readonly displayName?: string;
  /** Not run in a shell: wrap it with `linuxShell` for variables, pipes and `;`. */
  readonly commandLine: string;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly outputFiles?: readonly OutputFile[];
  readonly environment?: readonly EnvironmentSetting[];
  readonly user?: UserIdentity;
  readonly constraints?: TaskConstraints;
  readonly requiredSlots?: number;
  readonly dependsOn?: {
    readonly taskIds?: readonly string[];
    readonly ranges?: readonly { readonly start: number; readonly end: number }[];
  };
  readonly exitConditions?: ExitConditions;
  readonly multiInstance?: MultiInstance;
}

/** The place where a task ran or runs. */
export interface TaskNode {
  readonly poolId: string;
  readonly nodeId: string;
}

interface TaskCommon {
  readonly id: string;
  readonly jobId: string;
  readonly commandLine: string;
  readonly createdAt?: Instant;
  readonly retryCount: number;
  readonly requeueCount: number;
}

/** A task in its current state. What exists only after completion is a member of that variant only. */
export type Task =
  | (TaskCommon & { readonly state: 'active' })
  | (TaskCommon & { readonly state: 'preparing'; readonly node?: TaskNode })
  | (TaskCommon & { readonly state: 'running'; readonly startedAt?: Instant; readonly node?: TaskNode })
  | CompletedTask;

export type CompletedTask = TaskCommon & {
  readonly state: 'completed';
  readonly result: 'success' | 'failure';
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly exitCode?: number;
  readonly failure?: Problem;
  /** Absent when the task ended before it reached a node. */
  readonly node?: TaskNode;
};

export type TaskState = Task['state'];

/** One instance of a multi-instance task beside the primary: it ran the coordination command. */
export interface Subtask {
  /** 1, 2, …; the primary, which is the task itself, would be 0. */
  readonly id: number;
  readonly state: 'preparing' | 'running' | 'completed';
  readonly result?: 'success' | 'failure';
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly exitCode?: number;
  readonly failure?: Problem;
  readonly node?: TaskNode;
  /** Its directory, relative to the node's root, with stdout.txt and stderr.txt. */
  readonly directory?: string;
}

export interface TaskCounts {
  readonly active: number;
  readonly running: number;
  readonly completed: number;
  readonly succeeded: number;
  readonly failed: number;
}
