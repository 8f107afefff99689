/**
 * The engine of one account: it runs operations, node events and deadlines as turns, one after the
 * other, and sends what they ask of nodes after their changes are committed.
 */
import { type Clock, type Instant, type Outcome, type Random, type Timer, success } from '../../core/kernel/index.ts';
import { AdviceLog } from './advice/advice-log.ts';
import type {
  ApplicationOperations,
  AttemptOperations,
  BatchEngine,
  ExplainOperations,
  FaultOperations,
  Reply,
  SettingOperations,
} from './batch-engine.ts';
import { SUPPORTED_IMAGES } from './catalog/images.ts';
import { nodeKey } from './domain/keys.ts';
import { World } from './domain/world.ts';
import type { EngineFault } from './fault.ts';
import { applyToNode } from './lifecycle/node-lifecycle.ts';
import { react, reactToDeadline } from './lifecycle/reactions.ts';
import type { View } from './explain/view.ts';
import { applicationCatalog, applicationOperations } from './operations/application-operations.ts';
import { attemptOperations } from './operations/attempt-operations.ts';
import { explainOperations } from './operations/explain-operations.ts';
import { faultOperations } from './operations/fault-operations.ts';
import { fileOperations } from './operations/file-operations.ts';
import { jobOperations } from './operations/job-operations.ts';
import { nodeOperations } from './operations/node-operations.ts';
import { poolOperations } from './operations/pool-operations.ts';
import type { Runner } from './operations/runner.ts';
import { scheduleOperations } from './operations/schedule-operations.ts';
import { taskOperations } from './operations/task-operations.ts';
import { schedulePool } from './scheduler/schedule.ts';
import type { Advice, Warning } from './resources/advice.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from './settings.ts';
import type { LinkedStorage } from './spi/linked-storage.ts';
import type { NodeRuntime, NodeRuntimeEvent } from './spi/node-runtime.ts';
import type { StateStore } from './spi/state-store.ts';
import type { TaskTokens } from './spi/task-tokens.ts';
import type { NodeCommand, Turn } from './turn.ts';

export interface EngineOptions {
  readonly accountName: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly runtime: NodeRuntime;
  readonly store: StateStore;
  /** Without it no task gets an authentication token. */
  readonly taskTokens?: TaskTokens;
  /** Without it `autoStorageContainerName` and application packages are refused. */
  readonly linkedStorage?: LinkedStorage;
  readonly settings: Partial<EngineSettings> & Pick<EngineSettings, 'accountUrl'>;
  /**
   * Told once for each task that the service accepts silently and that will not do what it should.
   * `count` is how many tasks of the job have been given that advice.
   */
  readonly onAdvice?: (advice: Advice, count: number) => void;
}

export interface RunningEngine extends BatchEngine {
  /** Ours, not Azure's: served under `/_batchrite`. */
  readonly explain: ExplainOperations;
  readonly attempts: AttemptOperations;
  readonly applications: ApplicationOperations;
  readonly faults: FaultOperations;
  readonly settings: SettingOperations;
  /** The advice that was given, the first of each kind in each job. */
  warnings(): readonly Warning[];
  /** Lets a turn's last commit finish and stops reacting to time and nodes. The runtime and the store are the caller's. */
  close(): Promise<void>;
}

/** One microsecond: stamps of two changes differ at least by that. */
const TICK = 0.001;

class Engine implements Runner {
  readonly world = new World();
  readonly advice = new AdviceLog();
  readonly #options: EngineOptions;
  #settings: EngineSettings;
  #lastInstant: Instant = 0;
  #timer: { readonly at: Instant; readonly handle: Timer } | undefined;
  #lastCommit: Promise<void> = Promise.resolve();
  #broken: Error | undefined;
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    options.runtime.connect((event) => this.#onNodeEvent(event));
  }

  async change<T>(body: (turn: Turn) => Outcome<T, EngineFault>): Reply<T> {
    this.#assertUsable();
    // Each change has an instant of its own, so that no two changes give the same eTag.
    this.#lastInstant = Math.max(this.#options.clock.now(), this.#lastInstant + TICK);
    const result = this.#turn(body);
    await this.#lastCommit;
    return result;
  }

  async ask<T>(body: (world: World) => Outcome<T, EngineFault>): Reply<T> {
    this.#assertUsable();
    return body(this.world);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.handle.cancel();
    this.#timer = undefined;
    await this.#lastCommit;
  }

  readonly settingOperations: SettingOperations = {
    get: () => this.#settings,
    change: (settings) => {
      this.#settings = { ...this.#settings, ...settings };
    },
  };

  view(world: World): View {
    return { world, now: this.#options.clock.now(), settings: this.#settings };
  }

  #assertUsable(): void {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#closed) throw new Error('the engine is closed');
  }

  #onNodeEvent(event: NodeRuntimeEvent): void {
    if (this.#closed || this.#broken !== undefined) return;
    const key = nodeKey(event.nodeId);
    if (!this.world.nodes.has(key)) return;
    this.#background((turn) => {
      const node = turn.world.nodes.get(key);
      if (node !== undefined) applyToNode(turn, node, event);
    });
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (this.#closed || this.#broken !== undefined) return;
    this.#background((turn) => {
      const { deadlines } = turn.world;
      for (let due = deadlines.takeDue(turn.now); due !== undefined; due = deadlines.takeDue(turn.now)) {
        reactToDeadline(turn, due.owner, due.name);
        react(turn);
      }
    });
  }

  #background(body: (turn: Turn) => void): void {
    this.#lastInstant = Math.max(this.#options.clock.now(), this.#lastInstant);
    try {
      this.#turn(body);
    } catch (error) {
      // A broken invariant stops the engine rather than letting it go on with half a turn.
      this.#broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  #turn<T>(body: (turn: Turn) => T): T {
    const turn: Turn = {
      world: this.world,
      now: this.#lastInstant,
      settings: this.#settings,
      accountName: this.#options.accountName,
      ...(this.#options.taskTokens === undefined ? {} : { taskTokens: this.#options.taskTokens }),
      ...(this.#options.linkedStorage === undefined ? {} : { linkedStorage: this.#options.linkedStorage }),
      random: this.#options.random.stream('nodes'),
      commands: [],
      facts: [],
      advice: [],
    };
    const result = body(turn);
    settle(turn);
    this.#commit(turn);
    for (const advice of turn.advice) {
      const count = this.advice.note(advice);
      this.#options.onAdvice?.(advice, count);
    }
    this.#armTimer();
    return result;
  }

  #commit(turn: Turn): void {
    const changes = turn.world.takeChanges();
    const committed = changes.length === 0 ? undefined : this.#options.store.commit(changes);
    if (committed === undefined) {
      this.#send(turn.commands);
      return;
    }
    // Commits resolve in order, so commands do too.
    this.#lastCommit = Promise.all([this.#lastCommit, committed]).then(() => this.#send(turn.commands));
  }

  #send(commands: readonly NodeCommand[]): void {
    const { runtime } = this.#options;
    for (const command of commands) {
      if (command.type === 'createNode') runtime.createNode(command.node);
      else if (command.type === 'run') runtime.run(command.nodeId, command.run);
      else if (command.type === 'installPackages') {
        runtime.installPackages(command.nodeId, command.installationId, command.packages);
      } else if (command.type === 'kill') runtime.kill(command.nodeId, command.runId);
      else if (command.type === 'deleteDirectory') runtime.deleteDirectory(command.nodeId, command.path);
      else runtime[command.type](command.nodeId);
    }
  }

  #armTimer(): void {
    const next = this.world.deadlines.nextAt;
    if (this.#timer?.at === next) return;
    this.#timer?.handle.cancel();
    this.#timer =
      next === undefined || this.#closed
        ? undefined
        : { at: next, handle: this.#options.clock.timerAt(next, () => this.#onTimer()) };
  }
}

/** Lets everybody react, then lets the scheduler use what has become free, until nothing moves. */
function settle(turn: Turn): void {
  for (;;) {
    react(turn);
    const pools = turn.world.takeDirtyPools();
    if (pools.length === 0) return;
    for (const pool of pools) schedulePool(turn, pool);
  }
}

/** Starts the engine of an account on an empty or a restored state. */
export async function createEngine(options: EngineOptions): Promise<RunningEngine> {
  const engine = new Engine(options);
  engine.world.restore(await options.store.load());
  return {
    account: { name: options.accountName },
    pools: poolOperations(engine),
    nodes: nodeOperations(engine),
    jobs: jobOperations(engine),
    tasks: taskOperations(engine),
    schedules: scheduleOperations(engine),
    files: fileOperations(engine),
    catalog: {
      supportedImages: () => engine.ask(() => success(SUPPORTED_IMAGES)),
      ...applicationCatalog(engine),
    },
    applications: applicationOperations(engine),
    warnings: () => engine.advice.list(),
    faults: faultOperations(engine),
    settings: engine.settingOperations,
    explain: explainOperations(engine, (world) => engine.view(world)),
    attempts: attemptOperations(engine),
    close: () => engine.close(),
  };
}
