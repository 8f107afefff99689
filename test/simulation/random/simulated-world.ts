// The account that a random simulation works on, with what the simulation itself knows of it: what it asked for and when.
import type { Milliseconds, Random, RandomStream } from '../../../core/kernel/index.ts';
import { VirtualClock, seededRandom } from '../../../core/kernel/index.ts';
import type {
  EngineSettings,
  JobScheduleAdd,
  JobSpecification,
  JobState,
  NodeRuntime,
  Quotas,
  RunningEngine,
  TaskAdd,
} from '../../../emulator/engine/index.ts';
import { DEFAULT_SETTINGS, createEngine } from '../../../emulator/engine/index.ts';
import { RecordingStore } from './recording-store.ts';
import { WatchedRuntime } from './watched-runtime.ts';

/** What was asked for and not taken back. Keys are ids in lower case. */
export interface KnownPool {
  /** When its allocation was last asked to change. */
  changedAt: number;
  timeoutMs: Milliseconds;
  deletedAt?: number;
  /** The engine made it for a job or a schedule, and takes it away again. */
  readonly owner?: PoolOwner;
}

export interface PoolOwner {
  /** Of the job that it was made for. */
  readonly id: string;
  /** Of the job, or of its schedule. */
  readonly creationTime: number;
  readonly lifetime: 'job' | 'jobschedule';
}

export interface KnownJob {
  readonly tasks: Map<string, KnownTask>;
  /** After the last step: how many tasks it had on nodes, and its state. */
  before: { readonly placed: number; readonly state: JobState };
  deletedAt?: number;
}

export interface KnownSchedule {
  readonly id: string;
  spec: JobScheduleAdd;
  /** How many of its jobs have been seen. */
  jobsMade: number;
  deletedAt?: number;
}

export interface KnownTask {
  readonly spec: TaskAdd;
  readonly isManager: boolean;
  /** Ids of tasks that let their dependents go, at any time since this one was added. */
  readonly satisfied: Set<string>;
  /** As last seen. */
  counters: { readonly retryCount: number; readonly requeueCount: number };
  /** Since it was last seen. */
  isReactivated: boolean;
  /** It has been seen on a node, so its dependencies have been looked at. */
  hasStarted: boolean;
}

/** Low enough to be met. */
export const QUOTAS: Quotas = { dedicatedCores: 16, lowPriorityCores: 8, pools: 4, activeJobsAndSchedules: 7 };

export class SimulatedWorld {
  readonly clock = new VirtualClock();
  readonly store = new RecordingStore();
  readonly runtime: WatchedRuntime;
  /** How long a killed process lasts. */
  readonly killMs: Milliseconds;
  readonly settings: Partial<EngineSettings> & Pick<EngineSettings, 'accountUrl'>;
  readonly pools = new Map<string, KnownPool>();
  readonly jobs = new Map<string, KnownJob>();
  readonly schedules = new Map<string, KnownSchedule>();
  /** Nodes that were told to restart, and when they had booted last: they may wait for tasks and files, and take no others. */
  readonly departing = new Map<string, number | undefined>();
  /** Nodes to which contact was lost, while the engine may wait for them: it believes of them what was true before. */
  readonly lost = new Set<string>();
  readonly #random: Random;
  #engine: RunningEngine | undefined;

  constructor(seed: string) {
    this.#random = seededRandom(seed);
    const settings = this.random('settings');
    this.killMs = pick(settings, [0, 0, 2000]);
    const bootMs = pick(settings, [0, 0, 1500]);
    this.runtime = new WatchedRuntime({ clock: this.clock, bootMs, killMs: this.killMs });
    this.settings = {
      accountUrl: 'http://127.0.0.1',
      allocationMs: pick(settings, [0, 250, 5000]),
      nodeStartupMs: pick(settings, [0, 0, 30_000]),
      quotas: QUOTAS,
      ...durations(settings),
      openQuestions: {
        ...DEFAULT_SETTINGS.openQuestions,
        rebootRaisesRequeueCount: pick(settings, [true, false]),
        preemptionRaisesRequeueCount: pick(settings, [true, false]),
        wallClockPerAttempt: pick(settings, [true, true, false]),
        signalExitCode: pick(settings, ['128+n', 'n']),
      },
    };
  }

  random(stream: string): RandomStream {
    return this.#random.stream(stream);
  }

  get engine(): RunningEngine {
    if (this.#engine === undefined) throw new Error('The world is not open; call open() first.');
    return this.#engine;
  }

  async open(): Promise<void> {
    this.#engine = await this.#start(this.runtime, this.store);
  }

  /** An engine that was started from what has been committed, on nodes that answer nothing. Close it. */
  restored(): Promise<RunningEngine> {
    return this.#start(
      new WatchedRuntime({ clock: new VirtualClock(), killMs: 0 }),
      new RecordingStore(this.store.records),
    );
  }

  async close(): Promise<void> {
    await this.#engine?.close();
    await this.runtime.close();
  }

  #start(runtime: NodeRuntime, store: RecordingStore): Promise<RunningEngine> {
    // The restored engine's own random numbers and time do not matter: it is only looked at.
    const isFirst = runtime === this.runtime;
    return createEngine({
      accountName: 'simulated',
      clock: isFirst ? this.clock : new VirtualClock(this.clock.now()),
      random: isFirst ? this.#random : seededRandom('restored'),
      runtime,
      store,
      settings: this.settings,
    });
  }
}

/** Its agent is up, and the engine hears of it. */
export function isInContact({ runtime, lost }: SimulatedWorld, nodeId = ''): boolean {
  return runtime.nodes.get(nodeId)?.isUp === true && !lost.has(nodeId);
}

/** How long things take that may take no time. */
export function durations(random: RandomStream): Partial<EngineSettings> {
  return {
    stopResizeMs: pick(random, [0, 1000]),
    spotReturnMs: pick(random, [0, 5000, 60_000]),
    lostContactMs: pick(random, [0, 0, 30_000]),
    nodeCreationMs: pick(random, [0, 0, 2000]),
    nodeRebootMs: pick(random, [0, 2000]),
    nodeReimageMs: pick(random, [0, 2000]),
    nodeLeavingMs: pick(random, [0, 0, 2000]),
    poolDeletionMs: pick(random, [0, 10_000]),
    jobDisablingMs: pick(random, [0, 0, 3000]),
    jobEnablingMs: pick(random, [0, 0, 3000]),
    jobTerminatingMs: pick(random, [0, 0, 3000]),
    jobDeletingMs: pick(random, [0, 0, 3000]),
    taskPreemption: random.next() < 0.5,
  };
}

export function pick<T>(random: RandomStream, choices: readonly T[]): T {
  const choice = choices[random.integer(choices.length)];
  if (choice === undefined) throw new Error('There is nothing to choose from.');
  return choice;
}

export function chance(random: RandomStream, probability: number): boolean {
  return random.next() < probability;
}

export function newTask(spec: TaskAdd, isManager = false): KnownTask {
  const counters = { retryCount: 0, requeueCount: 0 };
  return { spec, isManager, satisfied: new Set(), counters, isReactivated: false, hasStarted: false };
}

export const MANAGER_ID = 'manager';

/** The tasks that a job begins with. */
export function managerOf({ jobManagerTask: manager }: JobSpecification): Map<string, KnownTask> {
  if (manager === undefined) return new Map();
  const { id, commandLine } = manager;
  return new Map([[id.toLowerCase(), newTask({ id, commandLine }, true)]]);
}

/** Mostly one of `known`, so that most operations find what they are about; at times any of `all`, so that some do not. */
export function mostly(random: RandomStream, known: readonly string[], all: readonly string[]): string {
  return known.length > 0 && chance(random, 0.9) ? pick(random, known) : pick(random, all);
}
