// What a suite of the node-runtime contract gets to work on: a runtime that was just made, and the few things
// about it that only its maker knows.
import { afterEach, beforeEach } from 'vitest';
import type { NodeRuntime, RunSpec } from '../../../emulator/engine/index.ts';
import { BlobServer } from './blob-server.ts';
import { EventLog } from './event-log.ts';
import { nodeSpec, runSpec } from './specs.ts';

export interface Target {
  readonly runtime: NodeRuntime;
  /** Takes a node away without the runtime's doing: kills its agent or its container. */
  readonly loseNode?: (nodeId: string) => Promise<void>;
  /** What is still there of the runtime, in words; asked after `close`. */
  readonly leftovers: () => Promise<readonly string[]>;
}

/** Command lines that this target understands. */
export interface Commands {
  exit(code: number): string;
  readonly forever: string;
}

export interface ContractOptions {
  readonly name: string;
  /** Makes a runtime whose nodes reach `http://127.0.0.1:{port}` of this machine for the given ports. */
  create(options: { readonly ports: readonly number[] }): Promise<Target>;
  /** Real commands of a POSIX system when absent. */
  readonly commands?: Commands;
  /** Parts that make no sense on this target, each with the reason. */
  readonly skip?: Partial<Record<ContractPart, string>>;
}

export type ContractPart =
  | 'lifecycle'
  | 'outcomes'
  | 'commands'
  | 'process trees'
  | 'environment'
  | 'resource files'
  | 'output files'
  | 'packages'
  | 'files'
  | 'loss'
  | 'kept logs'
  | 'many runs';

const posixCommands: Commands = {
  exit: (code) => `/bin/sh -c 'exit ${code}'`,
  forever: '/bin/sleep 1000',
};

/** One test's world: a runtime with a listener, a storage server, and short words for what tests do. */
export class World {
  readonly blobs = new BlobServer();
  readonly commands: Commands;
  readonly #options: ContractOptions;
  #parts: { readonly target: Target; readonly log: EventLog; readonly blobUrl: string } | undefined;
  #runs = 0;

  constructor(options: ContractOptions) {
    this.#options = options;
    this.commands = options.commands ?? posixCommands;
  }

  async open(): Promise<void> {
    const port = await this.blobs.start();
    const target = await this.#options.create({ ports: [port] });
    this.#parts = { target, log: new EventLog(target.runtime), blobUrl: `http://127.0.0.1:${port}` };
  }

  async close(): Promise<void> {
    await this.#parts?.target.runtime.close();
    await this.blobs.stop();
  }

  get target(): Target {
    return this.#opened.target;
  }

  get runtime(): NodeRuntime {
    return this.#opened.target.runtime;
  }

  get log(): EventLog {
    return this.#opened.log;
  }

  /** URL of a blob or container of account `acc` with a signature. */
  url(path: string, signature = 'good'): string {
    return `${this.#opened.blobUrl}/acc/${path}?sv=2021&sig=${signature}`;
  }

  async startNode(nodeId = 'tvmps_1_d'): Promise<string> {
    this.runtime.createNode(nodeSpec(nodeId));
    await this.log.next('nodeStarted', (event) => event.nodeId === nodeId);
    return nodeId;
  }

  /** Starts a run on the node and gives its spec. */
  begin(nodeId: string, commandLine: string, more: Partial<RunSpec> = {}): RunSpec {
    this.#runs += 1;
    const runId = `run-${this.#runs}`;
    const spec = { ...runSpec(runId, commandLine), ...more };
    this.runtime.run(nodeId, spec);
    return spec;
  }

  /** Carries a run out and gives its end. */
  async finish(nodeId: string, commandLine: string, more: Partial<RunSpec> = {}) {
    const spec = this.begin(nodeId, commandLine, more);
    return { ...(await this.ended(spec)), spec };
  }

  ended(spec: RunSpec) {
    return this.log.next('runEnded', (event) => event.runId === spec.runId);
  }

  started(spec: RunSpec) {
    return this.log.next('runStarted', (event) => event.runId === spec.runId);
  }

  /** A file's text, by its path from the run's directory. */
  async text(nodeId: string, spec: RunSpec, path: string): Promise<string> {
    return readText(this.runtime, nodeId, `${spec.directory}/${path}`);
  }

  get #opened() {
    if (this.#parts === undefined) throw new Error('the world is not open yet');
    return this.#parts;
  }
}

/** A world for each test of the enclosing suite. */
export function useWorld(options: ContractOptions): () => World {
  let world: World | undefined;
  beforeEach(async () => {
    world = new World(options);
    await world.open();
  });
  afterEach(async () => world?.close());
  return () => {
    if (world === undefined) throw new Error('no test is running');
    return world;
  };
}

export async function readText(runtime: NodeRuntime, nodeId: string, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of runtime.files.read(nodeId, path)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
