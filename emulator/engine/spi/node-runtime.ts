/**
 * How the engine commands nodes, whatever they are made of: processes, containers or a script in
 * virtual time. Commands return at once; what comes of them arrives as events. Commands for one node
 * are carried out in the order given. A command for a node that is unknown or gone is ignored.
 */
import type { Instant } from '../../../core/kernel/index.ts';
import type {
  ContainerInfo,
  ContainerRegistry,
  ContainerSettings,
  NameValue,
  TaskFailure,
} from '../resources/common.ts';
import type { NodeError } from '../resources/node.ts';
import type { UserAccount } from '../resources/pool.ts';

export interface NodeRuntime {
  /** Connects the listener; called once, before any command. Events are delivered asynchronously. */
  connect(listener: (event: NodeRuntimeEvent) => void): void;
  /** Brings a node up to where its agent answers: `nodeStarted`, or `nodeFailed` when it cannot be. */
  createNode(node: NodeSpec): void;
  /** Stops everything on the node and starts its agent again; files stay. Then `nodeStarted`. */
  rebootNode(nodeId: string): void;
  /** As a new node under the same id: files are gone. Then `nodeStarted`. */
  reimageNode(nodeId: string): void;
  /** Stops everything on the node and deletes its files. Then `nodeRemoved`. */
  removeNode(nodeId: string): void;
  /**
   * Brings application packages to the node's `applications` directory, those that are not there yet. Ends in one
   * `packagesInstalled`, unless the node is lost, rebooted, reimaged or removed first.
   */
  installPackages(nodeId: string, installationId: string, packages: readonly NodePackage[]): void;
  /** Carries out one attempt of a command. Ends in exactly one `runEnded`, unless the node is lost, rebooted, reimaged or removed first. */
  run(nodeId: string, run: RunSpec): void;
  /** Kills the run's whole process tree. Its `runEnded` follows. Unknown runs are ignored. */
  kill(nodeId: string, runId: string): void;
  /** Deletes a directory below the node's root, for example a task's after its retention time. */
  deleteDirectory(nodeId: string, path: string): void;
  readonly files: NodeFileSystem;
  /**
   * The end of `stdout.txt` or `stderr.txt` of a run whose node went, or was emptied, before the run had ended by itself;
   * undefined when it is not kept. Runtimes whose runs write nothing lack it.
   */
  keptLog?(runId: string, file: string): Uint8Array | undefined;
  /** Stops and removes every node, without events. Idempotent. */
  close(): Promise<void>;
}

export interface NodeSpec {
  /** Unique over all pools and accounts, for example `tvmps_{64 hex}_d`. */
  readonly nodeId: string;
  readonly poolId: string;
  readonly accountName: string;
  readonly isDedicated: boolean;
  /** As sent; a node of lower-case `publisher:offer:sku`. */
  readonly image: {
    readonly publisher: string;
    readonly offer: string;
    readonly sku: string;
    readonly version: string;
  };
  readonly vmSize: string;
  /** The address inside the pool that the engine suggests, for example `10.0.0.4`; a runtime may report another. */
  readonly suggestedIpAddress: string;
  readonly userAccounts: readonly UserAccount[];
  readonly container?: { readonly imageNames: readonly string[]; readonly registries: readonly ContainerRegistry[] };
  readonly interNodeCommunication: boolean;
}

/** A file to be present before the command starts. `path` is relative to the run's `wd`, or to its directory for common files. */
export interface RunResourceFile {
  readonly source:
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'container'; readonly url: string; readonly prefix?: string };
  readonly path: string;
  /** Octal text; `0770` when absent. */
  readonly mode?: string;
  /** Common files of multi-instance tasks go to the task directory, one level above `wd`. */
  readonly intoTaskDirectory?: boolean;
}

export interface RunOutputFile {
  readonly pattern: string;
  readonly containerUrl: string;
  readonly path?: string;
  readonly condition: 'tasksuccess' | 'taskfailure' | 'taskcompletion';
  readonly headers?: readonly NameValue[];
}

/** An application package on a node: unzipped once, below `applications`, for everybody who refers to it (batch-semantics 9.2). */
export interface NodePackage {
  /** For messages: `ffmpeg 4.1`. */
  readonly name: string;
  /** A name, not a path. Two packages of the same name never have the same content. */
  readonly directory: string;
  /** The variables that hold the directory's absolute path. */
  readonly variables: readonly string[];
  /** Where its zip can be read now; absent: it was installed when the node booted. */
  readonly url?: string;
  /** Why there is no such package, in a sentence: whoever needs it fails with that. */
  readonly problem?: string;
}

export type RunKind = 'startTask' | 'preparation' | 'release' | 'task' | 'coordination' | 'subtask';

export interface RunSpec {
  /** Unique for each attempt. */
  readonly runId: string;
  readonly kind: RunKind;
  /** The run's directory, relative to the node's root: `startup`, `workitems/j/job-1/t`. Its working directory is `{directory}/wd`. */
  readonly directory: string;
  /** Removes what an earlier attempt left in the directory; its logs are set aside. */
  readonly clean: boolean;
  /** The number under which the logs of the attempt before, on this node, are set aside; absent: the next free one. */
  readonly earlierAttempt?: number;
  /** Split into words by POSIX quoting, unless `words` says otherwise; not run in a shell. */
  readonly commandLine: string;
  /** Splits the command line at blanks alone: quotes are letters as any other. */
  readonly words?: 'blanks';
  /** A process that is ended by signal n ends with n instead of 128 + n. */
  readonly signalExitCode?: 'n';
  /** Names and values without directories: the agent adds `AZ_BATCH_*_DIR`, `HOME`, `PATH` and the user's variables. */
  readonly environment: readonly NameValue[];
  /** Directory of the job preparation task, when the job has one. */
  readonly preparationDirectory?: string;
  /** Installed before the command starts, where they are not there yet; then the variables point to them. */
  readonly packages?: readonly NodePackage[];
  readonly resourceFiles: readonly RunResourceFile[];
  readonly outputFiles: readonly RunOutputFile[];
  /** After what ends of the command nothing is uploaded, whatever the conditions of the output files. */
  readonly noUploads?: { readonly afterFailure?: true; readonly afterKill?: true };
  readonly user: RunUser;
  readonly container?: ContainerSettings;
  /** Why it cannot be run on this node's pool: it ends with this failure before anything is fetched or started. */
  readonly unfit?: TaskFailure;
}

export type RunUser =
  | { readonly kind: 'auto'; readonly scope: 'task' | 'pool'; readonly admin: boolean }
  | { readonly kind: 'named'; readonly name: string; readonly admin: boolean };

export type NodeRuntimeEvent =
  | { readonly type: 'nodeStarted'; readonly nodeId: string; readonly ipAddress: string; readonly agentVersion: string }
  /** The node cannot be made or cannot go on, for a reason that a person can act on. */
  | { readonly type: 'nodeFailed'; readonly nodeId: string; readonly error: NodeError }
  /** Contact is lost for good: its process or container is gone without our doing. */
  | { readonly type: 'nodeLost'; readonly nodeId: string; readonly reason: string }
  | { readonly type: 'nodeRemoved'; readonly nodeId: string }
  /** With `failure`, not all of them. */
  | {
      readonly type: 'packagesInstalled';
      readonly nodeId: string;
      readonly installationId: string;
      readonly failure?: TaskFailure;
    }
  /** The command's process runs; downloads are done. */
  | { readonly type: 'runStarted'; readonly nodeId: string; readonly runId: string }
  | ({ readonly type: 'runEnded'; readonly nodeId: string; readonly runId: string } & RunResult);

/** How a run ended. No `exitCode`: the command never ran. `failure` beside `exitCode` 0: an upload failed. */
export interface RunResult {
  /** 0 to 255; 128 + n when killed by signal n, or as the run's `signalExitCode` says. */
  readonly exitCode?: number;
  /** What failed before the start (resource file, user, launch) or after the end (upload). Not set for a nonzero exit code alone. */
  readonly failure?: TaskFailure & { readonly phase: 'preProcessing' | 'fileUpload' };
  readonly container?: ContainerInfo;
}

export interface NodeFileEntry {
  /** Relative to the node's root, with `/`. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Instant;
  /** POSIX mode with the file type, for example 0o100644. */
  readonly mode: number;
}

/** Files below a node's root. Paths that leave the root, by `..` or by a link, are answered as missing. */
export interface NodeFileSystem {
  /** Breadth first, without the directory itself; undefined when it does not exist. */
  list(nodeId: string, path: string, recursive: boolean): Promise<readonly NodeFileEntry[] | undefined>;
  stat(nodeId: string, path: string): Promise<NodeFileEntry | undefined>;
  /** Bytes `start` to `end`, both included and clipped to the file's size when it was opened. */
  read(
    nodeId: string,
    path: string,
    range?: { readonly start: number; readonly end: number },
  ): AsyncIterable<Uint8Array>;
  /** Deletes a file, or a directory when it is empty or `recursive`. */
  delete(nodeId: string, path: string, recursive: boolean): Promise<'deleted' | 'missing' | 'notEmpty'>;
}
