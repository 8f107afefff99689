/** Gives a scenario its ports: the cloud on this machine, or accounts that the settings name. */
import { fileURLToPath } from 'node:url';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Container, type ServiceIdentifier } from 'inversify';
import {
  type BatchService,
  type BlobStorage,
  FaultError,
  type LocalFile,
  type ProgramStaging,
  type Questions,
  type Reporter,
} from '../../core/index.ts';
import type { Emulator } from '../../emulator/composition/index.ts';
import type { ScenarioContext } from '../../scenarios/index.ts';
import { preloadAzureSdk } from '../azure/index.ts';
import type { Azurite } from '../azurite/index.ts';
import { ensureBundle, nodeBinaryPath, nodeBinaryVersion } from '../bundles/index.ts';
import { type Settings, requireUsable } from '../config/index.ts';
import type { PullProgress } from '../docker/index.ts';
import { DiskFiles } from '../files/index.ts';
import { AzureBlobStorage, BlobProgramStaging, type StorageAccount, parseConnectionString } from '../storage/index.ts';
import { entropy, systemClock } from '../system/index.ts';
import { type BatchAccess, batchAccess, batchService, existingAccess, signIn, storageAccount } from './accounts.ts';
import type { ContainerOptions } from './choose-runtime.ts';
import { startLocalCloud } from './local-cloud.ts';

export interface RunTargetOptions {
  readonly settings: Settings;
  readonly containers?: ContainerOptions;
  /** How long emulated nodes take: `instant`, `azure` or a duration. */
  readonly nodeStartup?: string;
  readonly reporter: Reporter;
  readonly questions: Questions;
  readonly signal: AbortSignal;
}

export interface RunTarget {
  readonly context: ScenarioContext;
  close(): Promise<void>;
}

const tokens = {
  batchAccess: Symbol('BatchAccess') as ServiceIdentifier<BatchAccess>,
  storageAccount: Symbol('StorageAccount') as ServiceIdentifier<StorageAccount>,
  batch: Symbol('BatchService') as ServiceIdentifier<BatchService>,
  storage: Symbol('BlobStorage') as ServiceIdentifier<BlobStorage>,
  staging: Symbol('ProgramStaging') as ServiceIdentifier<ProgramStaging>,
};

/** Starts or finds the target. Rejects with a `FaultError` before anything is created when it cannot be used. */
export async function openTarget(options: RunTargetOptions): Promise<RunTarget> {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(tokens.batch).toResolvedValue((access: BatchAccess) => batchService(access), [tokens.batchAccess]);
  container
    .bind(tokens.storage)
    .toResolvedValue((account: StorageAccount) => new AzureBlobStorage(account), [tokens.storageAccount]);
  const { settings } = options;
  requireUsable(settings);
  const cloud =
    settings.kind === 'service' ? useAccounts(container, settings) : await useLocalCloud(container, options);
  const signal = cloud.broken === undefined ? options.signal : AbortSignal.any([options.signal, cloud.broken]);
  try {
    return { context: await scenarioContext(container, { ...options, signal }), close: () => cloud.close() };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

interface Cloud {
  /** Aborts, with a `FaultError` that says why, when the cloud is gone before it was closed. */
  readonly broken?: AbortSignal;
  close(): Promise<void>;
}

function useAccounts(container: Container, settings: Settings): Cloud {
  const access = existingAccess(settings);
  const identity = signIn(settings.identity);
  container.bind(tokens.batchAccess).toConstantValue(batchAccess(access, identity));
  container.bind(tokens.storageAccount).toConstantValue(storageAccount(access, identity));
  container
    .bind(tokens.staging)
    .toResolvedValue((storage: BlobStorage) => new BlobProgramStaging(storage), [tokens.storage]);
  return { close: () => Promise.resolve() };
}

async function useLocalCloud(container: Container, options: RunTargetOptions): Promise<Cloud> {
  const { reporter, signal } = options;
  const starting = reporter.progress('Starting Azurite and the emulator');
  const [cloud] = await Promise.all([
    startLocalCloud({
      runtime: options.settings.runtime,
      containers: { ...options.containers, onPull: (pull) => starting.update(describePull(pull)) },
      ...(options.nodeStartup === undefined ? {} : { nodeStartup: options.nodeStartup }),
      signal,
      onRuntime: ({ name, reason }) => starting.update(`nodes are ${name}: ${reason}`),
    }),
    // Loading the SDK takes a while and needs nothing of what is being started.
    preloadAzureSdk(),
  ]).catch((error: unknown) => {
    starting.fail();
    throw error;
  });
  const { emulator, azurite } = cloud;
  starting.done(`${emulator.url} and ${azurite.blobEndpoint}`);
  const [account] = emulator.accounts;
  if (account === undefined) throw new Error('an emulator has at least one account');
  container.bind(tokens.batchAccess).toConstantValue({
    endpoint: emulator.url,
    credentials: { kind: 'sharedKey', account: account.name, key: account.key },
  });
  container.bind(tokens.storageAccount).toConstantValue(parseConnectionString(azurite.connectionString));
  container.bind(tokens.staging).toConstantValue(servedPrograms(emulator));
  return { broken: endOf(azurite), close: () => cloud.close() };
}

/** Without its storage a run can only wait until every task has given up, so it is ended at once. */
function endOf(azurite: Azurite): AbortSignal {
  const controller = new AbortController();
  void azurite.ended.then((message) => {
    if (message !== undefined) controller.abort(new FaultError({ code: 'unavailable', message }));
  });
  return controller.signal;
}

/** Nodes of this machine download programs from the emulator itself: nothing is uploaded, nothing is kept. */
function servedPrograms(emulator: Emulator): ProgramStaging {
  return {
    stage: (program) => Promise.resolve({ httpUrl: emulator.offerProgram(program.path), uploaded: false }),
  };
}

async function scenarioContext(container: Container, options: RunTargetOptions): Promise<ScenarioContext> {
  const [node, worker] = await Promise.all([
    programFile(nodeBinaryPath(), 'node'),
    programFile(await ensureBundle('worker'), 'worker.mjs'),
  ]);
  return {
    batch: container.get(tokens.batch),
    storage: container.get(tokens.storage),
    staging: container.get(tokens.staging),
    files: new DiskFiles(),
    clock: systemClock,
    reporter: options.reporter,
    questions: options.questions,
    signal: options.signal,
    runId: entropy(8),
    dataDirectory: fileURLToPath(new URL('../../scenarios/data', import.meta.url)),
    programs: { node: { ...node, version: nodeBinaryVersion() }, worker },
  };
}

async function programFile(path: string, name: string): Promise<LocalFile> {
  try {
    return { name, path, size: (await stat(path)).size };
  } catch (error) {
    throw new FaultError(
      {
        code: 'notFound',
        message: `The program ${basename(path)} for the nodes is missing. Install the package again.`,
      },
      { cause: error },
    );
  }
}

function describePull({ image, status, receivedBytes, totalBytes }: PullProgress): string {
  const share = totalBytes > 0 ? ` ${Math.floor((receivedBytes / totalBytes) * 100)} %` : '';
  return `pulling ${image}: ${status.toLowerCase()}${share}`;
}
