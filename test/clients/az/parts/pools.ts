// `az batch pool` of Debian's Azure CLI, unmodified.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClientCloud } from '../../support/client-cloud.ts';
import type { Az } from '../az-command.ts';
import { createPool } from '../az-command.ts';

export function describePools(az: Az, cloud: () => ClientCloud): void {
  test('creates, lists, shows and deletes pools', async () => {
    const startTask = ['--start-task-command-line', "/bin/sh -c 'echo ready'", '--start-task-wait-for-success'];
    expect(await az.json(...createPool('first', 1, '--metadata', 'a=1', ...startTask))).toBeUndefined();
    expect(await az.json('pool', 'show', '--pool-id', 'first')).toMatchObject({
      id: 'first',
      state: 'active',
      vmSize: 'standard_d2s_v3',
      resizeTimeout: '0:15:00',
      metadata: [{ name: 'a', value: '1' }],
      startTask: { commandLine: "/bin/sh -c 'echo ready'", waitForSuccess: true, maxTaskRetryCount: 0 },
      taskSchedulingPolicy: { nodeFillType: 'spread' },
      virtualMachineConfiguration: { nodeAgentSkuId: 'batch.node.ubuntu 22.04' },
    });
    const file = join(cloud().folder, 'pool.json');
    await writeFile(file, JSON.stringify(poolFromJson));
    await az.json('pool', 'create', '--json-file', file);
    const these = ['pool', 'list', '--filter', "id eq 'first' or id eq 'from-json'"];
    expect(await az.json(...these, '--query', '[].{id:id, slots:taskSlotsPerNode}')).toEqual([
      { id: 'first', slots: 1 },
      { id: 'from-json', slots: 2 },
    ]);
    expect(await az.json('pool', 'list', '--filter', "startswith(id,'from')", '--select', 'id, state')).toMatchObject([
      { id: 'from-json', state: 'active', vmSize: null },
    ]);
    await az.json('pool', 'delete', '--pool-id', 'from-json', '--yes');
    await az.until('first', ...these, '--query', '[].id');
  });

  test('changes pools in part and as a whole', async () => {
    await az.json(...createPool('changed', 0, '--metadata', 'a=1'));
    const set = ['--metadata', 'b=2', '--start-task-command-line', 'true'];
    await az.json('pool', 'set', '--pool-id', 'changed', ...set);
    const show = ['pool', 'show', '--pool-id', 'changed', '--query', '[metadata, startTask.commandLine]'];
    expect(await az.json(...show)).toEqual([[{ name: 'b', value: '2' }], 'true']);
    const reset = ['pool', 'reset', '--pool-id', 'changed', '--query', '[metadata, startTask]'];
    expect(await az.json(...reset)).toEqual([null, null]);
  });

  test('resizes pools and counts their nodes', async () => {
    await az.json(...createPool('resized', 1));
    await az.until('steady', 'pool', 'show', '--pool-id', 'resized', '--query', 'allocationState');
    await az.json('pool', 'resize', '--pool-id', 'resized', '--target-dedicated-nodes', '2');
    const counts = ['pool', 'node-counts', 'list', '--query', "[?poolId=='resized'].dedicated.idle | [0]"];
    await az.until('2', ...counts);
    expect(await az.refusal('pool', 'resize', '--pool-id', 'resized', '--abort')).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(
        /^ERROR: The specified operation is not valid for the current state of the resource\.\nReason: /,
      ) as string,
    });
  });

  test('lists images and statistics', async () => {
    const jammy = "[?imageReference.sku=='22_04-lts'].[nodeAgentSkuId, osType, verificationType] | [0]";
    expect(await az.json('pool', 'supported-images', 'list', '--query', jammy)).toEqual([
      'batch.node.ubuntu 22.04',
      'linux',
      'verified',
    ]);
    expect(await az.json('pool', 'usage-metrics', 'list')).toEqual([]);
    expect(await az.json('pool', 'all-statistics', 'show', '--query', 'url')).toBe(
      `${cloud().endpoint}/lifetimepoolstats`,
    );
  });

  test('says what is wrong, as the service words it, and exits with 1', async () => {
    expect(await az.refusal('pool', 'show', '--pool-id', 'nowhere')).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified pool does not exist.',
    });
    expect(await az.refusal(...createPool('not an id', 0))).toEqual({
      exitCode: 1,
      text: [
        'ERROR: The value provided for one of the properties in the request body is invalid.',
        'PropertyName: id',
        'PropertyValue: not an id',
        'Reason: The value must be 1 to 64 characters long and may only contain letters, digits, underscores and hyphens.',
      ].join('\n'),
    });
    const stale = ['pool', 'delete', '--pool-id', 'changed', '--if-match', '0x8DC0000000000000', '--yes'];
    expect(await az.refusal(...stale)).toEqual({
      exitCode: 1,
      text: 'ERROR: The condition specified using HTTP conditional header(s) is not met.',
    });
  });

  test('takes the account from its arguments, and does not let a wrong key in', async () => {
    const { AZURE_BATCH_ACCOUNT: account = '', AZURE_BATCH_ACCESS_KEY: key = '' } = cloud().environment;
    const list = ['pool', 'list', '--query', '[].id', '--account-endpoint', `${cloud().endpoint}/`];
    expect(await az.json(...list, '--account-name', account, '--account-key', key)).toContain('changed');
    const wrong = Buffer.from('wrong').toString('base64');
    const refusal = await az.refusal(...list, '--account-name', account, '--account-key', wrong);
    expect(refusal.exitCode).toBe(1);
    expect(refusal.text).toMatch(/^ERROR: Server failed to authenticate the request\./);
    expect(refusal.text).not.toContain(key);
  });
}

const poolFromJson = {
  id: 'from-json',
  vmSize: 'STANDARD_D2s_v3',
  taskSlotsPerNode: 2,
  targetLowPriorityNodes: 1,
  virtualMachineConfiguration: {
    imageReference: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' },
    nodeAgentSKUId: 'batch.node.ubuntu 22.04',
  },
};
