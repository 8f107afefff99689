// The unmodified JavaScript client against the server, the real engine and simulated nodes, in virtual time.
import { BatchServiceClient, BatchSharedKeyCredentials } from '@azure/batch';
import { expect, onTestFinished } from 'vitest';
import { seededRandom } from '../../../core/kernel/index.ts';
import type { BatchServer } from '../../../emulator/rest/index.ts';
import { createBatchServer, createTaskTokens } from '../../../emulator/rest/index.ts';
import type { SimulatedAccount } from '../../support/simulated-account.ts';
import { simulatedAccount } from '../../support/simulated-account.ts';
import { KEY } from './wire-server.ts';
import { sdkPool } from '../../support/sdk-pool.ts';

export interface SdkAccount extends SimulatedAccount {
  readonly client: BatchServiceClient;
  readonly server: BatchServer;
}

export async function sdkAccount(options: Parameters<typeof simulatedAccount>[0] = {}): Promise<SdkAccount> {
  const taskTokens = createTaskTokens('a secret for tests');
  const account = await simulatedAccount({ taskTokens, ...options });
  const { engine, runtime, clock } = account;
  const server = createBatchServer({
    accounts: new Map([[engine.account.name, { key: KEY, engine, files: runtime.files }]]),
    clock,
    credentialClock: null,
    random: seededRandom('sdk'),
    taskTokens,
  });
  await server.listen(0);
  onTestFinished(async () => {
    await server.close();
    await engine.close();
    await runtime.close();
  });
  // Its retries would only hide a 500.
  const client = new BatchServiceClient(new BatchSharedKeyCredentials(engine.account.name, KEY), server.url, {
    noRetryPolicy: true,
  });
  return { ...account, client, server };
}

/** Status and code of a call that must be refused, in the words that the client gives. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(
    () => 'was not refused',
    (error: unknown) => error as { statusCode?: number; code?: string },
  );
  expect(outcome).toBeTypeOf('object');
  return typeof outcome === 'string' ? outcome : `${outcome.statusCode ?? 0} ${outcome.code ?? ''}`;
}

/** An account with the idle pool `p` of two nodes and the active job `j` on it. */
export async function accountWithJob(): Promise<SdkAccount> {
  const account = await sdkAccount();
  await account.client.pool.add(sdkPool('p', 2));
  account.clock.advance(1);
  await account.client.job.add({ id: 'j', poolInfo: { poolId: 'p' } });
  return account;
}

export async function accountWithNode(): Promise<SdkAccount & { readonly nodeId: string }> {
  const account = await accountWithJob();
  const [node] = await account.client.computeNode.list('p');
  return { ...account, nodeId: node?.id ?? '' };
}
