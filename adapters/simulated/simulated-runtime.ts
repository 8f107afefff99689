/**
 * Nodes that exist only in time: they boot, run and end commands on the clock they are given, so a
 * day of work takes milliseconds on a virtual one. Nothing is executed.
 */
import type { Clock, Milliseconds, Timer } from '../../core/kernel/index.ts';
import type {
  NodePackage,
  NodeRuntime,
  NodeRuntimeEvent,
  NodeSpec,
  RunResult,
  RunSpec,
  TaskFailure,
} from '../../emulator/engine/index.ts';
import { MemoryFiles } from './memory-files.ts';
import { type PackageTrouble, installSimulated } from './simulated-packages.ts';
import { type SimulatedOutcome, simulateShell } from './simulated-shell.ts';

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  /** How long a node takes until its agent answers; 0 by default. */
  readonly bootMs?: Milliseconds;
  /** What a run does; a run that it does not decide is read as a small shell script. */
  readonly program?: (run: RunSpec, nodeId: string) => SimulatedOutcome | RunResult | undefined;
  /** How long a node takes to install its pool's application packages; 0 by default. */
  readonly installMs?: Milliseconds;
  /** Which application packages cannot be installed; all can when absent. */
  readonly packageTrouble?: PackageTrouble;
}

interface SimulatedNode {
  readonly spec: NodeSpec;
  readonly runs: Map<string, { readonly run: RunSpec; readonly timer: Timer }>;
  /** The end of an installation of packages that is under way. */
  installation?: Timer;
  /** Asked for while the node was not up. */
  waiting: RunSpec[];
  /** Absent while the node is up. */
  boot?: Timer;
}

const AGENT_VERSION = '1.10.0';
const SIGKILL = 9;

export class SimulatedRuntime implements NodeRuntime {
  readonly files: MemoryFiles;
  readonly #options: SimulatedRuntimeOptions;
  readonly #nodes = new Map<string, SimulatedNode>();
  /** Lost nodes whose removal has not been asked for yet. */
  readonly #lost = new Set<string>();
  #listener: ((event: NodeRuntimeEvent) => void) | undefined;

  constructor(options: SimulatedRuntimeOptions) {
    this.#options = options;
    this.files = new MemoryFiles(options.clock);
  }

  connect(listener: (event: NodeRuntimeEvent) => void): void {
    this.#listener = listener;
  }

  createNode(spec: NodeSpec): void {
    const node: SimulatedNode = { spec, runs: new Map(), waiting: [] };
    this.#nodes.set(spec.nodeId, node);
    this.files.format(spec.nodeId);
    this.#boot(node);
  }

  rebootNode(nodeId: string): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    stopRuns(node);
    this.#boot(node);
  }

  reimageNode(nodeId: string): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    stopRuns(node);
    this.files.format(nodeId);
    this.#boot(node);
  }

  removeNode(nodeId: string): void {
    if (!this.#forget(nodeId) && !this.#lost.delete(nodeId)) return;
    this.#later(0, { type: 'nodeRemoved', nodeId });
  }

  /** For tests and faults: the node is gone without anybody's request. */
  loseNode(nodeId: string, reason = 'simulated loss'): void {
    if (!this.#forget(nodeId)) return;
    this.#lost.add(nodeId);
    this.#later(0, { type: 'nodeLost', nodeId, reason });
  }

  installPackages(nodeId: string, installationId: string, packages: readonly NodePackage[]): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    const failure = this.#install(nodeId, packages);
    const more = failure === undefined ? {} : { failure };
    node.installation = this.#later(this.#options.installMs ?? 0, {
      type: 'packagesInstalled',
      nodeId,
      installationId,
      ...more,
    });
  }

  #install(nodeId: string, packages: readonly NodePackage[]): TaskFailure | undefined {
    return installSimulated(this.files, nodeId, packages, this.#options.packageTrouble);
  }

  run(nodeId: string, run: RunSpec): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    if (node.boot === undefined) this.#begin(node, run);
    else node.waiting.push(run);
  }

  #begin(node: SimulatedNode, run: RunSpec): void {
    const { nodeId } = node.spec;
    this.files.remove(nodeId, run.directory);
    for (const directory of ['wd', 'certs']) this.files.makeDirectory(nodeId, `${run.directory}/${directory}`);
    const failure = run.unfit ?? this.#install(nodeId, run.packages ?? []);
    const outcome =
      failure === undefined
        ? (this.#options.program?.(run, nodeId) ?? simulateShell(run))
        : { failure: { ...failure, phase: 'preProcessing' as const } };
    const result = this.#perform(nodeId, run, outcome);
    const durationMs = 'durationMs' in outcome ? outcome.durationMs : 0;
    const wasStarted = 'durationMs' in outcome || outcome.exitCode !== undefined;
    if (wasStarted) this.#later(0, { type: 'runStarted', nodeId, runId: run.runId });
    const timer = this.#options.clock.timerAt(this.#options.clock.now() + durationMs, () => {
      node.runs.delete(run.runId);
      this.#emit({ type: 'runEnded', nodeId, runId: run.runId, ...result });
    });
    node.runs.set(run.runId, { run, timer });
  }

  kill(nodeId: string, runId: string): void {
    const node = this.#nodes.get(nodeId);
    const running = node?.runs.get(runId);
    if (node?.waiting.some((run) => run.runId === runId) === true) {
      node.waiting = node.waiting.filter((run) => run.runId !== runId);
      this.#later(0, { type: 'runEnded', nodeId, runId });
    }
    if (node === undefined || running === undefined) return;
    running.timer.cancel();
    const timer = this.#options.clock.timerAt(this.#options.clock.now(), () => {
      node.runs.delete(runId);
      this.#emit({
        type: 'runEnded',
        nodeId,
        runId,
        exitCode: running.run.signalExitCode === 'n' ? SIGKILL : 128 + SIGKILL,
      });
    });
    node.runs.set(runId, { ...running, timer });
  }

  deleteDirectory(nodeId: string, path: string): void {
    this.files.remove(nodeId, path);
  }

  async close(): Promise<void> {
    this.#listener = undefined;
    for (const nodeId of this.#nodes.keys()) this.#forget(nodeId);
  }

  /** The files that a run leaves are there from its start; a simulated command writes nothing else. */
  #perform(nodeId: string, run: RunSpec, outcome: SimulatedOutcome | RunResult): RunResult {
    if (!('durationMs' in outcome)) return outcome;
    this.files.write(nodeId, `${run.directory}/stdout.txt`, outcome.stdout ?? '');
    this.files.write(nodeId, `${run.directory}/stderr.txt`, outcome.stderr ?? '');
    return { exitCode: outcome.exitCode };
  }

  #boot(node: SimulatedNode): void {
    node.boot?.cancel();
    const { nodeId, suggestedIpAddress } = node.spec;
    const { clock, bootMs = 0 } = this.#options;
    node.boot = clock.timerAt(clock.now() + bootMs, () => {
      delete node.boot;
      this.#emit({ type: 'nodeStarted', nodeId, ipAddress: suggestedIpAddress, agentVersion: AGENT_VERSION });
      const { waiting } = node;
      node.waiting = [];
      for (const run of waiting) this.#begin(node, run);
    });
  }

  #forget(nodeId: string): boolean {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return false;
    stopRuns(node);
    node.boot?.cancel();
    this.#nodes.delete(nodeId);
    this.files.drop(nodeId);
    return true;
  }

  #later(delayMs: Milliseconds, event: NodeRuntimeEvent): Timer {
    return this.#options.clock.timerAt(this.#options.clock.now() + delayMs, () => this.#emit(event));
  }

  #emit(event: NodeRuntimeEvent): void {
    this.#listener?.(event);
  }
}

function stopRuns(node: SimulatedNode): void {
  for (const { timer } of node.runs.values()) timer.cancel();
  node.runs.clear();
  node.installation?.cancel();
  node.waiting = [];
}
