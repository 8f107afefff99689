// `batchrite application` against a running emulator: what it prints, for people and for machines, and what it says of mistakes.
import { describe, expect, it } from 'vitest';
import { startService } from '../support/local-service.ts';
import { createSandbox } from '../support/sandbox.ts';
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

  it('says that an emulator without storage has none', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('tool.zip', programZip('tool', 'true'));
    const { ready } = await startService(sandbox, '--runtime', 'simulated', '--no-storage');
    const add = ['application', 'add', 'a', '1', 'tool.zip', '--endpoint', ready.batchEndpoint];
    expect((await sandbox.run(add)).stderr).toContain('start the emulator with storage');
  });
});
