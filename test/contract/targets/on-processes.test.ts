// The contract on the local adapter, and on the Azure adapter over HTTP, each in front of an engine whose nodes are
// processes on this machine. What a caller sees once things have settled must be equal.
import { describe, expect, test } from 'vitest';
import { azureOnEmulator } from '../batch-service/azure-on-emulator.ts';
import { describeBatchServiceContract } from '../batch-service/batch-service-contract.ts';
import { difference, settled } from '../trace/trace.ts';
import { traced } from '../trace/traced-contract.ts';
import { localOnEmulator } from './local-on-emulator.ts';
import { processContractAccount } from './process-account.ts';

const local = traced({
  name: 'the local adapter with processes',
  create: async () => localOnEmulator(await processContractAccount()),
});
const azure = traced({
  name: 'the Azure adapter and the emulator with processes',
  create: async () => azureOnEmulator(await processContractAccount()),
});

describeBatchServiceContract(local.contract);
describeBatchServiceContract(azure.contract);

describe('the contract on processes', () => {
  test('a caller sees the same in this process as over HTTP, once things have settled', () => {
    expect(settled(local.trace()).length).toBeGreaterThan(400);
    expect(difference(settled(local.trace()), settled(azure.trace()))).toBeUndefined();
  });
});
