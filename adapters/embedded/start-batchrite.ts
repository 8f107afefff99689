/** Starts an emulator inside this process, for a test or a program: private, on free ports, in memory. */
import { join } from 'node:path';
import { FaultError, type Milliseconds, type Random, parseDuration, seededRandom } from '../../core/index.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/composition/index.ts';
import { VirtualTime } from '../../emulator/control/index.ts';
import { DEFAULT_SETTINGS, type NodeRuntime, type RunningEngine } from '../../emulator/engine/index.ts';
import type { Azurite } from '../azurite/index.ts';
import { createLocalBatchService } from '../local/index.ts';
import { SimulatedRuntime } from '../simulated/index.ts';
import { createWorkspace, entropy, systemClock } from '../system/index.ts';
import { embedApplications } from './applications.ts';
import { createClients } from './clients.ts';
import type { Batchrite, BatchriteOptions, BatchriteSettings, Duration } from './batchrite.ts';

const RUNTIMES = ['simulated', 'process', 'docker'] as const;
/** Of simulated nodes: a test that gives no seed is as repeatable as one that does. */
const DEFAULT_SEED = 'batchrite';

/** Rejects with a `FaultError` when an option cannot be, or a part cannot start; nothing is left running then. */
export async function startBatchrite(options: BatchriteOptions = {}): Promise<Batchrite> {
  const { runtime = 'simulated' } = options;
  if (!RUNTIMES.includes(runtime)) {
    throw invalid(`The runtime is "${runtime}"; it can be ${RUNTIMES.join(', ')}.`);
  }
  const isSimulated = runtime === 'simulated';
  const { clock: kind = isSimulated ? 'virtual' : 'real', storage = !isSimulated } = options;
  const clock = kind === 'virtual' ? new VirtualTime() : systemClock;
  const random = seededRandom(options.seed ?? (isSimulated ? DEFAULT_SEED : entropy(32)));
  const parts: { close(): Promise<void> }[] = [];
  const close = (): Promise<void> => closeInTurn(parts);
  try {
    const nodes = await startNodes({ ...options, runtime }, clock, parts);
    parts.push(nodes.runtime);
    // The emulator comes last: from its first request on, nodes may be told of its storage.
    const azurite = storage ? await startStorage(parts) : undefined;
    const emulator = await startEmulator({
      ...emulatorOptions(options, random),
      ...(await linkedStorage(azurite)),
      clock,
      isSimulated,
      runtime: nodes.runtime,
    });
    parts.push(emulator);
    nodes.relay(azurite === undefined ? [emulator.port] : [emulator.port, azurite.port]);
    return embed({ emulator, azurite, clock, close });
  } catch (error) {
    await close();
    throw error;
  }
}

type Parts = { close(): Promise<void> }[];
type EmbeddedClock = VirtualTime | typeof systemClock;

interface Nodes {
  readonly runtime: NodeRuntime;
  relay(ports: readonly number[]): void;
}

async function startNodes(options: BatchriteOptions, clock: EmbeddedClock, parts: Parts): Promise<Nodes> {
  const { runtime = 'simulated', program } = options;
  if (runtime === 'simulated') {
    const simulated = new SimulatedRuntime({ clock, ...(program === undefined ? {} : { program }) });
    return { runtime: simulated, relay: () => undefined };
  }
  if (program !== undefined) {
    throw invalid(`A program decides what simulated nodes do; nodes of the runtime ${runtime} run the command lines.`);
  }
  // Loaded only here: a simulated emulator needs none of it.
  const { chooseRuntime } = await import('../composition/index.ts');
  const workspace = await createWorkspace();
  parts.push({ close: () => workspace.remove() });
  return chooseRuntime({ choice: runtime, workspace: join(workspace.path, 'nodes') });
}

async function startStorage(parts: Parts): Promise<Azurite> {
  const { startAzurite } = await import('../azurite/index.ts');
  const azurite = await startAzurite({ inMemory: true });
  parts.push({ close: () => azurite.stop() });
  return azurite;
}

async function linkedStorage(azurite: Azurite | undefined): Promise<Pick<EmulatorOptions, 'linkedStorage'>> {
  if (azurite === undefined) return {};
  // Loaded only here: most tests have no storage.
  const { LinkedBlobAccount, parseConnectionString } = await import('../storage/index.ts');
  return { linkedStorage: new LinkedBlobAccount(parseConnectionString(azurite.connectionString)) };
}

function emulatorOptions(
  { accounts, settings, port, runtime = 'simulated' }: BatchriteOptions,
  random: Random,
): Omit<EmulatorOptions, 'clock' | 'runtime'> {
  return {
    random,
    // Clients date their requests by the machine's clock, whatever the emulator's says.
    credentialClock: systemClock,
    // Simulated nodes fetch nothing that must not be guessed, and the tokens of their tasks are to be repeatable.
    secret: runtime === 'simulated' ? random.stream('secret').hex(32) : entropy(32),
    settings: engineSettings(settings),
    ...(accounts === undefined || accounts.length === 0 ? {} : { accounts }),
    ...(port === undefined ? {} : { port }),
  };
}

function engineSettings({ quotas, ...settings }: BatchriteSettings = {}): NonNullable<EmulatorOptions['settings']> {
  return { ...settings, ...(quotas === undefined ? {} : { quotas: { ...DEFAULT_SETTINGS.quotas, ...quotas } }) };
}

interface Embedding {
  readonly emulator: Emulator;
  readonly azurite: Azurite | undefined;
  readonly clock: EmbeddedClock;
  readonly close: () => Promise<void>;
}

function embed({ emulator, azurite, clock, close }: Embedding): Batchrite {
  const { time, accounts, url: batchEndpoint } = emulator;
  const [first] = accounts;
  if (first === undefined) throw new Error('an emulator has at least one account');
  const engine = (name = first.name): RunningEngine => {
    const found = emulator.engine(name);
    if (found === undefined) throw invalid(`There is no account "${name}" in this emulator.`);
    return found;
  };
  const virtual = (): VirtualTime => {
    if (clock instanceof VirtualTime) return clock;
    throw invalid("This emulator runs on the real clock, which cannot be moved: start it with clock: 'virtual'.");
  };
  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => (closing ??= close());
  return {
    batchEndpoint,
    account: first.name,
    key: first.key,
    accounts,
    ...(azurite === undefined
      ? {}
      : { blobEndpoint: azurite.blobEndpoint, blobConnectionString: azurite.connectionString }),
    environment: environmentOf(batchEndpoint, first, azurite),
    applications: embedApplications((name = first.name) => emulator.applications(name)),
    clients: createClients({ batchEndpoint, accounts, blobConnectionString: azurite?.connectionString }),
    batch: createLocalBatchService({ engine: engine(), files: emulator.runtime.files }),
    clock,
    now: () => clock.now(),
    advance: async (duration) => virtual().advance(millisecondsOf(duration)),
    settle: async ({ within } = {}) => {
      const limit = within === undefined ? undefined : millisecondsOf(within);
      if (await time.settle(limit)) return;
      throw new FaultError({ code: 'timeout', message: notSettled(within) });
    },
    until: async (work) => virtual().until(work),
    reset: (seed) => time.reset(seed),
    engine,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

function environmentOf(
  endpoint: string,
  { name, key }: { readonly name: string; readonly key: string },
  azurite: Azurite | undefined,
): Readonly<Record<string, string>> {
  return {
    AZURE_BATCH_ENDPOINT: endpoint,
    AZURE_BATCH_ACCOUNT: name,
    AZURE_BATCH_ACCESS_KEY: key,
    ...(azurite === undefined ? {} : { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString }),
  };
}

function millisecondsOf(duration: Duration): Milliseconds {
  const milliseconds = typeof duration === 'number' ? duration : parseDuration(duration);
  if (milliseconds === undefined || !Number.isFinite(milliseconds) || milliseconds < 0) {
    throw invalid(`"${duration}" is no duration: give milliseconds, or a text such as 90s, 2h, 7d or PT1H.`);
  }
  return milliseconds;
}

function notSettled(within: Duration | undefined): string {
  const limit = within === undefined ? 'the time that it may take' : String(within);
  return `Pools, nodes, jobs or tasks are still on their way after ${limit}: give settle a longer "within", or look at what never ends.`;
}

function invalid(message: string): FaultError {
  return new FaultError({ code: 'invalid', message });
}

/** The last to start is the first to stop, and one that cannot be stopped does not keep the others running. */
async function closeInTurn(parts: Parts): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts.splice(0).toReversed()) {
    await part.close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
