/** What a program gives to start an emulator of its own, and what it gets. */
import type { BatchService, Clock, Instant, Milliseconds } from '../../core/index.ts';
import type { EngineSettings, Quotas, RunningEngine } from '../../emulator/engine/index.ts';
import type { SimulatedRuntimeOptions } from '../simulated/index.ts';
import type { BatchriteApplications } from './applications.ts';
import type { BatchriteClients } from './clients.ts';

/** Milliseconds, or a text such as `90s`, `2h`, `7d` or `PT1H`. */
export type Duration = Milliseconds | string;

export interface BatchriteAccount {
  /** 3 to 24 lower-case letters and digits. */
  readonly name: string;
  /** Base64. */
  readonly key: string;
  readonly key2?: string;
}

/** How long the service takes for things, and what an account may have. By default nothing takes any time. */
export interface BatchriteSettings extends Partial<
  Pick<EngineSettings, 'allocationMs' | 'nodeStartupMs' | 'stopResizeMs'>
> {
  readonly quotas?: Partial<Quotas>;
}

export interface BatchriteOptions {
  /**
   * What nodes are. `simulated`, the default: they exist in time only, and nothing is executed. `process`: a folder and
   * processes of this machine. `docker`: a container.
   */
  readonly runtime?: 'simulated' | 'process' | 'docker';
  /** `virtual`: time stands still until `advance`, `settle` or `until` moves it; the default for simulated nodes. */
  readonly clock?: 'real' | 'virtual';
  /** Equal seeds give equal ids. Simulated nodes have a fixed seed by default, others a new one each time. */
  readonly seed?: string;
  /** A private Azurite with a blob service. By default simulated nodes have none, others have one. */
  readonly storage?: boolean;
  /** By default the development account alone. The first is the one that `account`, `key` and `batch` are of. */
  readonly accounts?: readonly BatchriteAccount[];
  readonly settings?: BatchriteSettings;
  /** What a run does on a simulated node. A run that it does not decide is read as a small shell script. */
  readonly program?: NonNullable<SimulatedRuntimeOptions['program']>;
  /** 0 or absent: a free port. */
  readonly port?: number;
}

/** A private emulator. It closes at the end of its block with `await using`. */
export interface Batchrite extends AsyncDisposable {
  /** `http://127.0.0.1:{port}`, for any Batch client. */
  readonly batchEndpoint: string;
  readonly account: string;
  /** Base64. */
  readonly key: string;
  readonly accounts: readonly BatchriteAccount[];
  /** With storage only. */
  readonly blobEndpoint?: string;
  readonly blobConnectionString?: string;
  /** The variables that `az batch`, the storage tools and Batchrite itself read, for programs that a test starts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Applications and their packages, which on Azure are the management plane's. With storage only. */
  readonly applications: BatchriteApplications;
  /** Clients of the official SDKs, ready to use: `const client = await batchrite.clients.batch()`. */
  readonly clients: BatchriteClients;
  /** The first account through core's port, in this process and without HTTP. */
  readonly batch: BatchService;
  /** The emulator's clock, for a workflow of core that is to wait in the emulator's time. */
  readonly clock: Clock;
  /** Milliseconds since 1970 on the emulator's clock. */
  now(): Instant;
  /** Lets that much time pass; what is due on the way happens. Virtual clock only. */
  advance(duration: Duration): Promise<void>;
  /**
   * Lets time pass until no pool, node or job is on its way to another state and nothing runs; schedules and retention
   * times are not waited for. Rejects when that takes more than `within`: a day on a virtual clock, a minute on the real.
   */
  settle(options?: { readonly within?: Duration }): Promise<void>;
  /**
   * Lets time pass until the work has ended. The work must wait on `clock` alone, as core's workflow does with `batch`
   * and `clock` of this emulator. Virtual clock only.
   */
  until<T>(work: Promise<T>): Promise<T>;
  /** Everything as after the start: no pools, no jobs, the first seed again, and a virtual clock at its first instant. */
  reset(seed?: string): Promise<void>;
  /** The engine of an account, for assertions; of the first when no name is given. Throws for an unknown name. */
  engine(accountName?: string): RunningEngine;
  /** Stops everything and removes what is temporary. Idempotent. */
  close(): Promise<void>;
}
