/** The node-runtime SPI for nodes that run an agent, over any host of such nodes. */
import type {
  NodeFileSystem,
  NodePackage,
  NodeRuntime,
  NodeRuntimeEvent,
  NodeSpec,
  RunSpec,
} from '../../emulator/engine/index.ts';
import { AgentNode } from './agent-node.ts';
import type { Log } from './agent-node.ts';
import { KeptLogs } from './kept-logs.ts';
import type { NodeHost } from './node-host.ts';

export class AgentNodeRuntime implements NodeRuntime {
  readonly files: NodeFileSystem;
  readonly #host: NodeHost;
  readonly #log: Log;
  readonly #keptLogs: KeptLogs;
  readonly #nodes = new Map<string, AgentNode>();
  /** Gone for the commands, not yet from the machine: `close` waits for them. */
  readonly #removing = new Set<AgentNode>();
  #listener: ((event: NodeRuntimeEvent) => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(host: NodeHost, log: Log) {
    this.#host = host;
    this.#log = log;
    this.files = host.files;
    this.#keptLogs = new KeptLogs(host.files);
  }

  connect(listener: (event: NodeRuntimeEvent) => void): void {
    this.#listener = listener;
  }

  createNode(spec: NodeSpec): void {
    if (this.#closing !== undefined || this.#nodes.has(spec.nodeId)) return;
    const node = new AgentNode(spec, {
      host: this.#host,
      keptLogs: this.#keptLogs,
      log: this.#log,
      emit: (event) => this.#pass(event),
    });
    this.#nodes.set(spec.nodeId, node);
    node.create();
  }

  #pass(event: NodeRuntimeEvent): void {
    this.#listener?.(event);
    // Nobody asks for its removal any more, and its folder, container and place are wanted by others.
    if (event.type === 'nodeLost') this.removeNode(event.nodeId);
  }

  rebootNode(nodeId: string): void {
    this.#nodes.get(nodeId)?.reboot();
  }

  reimageNode(nodeId: string): void {
    this.#nodes.get(nodeId)?.reimage();
  }

  removeNode(nodeId: string): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    this.#removing.add(node);
    this.#nodes.delete(nodeId);
    void node.remove().finally(() => this.#removing.delete(node));
  }

  installPackages(nodeId: string, installationId: string, packages: readonly NodePackage[]): void {
    this.#nodes.get(nodeId)?.send({ type: 'installPackages', installationId, packages });
  }

  run(nodeId: string, run: RunSpec): void {
    this.#nodes.get(nodeId)?.send({ type: 'run', run });
  }

  kill(nodeId: string, runId: string): void {
    this.#nodes.get(nodeId)?.send({ type: 'kill', runId });
  }

  deleteDirectory(nodeId: string, path: string): void {
    this.#nodes.get(nodeId)?.send({ type: 'deleteDirectory', path });
  }

  keptLog(runId: string, file: string): Uint8Array | undefined {
    return this.#keptLogs.read(runId, file);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const nodes = [...this.#nodes.values(), ...this.#removing];
    this.#nodes.clear();
    await Promise.all(nodes.map((node) => node.close()));
    await this.#host.close();
  }
}
