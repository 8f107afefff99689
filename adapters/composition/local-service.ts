/**
 * The emulator, and Azurite beside it unless it is not wanted: the service on this machine. They stop together.
 */
import { join } from 'node:path';
import { type Clock, FaultError, type Random, isFault, seededRandom } from '../../core/kernel/index.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/composition/index.ts';
import { VirtualTime } from '../../emulator/control/index.ts';
import { NODE_STARTUP_WORDS, nodeDurations } from '../../emulator/engine/index.ts';
import { type Azurite, type AzuriteOptions, startAzurite } from '../azurite/index.ts';
import { SimulatedRuntime } from '../simulated/index.ts';
import { LinkedBlobAccount, type StorageAccount, parseConnectionString } from '../storage/index.ts';
import { createWorkspace, entropy, systemClock } from '../system/index.ts';
import { type ChosenRuntime, type ContainerOptions, type RuntimeChoice, chooseRuntime } from './choose-runtime.ts';

/** What is passed on to the emulator as it is. */
type PassedOptions = Pick<
  EmulatorOptions,
  'accounts' | 'tls' | 'oauth' | 'loose' | 'strictApiVersion' | 'log' | 'host'
>;

export interface LocalServiceOptions extends PassedOptions {
  readonly runtime: RuntimeChoice | 'simulated';
  /** `virtual`: time moves only under `/_batchrite/clock`. */
  readonly clock?: 'real' | 'virtual';
  /** False: there is no blob service, because clients have one or need none. */
  readonly storage?: boolean;
  /** Connection string of the storage account to link instead of the private one: a client's own Azurite, say. */
  readonly linkedStorage?: string;
  readonly containers?: ContainerOptions;
  /** How long nodes take: `instant`, `azure` or a duration. */
  readonly nodeStartup?: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly blobPort?: number;
  /** Where blobs are kept; absent: in memory, gone at the end. */
  readonly location?: string;
  readonly seed?: string;
  /** Told how nodes are made, and why so. */
  readonly onRuntime?: (runtime: Pick<Nodes, 'name' | 'reason'>) => void;
  readonly signal?: AbortSignal;
}

export interface LocalService {
  readonly emulator: Emulator;
  readonly azurite?: Azurite;
  /** Stops everything and removes what is temporary. Idempotent. */
  close(): Promise<void>;
}

/** Rejects with a `FaultError` when a part cannot start; the other parts are stopped first. */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const workspace = await createWorkspace();
  const parts: { close(): Promise<void> }[] = [{ close: () => workspace.remove() }];
  let closing: Promise<void> | undefined;
  // The last to start is the first to stop.
  const close = (): Promise<void> => (closing ??= closeAll(parts.toReversed()));
  try {
    const ownStorage = options.linkedStorage === undefined ? undefined : parseConnectionString(options.linkedStorage);
    const clock = options.clock === 'virtual' ? new VirtualTime() : systemClock;
    // The emulator comes last: from its first request on, nodes may be told of its storage.
    const [azurite, nodes] = await allOrNothing([
      openStorage(options, parts),
      openNodes(options, clock, join(workspace.path, 'nodes')).then((opened) => {
        parts.push(opened.runtime);
        return opened;
      }),
    ]);
    options.onRuntime?.(nodes);
    const linked = ownStorage ?? (azurite === undefined ? undefined : parseConnectionString(azurite.connectionString));
    const emulator = await startEmulator({
      ...emulatorOptions(options),
      ...(linked === undefined ? {} : { linkedStorage: new LinkedBlobAccount(linked) }),
      clock,
      runtime: nodes.runtime,
    });
    parts.push(emulator);
    nodes.relay([emulator.port, ...(azurite === undefined ? [] : [azurite.port]), ...localPort(linked)]);
    options.signal?.throwIfAborted();
    return { emulator, ...(azurite === undefined ? {} : { azurite }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Nodes = Pick<ChosenRuntime, 'reason' | 'runtime' | 'relay'> & {
  readonly name: ChosenRuntime['name'] | 'simulated';
};

async function openNodes(options: LocalServiceOptions, clock: Clock, workspace: string): Promise<Nodes> {
  const { runtime, containers, log } = options;
  if (runtime === 'simulated') {
    return { name: 'simulated', reason: 'as asked', runtime: new SimulatedRuntime({ clock }), relay: () => undefined };
  }
  return chooseRuntime({
    ...containers,
    choice: runtime,
    workspace,
    ...(log === undefined ? {} : { log: (level, text) => (level === 'info' ? undefined : log.warn(text)) }),
  });
}

async function openStorage(
  options: LocalServiceOptions,
  parts: { close(): Promise<void> }[],
): Promise<Azurite | undefined> {
  if (options.storage === false) return undefined;
  const started = await startAzurite(azuriteOptions(options));
  parts.push({ close: () => started.stop() });
  return started;
}

/** The port of a blob service of this machine, which containers reach by a relay alone. */
function localPort(account: StorageAccount | undefined): readonly number[] {
  const url = URL.parse(account?.blobEndpoint ?? '');
  const isLocal = url !== null && /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(url.hostname) && url.port !== '';
  return isLocal ? [Number(url.port)] : [];
}

function nodeSettings({ nodeStartup }: LocalServiceOptions): Pick<EmulatorOptions, 'settings'> {
  if (nodeStartup === undefined) return {};
  const settings = nodeDurations(nodeStartup);
  if (settings !== undefined) return { settings };
  throw new FaultError({
    code: 'invalid',
    message: `The nodes' startup "${nodeStartup}" is no time: give ${NODE_STARTUP_WORDS}.`,
  });
}

function emulatorOptions(options: LocalServiceOptions): Omit<EmulatorOptions, 'clock' | 'runtime'> {
  const random = seededRandom(options.seed ?? entropy(32));
  const isSimulated = options.runtime === 'simulated';
  return {
    ...passedOptions(options),
    ...nodeSettings(options),
    random,
    isSimulated,
    port: options.port ?? 0,
    // Clients date their requests by the machine's clock, whatever the emulator's says.
    credentialClock: systemClock,
    secret: isSimulated ? repeatableSecret(random) : entropy(32),
  };
}

/** Simulated nodes fetch nothing that must not be guessed, and the tokens of their tasks are as repeatable as the rest. */
function repeatableSecret(random: Random): string {
  return random.stream('secret').hex(32);
}

function passedOptions({ accounts, tls, oauth, loose, strictApiVersion, log, host }: PassedOptions): PassedOptions {
  return {
    ...(host === undefined ? {} : { host }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(tls === undefined ? {} : { tls }),
    ...(oauth === undefined ? {} : { oauth }),
    ...(loose === undefined ? {} : { loose }),
    ...(strictApiVersion === undefined ? {} : { strictApiVersion }),
    ...(log === undefined ? {} : { log }),
  };
}

function azuriteOptions({ blobPort, location, signal }: LocalServiceOptions): AzuriteOptions {
  return {
    blobPort: blobPort ?? 0,
    ...(location === undefined ? { inMemory: true } : { location: join(location, 'blobs') }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Waits for both, so that what has started is known and can be stopped when the other has failed. */
async function allOrNothing<A, B>([first, second]: readonly [Promise<A>, Promise<B>]): Promise<readonly [A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  const reasons = [a, b].flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  // An interruption of one explains less than the failure of the other.
  const reason = reasons.find((each) => !isFault(each, 'cancelled')) ?? reasons[0];
  if (a.status === 'rejected' || b.status === 'rejected') throw reason;
  return [a.value, b.value];
}

async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) {
    // One part that cannot be stopped must not keep the others running.
    await part.close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
