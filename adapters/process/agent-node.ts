/**
 * One node with an agent: brings the agent up and down in the order of the commands, turns what it says into
 * the runtime's events, and notices when it is gone without our doing.
 */
import { AgentLink } from '../../emulator/agent/index.ts';
import type { AgentEvent, AgentRequest, PreparedRun } from '../../emulator/agent/index.ts';
import type { NodeError, NodeRuntimeEvent, NodeSpec } from '../../emulator/engine/index.ts';
import type { KeptLogs } from './kept-logs.ts';
import { NodeHostError } from './node-host.ts';
import type { AgentProcess, NodeHost, RunningContainer } from './node-host.ts';

const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 12_000;

export type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

interface LiveRun {
  readonly directory: string;
  /** Its process group; absent from the request until the agent has started it. */
  readonly group?: number;
}

/** An agent that answers. */
interface Contact {
  readonly process: AgentProcess;
  readonly link: AgentLink;
  readonly runs: Map<string, LiveRun>;
  /** Containers of runs that have one. */
  readonly containers: Map<string, RunningContainer>;
  /** Runs to be killed: one may be on its way to us for a container. */
  readonly killed: Set<string>;
  /** Set before we end it ourselves: what it still says is no news. */
  isOver: boolean;
}

export interface AgentNodeParts {
  readonly host: NodeHost;
  readonly keptLogs: KeptLogs;
  readonly log: Log;
  readonly emit: (event: NodeRuntimeEvent) => void;
}

export class AgentNode {
  readonly spec: NodeSpec;
  readonly #host: NodeHost;
  readonly #keptLogs: KeptLogs;
  readonly #emit: (event: NodeRuntimeEvent) => void;
  readonly #log: Log;
  #contact: Contact | undefined;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isSilent = false;
  #isUp = false;
  /** Runs that have not ended by themselves, by their directory: their logs are worth keeping when the node goes. */
  readonly #unfinished = new Map<string, string>();

  constructor(spec: NodeSpec, { host, keptLogs, log, emit }: AgentNodeParts) {
    this.spec = spec;
    this.#host = host;
    this.#keptLogs = keptLogs;
    this.#log = log;
    this.#emit = (event) => {
      if (!this.#isSilent) emit(event);
    };
  }

  create(): void {
    this.#bringUp('create', () => this.#host.create(this.spec));
  }

  reboot(): void {
    this.#bringUp('reboot', () => this.#stop('when settled'));
  }

  reimage(): void {
    this.#bringUp('reimage', async () => {
      await this.#stop('at once');
      await this.#keepLogs();
      await this.#host.erase(this.spec);
    });
  }

  /** Resolves when nothing of the node is left. */
  remove(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#stop('at once');
      await this.#keepLogs();
      try {
        await this.#host.destroy(this.spec);
      } catch (error) {
        this.#log('error', `Node ${this.spec.nodeId} was not deleted completely: ${messageOf(error)}`);
      }
      this.#emit({ type: 'nodeRemoved', nodeId: this.spec.nodeId });
    });
  }

  /** As `remove`, without a word to the listener. */
  close(): Promise<void> {
    this.#isSilent = true;
    return this.remove();
  }

  /** Hands a request to the agent, after the commands before it. Without an agent it is dropped. */
  send(request: AgentRequest): void {
    if (this.#waiting === 0) this.#deliver(request);
    else void this.#enqueue(() => this.#deliver(request));
  }

  #deliver(request: AgentRequest): void {
    const contact = this.#contact;
    if (contact === undefined) return;
    if (request.type === 'run') {
      const { runId, directory } = request.run;
      contact.runs.set(runId, { directory });
      this.#unfinished.set(directory, runId);
    }
    if (request.type === 'deleteDirectory') this.#unfinished.delete(request.path);
    if (request.type === 'kill' && contact.runs.has(request.runId)) {
      contact.killed.add(request.runId);
      contact.containers.get(request.runId)?.kill();
    }
    contact.link.send(request);
  }

  #enqueue(action: () => Promise<void> | void): Promise<void> {
    this.#waiting += 1;
    this.#work = this.#work.then(async () => {
      try {
        await action();
      } finally {
        this.#waiting -= 1;
      }
    });
    return this.#work;
  }

  #bringUp(what: string, prepare: () => Promise<void>): void {
    void this.#enqueue(async () => {
      if (this.#isSilent) return;
      try {
        await prepare();
        await this.#start();
      } catch (error) {
        await this.#stop('at once');
        const nodeError = asNodeError(error);
        this.#log('error', `Node ${this.spec.nodeId} failed to ${what}: ${nodeError.message}`);
        this.#emit({ type: 'nodeFailed', nodeId: this.spec.nodeId, error: nodeError });
      }
    });
  }

  async #start(): Promise<void> {
    const process = await this.#host.start(this.spec);
    const ready = Promise.withResolvers<string>();
    const contact: Contact = {
      process,
      runs: new Map(),
      containers: new Map(),
      killed: new Set(),
      isOver: false,
      link: new AgentLink({
        input: process.input,
        output: process.output,
        onEvent: (event) => {
          if (event.type === 'ready') ready.resolve(event.version);
          else if (event.type === 'failed') ready.reject(new Error(event.message));
          else this.#onEvent(contact, event);
        },
        onProblem: (text) => this.#log('warn', `Node ${this.spec.nodeId}: ${text}`),
      }),
    };
    this.#contact = contact;
    contact.link.send(process.setup);
    const deadline = setTimeout(
      () => ready.reject(new Error(`its agent did not answer within ${READY_WITHIN_MS / 1000} s`)),
      READY_WITHIN_MS,
    );
    void process.exited.then((how) => {
      ready.reject(new Error(`its agent ${how}`));
      return this.#onGone(contact, how);
    });
    try {
      const agentVersion = await ready.promise;
      this.#isUp = true;
      this.#emit({ type: 'nodeStarted', nodeId: this.spec.nodeId, ipAddress: process.ipAddress, agentVersion });
    } finally {
      clearTimeout(deadline);
    }
  }

  #onEvent(contact: Contact, event: Exclude<AgentEvent, { type: 'ready' | 'failed' }>): void {
    const { nodeId } = this.spec;
    if (event.type === 'log') {
      this.#log(event.level, `Node ${nodeId}: ${event.text}`);
      return;
    }
    if (contact.isOver) return;
    if (event.type === 'started') {
      const run = contact.runs.get(event.runId);
      if (run !== undefined && event.pid !== undefined) contact.runs.set(event.runId, { ...run, group: event.pid });
      this.#emit({ type: 'runStarted', nodeId, runId: event.runId });
    } else if (event.type === 'packagesInstalled') {
      this.#emit({ ...event, nodeId });
    } else if (event.type === 'prepared') {
      this.#launch(contact, event);
    } else {
      const directory = contact.runs.get(event.runId)?.directory ?? '';
      contact.runs.delete(event.runId);
      // One that was killed has left something unfinished.
      const isFinished = !contact.killed.delete(event.runId);
      if (isFinished && this.#unfinished.get(directory) === event.runId) this.#unfinished.delete(directory);
      this.#emit({ type: 'runEnded', nodeId, runId: event.runId, ...event.result });
    }
  }

  #launch(contact: Contact, run: PreparedRun): void {
    const { runId } = run;
    const container = contact.killed.has(runId) ? undefined : contact.process.launch?.(run);
    if (container === undefined) {
      contact.link.send({ type: 'finish', runId, result: {} });
      return;
    }
    contact.containers.set(runId, container);
    void container.started.then(() => {
      if (!contact.isOver) this.#emit({ type: 'runStarted', nodeId: this.spec.nodeId, runId });
    });
    void container.ended.then((result) => {
      contact.containers.delete(runId);
      if (!contact.isOver) contact.link.send({ type: 'finish', runId, result });
    });
  }

  /** The agent's process is gone. Its tasks must not live on, whoever ended it. */
  async #onGone(contact: Contact, how: string): Promise<void> {
    if (contact.isOver || !this.#isUp) return;
    contact.isOver = true;
    this.#isUp = false;
    await this.#enqueue(async () => {
      if (this.#contact === contact) this.#contact = undefined;
      await this.#sweep(contact);
      this.#emit({ type: 'nodeLost', nodeId: this.spec.nodeId, reason: `The node's agent ${how}.` });
    });
  }

  /** Before files go. At the end of the server nobody is left to read them. */
  async #keepLogs(): Promise<void> {
    const unfinished = [...this.#unfinished];
    this.#unfinished.clear();
    if (this.#isSilent) return;
    for (const [directory, runId] of unfinished) await this.#keptLogs.keep(this.spec.nodeId, { runId, directory });
  }

  /** `when settled` lets the agent finish deletions that it was asked for; both kill all runs. */
  async #stop(when: 'at once' | 'when settled'): Promise<void> {
    const contact = this.#contact;
    if (contact === undefined) return;
    contact.isOver = true;
    this.#isUp = false;
    this.#contact = undefined;
    if (when === 'when settled') contact.link.send({ type: 'stop' });
    contact.link.end();
    const deadline = setTimeout(() => contact.process.kill(), STOPPED_WITHIN_MS);
    await contact.process.exited;
    clearTimeout(deadline);
    await this.#sweep(contact);
  }

  async #sweep(contact: Contact): Promise<void> {
    const groups = [...contact.runs.values()].flatMap(({ group }) => group ?? []);
    try {
      await this.#host.sweep(this.spec, groups);
    } catch (error) {
      this.#log('error', `Processes of node ${this.spec.nodeId} may be left: ${messageOf(error)}`);
    }
  }
}

function asNodeError(error: unknown): NodeError {
  if (error instanceof NodeHostError) return error.nodeError;
  return { code: 'NodeStartFailed', message: `The node could not be started: ${messageOf(error)}` };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
