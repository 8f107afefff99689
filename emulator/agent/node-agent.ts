/** The agent of one node: carries out the server's requests in the order they come and reports what happens. */
import type { RunSpec } from '../engine/index.ts';
import { confine, createLayout, openLayout } from './node/layout.ts';
import type { NodeContext } from './node/node-context.ts';
import { openRelay } from './node/relay.ts';
import { killProcessesOfNode, StrayReaper } from './node/strays.ts';
import { Trash } from './node/trash.ts';
import { PackageInstaller, installationFailure } from './packages/package-installer.ts';
import { groupForServer, namesOnly, SystemUsers } from './node/users.ts';
import type { AgentEvent, AgentRequest, AgentSetup } from './protocol.ts';
import { attemptsOf, openToServer } from './run/directories.ts';
import { mayLeaveServices, Run } from './run/run.ts';
import { Gate } from '../../core/kernel/index.ts';

/** Reported as the node agent's version: of the generation whose behaviour is emulated (batch-semantics 2.7). */
const AGENT_VERSION = '1.12.0';

const TRANSFERS_AT_A_TIME = 16;

export interface NodeAgentOptions {
  readonly emit: (event: AgentEvent) => void;
  /** The agent's own environment. */
  readonly environment: NodeJS.ProcessEnv;
  readonly retryDelaysMs: readonly number[];
  /** Where the account files are; `/etc` but in tests. */
  readonly accountFiles?: string;
}

type InstallRequest = Extract<AgentRequest, { type: 'installPackages' }>;

export class NodeAgent {
  readonly #options: NodeAgentOptions;
  readonly #runs = new Map<string, Run>();
  /** Runs that are over but whose services live on, by the directory of their task. */
  readonly #services = new Map<string, Run[]>();
  #node: NodeContext | undefined;

  constructor(options: NodeAgentOptions) {
    this.#options = options;
  }

  /** Carries out one request but `stop`, which is the main program's. Throws for what cannot be a request. */
  handle(request: AgentRequest): void {
    switch (request.type) {
      case 'setup':
        void this.#setUp(request);
        return;
      case 'run':
        this.#run(request.run);
        return;
      case 'installPackages':
        void this.#installPackages(request);
        return;
      case 'kill':
        this.#kill(request.runId);
        return;
      case 'deleteDirectory':
        this.#deleteDirectory(request.path);
        return;
      case 'finish':
        this.#runs.get(request.runId)?.finishElsewhere(request.result);
        return;
      case 'stop':
        this.killAll();
    }
  }

  /** Kills every process of the node; what was being transferred is cancelled. */
  killAll(): void {
    const runs = [...this.#runs.values(), ...[...this.#services.values()].flat()];
    for (const run of runs) run.abandon();
    if (this.#node !== undefined) killProcessesOfNode(this.#node.root);
  }

  /** After `killAll`, before the agent ends: what tasks closed to everyone is opened to the server that deletes it. */
  openFilesToServer(): void {
    const node = this.#node;
    if (node?.serverGroup !== undefined) openToServer(node.root, node.serverGroup);
  }

  /** Resolves when directories whose deletion was asked for are gone. */
  async settled(): Promise<void> {
    await this.#node?.trash.emptied();
  }

  async #setUp(setup: AgentSetup): Promise<void> {
    const { emit } = this.#options;
    const switchesUsers = setup.users === 'switch';
    const { retryDelaysMs } = this.#options;
    try {
      createLayout(setup.root);
      const serverGroup = switchesUsers ? groupForServer(setup.root) : undefined;
      if (switchesUsers) openLayout(setup.root, serverGroup);
      // Tasks inherit it.
      process.umask(serverGroup === undefined ? 0o022 : 0o002);
      const transfers = new Gate(TRANSFERS_AT_A_TIME);
      this.#node = {
        root: setup.root,
        users: switchesUsers ? new SystemUsers(setup.accounts, this.#options.accountFiles) : namesOnly(setup.accounts),
        ...(serverGroup === undefined ? {} : { serverGroup }),
        reaper: new StrayReaper(setup.root, { isAlone: switchesUsers }),
        trash: new Trash(setup.root, (text) => emit({ type: 'log', level: 'warn', text })),
        packages: new PackageInstaller({ root: setup.root, gate: transfers, retryDelaysMs }),
        containers: setup.containers === true,
        transfers,
        retryDelaysMs,
        environment: this.#options.environment,
      };
      await Promise.all(setup.relays.map((relay) => openRelay(relay)));
      emit({ type: 'ready', version: AGENT_VERSION });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      emit({ type: 'failed', message: `The node agent cannot work in "${setup.root}": ${reason}` });
    }
  }

  #run(spec: RunSpec): void {
    const node = this.#node;
    if (node === undefined || this.#runs.has(spec.runId)) {
      const reason = node === undefined ? 'it came before a setup that succeeded' : 'it is running';
      this.#options.emit({ type: 'log', level: 'error', text: `Run "${spec.runId}" is ignored: ${reason}.` });
      return;
    }
    const { emit } = this.#options;
    const directory = confine(node.root, spec.directory) ?? spec.directory;
    const run = new Run(spec, node, {
      started: (pid) => emit({ type: 'started', runId: spec.runId, pid }),
      prepared: (prepared) => emit({ type: 'prepared', ...prepared }),
      ended: (result) => {
        this.#runs.delete(spec.runId);
        if (mayLeaveServices(spec)) this.#services.set(directory, [...(this.#services.get(directory) ?? []), run]);
        else this.#endServices(directory);
        emit({ type: 'ended', runId: spec.runId, result });
      },
    });
    this.#runs.set(spec.runId, run);
    run.start();
  }

  /** Before the start task; what becomes of them the server hears in one event. */
  async #installPackages({ installationId, packages }: InstallRequest): Promise<void> {
    const { emit } = this.#options;
    try {
      if (this.#node === undefined) throw new Error('the request came before a setup that succeeded');
      await this.#node.packages.install(packages);
      emit({ type: 'packagesInstalled', installationId });
    } catch (error) {
      emit({ type: 'packagesInstalled', installationId, failure: installationFailure(error) });
    }
  }

  #kill(runId: string): void {
    const run = this.#runs.get(runId);
    if (run !== undefined) {
      run.kill();
      return;
    }
    for (const [directory, runs] of this.#services) {
      if (runs.some(({ spec }) => spec.runId === runId)) this.#endServices(directory);
    }
  }

  #endServices(directory: string): void {
    for (const run of this.#services.get(directory) ?? []) run.endServices(directory);
    this.#services.delete(directory);
  }

  #deleteDirectory(path: string): void {
    const node = this.#node;
    const directory = node === undefined ? undefined : confine(node.root, path);
    if (node === undefined || directory === undefined) {
      this.#options.emit({ type: 'log', level: 'warn', text: `"${path}" is not deleted: it is not below the root.` });
      return;
    }
    this.#endServices(directory);
    node.trash.discard(directory);
    node.trash.discard(attemptsOf(node.root, directory));
  }
}
