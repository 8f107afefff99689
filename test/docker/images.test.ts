// Images that cannot be had, and limits: nodes fail with a sentence that names the remedy.
import { expect, test } from 'vitest';
import type { NodeError, NodeSpec } from '../../emulator/engine/index.ts';
import { describeNeeding } from '../support/suite.ts';
import type { DockerWorld } from './support/docker-world.ts';
import { openWorld } from './support/docker-world.ts';
import { nodeSpec } from '../contract/node-runtime/specs.ts';

const image = (publisher: string, offer: string, sku: string): Pick<NodeSpec, 'image'> => ({
  image: { publisher, offer, sku, version: 'latest' },
});

async function failureOf(w: DockerWorld, more: Partial<NodeSpec>): Promise<NodeError> {
  w.target.runtime.createNode({ ...nodeSpec('n1'), ...more });
  return (await w.log.next('nodeFailed')).error;
}

await describeNeeding(['docker'], 'images', () => {
  test('an image that cannot be pulled fails the node, naming it and the remedy (batch-semantics 11.8)', async () => {
    const line = 'acme:none:1=batchrite-no-such-image:1';
    const w = await openWorld({ images: [line], pullSilenceMs: 5_000 });
    const error = await failureOf(w, image('acme', 'none', '1'));
    expect(error.code).toBe('ContainerInvalidImage');
    expect(error.message).toContain('The container image "batchrite-no-such-image:1" for acme:none:1 is not on this');
    expect(error.message).toContain('docker pull batchrite-no-such-image:1');
    expect(error.message).toContain('--image acme:none:1=IMAGE');
    expect(error.errorDetails).toContainEqual({ name: 'ContainerImage', value: 'batchrite-no-such-image:1' });
    expect(await w.target.ofTheRun()).toEqual([]);
  });

  test('an image that nothing stands for fails the node (batch-semantics 11.8)', async () => {
    const error = await failureOf(await openWorld(), image('acme', 'os', '1'));
    expect(error.message).toContain('--image acme:os:1=IMAGE');
  });

  test('Windows is refused (batch-semantics 11.8)', async () => {
    const error = await failureOf(
      await openWorld(),
      image('microsoftwindowsserver', 'windowsserver', '2022-datacenter'),
    );
    expect(error.message).toMatch(/is Windows, and nodes here are Linux containers/);
  });

  test('an image for container tasks that is not there fails the node, too (batch-semantics 6, 10.5)', async () => {
    const w = await openWorld({ pullSilenceMs: 5_000 });
    const error = await failureOf(w, { container: { imageNames: ['batchrite-none:2'], registries: [] } });
    expect(error).toMatchObject({ code: 'ContainerInvalidImage' });
    expect(error.message).toContain('"batchrite-none:2" of the pool');
  });

  test('an option maps an image of its own (batch-semantics 11.8)', async () => {
    const w = await openWorld({ images: ['acme:os:*=debian:12'] });
    await w.startNode('n1', image('Acme', 'OS', '1'));
    expect((await (await w.target.container('n1')).inspect()).Config.Image).toBe('debian:12');
  });

  test('nodes beyond the cap fail, and places that become free are used', async () => {
    const w = await openWorld({ maxContainers: 1 });
    await w.startNode('n1');
    w.target.runtime.createNode(nodeSpec('n2'));
    const { error, nodeId } = await w.log.next('nodeFailed');
    expect(nodeId).toBe('n2');
    expect(error.message).toContain('may run 1 node as a container at a time');
    expect(error.message).toContain('--max-containers');
    for (const each of ['n1', 'n2']) {
      w.target.runtime.removeNode(each);
      await w.log.next('nodeRemoved', (event) => event.nodeId === each);
    }
    await w.startNode('n3');
  });

  test('with limits a node has the cores and the memory of its size, as far as the machine has them', async () => {
    const w = await openWorld({ limitsToVmSize: true });
    await w.startNode('n1', { vmSize: 'Standard_A1_v2' });
    const { HostConfig: config } = await (await w.target.container('n1')).inspect();
    expect(config.NanoCpus).toBe(1e9);
    expect(config.Memory).toBe(2 * 1024 ** 3);
  });

  test('without limits a node may use the whole machine (batch-semantics 2.2)', async () => {
    const w = await openWorld();
    await w.startNode('n1', { vmSize: 'Standard_A1_v2' });
    const { HostConfig: config } = await (await w.target.container('n1')).inspect();
    expect(config).toMatchObject({ NanoCpus: 0, Memory: 0 });
  });
});
