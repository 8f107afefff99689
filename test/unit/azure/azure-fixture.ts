// The Azure adapter against the scripted double, on a clock whose pauses take no time and are written down.
import { onTestFinished } from 'vitest';
import type { AzureBatchSettings } from '../../../adapters/azure/index.ts';
import { createAzureBatchService } from '../../../adapters/azure/index.ts';
import type { BatchService } from '../../../core/index.ts';
import type { Clock } from '../../../core/kernel/index.ts';
import { FaultError, seededRandom } from '../../../core/kernel/index.ts';
import type { BatchDouble, Exchange } from '../../support/batch-double.ts';
import { DOUBLE_ACCOUNT, DOUBLE_KEY, startBatchDouble } from '../../support/batch-double.ts';

/** 2030-01-01T00:00:00Z */
export const START = 1_893_456_000_000;

export interface Fixture {
  readonly double: BatchDouble;
  readonly service: BatchService;
  /** The pauses that were waited for, in ms. */
  readonly pauses: readonly number[];
}

export function pauseClock(pauses: number[] = []): Clock {
  let now = START;
  return {
    now: () => now,
    timerAt: (at, action) => {
      const immediate = setImmediate(() => {
        pauses.push(Math.round(at - now));
        now = Math.max(now, at);
        action();
      });
      return { cancel: () => clearImmediate(immediate) };
    },
  };
}

/** Starts a double and an adapter on it; both end with the test. */
export async function azureOn(
  handler: (exchange: Exchange) => void,
  settings: Partial<AzureBatchSettings> = {},
): Promise<Fixture> {
  const double = await startBatchDouble(handler);
  onTestFinished(() => double.close());
  const pauses: number[] = [];
  const service = createAzureBatchService({
    endpoint: double.endpoint,
    credentials: { kind: 'sharedKey', account: DOUBLE_ACCOUNT, key: DOUBLE_KEY },
    clock: pauseClock(pauses),
    random: seededRandom('azure adapter').stream('retries'),
    ...settings,
  });
  return { double, service, pauses };
}

/** The fault that the call rejects with. */
export async function faultOf(call: Promise<unknown>): Promise<FaultError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof FaultError) return error;
    throw error;
  }
  throw new Error('The call succeeded, but a fault was expected.');
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const POOL_SPEC = {
  id: 'pool1',
  vmSize: 'Standard_D2s_v3',
  image: { publisher: 'canonical', offer: 'ubuntu-24_04-lts', sku: 'server' },
  nodeAgentSkuId: 'batch.node.ubuntu 24.04',
  targetDedicatedNodes: 2,
} as const;

export const WIRE_POOL = {
  id: 'pool1',
  state: 'active',
  allocationState: 'steady',
  vmSize: 'standard_d2s_v3',
} as const;
