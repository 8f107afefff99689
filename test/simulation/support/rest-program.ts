// A program that uses much of the service through the unmodified JavaScript client, and everything that it is answered.
import { BatchServiceClient, type BatchServiceModels, BatchSharedKeyCredentials } from '@azure/batch';
import type { Batchrite } from '../../../adapters/embedded/index.ts';
import { sdkPool } from '../../support/sdk-pool.ts';

interface Answer {
  readonly _response: {
    readonly status: number;
    readonly bodyAsText?: string;
    readonly headers: { rawHeaders(): Readonly<Record<string, string>> };
  };
}

/**
 * Status, headers and body of each answer, as they came. Two things are not the emulator's: the port that the system
 * gave, and the request id that the client drew and had repeated. Times are of the virtual clock, so they are kept.
 */
export async function traceOverHttp(batchrite: Batchrite): Promise<string> {
  const lines: string[] = [];
  const keep = async <T extends Answer>(reply: Promise<T>): Promise<T> => {
    const answer = await reply;
    const { status, bodyAsText = '', headers } = answer._response;
    const { 'client-request-id': _, ...kept } = headers.rawHeaders();
    lines.push(JSON.stringify({ status, headers: kept, body: bodyAsText }));
    return answer;
  };
  const { account, key, batchEndpoint } = batchrite;
  const client = new BatchServiceClient(new BatchSharedKeyCredentials(account, key), batchEndpoint, {
    noRetryPolicy: true,
  });
  for (const targetDedicatedNodes of [3, 2]) {
    await keep(client.pool.add(poolWith(`pool${targetDedicatedNodes}`, targetDedicatedNodes)));
  }
  await keep(client.job.add({ id: 'job', poolInfo: { poolId: 'pool3' }, usesTaskDependencies: true }));
  await batchrite.advance('1m');
  await keep(client.task.addCollection('job', tasks()));
  await keep(client.computeNode.list('pool3'));
  await batchrite.advance('2m');
  await keep(client.task.list('job'));
  await keep(client.pool.resize('pool2', { targetDedicatedNodes: 5 }));
  await batchrite.settle();
  await look(client, keep);
  for await (const chunk of batchrite.batch.files.readOfTask('job', 'task2', 'stdout.txt')) {
    lines.push(Buffer.from(chunk).toString());
  }
  await keep(client.job.terminate('job', { terminateReason: 'enough' }));
  await keep(client.pool.deleteMethod('pool2'));
  await batchrite.settle();
  await keep(client.job.list());
  await keep(client.pool.list());
  return lines.join('\n').replaceAll(batchEndpoint, 'http://127.0.0.1:PORT');
}

async function look(
  client: BatchServiceClient,
  keep: <T extends Answer>(reply: Promise<T>) => Promise<T>,
): Promise<void> {
  const listed = await keep(client.task.list('job'));
  for (const { id = '' } of [...listed].slice(0, 5)) await keep(client.task.get('job', id));
  await keep(client.task.list('job', { taskListOptions: { filter: "state eq 'completed'", maxResults: 7 } }));
  await keep(client.job.getTaskCounts('job'));
  await keep(client.computeNode.list('pool2'));
  await keep(client.file.listFromTask('job', 'task1', { recursive: true }));
  await keep(client.account.listPoolNodeCounts());
}

function poolWith(id: string, nodes: number): BatchServiceModels.PoolAddParameter {
  const startTask = { commandLine: '/bin/sh -c "sleep 20"', waitForSuccess: true };
  return sdkPool(id, nodes, { taskSlotsPerNode: 2, startTask });
}

/** Of different lengths, some failing with retries, some waiting for others, one printing its token and its node. */
function tasks(): BatchServiceModels.TaskAddParameter[] {
  return Array.from({ length: 20 }, (_, index) => ({
    id: `task${index}`,
    commandLine: `/bin/sh -c "sleep ${(index * 37) % 90}; echo $AZ_BATCH_NODE_ID $AZ_BATCH_AUTHENTICATION_TOKEN; exit ${index % 5 === 4 ? 1 : 0}"`,
    constraints: { maxTaskRetryCount: index % 3 },
    ...(index > 10 ? { dependsOn: { taskIds: [`task${index - 10}`] }, exitConditions: {} } : {}),
    ...(index === 2 ? { authenticationTokenSettings: { access: ['job' as const] } } : {}),
  }));
}
