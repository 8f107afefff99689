// A local Batch service on an engine with simulated nodes, for tests of the adapter.
import { createLocalBatchService } from '../../../adapters/local/index.ts';
import type { BatchService, PoolSpec } from '../../../core/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';
import type { Fault } from '../../../core/kernel/index.ts';
import type { SimulatedAccount } from '../../support/simulated-account.ts';
import { simulatedAccount } from '../../support/simulated-account.ts';

export interface LocalAccount extends SimulatedAccount {
  readonly service: BatchService;
}

export async function localAccount(options: Parameters<typeof simulatedAccount>[0] = {}): Promise<LocalAccount> {
  const account = await simulatedAccount(options);
  return { ...account, service: createLocalBatchService({ engine: account.engine, files: account.runtime.files }) };
}

export function poolSpec(changes: Partial<PoolSpec> = {}): PoolSpec {
  return {
    id: 'pool',
    vmSize: 'Standard_D2s_v3',
    image: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' },
    nodeAgentSkuId: 'batch.node.ubuntu 22.04',
    targetDedicatedNodes: 1,
    ...changes,
  };
}

export async function faultOf(call: Promise<unknown>): Promise<Fault> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FaultError)) throw new Error(`Expected a fault, got ${String(error)}.`);
  return error.fault;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
