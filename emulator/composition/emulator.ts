/** Puts an emulator together: an engine an account, the HTTP server in front, the control plane beside. */
import { Container, type ServiceIdentifier } from 'inversify';
import type { Clock, Random } from '../../core/kernel/index.ts';
import {
  ApplicationLibrary,
  CONTROL_PREFIX,
  type PackageStore,
  ProgramShelf,
  type TimeControl,
  createControlPlane,
} from '../control/index.ts';
import { attemptsPath } from '../agent/index.ts';
import type { EngineSettings, LinkedStorage, NodeRuntime, RunningEngine, StateStore } from '../engine/index.ts';
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
import { warnOf } from './advice-warnings.ts';
import { type Account, DEVELOPMENT_ACCOUNT } from './development-account.ts';
import { Engines } from './engines.ts';
import { type RestartableRandom, restartableRandom } from './restartable-random.ts';
import { createTimeControl } from './time-control.ts';

export interface EmulatorOptions extends Pick<BatchServerOptions, 'tls' | 'oauth'> {
  /** A `VirtualTime` is moved by `time` and under `/_batchrite/clock`. */
  readonly clock: Clock;
  /** What nodes do takes time on `clock` alone: they are not processes or containers. */
  readonly isSimulated?: boolean;
  /** Null where clients live on another clock than the emulator, which then cannot judge how old a request is. */
  readonly credentialClock?: Clock | null;
  readonly random: Random;
  /** Closed with the emulator. */
  readonly runtime: NodeRuntime;
  readonly accounts?: readonly Account[];
  /**
   * The storage account that is linked to all Batch accounts. Without it `autoStorageContainerName` and application packages
   * are refused.
   */
  readonly linkedStorage?: LinkedStorage & PackageStore;
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** Where it listens; absent: on 127.0.0.1 alone. Who reaches another address can run commands on the nodes. */
  readonly host?: string;
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
  /** What Azure's management plane does with an account's applications; undefined for an unknown name. */
  applications(accountName: string): ApplicationLibrary | undefined;
  readonly runtime: NodeRuntime;
  /** Moves the clock, sets everything back, waits until nothing is under way. */
  readonly time: TimeControl;
  /** A URL under which nodes can download the file without further credentials. */
  offerProgram(file: string): string;
  /** Ends requests, engines, nodes and stores, in this order. Idempotent. */
  close(): Promise<void>;
}

/** What is there before anything is started. */
interface Parts {
  readonly accounts: readonly Account[];
  readonly address: Address;
  readonly programs: ProgramShelf;
  readonly random: RestartableRandom;
  /** What engines give to tasks that may act on their own job. */
  readonly taskTokens: TaskTokenAuthority;
}

const tokens = {
  options: Symbol('EmulatorOptions') as ServiceIdentifier<EmulatorOptions>,
  parts: Symbol('Parts') as ServiceIdentifier<Parts>,
  engines: Symbol('Engines') as ServiceIdentifier<Engines>,
  time: Symbol('TimeControl') as ServiceIdentifier<TimeControl>,
  server: Symbol('BatchServer') as ServiceIdentifier<BatchServer>,
};

/** Filled in when the server is there: engines tell tasks where it is, and a reset makes it forget. */
interface Address {
  url: string;
  forget: () => void;
}

/** Starts an emulator. Rejects with a `FaultError` when its port cannot be had; nothing is left running then. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const container = compose(options);
  const { accounts, address, programs } = container.get(tokens.parts);
  const engines = await container.getAsync(tokens.engines);
  const time = await container.getAsync(tokens.time);
  const server = await listen(container, options).catch(async (error: unknown) => {
    await engines.close();
    throw error;
  });
  address.url = server.url;
  address.forget = () => server.forget();
  let closing: Promise<void> | undefined;
  return {
    url: server.url,
    port: server.port,
    accounts,
    engine: (accountName) => engines.byName.get(accountName.toLowerCase()),
    applications: (accountName) => {
      const engine = engines.byName.get(accountName.toLowerCase());
      return engine === undefined ? undefined : new ApplicationLibrary(engine, options.linkedStorage);
    },
    runtime: options.runtime,
    time,
    offerProgram: (file) => `${server.url}${CONTROL_PREFIX}/${programs.offer(file)}`,
    close: () => (closing ??= server.close().then(() => engines.close())),
  };
}

async function listen(container: Container, { port = 0, host }: EmulatorOptions): Promise<BatchServer> {
  const server = await container.getAsync(tokens.server);
  await server.listen(port, host);
  return server;
}

function compose(options: EmulatorOptions): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(tokens.options).toConstantValue(options);
  container.bind(tokens.parts).toConstantValue({
    accounts: options.accounts ?? [DEVELOPMENT_ACCOUNT],
    address: { url: '', forget: () => undefined },
    programs: new ProgramShelf(options.secret),
    random: restartableRandom(options.random),
    taskTokens: createTaskTokens(options.secret),
  });
  container.bind(tokens.engines).toResolvedValue(startEngines, [tokens.options, tokens.parts]);
  container.bind(tokens.time).toResolvedValue(controlTime, [tokens.options, tokens.parts, tokens.engines]);
  container
    .bind(tokens.server)
    .toResolvedValue(createServer, [tokens.options, tokens.parts, tokens.engines, tokens.time]);
  return container;
}

function startEngines(options: EmulatorOptions, { accounts, address, random, taskTokens }: Parts): Promise<Engines> {
  return Engines.start({
    accountNames: accounts.map(({ name }) => name),
    runtime: options.runtime,
    store: (name) => options.store?.(name) ?? memoryStore(),
    parts: {
      clock: options.clock,
      random,
      taskTokens,
      ...(options.linkedStorage === undefined ? {} : { linkedStorage: options.linkedStorage }),
      onAdvice: warnOf(options.log ?? silentLog),
      settings: { ...options.settings, loose: options.loose ?? false, accountUrl: () => address.url },
    },
  });
}

function controlTime(options: EmulatorOptions, { address, random }: Parts, engines: Engines): TimeControl {
  const { clock, isSimulated = false } = options;
  return createTimeControl({ clock, random, engines, isSimulated, forget: () => address.forget() });
}

function createServer(
  options: EmulatorOptions,
  { accounts, programs, random, taskTokens }: Parts,
  { byName }: Engines,
  time: TimeControl,
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
    random,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.oauth === undefined ? {} : { oauth: options.oauth }),
    taskTokens,
    log,
    strictApiVersion: options.strictApiVersion ?? false,
    loose: options.loose ?? false,
    extraRoutes: createControlPlane({
      programs,
      engines: new Map(services.map(([name, { engine }]) => [name, engine])),
      time,
      ...(options.linkedStorage === undefined ? {} : { packages: options.linkedStorage }),
      logs: {
        files: options.runtime.files,
        pathAside: (directory, attempt) => `${attemptsPath(directory)}/${attempt}`,
        keptLog: (runId, file) => options.runtime.keptLog?.(runId, file),
      },
      health: () => ({ status: 'ok', accounts: accounts.map(({ name }) => name) }),
      onFailure: (error) => log.failure('the control plane failed', error),
    }),
  });
}
