// Containers that stand for the outside world, on the network of the nodes: here Azurite, started by testcontainers.
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { nodeBinaryPath } from '../../adapters/bundles/index.ts';
import { AzureBlobStorage } from '../../adapters/storage/index.ts';
import { describeNeeding } from '../support/suite.ts';
import { BASE_IMAGE, createDockerTarget, docker } from './support/docker-target.ts';
import { openWorld } from './support/docker-world.ts';

const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url));

const account = {
  name: 'devstoreaccount1',
  key: Buffer.from('a key for this test alone').toString('base64'),
};

/** Azurite's blob service in a container of that network. Gives the address that others on it use. */
async function startAzuriteOn(network: string): Promise<string> {
  // The reaper is a container of an image that cannot be had everywhere; the test ends what it starts.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(BASE_IMAGE)
    .withBindMounts([
      { source: nodeModules, target: '/opt/node_modules', mode: 'ro' },
      { source: nodeBinaryPath(), target: '/opt/node', mode: 'ro' },
    ])
    .withEnvironment({ AZURITE_ACCOUNTS: `${account.name}:${account.key}` })
    .withNetworkMode(network)
    .withCommand(
      [
        '/opt/node',
        '/opt/node_modules/azurite/dist/src/blob/main.js',
        '--blobHost',
        '0.0.0.0',
        '--inMemoryPersistence',
      ].concat('--skipApiVersionCheck', '--disableTelemetry'),
    )
    .withWaitStrategy(Wait.forLogMessage(/successfully listen/))
    .start();
  onTestFinished(async () => void (await container.stop()));
  return container.getIpAddress(network);
}

await describeNeeding(['docker'], 'the outside world', () => {
  test("a network that a stranger's container is on stays until it is free, and closing goes on", async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const filters = { label: [`batchrite.run=${w.target.run}`] };
    const [network] = await docker.listNetworks({ filters });
    const stranger = await docker.createContainer({
      Image: BASE_IMAGE,
      Cmd: ['/bin/sleep', '1000'],
      HostConfig: { NetworkMode: network?.Name ?? '' },
    });
    onTestFinished(async () => {
      await stranger.remove({ force: true });
      await docker.getNetwork(network?.Id ?? '').remove();
    });
    await stranger.start();
    await w.target.runtime.close();
    expect(await w.target.leftovers()).toEqual([`network ${network?.Name}`]);
    expect((await stranger.inspect()).State.Running).toBe(true);
    // Nor does it keep the next server from starting.
    await (await createDockerTarget()).runtime.close();
  });

  test('a task uploads to a storage service that only its network has', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const [network] = await docker.listNetworks({ filters: { label: [`batchrite.run=${w.target.run}`] } });
    const address = await startAzuriteOn(network?.Name ?? '');
    const blobEndpoint = `http://${address}:10000/${account.name}`;
    const storage = new AzureBlobStorage({
      name: account.name,
      blobEndpoint,
      credential: { kind: 'sharedKey', key: account.key },
    });
    await storage.ensureContainer('out');
    const containerUrl = await storage.sasUrl({
      container: 'out',
      permissions: ['create', 'write'],
      expiresAt: Date.now() + 600_000,
    });
    const end = await w.sh('n1', 'echo from the node > result.txt', {
      outputFiles: [{ pattern: 'result.txt', containerUrl, condition: 'tasksuccess' }],
    });
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.failure).toBeUndefined();
    const chunks: Uint8Array[] = [];
    for await (const chunk of storage.download('out', 'result.txt')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('from the node\n');
  });
});
