// The contract on the local adapter, and on the Azure adapter over HTTP, each in front of an engine with simulated nodes
// on a virtual clock. Nothing there depends on real time, so what a caller sees must be equal call by call.
import { describe, expect, test } from 'vitest';
import { azureOnEmulator } from '../batch-service/azure-on-emulator.ts';
import { describeBatchServiceContract } from '../batch-service/batch-service-contract.ts';
import { difference } from '../trace/trace.ts';
import { traced } from '../trace/traced-contract.ts';
import { localOnEmulator } from './local-on-emulator.ts';
import { SKIPPED_ON_SIMULATED_NODES, simulatedContractAccount } from './simulated-account.ts';

const local = traced({
  name: 'the local adapter with simulated nodes',
  create: () => localOnEmulator(simulatedContractAccount()),
  skip: SKIPPED_ON_SIMULATED_NODES,
});
const azure = traced({
  name: 'the Azure adapter and the emulator with simulated nodes',
  create: () => azureOnEmulator(simulatedContractAccount()),
  skip: SKIPPED_ON_SIMULATED_NODES,
});

describeBatchServiceContract(local.contract);
describeBatchServiceContract(azure.contract);

describe('the contract on simulated nodes', () => {
  test('a caller sees the same in this process as over HTTP, call by call', () => {
    expect(local.trace().length).toBeGreaterThan(500);
    expect(difference(local.trace(), azure.trace())).toBeUndefined();
  });
});
