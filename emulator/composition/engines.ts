/** The engines of an emulator, one an account, which can be made anew while the server in front of them goes on. */
import { type NodeRuntime, type RunningEngine, type StateStore, createEngine } from '../engine/index.ts';
import { isEmpty, isIdle } from './idleness.ts';
import { SharedRuntime } from './shared-runtime.ts';

/** What an engine is made of, beside its account's name and its part of the runtime. */
export type EngineParts = Omit<Parameters<typeof createEngine>[0], 'accountName' | 'runtime' | 'store'>;

export interface EnginesOptions {
  readonly accountNames: readonly string[];
  /** Closed with the engines. */
  readonly runtime: NodeRuntime;
  readonly store: (accountName: string) => StateStore;
  readonly parts: EngineParts;
}

export class Engines {
  /** By the account's name in lower case. Each is, at each call, the current engine of its account. */
  readonly byName = new Map<string, RunningEngine>();
  readonly #options: EnginesOptions;
  readonly #runtime: SharedRuntime;
  readonly #stores: ReadonlyMap<string, StateStore>;
  readonly #current = new Map<string, RunningEngine>();

  private constructor(options: EnginesOptions) {
    this.#options = options;
    this.#runtime = new SharedRuntime(options.runtime);
    this.#stores = new Map(options.accountNames.map((name) => [name, options.store(name)]));
  }

  static async start(options: EnginesOptions): Promise<Engines> {
    const engines = new Engines(options);
    await engines.#create();
    for (const name of options.accountNames) {
      engines.byName.set(
        name.toLowerCase(),
        forward(() => engines.#engine(name)),
      );
    }
    return engines;
  }

  /** Whether something runs on a node, or a node starts or goes. */
  get worksOnNodes(): boolean {
    return this.#runtime.isBusy;
  }

  /** Whether every account waits for nothing but its users and for times that are set. */
  async areIdle(): Promise<boolean> {
    return !this.worksOnNodes && this.#all(isIdle);
  }

  async areEmpty(): Promise<boolean> {
    return this.#all(isEmpty);
  }

  /**
   * Removes all nodes and all state, and starts engines that know nothing. `between` happens when the old ones have
   * ended; `whileLeaving` lets nodes go whose leaving takes time on a clock that somebody must move.
   */
  async renew(whileLeaving: () => Promise<void>, between: () => void): Promise<void> {
    await this.#closeEngines();
    const cleared = this.#runtime.clear();
    await whileLeaving();
    await cleared;
    for (const store of this.#stores.values()) await emptyStore(store);
    between();
    await this.#create();
  }

  async close(): Promise<void> {
    await this.#closeEngines();
    await this.#options.runtime.close();
    await Promise.all([...this.#stores.values()].map((store) => store.close()));
  }

  async #create(): Promise<void> {
    for (const [accountName, store] of this.#stores) {
      const runtime = this.#runtime.connection();
      this.#current.set(accountName, await createEngine({ ...this.#options.parts, accountName, runtime, store }));
    }
  }

  async #closeEngines(): Promise<void> {
    await Promise.all([...this.#current.values()].map((engine) => engine.close()));
  }

  async #all(holds: (engine: RunningEngine) => Promise<boolean>): Promise<boolean> {
    for (const engine of this.#current.values()) if (!(await holds(engine))) return false;
    return true;
  }

  #engine(name: string): RunningEngine {
    const engine = this.#current.get(name);
    if (engine === undefined) throw new Error(`the engine of ${name} is not started`);
    return engine;
  }
}

/** The engine that is current at each call, also for who has kept one of its groups of operations. */
function forward(current: () => RunningEngine): RunningEngine {
  const groups = new Map<PropertyKey, object>();
  return new Proxy(current(), {
    get: (_engine, name): unknown => {
      const member: unknown = Reflect.get(current(), name);
      if (typeof member !== 'object' || member === null) return member;
      let group = groups.get(name);
      if (group === undefined) {
        group = new Proxy(member, { get: (_, operation): unknown => Reflect.get(groupOf(current(), name), operation) });
        groups.set(name, group);
      }
      return group;
    },
  });
}

function groupOf(engine: RunningEngine, name: PropertyKey): object {
  const group: unknown = Reflect.get(engine, name);
  return typeof group === 'object' && group !== null ? group : {};
}

async function emptyStore(store: StateStore): Promise<void> {
  const records = await store.load();
  if (records.length === 0) return;
  await store.commit(records.map(({ kind, key }) => ({ delete: { kind, key } })));
}
