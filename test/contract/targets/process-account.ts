// An emulated account for the contract whose nodes are processes on this machine, in real time.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProcessRuntime } from '../../../adapters/process/index.ts';
import { sleep } from '../../../core/kernel/index.ts';
import { realClock } from '../../support/real-clock.ts';
import type { EmulatedAccount } from '../batch-service/azure-on-emulator.ts';

/** Between two looks at a service that runs real commands. */
const PAUSE_MS = 10;

export async function processContractAccount(): Promise<EmulatedAccount> {
  const folder = await mkdtemp(join(tmpdir(), 'batchrite-contract-'));
  return {
    clock: realClock,
    runtime: createProcessRuntime({
      workspace: join(folder, 'nodes'),
      agentPath: fileURLToPath(new URL('../../../emulator/agent/main.ts', import.meta.url)),
    }),
    pause: () => sleep(realClock, PAUSE_MS),
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  };
}
