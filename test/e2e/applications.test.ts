// `batchrite application` against a running emulator: what it prints, for people and for machines, and what it says of mistakes.
import { BatchServiceClient, BatchSharedKeyCredentials } from '@azure/batch';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAzurite } from '../../adapters/azurite/index.ts';
import { eventually } from '../support/eventually.ts';
import { type ReadyLine, startService } from '../support/local-service.ts';
import { createSandbox } from '../support/sandbox.ts';
import { sdkPool } from '../support/sdk-pool.ts';
import { programZip } from '../support/zip.ts';

describe('batchrite application', () => {
  it('adds, lists and removes packages, which the unmodified client then sees', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('tool.zip', programZip('tool', 'echo hello'));
    const { ready, client } = await startService(sandbox, '--runtime', 'simulated');
    const application = (...words: readonly string[]) =>
      sandbox.run(['application', ...words, '--endpoint', ready.batchEndpoint]);
    const none = { code: 0, stdout: 'There are no applications: batchrite application add ID VERSION FILE.zip\n' };
    expect(await application('list')).toMatchObject(none);
    const added = await application('add', 'tool', '1.0', 'tool.zip', '--default', '--display-name', 'A tool');
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Application tool has version 1\.0, the default version, of \d+ B\.\n$/) as string,
    });
    await application('add', 'Tool', '2.0', 'tool.zip');
    expect((await application('list')).stdout).toMatch(
      /^tool \(A tool\) {2}1\.0 \(default\) {2}\d+ B {2}\S+Z\ntool \(A tool\) {2}2\.0 {12}\d+ B {2}\S+Z\n$/,
    );
    const set = ['set', 'tool', '--default-version', '2.0', '--display-name', '', '--allow-updates', 'false'];
    expect(await application(...set)).toMatchObject({
      stdout: 'Application tool: default version 2.0, updates not allowed.\n',
    });
    expect((await application('list')).stdout).toMatch(/^tool {2}1\.0 {12}.*\ntool {2}2\.0 \(default\)/);
    const again = await application('add', 'tool', '2.0', 'tool.zip');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('does not allow updates') as string });
    expect((await client.application.list()).map(({ versions }) => versions)).toEqual([['1.0', '2.0']]);
    expect(await application('remove', 'tool', '1.0')).toMatchObject({
      stdout: 'Version 1.0 of application tool is removed.\n',
    });
    expect(JSON.parse((await application('list', '--json')).stdout)).toMatchObject({
      applications: [{ id: 'tool', packages: [{ version: '2.0', state: 'active' }] }],
    });
    expect(await application('remove', 'tool')).toMatchObject({ stdout: 'Application tool is removed.\n' });
    expect(await application('list')).toMatchObject(none);
  });

  it('says in one sentence what is wrong, with exit code 1', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('text.zip', Buffer.from('hello'));
    const { ready } = await startService(sandbox, '--runtime', 'simulated');
    const saysOf = async (...words: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await sandbox.run(['application', ...words, '--endpoint', ready.batchEndpoint]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      return stderr;
    };
    expect(await saysOf('add', 'a', '1', 'no-such.zip')).toMatch(/^Error: "no-such\.zip" cannot be read: ENOENT/);
    expect(await saysOf('add', 'a', '1', 'text.zip')).toMatch(/^Error: The package is no zip that a node can unpack: /);
    expect(await saysOf('add', 'a b', '1', 'text.zip')).toMatch(/letters, digits, underscores and hyphens\.\n$/);
    expect(await saysOf('remove', 'a')).toBe('Error: There is no application "a".\n');
  });

  it("keeps packages in a storage account that is somebody else's, where one is linked", async () => {
    const sandbox = await createSandbox();
    await sandbox.write('tool.zip', programZip('tool', 'echo hello'));
    const azurite = await startAzurite({ inMemory: true });
    onTestFinished(() => azurite.stop());
    const args = ['start', '--port', '0', '--runtime', 'process', '--no-storage', '--json'];
    const env = { BATCHRITE_LINKED_STORAGE: azurite.connectionString };
    const [line] = await sandbox.start(args, { env }).says(/^\{.*\}\n/);
    const { batchEndpoint, account, key } = JSON.parse(line) as ReadyLine;
    const add = ['application', 'add', 'tool', '1', 'tool.zip', '--endpoint', batchEndpoint];
    expect(await sandbox.run(add)).toMatchObject({ code: 0 });
    const client = new BatchServiceClient(new BatchSharedKeyCredentials(account, key), batchEndpoint);
    const applicationPackageReferences = [{ applicationId: 'tool', version: '1' }];
    const commandLine = `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_tool_1/tool'`;
    await client.pool.add({
      ...sdkPool('pool', 1),
      applicationPackageReferences,
      startTask: { commandLine, waitForSuccess: true },
    });
    const [node] = await eventually(
      () => client.computeNode.list('pool'),
      ([first]) => first?.state === 'idle' || first?.state === 'unusable',
    );
    expect(node).toMatchObject({ state: 'idle', startTaskInfo: { result: 'success' } });
  });

  it('says what is wrong with the connection string of a linked storage account', async () => {
    const sandbox = await createSandbox();
    const ended = await sandbox.run(['start', '--port', '0', '--no-storage'], {
      env: { BATCHRITE_LINKED_STORAGE: 'AccountName=x' },
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^Error: The storage connection string has no AccountKey/);
  });

  it('says that an emulator without storage has none', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('tool.zip', programZip('tool', 'true'));
    const { ready } = await startService(sandbox, '--runtime', 'simulated', '--no-storage');
    const add = ['application', 'add', 'a', '1', 'tool.zip', '--endpoint', ready.batchEndpoint];
    expect((await sandbox.run(add)).stderr).toContain('start the emulator with storage');
  });
});
