// Targets: the local adapter on an engine in this process, with any runtime.
import { createLocalBatchService } from '../../../adapters/local/index.ts';
import { seededRandom } from '../../../core/kernel/index.ts';
import { createEngine } from '../../../emulator/engine/index.ts';
import { memoryStore } from '../../../emulator/store/index.ts';
import type { EmulatedAccount } from '../batch-service/azure-on-emulator.ts';
import type { BatchServiceTarget } from '../batch-service/batch-service-contract.ts';

/** Long enough for a second request to meet a pool that is being resized. */
const ALLOCATION_MS = 250;

/** Closing the target closes the runtime. */
export async function localOnEmulator(account: EmulatedAccount): Promise<BatchServiceTarget> {
  const { clock, runtime, pause } = account;
  const engine = await createEngine({
    accountName: 'devbatchaccount1',
    clock,
    random: seededRandom('contract'),
    runtime,
    store: memoryStore(),
    settings: { accountUrl: 'http://127.0.0.1', allocationMs: ALLOCATION_MS },
  });
  return {
    service: createLocalBatchService({ engine, files: runtime.files }),
    pause,
    close: async () => {
      await engine.close();
      await runtime.close();
      await account.cleanUp?.();
    },
  };
}
