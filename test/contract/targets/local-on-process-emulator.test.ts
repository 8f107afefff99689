// The contract on the local adapter, on an engine in this process with nodes that are processes on this machine.
import { describeBatchServiceContract } from '../batch-service/batch-service-contract.ts';
import { localOnEmulator } from './local-on-emulator.ts';
import { processContractAccount } from './process-account.ts';

describeBatchServiceContract({
  name: 'the local adapter with processes',
  create: async () => localOnEmulator(await processContractAccount()),
});
