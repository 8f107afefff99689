// The contract on the Azure adapter, over HTTP to the emulator's REST server, with nodes that are processes here.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProcessRuntime } from '../../../adapters/process/index.ts';
import { sleep } from '../../../core/kernel/index.ts';
import { realClock } from '../../support/real-clock.ts';
import { azureOnEmulator } from './azure-on-emulator.ts';
import { describeBatchServiceContract } from './batch-service-contract.ts';

/** Between two looks at a service that runs real commands. */
const PAUSE_MS = 10;

describeBatchServiceContract({
  name: 'the Azure adapter and the emulator with processes',
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'batchrite-contract-'));
    return azureOnEmulator({
      clock: realClock,
      runtime: createProcessRuntime({
        workspace: join(folder, 'nodes'),
        agentPath: fileURLToPath(new URL('../../../emulator/agent/main.ts', import.meta.url)),
      }),
      pause: () => sleep(realClock, PAUSE_MS),
      cleanUp: () => rm(folder, { recursive: true, force: true }),
    });
  },
});
