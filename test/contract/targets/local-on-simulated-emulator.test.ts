// The contract on the local adapter, on an engine in this process with simulated nodes on a virtual clock.
import { describeBatchServiceContract } from '../batch-service/batch-service-contract.ts';
import { localOnEmulator } from './local-on-emulator.ts';
import { SKIPPED_ON_SIMULATED_NODES, simulatedContractAccount } from './simulated-account.ts';

describeBatchServiceContract({
  name: 'the local adapter with simulated nodes',
  create: () => localOnEmulator(simulatedContractAccount()),
  skip: SKIPPED_ON_SIMULATED_NODES,
});
