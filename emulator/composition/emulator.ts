/** Puts an emulator together: an engine an account, the HTTP server in front, the control plane beside. */
import { Container, type ServiceIdentifier } from 'inversify';
import type { Clock, Random } from '../../core/kernel/index.ts';
import { CONTROL_PREFIX, ProgramShelf, createControlPlane } from '../control/index.ts';
import {
  type EngineSettings,
  type NodeRuntime,
  type RunningEngine,
  type StateStore,
  createEngine,
} from '../engine/index.ts';
import {
  type BatchServer,
  type BatchServerOptions,
  type ServerLog,
  type TaskTokenAuthority,
  createBatchServer,
  createTaskTokens,
  silentLog,
} from '../rest/index.ts';
import { memoryStore } from '../store/index.ts';
import { type Account, DEVELOPMENT_ACCOUNT } from './development-account.ts';
import { shareRuntime } from './shared-runtime.ts';

export interface EmulatorOptions extends Pick<BatchServerOptions, 'tls' | 'oauth'> {
  readonly clock: Clock;
  /** Null where clients live on another clock than the emulator, which then cannot judge how old a request is. */
  readonly credentialClock?: Clock | null;
  readonly random: Random;
  /** Closed with the emulator. */
  readonly runtime: NodeRuntime;
  readonly accounts?: readonly Account[];
  /** 0 or absent: a free port. Always on 127.0.0.1. */
  readonly port?: number;
  /** Keeps paths of served programs unguessable, and signs the tokens of tasks. */
  readonly secret: string;
  readonly settings?: Partial<Omit<EngineSettings, 'accountUrl' | 'loose'>>;
  readonly store?: (accountName: string) => StateStore;
  readonly log?: ServerLog;
  readonly strictApiVersion?: boolean;
  readonly loose?: boolean;
}

export interface Emulator {
  /** `http://127.0.0.1:{port}`, or `https` with a certificate. */
  readonly url: string;
  readonly port: number;
  /** At least one. */
  readonly accounts: readonly Account[];
  /** The engine of an account, for callers in the same process; undefined for an unknown name. */
  engine(accountName: string): RunningEngine | undefined;
  readonly runtime: NodeRuntime;
  /** A URL under which nodes can download the file without further credentials. */
  offerProgram(file: string): string;
  /** Ends requests, engines, nodes and stores, in this order. Idempotent. */
  close(): Promise<void>;
}

interface Engines {
  readonly byName: ReadonlyMap<string, RunningEngine>;
  readonly stores: readonly StateStore[];
  /** What they give to tasks that may act on their own job. */
  readonly taskTokens: TaskTokenAuthority;
}

const tokens = {
  options: Symbol('EmulatorOptions') as ServiceIdentifier<EmulatorOptions>,
  accounts: Symbol('Accounts') as ServiceIdentifier<readonly Account[]>,
  address: Symbol('Address') as ServiceIdentifier<Address>,
  engines: Symbol('Engines') as ServiceIdentifier<Engines>,
  programs: Symbol('ProgramShelf') as ServiceIdentifier<ProgramShelf>,
  server: Symbol('BatchServer') as ServiceIdentifier<BatchServer>,
};

/** Filled in when the server listens: engines tell tasks where the service is. */
interface Address {
  url: string;
}

/** Starts an emulator. Rejects with a `FaultError` when its port cannot be had; nothing is left running then. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const container = compose(options);
  const accounts = container.get(tokens.accounts);
  const address = container.get(tokens.address);
  const programs = container.get(tokens.programs);
  const engines = await container.getAsync(tokens.engines);
  const closeInside = async (): Promise<void> => {
    await Promise.all([...engines.byName.values()].map((engine) => engine.close()));
    await options.runtime.close();
    await Promise.all(engines.stores.map((store) => store.close()));
  };
  const server = await listen(container, options).catch(async (error: unknown) => {
    await closeInside();
    throw error;
  });
  address.url = server.url;
  let closing: Promise<void> | undefined;
  return {
    url: server.url,
    port: server.port,
    accounts,
    engine: (accountName) => engines.byName.get(accountName.toLowerCase()),
    runtime: options.runtime,
    offerProgram: (file) => `${server.url}${CONTROL_PREFIX}/${programs.offer(file)}`,
    close: () => (closing ??= server.close().then(closeInside)),
  };
}

async function listen(container: Container, { port = 0 }: EmulatorOptions): Promise<BatchServer> {
  const server = await container.getAsync(tokens.server);
  await server.listen(port);
  return server;
}

function compose(options: EmulatorOptions): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(tokens.options).toConstantValue(options);
  container.bind(tokens.address).toConstantValue({ url: '' });
  container.bind(tokens.accounts).toConstantValue(options.accounts ?? [DEVELOPMENT_ACCOUNT]);
  container.bind(tokens.programs).toConstantValue(new ProgramShelf(options.secret));
  container.bind(tokens.engines).toResolvedValue(startEngines, [tokens.options, tokens.accounts, tokens.address]);
  container
    .bind(tokens.server)
    .toResolvedValue(createServer, [tokens.options, tokens.accounts, tokens.engines, tokens.programs]);
  return container;
}

async function startEngines(
  options: EmulatorOptions,
  accounts: readonly Account[],
  address: Address,
): Promise<Engines> {
  const taskTokens = createTaskTokens(options.secret);
  const runtimeFor = shareRuntime(options.runtime);
  const byName = new Map<string, RunningEngine>();
  const stores: StateStore[] = [];
  for (const { name } of accounts) {
    const store = options.store?.(name) ?? memoryStore();
    stores.push(store);
    const engine = await createEngine({
      accountName: name,
      clock: options.clock,
      random: options.random,
      runtime: runtimeFor(),
      store,
      taskTokens,
      settings: { ...options.settings, loose: options.loose ?? false, accountUrl: () => address.url },
    });
    byName.set(name.toLowerCase(), engine);
  }
  return { byName, stores, taskTokens };
}

function createServer(
  options: EmulatorOptions,
  accounts: readonly Account[],
  { byName, taskTokens }: Engines,
  programs: ProgramShelf,
): BatchServer {
  const log = options.log ?? silentLog;
  const services = accounts.flatMap(({ name, ...keys }) => {
    const engine = byName.get(name.toLowerCase());
    return engine === undefined ? [] : [[name, { ...keys, engine, files: options.runtime.files }] as const];
  });
  return createBatchServer({
    accounts: new Map(services),
    clock: options.clock,
    ...(options.credentialClock === undefined ? {} : { credentialClock: options.credentialClock }),
    random: options.random,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.oauth === undefined ? {} : { oauth: options.oauth }),
    taskTokens,
    log,
    strictApiVersion: options.strictApiVersion ?? false,
    loose: options.loose ?? false,
    extraRoutes: createControlPlane({
      programs,
      health: () => ({ status: 'ok', accounts: accounts.map(({ name }) => name) }),
      onFailure: (error) => log.failure('the control plane failed', error),
    }),
  });
}
