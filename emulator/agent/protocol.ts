/**
 * What the server and a node's agent say to each other: one JSON object a line, requests on the
 * agent's standard input, events on its standard output. The agent ends when its input ends.
 */
import type { ContainerSettings, NodePackage, RunResult, RunSpec, TaskFailure } from '../engine/index.ts';

/** The first line, once. */
export interface AgentSetup {
  readonly type: 'setup';
  /** The node's root directory as the agent sees it: a folder of the host, or `/mnt/batch/tasks` in a container. */
  readonly root: string;
  readonly nodeId: string;
  /**
   * Whether the agent may create and switch users (root in a container). Without it every run is the
   * agent's own user and the variables alone tell what Azure would have used.
   */
  readonly users: 'switch' | 'keep';
  /** Users to create: name, uid and gid when given. Empty unless `users` is `switch`. */
  readonly accounts: readonly {
    readonly name: string;
    readonly uid?: number;
    readonly gid?: number;
    readonly admin: boolean;
  }[];
  /** Loopback ports of the node that are relayed to another host and port (a container's way to the host's services). */
  readonly relays: readonly { readonly port: number; readonly host: string; readonly hostPort: number }[];
  /** Whether the server can start containers beside the agent for runs that ask for one; else these are refused. */
  readonly containers?: boolean;
}

/**
 * A run whose command is the server's to start, in a container: its directories, resource files and logs are there.
 * The server answers with `finish` when the container has ended.
 */
export interface PreparedRun {
  readonly runId: string;
  readonly container: ContainerSettings;
  /** Of the command line; none: the image's own command. */
  readonly words: readonly string[];
  /** Absolute, as the agent sees them; the logs are in `directory`. */
  readonly directory: string;
  readonly workingDirectory: string;
  /** What the engine and the node say; nothing that the image should decide, such as the search path. */
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
}

export type AgentRequest =
  | AgentSetup
  | { readonly type: 'run'; readonly run: RunSpec }
  | { readonly type: 'installPackages'; readonly installationId: string; readonly packages: readonly NodePackage[] }
  | { readonly type: 'kill'; readonly runId: string }
  | { readonly type: 'deleteDirectory'; readonly path: string }
  /** A prepared run's container has ended, or could not be started. Outputs that are due are uploaded, then `ended` follows. */
  | { readonly type: 'finish'; readonly runId: string; readonly result: RunResult }
  /** Kill all runs and exit. */
  | { readonly type: 'stop' };

export type AgentEvent =
  | { readonly type: 'ready'; readonly version: string }
  /** `pid` leads the run's process group: a host's runtime kills it when the agent dies. */
  | { readonly type: 'started'; readonly runId: string; readonly pid?: number }
  | ({ readonly type: 'prepared' } & PreparedRun)
  | { readonly type: 'ended'; readonly runId: string; readonly result: RunResult }
  | { readonly type: 'packagesInstalled'; readonly installationId: string; readonly failure?: TaskFailure }
  /** A sentence for the server's log. */
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string }
  /** The agent cannot work at all (root not writable, user creation failed). */
  | { readonly type: 'failed'; readonly message: string };
