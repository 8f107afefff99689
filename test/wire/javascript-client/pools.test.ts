// Pools and nodes through the unmodified `@azure/batch` client, with a success and a refusal of every operation, on the real engine.
import { describe, expect, test } from 'vitest';
import { refusalOf, sdkAccount, accountWithNode } from '../support/sdk-account.ts';
import { sdkPool } from '../../support/sdk-pool.ts';

describe('pool', () => {
  test('is added, shown, listed, found and deleted', async () => {
    const { client, clock, server } = await sdkAccount();
    const added = await client.pool.add(sdkPool('p', 1));
    expect(added.dataServiceId).toBe(`${server.url}/pools/p`);
    const pool = await client.pool.get('p');
    expect(pool).toMatchObject({ id: 'p', vmSize: 'standard_d2s_v3', allocationState: 'resizing', eTag: added.eTag });
    clock.advance(1);
    expect((await client.pool.list()).map(({ id }) => id)).toEqual(['p']);
    expect((await client.pool.exists('p')).body).toBe(true);
    expect((await client.pool.exists('q')).body).toBe(false);
    expect(await refusalOf(client.pool.add(sdkPool('P', 1)))).toBe('409 PoolExists');
    await client.pool.deleteMethod('p');
    clock.advance(1);
    expect(await refusalOf(client.pool.get('p'))).toBe('404 PoolNotFound');
    expect(await refusalOf(client.pool.deleteMethod('p'))).toBe('404 PoolNotFound');
  });

  test('is refused with the property that is wrong', async () => {
    const { client } = await sdkAccount();
    await expect(client.pool.add(sdkPool('not an id', 1))).rejects.toMatchObject({
      statusCode: 400,
      code: 'InvalidPropertyValue',
      body: {
        values: expect.arrayContaining([
          { key: 'PropertyName', value: 'id' },
          { key: 'PropertyValue', value: 'not an id' },
        ]),
      },
    });
  });

  test('is resized, and the resize is stopped', async () => {
    const { client, clock } = await sdkAccount({ settings: { allocationMs: 1000, stopResizeMs: 1000 } });
    await client.pool.add(sdkPool('p', 0));
    clock.advance(2000);
    expect(await refusalOf(client.pool.stopResize('p'))).toBe('409 OperationInvalidForCurrentState');
    const resized = await client.pool.resize('p', { targetDedicatedNodes: 2 });
    expect(await refusalOf(client.pool.resize('p', { targetDedicatedNodes: 3 }))).toBe('409 PoolBeingResized');
    const stopped = await client.pool.stopResize('p');
    expect(stopped.eTag).toBe(resized.eTag);
    clock.advance(2000);
    expect(await client.pool.get('p')).toMatchObject({
      allocationState: 'steady',
      resizeErrors: [{ code: 'ResizeStopped' }, { code: 'ResizeStopped' }],
    });
  });

  test('is patched and has its properties replaced', async () => {
    const { client } = await sdkAccount();
    await client.pool.add(sdkPool('p', 0));
    await client.pool.patch('p', { metadata: [{ name: 'a', value: 'b' }], startTask: { commandLine: 'true' } });
    expect(await client.pool.get('p')).toMatchObject({
      metadata: [{ name: 'a', value: 'b' }],
      startTask: { commandLine: 'true' },
    });
    await client.pool.updateProperties('p', {
      certificateReferences: [],
      applicationPackageReferences: [],
      metadata: [],
    });
    const pool = await client.pool.get('p');
    expect(pool.startTask).toBeUndefined();
    expect(pool.metadata).toBeUndefined();
  });

  test('is changed only while its condition holds', async () => {
    const { client } = await sdkAccount();
    const { eTag = '' } = await client.pool.add(sdkPool('p', 0));
    const change = { metadata: [{ name: 'a', value: 'b' }] };
    await client.pool.patch('p', change, { poolPatchOptions: { ifMatch: eTag } });
    expect(await refusalOf(client.pool.patch('p', change, { poolPatchOptions: { ifMatch: eTag } }))).toBe(
      '412 ConditionNotMet',
    );
    const current = await client.pool.get('p');
    await expect(client.pool.get('p', { poolGetOptions: { ifNoneMatch: current.eTag ?? '' } })).rejects.toMatchObject({
      statusCode: 304,
    });
    await client.pool.get('p', { poolGetOptions: { ifMatch: '*' } });
  });

  test('loses the nodes that are removed', async () => {
    const { client, clock, nodeId } = await accountWithNode();
    await client.pool.removeNodes('p', { nodeList: [nodeId] });
    clock.advance(1);
    expect((await client.computeNode.list('p')).map(({ id }) => id)).not.toContain(nodeId);
    expect(await refusalOf(client.pool.removeNodes('q', { nodeList: [nodeId] }))).toBe('404 PoolNotFound');
  });

  test('keeps an autoscale formula and declares that it is not run', async () => {
    const { client, clock } = await sdkAccount();
    await client.pool.add(sdkPool('p', 0));
    const formula = '$TargetDedicatedNodes=1';
    expect(await refusalOf(client.pool.enableAutoScale('p', { autoScaleFormula: formula }))).toBe(
      '409 PoolBeingResized',
    );
    clock.advance(1);
    expect(await refusalOf(client.pool.evaluateAutoScale('p', formula))).toBe('409 OperationInvalidForCurrentState');
    const enabled = await client.pool.enableAutoScale('p', {
      autoScaleFormula: formula,
      autoScaleEvaluationInterval: 'PT10M',
    });
    expect(await client.pool.get('p')).toMatchObject({
      eTag: enabled.eTag,
      enableAutoScale: true,
      autoScaleFormula: formula,
      autoScaleEvaluationInterval: 'PT10M',
      autoScaleRun: { error: { code: 'NotImplemented' } },
    });
    expect(await refusalOf(client.pool.enableAutoScale('p', { autoScaleFormula: formula }))).toBe(
      '503 TooManyEnableAutoScaleRequests',
    );
    expect(await refusalOf(client.pool.evaluateAutoScale('p', formula))).toBe('501 NotImplemented');
    expect((await client.pool.disableAutoScale('p')).eTag).toBe(enabled.eTag);
    expect((await client.pool.get('p')).autoScaleFormula).toBeUndefined();
    expect(await refusalOf(client.pool.enableAutoScale('q', { autoScaleFormula: formula }))).toBe('404 PoolNotFound');
    expect(await refusalOf(client.pool.disableAutoScale('q'))).toBe('404 PoolNotFound');
  });

  test('has statistics and usage metrics without content', async () => {
    const { client } = await sdkAccount();
    expect([...(await client.pool.listUsageMetrics())]).toEqual([]);
    expect(await client.pool.getAllLifetimeStatistics()).toMatchObject({
      resourceStats: { diskReadIOps: 0, avgDiskGiB: 0 },
    });
  });

  test('comes in pages that can be followed', async () => {
    const { client } = await sdkAccount();
    for (const id of ['c', 'a', 'e', 'b', 'd']) await client.pool.add(sdkPool(id, 0));
    const options = { poolListOptions: { maxResults: 2, filter: "id ne 'c'", select: 'id' } };
    const pages: (string | undefined)[][] = [];
    let page = await client.pool.list(options);
    for (;;) {
      pages.push(page.map(({ id }) => id));
      if (page.odatanextLink === undefined) break;
      page = await client.pool.listNext(page.odatanextLink);
    }
    expect(pages.flat()).toEqual(['a', 'b', 'd', 'e']);
    expect(pages[0]).toHaveLength(2);
  });
});

describe('compute node', () => {
  test('is listed and shown', async () => {
    const { client, nodeId, server } = await accountWithNode();
    const node = await client.computeNode.get('p', nodeId);
    expect(node).toMatchObject({
      id: nodeId,
      state: 'idle',
      url: `${server.url}/pools/p/nodes/${nodeId}`,
      isDedicated: true,
    });
    expect(await refusalOf(client.computeNode.get('p', 'nobody'))).toBe('404 NodeNotFound');
    const idle = { computeNodeListOptions: { filter: "state eq 'idle'", select: 'id,state' } };
    const [first] = await client.computeNode.list('p', idle);
    expect(Object.keys(first ?? {})).toEqual(['id', 'state']);
  });

  test('is taken out of scheduling and back', async () => {
    const { client, nodeId } = await accountWithNode();
    await client.computeNode.disableScheduling('p', nodeId);
    expect(await client.computeNode.get('p', nodeId)).toMatchObject({ schedulingState: 'disabled', state: 'offline' });
    expect(await refusalOf(client.computeNode.disableScheduling('p', nodeId))).toBe(
      '409 NodeAlreadyInTargetSchedulingState',
    );
    await client.computeNode.enableScheduling('p', nodeId);
    expect(await client.computeNode.get('p', nodeId)).toMatchObject({ schedulingState: 'enabled', state: 'idle' });
  });

  test('reboots; a virtual machine is not reimaged', async () => {
    const { client, clock, nodeId } = await accountWithNode();
    await client.computeNode.reboot('p', nodeId, { computeNodeRebootOptions: {}, nodeRebootOption: 'terminate' });
    expect((await client.computeNode.get('p', nodeId)).state).toBe('rebooting');
    clock.advance(1);
    expect(await refusalOf(client.computeNode.reimage('p', nodeId))).toBe('409 OperationNotValidOnNode');
  });

  test('has users', async () => {
    const { client, nodeId } = await accountWithNode();
    await client.computeNode.addUser('p', nodeId, { name: 'me', password: 'secret', isAdmin: true });
    expect(await refusalOf(client.computeNode.addUser('p', nodeId, { name: 'ME' }))).toBe('409 NodeUserExists');
    await client.computeNode.updateUser('p', nodeId, 'me', { sshPublicKey: 'ssh-rsa x' });
    await client.computeNode.deleteUser('p', nodeId, 'me');
    expect(await refusalOf(client.computeNode.deleteUser('p', nodeId, 'me'))).toBe('404 NodeUserNotFound');
    expect(await refusalOf(client.computeNode.updateUser('p', nodeId, 'me', {}))).toBe('404 NodeUserNotFound');
  });

  test('tells its address for logins, and why it gives neither a desktop nor logs', async () => {
    const { client, nodeId } = await accountWithNode();
    expect(await client.computeNode.getRemoteLoginSettings('p', nodeId)).toMatchObject({
      remoteLoginIPAddress: '10.0.0.4',
      remoteLoginPort: 22,
    });
    expect(await refusalOf(client.computeNode.getRemoteDesktop('p', nodeId))).toMatch(/^409 /);
    const logs = { containerUrl: 'http://c', startTime: new Date() };
    expect(await refusalOf(client.computeNode.uploadBatchServiceLogs('p', nodeId, logs))).toBe('501 NotImplemented');
  });

  test('has no extensions', async () => {
    const { client, nodeId } = await accountWithNode();
    expect([...(await client.computeNodeExtension.list('p', nodeId))]).toEqual([]);
    expect(await refusalOf(client.computeNodeExtension.get('p', nodeId, 'x'))).toBe('404 ResourceNotFound');
  });
});
