/**
 * Lets the engines of several accounts use one runtime: each hears of all nodes and knows its own. It also knows what the
 * runtime is working on, and which nodes there are, for those who wait for the one or remove the other.
 */
import type { NodeRuntime, NodeRuntimeEvent } from '../engine/index.ts';

interface NodeWork {
  /** Between a command to start or to remove it and the runtime's answer. */
  isMoving: boolean;
  /** Runs and installations of packages that have not ended. */
  readonly works: ReadonlySet<string>;
}

export class SharedRuntime {
  readonly #runtime: NodeRuntime;
  readonly #listeners = new Set<(event: NodeRuntimeEvent) => void>();
  readonly #nodes = new Map<string, NodeWork>();
  /** How many nodes start or go, or run something. */
  #busy = 0;
  #emptied: (() => void) | undefined;

  constructor(runtime: NodeRuntime) {
    this.#runtime = runtime;
    runtime.connect((event) => {
      this.#note(event);
      for (const listener of this.#listeners) listener(event);
    });
  }

  /** Whether any node starts, goes or runs something. */
  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** For one engine. Closing it ends the engine's part alone: the runtime is closed by who made it, after every engine. */
  connection(): NodeRuntime {
    const runtime = this.#runtime;
    return {
      connect: (listener) => void this.#listeners.add(listener),
      createNode: (node) => {
        this.#change(node.nodeId, { isMoving: true, works: new Set() });
        runtime.createNode(node);
      },
      rebootNode: (nodeId) => {
        this.#restart(nodeId);
        runtime.rebootNode(nodeId);
      },
      reimageNode: (nodeId) => {
        this.#restart(nodeId);
        runtime.reimageNode(nodeId);
      },
      removeNode: (nodeId) => this.#remove(nodeId),
      installPackages: (nodeId, installationId, packages) => {
        this.#begin(nodeId, installationId);
        runtime.installPackages(nodeId, installationId, packages);
      },
      run: (nodeId, run) => {
        this.#begin(nodeId, run.runId);
        runtime.run(nodeId, run);
      },
      kill: (nodeId, runId) => runtime.kill(nodeId, runId),
      deleteDirectory: (nodeId, path) => runtime.deleteDirectory(nodeId, path),
      files: runtime.files,
      close: () => Promise.resolve(),
    };
  }

  /** Forgets the engines and removes all nodes; resolves when they are gone. */
  clear(): Promise<void> {
    this.#listeners.clear();
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const nodeId of this.#nodes.keys()) this.#remove(nodeId);
    this.#tellWhenEmpty();
    return emptied;
  }

  #remove(nodeId: string): void {
    this.#restart(nodeId);
    this.#runtime.removeNode(nodeId);
  }

  #restart(nodeId: string): void {
    if (this.#nodes.has(nodeId)) this.#change(nodeId, { isMoving: true, works: new Set() });
  }

  #begin(nodeId: string, workId: string): void {
    const work = this.#nodes.get(nodeId);
    if (work !== undefined) this.#change(nodeId, { ...work, works: new Set([...work.works, workId]) });
  }

  #note(event: NodeRuntimeEvent): void {
    const work = this.#nodes.get(event.nodeId);
    if (work === undefined) return;
    if (event.type === 'runEnded' || event.type === 'packagesInstalled') {
      const works = new Set(work.works);
      works.delete(event.type === 'runEnded' ? event.runId : event.installationId);
      this.#change(event.nodeId, { ...work, works });
    } else if (event.type === 'nodeStarted' || event.type === 'nodeFailed') {
      this.#change(event.nodeId, { isMoving: false, works: new Set() });
    } else if (event.type === 'nodeRemoved' || event.type === 'nodeLost') {
      this.#change(event.nodeId, undefined);
      this.#tellWhenEmpty();
    }
  }

  #change(nodeId: string, work: NodeWork | undefined): void {
    this.#busy -= isBusy(this.#nodes.get(nodeId)) ? 1 : 0;
    this.#busy += isBusy(work) ? 1 : 0;
    if (work === undefined) this.#nodes.delete(nodeId);
    else this.#nodes.set(nodeId, work);
  }

  #tellWhenEmpty(): void {
    if (this.#nodes.size > 0) return;
    this.#emptied?.();
    this.#emptied = undefined;
  }
}

function isBusy(work: NodeWork | undefined): boolean {
  return work !== undefined && (work.isMoving || work.works.size > 0);
}
