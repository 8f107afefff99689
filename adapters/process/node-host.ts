/** What a node is made of, behind one interface: a folder and a process, or a container. Everything else is the same. */
import type { Readable, Writable } from 'node:stream';
import type { AgentSetup, PreparedRun } from '../../emulator/agent/index.ts';
import type { NodeError, NodeFileSystem, NodeSpec, RunResult } from '../../emulator/engine/index.ts';

/** Commands for one node come one after the other. A rejection with `NodeHostError` is for the user to read. */
export interface NodeHost {
  /** Makes the node, without starting its agent. */
  create(node: NodeSpec): Promise<void>;
  /** Starts the agent of a node whose agent does not run. */
  start(node: NodeSpec): Promise<AgentProcess>;
  /** Ends what outlived an agent, containers of runs too. `groups` are the process groups of runs that had not ended, as the agent numbers them. */
  sweep(node: NodeSpec, groups: readonly number[]): Promise<void>;
  /** Deletes what is on the node, which stays; its agent does not run. */
  erase(node: NodeSpec): Promise<void>;
  /** Deletes the node with all that is on it; its agent does not run. */
  destroy(node: NodeSpec): Promise<void>;
  readonly files: NodeFileSystem;
  /** After every node was destroyed. */
  close(): Promise<void>;
}

export interface AgentProcess {
  /** The agent's standard input and output. */
  readonly input: Writable;
  readonly output: Readable;
  /** What the agent is to be told first. */
  readonly setup: AgentSetup;
  /** How other nodes and tasks reach this node. */
  readonly ipAddress: string;
  /** Resolves, when the process is gone and its output read, with how it ended: `was killed by SIGKILL`. */
  readonly exited: Promise<string>;
  /** Ends it at once. */
  kill(): void;
  /** Starts a prepared run's container; there when `setup.containers` is. */
  launch?(run: PreparedRun): RunningContainer;
}

/** A run's container, from the moment when it is wanted. */
export interface RunningContainer {
  /** Resolves when its command runs; never when it could not be started. */
  readonly started: Promise<void>;
  /** Resolves when it is gone and its output is in the run's logs. Never rejects. */
  readonly ended: Promise<RunResult>;
  /** Ends it, also before it started. */
  kill(): void;
}

export class NodeHostError extends Error {
  readonly nodeError: NodeError;

  constructor(nodeError: NodeError, options?: { readonly cause?: unknown }) {
    super(nodeError.message, options);
    this.name = 'NodeHostError';
    this.nodeError = nodeError;
  }
}
