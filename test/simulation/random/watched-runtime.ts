// A simulated runtime that remembers what really runs on which node, so that what the engine says can be held against it.
import type { SimulatedRuntimeOptions } from '../../../adapters/simulated/index.ts';
import { SimulatedRuntime } from '../../../adapters/simulated/index.ts';
import type { Milliseconds } from '../../../core/kernel/index.ts';
import type { NodeRuntimeEvent, NodeSpec, RunSpec } from '../../../emulator/engine/index.ts';

export interface LiveRun {
  readonly runId: string;
  readonly nodeId: string;
  readonly run: RunSpec;
  readonly jobId: string;
  readonly taskId: string;
  /** Its task was deleted while it ran: the node has been told to end it. */
  isOrphan: boolean;
  /** The node has been told to end it. */
  isKilled: boolean;
}

export interface WatchedRuntimeOptions extends SimulatedRuntimeOptions {
  /** How long a run takes to die when it is killed. */
  readonly killMs: Milliseconds;
}

export class WatchedRuntime extends SimulatedRuntime {
  /** Nodes that exist, and for each of them whether its agent answers. */
  readonly nodes = new Map<string, { readonly spec: NodeSpec; isUp: boolean }>();
  readonly live = new Map<string, LiveRun>();
  /** Broken rules that are seen at the moment of a command. */
  readonly violations: string[] = [];
  /** Goes up whenever one of the above changes. */
  changes = 0;
  /** Nodes whose files may have changed since somebody last asked. */
  #touched = new Set<string>();
  readonly #nodeIds = new Set<string>();
  readonly #runIds = new Set<string>();
  readonly #options: WatchedRuntimeOptions;
  #report: ((event: NodeRuntimeEvent) => void) | undefined;

  constructor(options: WatchedRuntimeOptions) {
    super(options);
    this.#options = options;
  }

  override connect(listener: (event: NodeRuntimeEvent) => void): void {
    this.#report = (event) => {
      this.#observe(event);
      listener(event);
    };
    super.connect(this.#report);
  }

  override createNode(spec: NodeSpec): void {
    if (this.#nodeIds.has(spec.nodeId)) this.violations.push(`the node id ${spec.nodeId} is used twice`);
    this.#nodeIds.add(spec.nodeId);
    this.nodes.set(spec.nodeId, { spec, isUp: false });
    this.#touch(spec.nodeId);
    super.createNode(spec);
  }

  override rebootNode(nodeId: string): void {
    this.#goDown(nodeId);
    super.rebootNode(nodeId);
  }

  override reimageNode(nodeId: string): void {
    this.#goDown(nodeId);
    super.reimageNode(nodeId);
  }

  override removeNode(nodeId: string): void {
    this.#forgetNode(nodeId);
    super.removeNode(nodeId);
  }

  override loseNode(nodeId: string, reason?: string): void {
    this.#forgetNode(nodeId);
    super.loseNode(nodeId, reason);
  }

  /** The node stays, but can do nothing any more. */
  failNode(nodeId: string): void {
    this.#goDown(nodeId);
    super.rebootNode(nodeId);
    this.#report?.({ type: 'nodeFailed', nodeId, error: { code: 'Broken', message: 'A fault was injected.' } });
  }

  override run(nodeId: string, run: RunSpec): void {
    const { runId } = run;
    if (this.#runIds.has(runId)) this.violations.push(`the run id ${runId} is used twice`);
    this.#runIds.add(runId);
    const node = this.nodes.get(nodeId);
    // A command for a node that is lost, while the engine has not heard of it, is ignored.
    if (node !== undefined) {
      if (!node.isUp) this.violations.push(`the run ${runId} is started on ${nodeId}, whose agent is not up`);
      const same = [...this.live.values()].find(
        (other) => other.nodeId === nodeId && other.run.directory === run.directory,
      );
      if (same !== undefined) {
        this.violations.push(`the runs ${same.runId} and ${runId} use ${run.directory} on ${nodeId} at once`);
      }
      const variable = (name: string): string => run.environment.find((each) => each.name === name)?.value ?? '';
      const [jobId, taskId] = [variable('AZ_BATCH_JOB_ID'), variable('AZ_BATCH_TASK_ID')];
      this.live.set(runId, { runId, nodeId, run, jobId, taskId, isOrphan: false, isKilled: false });
    }
    this.#touch(nodeId);
    super.run(nodeId, run);
  }

  override kill(nodeId: string, runId: string): void {
    const { clock, killMs } = this.#options;
    const run = this.live.get(runId);
    if (run !== undefined) run.isKilled = true;
    if (killMs === 0) super.kill(nodeId, runId);
    else clock.timerAt(clock.now() + killMs, () => super.kill(nodeId, runId));
  }

  override deleteDirectory(nodeId: string, path: string): void {
    this.#touch(nodeId);
    super.deleteDirectory(nodeId, path);
  }

  takeTouched(): ReadonlySet<string> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /** Its task was deleted while it ran. */
  orphan(run: LiveRun): void {
    run.isOrphan = true;
    this.changes += 1;
  }

  runsOf(nodeId: string): readonly LiveRun[] {
    return [...this.live.values()].filter((run) => run.nodeId === nodeId);
  }

  #touch(nodeId: string): void {
    this.changes += 1;
    this.#touched.add(nodeId);
  }

  #observe(event: NodeRuntimeEvent): void {
    this.#touch(event.nodeId);
    if (event.type === 'runEnded') this.live.delete(event.runId);
    const node = this.nodes.get(event.nodeId);
    if (event.type === 'nodeStarted' && node !== undefined) node.isUp = true;
  }

  #goDown(nodeId: string): void {
    this.#touch(nodeId);
    const node = this.nodes.get(nodeId);
    if (node !== undefined) node.isUp = false;
    for (const run of this.runsOf(nodeId)) this.live.delete(run.runId);
  }

  #forgetNode(nodeId: string): void {
    this.#goDown(nodeId);
    this.nodes.delete(nodeId);
  }
}
