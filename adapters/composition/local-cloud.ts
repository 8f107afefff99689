/** Azurite and the emulator side by side: the cloud on this machine. Both start at once and stop together. */
import { join } from 'node:path';
import { isFault, seededRandom } from '../../core/kernel/index.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/composition/index.ts';
import { type Azurite, type AzuriteOptions, startAzurite } from '../azurite/index.ts';
import { createWorkspace, entropy, systemClock } from '../system/index.ts';
import { type ChosenRuntime, type ContainerOptions, type RuntimeChoice, chooseRuntime } from './choose-runtime.ts';

/** What is passed on to the emulator as it is. */
type ServiceOptions = Pick<EmulatorOptions, 'accounts' | 'tls' | 'oauth' | 'loose' | 'strictApiVersion' | 'log'>;

export interface LocalCloudOptions extends ServiceOptions {
  readonly runtime: RuntimeChoice;
  readonly containers?: ContainerOptions;
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly blobPort?: number;
  /** Where blobs are kept; absent: in memory, gone at the end. */
  readonly location?: string;
  readonly seed?: string;
  /** Told how nodes are made, and why so. */
  readonly onRuntime?: (runtime: Pick<ChosenRuntime, 'name' | 'reason'>) => void;
  readonly signal?: AbortSignal;
}

export interface LocalCloud {
  readonly emulator: Emulator;
  readonly azurite: Azurite;
  /** Stops everything and removes what is temporary. Idempotent. */
  close(): Promise<void>;
}

/** Rejects with a `FaultError` when a part cannot start; the other parts are stopped first. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const workspace = await createWorkspace();
  const parts: { close(): Promise<void> }[] = [{ close: () => workspace.remove() }];
  let closing: Promise<void> | undefined;
  // The last to start is the first to stop.
  const close = (): Promise<void> => (closing ??= closeAll(parts.toReversed()));
  try {
    const { log } = options;
    const runtime = await chooseRuntime({
      ...options.containers,
      choice: options.runtime,
      workspace: join(workspace.path, 'nodes'),
      ...(log === undefined ? {} : { log: (level, text) => (level === 'info' ? undefined : log.warn(text)) }),
    });
    options.onRuntime?.(runtime);
    const [azurite, emulator] = await allOrNothing([
      startAzurite(azuriteOptions(options)).then((started) => {
        parts.push({ close: () => started.stop() });
        return started;
      }),
      startEmulator({
        clock: systemClock,
        random: seededRandom(options.seed ?? entropy(32)),
        runtime: runtime.runtime,
        port: options.port ?? 0,
        secret: entropy(32),
        ...serviceOptions(options),
      }).then((started) => {
        parts.push(started);
        return started;
      }),
    ]);
    runtime.relay([emulator.port, azurite.port]);
    options.signal?.throwIfAborted();
    return { emulator, azurite, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function serviceOptions({ accounts, tls, oauth, loose, strictApiVersion, log }: ServiceOptions): ServiceOptions {
  return {
    ...(accounts === undefined ? {} : { accounts }),
    ...(tls === undefined ? {} : { tls }),
    ...(oauth === undefined ? {} : { oauth }),
    ...(loose === undefined ? {} : { loose }),
    ...(strictApiVersion === undefined ? {} : { strictApiVersion }),
    ...(log === undefined ? {} : { log }),
  };
}

function azuriteOptions({ blobPort, location, signal }: LocalCloudOptions): AzuriteOptions {
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
