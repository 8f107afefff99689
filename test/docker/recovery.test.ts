// A job goes on while its nodes' containers are killed: through the whole stack, with every output exactly right.
import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createAzureBatchService } from '../../adapters/azure/index.ts';
import { startAzurite } from '../../adapters/azurite/index.ts';
import { AzureBlobStorage, parseConnectionString } from '../../adapters/storage/index.ts';
import { linuxShell } from '../../core/index.ts';
import type { BatchService, BlobStorage, Node, TaskSpec } from '../../core/index.ts';
import { seededRandom } from '../../core/kernel/index.ts';
import { startEmulator } from '../../emulator/composition/index.ts';
import { realClock } from '../support/real-clock.ts';
import { describeNeeding } from '../support/suite.ts';
import { createDockerTarget } from './support/docker-target.ts';
import type { DockerTarget } from './support/docker-target.ts';

const TASKS = 200;
const NODES = 4;

interface Cloud {
  readonly batch: BatchService;
  readonly storage: BlobStorage;
  readonly target: DockerTarget;
}

async function startCloud(): Promise<Cloud> {
  const azurite = await startAzurite({ inMemory: true });
  onTestFinished(() => azurite.stop());
  const target = await createDockerTarget();
  const emulator = await startEmulator({
    clock: realClock,
    random: seededRandom('recovery'),
    runtime: target.runtime,
    secret: 'for this test alone',
  });
  onTestFinished(() => emulator.close());
  target.runtime.relay([azurite.port, emulator.port]);
  const [account] = emulator.accounts;
  const batch = createAzureBatchService({
    endpoint: emulator.url,
    credentials: { kind: 'sharedKey', account: account?.name ?? '', key: account?.key ?? '' },
    clock: realClock,
    random: seededRandom('recovery').stream('client'),
  });
  return { batch, storage: new AzureBlobStorage(parseConnectionString(azurite.connectionString)), target };
}

/** What task number `n` writes: enough that half of it would show. */
const contentOf = (n: number): string => Array.from({ length: 2_000 }, (_, line) => `${n} ${line}\n`).join('');

const digest = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

async function tasks(storage: BlobStorage): Promise<readonly TaskSpec[]> {
  await storage.ensureContainer('results');
  const containerUrl = await storage.sasUrl({
    container: 'results',
    permissions: ['create', 'write', 'list'],
    expiresAt: Date.now() + 3_600_000,
  });
  return Array.from({ length: TASKS }, (_, n) => ({
    id: `task-${n}`,
    commandLine: linuxShell([`for i in $(seq 0 1999); do echo ${n} $i; done > result.txt`, 'sleep 0.1']),
    outputFiles: [
      { filePattern: 'result.txt', containerUrl, path: `task-${n}.txt`, uploadCondition: 'taskSuccess' as const },
    ],
  }));
}

async function nodesOf(batch: BatchService, state: Node['state']): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  for await (const node of batch.pools.nodes('pool')) if (node.state === state) nodes.push(node);
  return nodes;
}

async function outputs(storage: BlobStorage): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for await (const { name } of storage.list('results')) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of storage.download('results', name)) chunks.push(chunk);
    digests.set(name, digest(Buffer.concat(chunks)));
  }
  return digests;
}

await describeNeeding(['docker'], 'recovery', () => {
  test('containers killed in the middle of a job of 200 tasks cost time and no output', async () => {
    const { batch, storage, target } = await startCloud();
    await batch.pools.create({
      id: 'pool',
      vmSize: 'standard_d2s_v3',
      image: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts', version: 'latest' },
      nodeAgentSkuId: 'batch.node.ubuntu 22.04',
      targetDedicatedNodes: NODES,
      taskSlotsPerNode: 4,
    });
    await batch.jobs.create({ id: 'job', poolId: 'pool' });
    expect(await batch.tasks.addAll('job', await tasks(storage))).toEqual([]);

    const lost = new Set<string>();
    for (const milestone of [20, 70, 120]) {
      await expect
        .poll(async () => (await batch.jobs.taskCounts('job')).completed, { timeout: 60_000, interval: 20 })
        .toBeGreaterThanOrEqual(milestone);
      const [node] = (await nodesOf(batch, 'running')).filter(({ id }) => !lost.has(id));
      if (node === undefined) throw new Error('no node is running');
      lost.add(node.id);
      await target.loseNode(node.id);
    }
    await expect
      .poll(() => batch.jobs.taskCounts('job'), { timeout: 90_000, interval: 100 })
      .toMatchObject({ completed: TASKS, succeeded: TASKS, failed: 0 });

    const expected = Array.from({ length: TASKS }, (_, n) => [`task-${n}.txt`, digest(contentOf(n))] as const);
    expect(await outputs(storage)).toEqual(new Map(expected));
    // The pool has its size again, with new nodes in place of the lost ones.
    await expect.poll(() => nodesOf(batch, 'idle'), { timeout: 20_000 }).toHaveLength(NODES);
    expect((await nodesOf(batch, 'idle')).filter(({ id }) => lost.has(id))).toEqual([]);
  });
});
