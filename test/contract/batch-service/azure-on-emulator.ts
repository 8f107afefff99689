// Targets: the Azure adapter over HTTP, against the emulator's REST server in front of an engine with any runtime.
import { createAzureBatchService } from '../../../adapters/azure/index.ts';
import type { Clock } from '../../../core/kernel/index.ts';
import { seededRandom } from '../../../core/kernel/index.ts';
import type { NodeRuntime } from '../../../emulator/engine/index.ts';
import { createEngine } from '../../../emulator/engine/index.ts';
import { createBatchServer } from '../../../emulator/rest/index.ts';
import { memoryStore } from '../../../emulator/store/index.ts';
import { realClock } from '../../support/real-clock.ts';
import type { BatchServiceTarget } from './batch-service-contract.ts';

const ACCOUNT = 'devbatchaccount1';
const KEY = Buffer.from('a key for this test alone').toString('base64');

/** Long enough for a second request to meet a pool that is being resized. */
const ALLOCATION_MS = 250;

export interface EmulatedAccount {
  readonly clock: Clock;
  readonly runtime: NodeRuntime;
  readonly pause: () => Promise<void>;
  /** Called after everything has stopped. */
  readonly cleanUp?: () => Promise<void>;
}

/** Closing the target closes the runtime. */
export async function azureOnEmulator(account: EmulatedAccount): Promise<BatchServiceTarget> {
  const { clock, runtime, pause } = account;
  const random = seededRandom('contract');
  const engine = await createEngine({
    accountName: ACCOUNT,
    clock,
    random,
    runtime,
    store: memoryStore(),
    settings: { accountUrl: 'http://127.0.0.1', allocationMs: ALLOCATION_MS },
  });
  const accounts = new Map([[ACCOUNT, { key: KEY, engine, files: runtime.files }]]);
  // On a virtual clock the server cannot tell how old a request is.
  const server = createBatchServer({ accounts, clock, credentialClock: clock === realClock ? clock : null, random });
  await server.listen(0);
  const service = createAzureBatchService({
    endpoint: server.url,
    credentials: { kind: 'sharedKey', account: ACCOUNT, key: KEY },
    clock: realClock,
    random: random.stream('client'),
  });
  return {
    service,
    pause,
    close: async () => {
      await server.close();
      await engine.close();
      await runtime.close();
      await account.cleanUp?.();
    },
  };
}
