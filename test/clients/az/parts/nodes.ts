// `az batch node` of Debian's Azure CLI, unmodified.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { ClientCloud } from '../../support/client-cloud.ts';
import type { Az } from '../az-command.ts';
import { CALLS_TIMEOUT_MS, createPool } from '../az-command.ts';

const POOL = 'pool-of-nodes';

export function describeNodes(az: Az, cloud: () => ClientCloud): void {
  let node: readonly string[] = [];

  beforeAll(async () => {
    await az.json(...createPool(POOL, 2, '--start-task-command-line', 'echo ready', '--start-task-wait-for-success'));
    await az.until('idle idle', 'node', 'list', '--pool-id', POOL, '--query', "join(' ', [].state)");
    const id = await az.json('node', 'list', '--pool-id', POOL, '--query', '[0].id');
    node = ['--pool-id', POOL, '--node-id', String(id)];
  }, CALLS_TIMEOUT_MS);

  test('shows nodes and their start task', async () => {
    expect(await az.json('node', 'show', ...node)).toMatchObject({
      state: 'idle',
      schedulingState: 'enabled',
      isDedicated: true,
      startTaskInfo: { state: 'completed', exitCode: 0, result: 'success' },
      virtualMachineInfo: { imageReference: { offer: '0001-com-ubuntu-server-jammy' } },
    });
    expect(await az.refusal('node', 'show', '--pool-id', POOL, '--node-id', 'tvmps_nowhere_d')).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified node does not exist.',
    });
    const login = ['node', 'remote-login-settings', 'show', ...node, '--query', 'remoteLoginPort'];
    expect(await az.json(...login)).toEqual(expect.any(Number));
  });

  test('creates, changes and deletes users', async () => {
    const user = ['--name', 'visitor', '--password', 'a Password 1', '--is-admin'];
    await az.json('node', 'user', 'create', ...node, ...user, '--expiry-time', '2099-01-01T00:00:00Z');
    expect(await az.refusal('node', 'user', 'create', ...node, ...user)).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified node user already exists.',
    });
    await az.json('node', 'user', 'reset', ...node, '--user-name', 'visitor', '--password', 'another 1');
    await az.json('node', 'user', 'delete', ...node, '--user-name', 'visitor', '--yes');
    expect(await az.refusal('node', 'user', 'delete', ...node, '--user-name', 'visitor', '--yes')).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified node user does not exist.',
    });
  });

  test('disables and enables scheduling', async () => {
    await az.json('node', 'scheduling', 'disable', ...node, '--node-disable-scheduling-option', 'requeue');
    const show = ['node', 'show', ...node, '--query', 'schedulingState'];
    expect(await az.json(...show)).toBe('disabled');
    expect(await az.refusal('node', 'scheduling', 'disable', ...node)).toMatchObject({ exitCode: 1 });
    await az.json('node', 'scheduling', 'enable', ...node);
    expect(await az.json(...show)).toBe('enabled');
  });

  test('lists, downloads and deletes files', async () => {
    const top = await az.json('node', 'file', 'list', ...node, '--query', '[].name');
    expect(top).toEqual(['shared', 'workitems', 'fsmounts', 'volatile', 'startup', 'applications']);
    const deep = await az.json('node', 'file', 'list', ...node, '--recursive', 'true', '--query', '[].name');
    expect(deep).toContain('startup/stdout.txt');
    const file = ['--file-path', 'startup/stdout.txt'];
    const target = join(cloud().folder, 'startup.txt');
    await az.json('node', 'file', 'download', ...node, ...file, '--destination', target);
    expect(await readFile(target, 'utf8')).toBe('ready\n');
    expect(await az.json('node', 'file', 'show', ...node, ...file)).toBeUndefined();
    await az.json('node', 'file', 'delete', ...node, ...file, '--yes');
    expect(await az.refusal('node', 'file', 'show', ...node, ...file)).toMatchObject({ exitCode: 1 });
  });

  test('reboots nodes, and is refused what this kind of pool cannot do', async () => {
    const boot = ['node', 'show', ...node, '--query', 'lastBootTime'];
    const before = await az.json(...boot);
    await az.json('node', 'reboot', ...node, '--node-reboot-option', 'requeue');
    await az.until('idle', 'node', 'show', ...node, '--query', 'state');
    expect(String(await az.json(...boot)) > String(before)).toBe(true);
    expect(await az.refusal('node', 'reimage', ...node)).toEqual({
      exitCode: 1,
      text: [
        'ERROR: The specified operation is not valid on the node.',
        'Reason: Operation reimage can be invoked only on pools created with cloudServiceConfiguration',
      ].join('\n'),
    });
    const logs = ['--container-url', 'http://127.0.0.1/logs', '--start-time', '2024-01-01T00:00:00Z'];
    expect(await az.refusal('node', 'service-logs', 'upload', ...node, ...logs)).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('Operation: ComputeNode_UploadBatchServiceLogs') as string,
    });
  });

  test('takes nodes out of the pool', async () => {
    await az.json('node', 'delete', '--pool-id', POOL, '--node-list', node.at(-1) ?? '');
    await az.until('1', 'node', 'list', '--pool-id', POOL, '--query', 'length(@)');
    expect(await az.refusal('node', 'show', ...node)).toMatchObject({ exitCode: 1 });
  });
}
