// The contract on the Azure adapter against a real account, where one is configured by the variables that `az batch`
// reads, or by its endpoint and BATCHRITE_AUTH=entra. It creates small pools, which cost money, and deletes them at the end. `BATCHRITE_TRACES` keeps its trace, for a
// comparison with the emulator's.
import { sleep } from '../../../core/kernel/index.ts';
import { openRealAccount } from '../../support/real-account.ts';
import { realClock } from '../../support/real-clock.ts';
import { describeNeeding } from '../../support/suite.ts';
import { traced } from '../trace/traced-contract.ts';
import { describeBatchServiceContract } from './batch-service-contract.ts';

/** Nodes of the real service take minutes, and every look at it counts against its request limits. */
const PATIENCE_MS = 20 * 60_000;
const PAUSE_MS = 5_000;

await describeNeeding(['azure'], 'a real Azure Batch account', ({ azure }) => {
  const run = Date.now().toString(36);
  const { contract } = traced({
    name: `the Azure adapter and the account at ${azure}`,
    idPrefix: `batchrite-${run}-`,
    patienceMs: PATIENCE_MS,
    vmSize: 'Standard_D2s_v3',
    create: () =>
      Promise.resolve({
        service: openRealAccount(run),
        pause: () => sleep(realClock, PAUSE_MS),
        close: () => Promise.resolve(),
      }),
  });
  describeBatchServiceContract(contract);
});
