// What a pool is from its creation to its end, and the images that it may be made of: batch-semantics 11.1 and 11.8, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import { addJob, addTasks, nodesOf, taskState } from '../support/run-log.ts';
import { accountWithPool, poolOf, refusalCode, simulatedAccount, value } from '../support/simulated-account.ts';

describe('a pool that says as little as it can', () => {
  it('shows what the service fills in (batch-semantics 11.1)', async () => {
    const { engine, clock } = await simulatedAccount({ settings: { allocationMs: 1000 } });
    const { targetDedicatedNodes: _, ...bare } = poolOf('pool', 0);
    const added = await value(engine.pools.add(bare));
    expect(added).toMatchObject({
      state: 'active',
      allocationState: 'resizing',
      taskSlotsPerNode: 1,
      taskSchedulingPolicy: { nodeFillType: 'spread' },
      resizeTimeout: duration.minutes(15),
      enableAutoScale: false,
      enableInterNodeCommunication: false,
      targetDedicatedNodes: 0,
      targetLowPriorityNodes: 0,
      currentDedicatedNodes: 0,
      currentLowPriorityNodes: 0,
    });
    expect(added).not.toHaveProperty('currentNodeCommunicationMode');
    clock.advance(1000);
    expect(await value(engine.pools.get('pool'))).toMatchObject({
      allocationState: 'steady',
      currentNodeCommunicationMode: 'classic',
    });
  });
});

describe('a pool', () => {
  it('can be changed in some members, and not in others (batch-semantics 11.1)', async () => {
    const { engine } = await accountWithPool(0, { metadata: [{ name: 'a', value: 'b' }] });
    const certificateReferences = [{ thumbprint: 'aa', thumbprintAlgorithm: 'sha1' }];
    const changes = {
      startTask: { commandLine: 'true' },
      certificateReferences,
      metadata: [{ name: 'c', value: 'd' }],
    };
    await value(engine.pools.patch('pool', changes));
    const pool = await value(engine.pools.get('pool'));
    expect(pool).toMatchObject(changes);
    await value(
      engine.pools.updateProperties('pool', {
        certificateReferences: [],
        applicationPackageReferences: [],
        metadata: [],
      }),
    );
    const replaced = await value(engine.pools.get('pool'));
    expect(replaced).not.toHaveProperty('startTask');
    const { vmSize, virtualMachineConfiguration, taskSlotsPerNode, enableInterNodeCommunication } = pool;
    expect(replaced).toMatchObject({
      vmSize,
      virtualMachineConfiguration,
      taskSlotsPerNode,
      enableInterNodeCommunication,
      targetNodeCommunicationMode: 'default',
    });
  });
});

describe('the stamp of a pool', () => {
  it('moves with what a client changes, and not with what its nodes do (batch-semantics 11.1)', async () => {
    const account = await accountWithPool(1, {}, { settings: { nodeStartupMs: 5000 } });
    const { engine, clock } = account;
    const stamp = async () => (await value(engine.pools.get('pool'))).lastModified;
    const created = await stamp();
    await addJob(account);
    await addTasks(account, 'sleep 60');
    clock.advance(duration.minutes(10));
    expect(await taskState(account, 't0')).toBe('completed');
    expect(await stamp()).toBe(created);
    await value(engine.pools.patch('pool', { metadata: [{ name: 'a', value: 'b' }] }));
    expect(await stamp()).toBe(clock.now());
  });
});

describe('a pool that is being deleted', () => {
  it('refuses every change with PoolBeingDeleted, and can still be looked at (batch-semantics 11.1)', async () => {
    const account = await accountWithPool(1, {}, { settings: { poolDeletionMs: duration.minutes(1) } });
    const { pools } = account.engine;
    const [node] = await nodesOf(account);
    await value(pools.delete('pool'));
    const lists = { metadata: [], applicationPackageReferences: [], certificateReferences: [] };
    const changes = [
      pools.patch('pool', { metadata: [] }),
      pools.updateProperties('pool', lists),
      pools.resize('pool', { targetDedicatedNodes: 2 }),
      pools.stopResize('pool'),
      pools.removeNodes('pool', { nodeList: [node?.id ?? ''] }),
      pools.enableAutoScale('pool', { autoScaleFormula: '$TargetDedicatedNodes = 1;' }),
      pools.disableAutoScale('pool'),
      pools.delete('pool'),
      pools.add(poolOf('pool', 1)),
    ];
    const codes = await Promise.all(changes.map((change) => refusalCode(change)));
    expect(new Set(codes)).toEqual(new Set(['PoolBeingDeleted']));
    expect((await value(pools.list({ limit: 10 }))).items.map(({ id, state }) => [id, state])).toEqual([
      ['pool', 'deleting'],
    ]);
    account.clock.advance(duration.minutes(1));
    expect(await refusalCode(pools.get('pool'))).toBe('PoolNotFound');
  });

  it('drops the resize that is under way (batch-semantics 11.1)', async () => {
    const account = await accountWithPool(1);
    const { engine, clock } = account;
    engine.settings.change({ allocationMs: duration.minutes(10) });
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 20 }));
    clock.advance(duration.minutes(5));
    await value(engine.pools.delete('pool'));
    let most = 0;
    for (let minute = 0; minute < 10; minute += 1) {
      most = Math.max(most, (await nodesOf(account)).length);
      clock.advance(duration.minutes(1));
    }
    expect(most).toBe(1);
    expect(await refusalCode(engine.pools.get('pool'))).toBe('PoolNotFound');
  });

  it('sends running tasks back, which wait until a pool has that id again (batch-semantics 11.1)', async () => {
    const account = await accountWithPool(1);
    const { engine, clock } = account;
    await addJob(account);
    await addTasks(account, 'sleep 600');
    clock.advance(1);
    await value(engine.pools.delete('pool'));
    clock.advance(1);
    expect(await value(engine.tasks.get('job', 't0'))).toMatchObject({
      state: 'active',
      executionInfo: { requeueCount: 1, retryCount: 0 },
    });
    expect(await value(engine.jobs.get('job'))).toMatchObject({ state: 'active' });
    await value(engine.pools.add(poolOf('pool', 1)));
    clock.advance(1);
    expect(await taskState(account, 't0')).toBe('running');
  });
});

describe('the list of images', () => {
  it('tells of each its agent, system, verification and capabilities, with publishers in lower case (batch-semantics 11.8)', async () => {
    const { engine } = await simulatedAccount();
    const images = await value(engine.catalog.supportedImages());
    for (const { imageReference, nodeAgentSKUId, osType, verificationType } of images) {
      expect(imageReference).toMatchObject({ version: 'latest' });
      expect(imageReference.publisher).toBe(imageReference.publisher?.toLowerCase());
      expect(nodeAgentSKUId).toMatch(/^batch\.node\.\w+ [\w.]+$/);
      expect(['linux', 'windows']).toContain(osType);
      expect(['verified', 'unverified']).toContain(verificationType);
    }
    const capabilities = new Set(images.flatMap((image) => image.capabilities ?? []));
    expect(capabilities).toEqual(
      new Set(['DockerCompatible', 'Generation2VMImage', 'NvidiaTeslaDriverInstalled', 'SupportsRDMAOnly']),
    );
  });

  it.each([
    ['canonical', '0001-com-ubuntu-server-focal', '20_04-lts', 'batch.node.ubuntu 20.04'],
    ['canonical', '0001-com-ubuntu-server-focal', '20_04-lts-gen2', 'batch.node.ubuntu 20.04'],
    ['canonical', '0001-com-ubuntu-server-jammy', '22_04-lts', 'batch.node.ubuntu 22.04'],
    ['canonical', '0001-com-ubuntu-server-jammy', '22_04-lts-gen2', 'batch.node.ubuntu 22.04'],
    ['canonical', 'ubuntu-24_04-lts', 'server', 'batch.node.ubuntu 24.04'],
    ['canonical', 'ubuntu-24_04-lts', 'server-gen1', 'batch.node.ubuntu 24.04'],
    ['microsoft-dsvm', 'ubuntu-hpc', '2004', 'batch.node.ubuntu 20.04'],
    ['microsoft-dsvm', 'ubuntu-hpc', '2204', 'batch.node.ubuntu 22.04'],
    ['microsoft-dsvm', 'ubuntu-hpc', '2404', 'batch.node.ubuntu 24.04'],
    ['microsoft-dsvm', 'ubuntu-2004', '2004', 'batch.node.ubuntu 20.04'],
    ['almalinux', 'almalinux', '8-gen2', 'batch.node.el 8'],
    ['almalinux', 'almalinux', '9-gen1', 'batch.node.el 9'],
    ['almalinux', 'almalinux-hpc', '8-hpc-gen2', 'batch.node.el 8'],
    ['microsoftcblmariner', 'cbl-mariner', 'cbl-mariner-2', 'batch.node.mariner 2.0'],
    ['debian', 'debian-11', '11', 'batch.node.debian 11'],
    ['Canonical', 'Ubuntu-24_04-LTS', 'Server', 'batch.node.ubuntu 24.04'],
  ])('has %s %s %s, whose agent is %s alone (batch-semantics 11.8)', async (publisher, offer, sku, nodeAgentSKUId) => {
    const { engine } = await simulatedAccount();
    const imageReference = { publisher, offer, sku };
    const add = (id: string, agent: string) =>
      engine.pools.add({
        ...poolOf(id, 0),
        virtualMachineConfiguration: { imageReference, nodeAgentSKUId: agent },
      });
    expect(await value(add('right', nodeAgentSKUId))).toMatchObject({
      virtualMachineConfiguration: { nodeAgentSKUId },
    });
    expect(await refusalCode(add('wrong', 'batch.node.ubuntu 16.04'))).toBe('InvalidPropertyValue');
  });

  it('has no other image: such a pool is refused (batch-semantics 11.8)', async () => {
    const { engine } = await simulatedAccount();
    const imageReference = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '23_04' };
    const machine = { imageReference, nodeAgentSKUId: 'batch.node.ubuntu 22.04' };
    expect(await refusalCode(engine.pools.add({ ...poolOf('p', 0), virtualMachineConfiguration: machine }))).toBe(
      'InvalidPropertyValue',
    );
  });

  it('has Windows images, whose pools are refused by name, because nodes run Linux (batch-semantics 11.8)', async () => {
    const { engine } = await simulatedAccount();
    const windows = (await value(engine.catalog.supportedImages())).find(({ osType }) => osType === 'windows');
    if (windows === undefined) throw new Error('There is no Windows image.');
    const { imageReference, nodeAgentSKUId } = windows;
    const pool = { ...poolOf('p', 0), virtualMachineConfiguration: { imageReference, nodeAgentSKUId } };
    expect(await refusalCode(engine.pools.add(pool))).toBe('UnsupportedProperty');
  });
});
