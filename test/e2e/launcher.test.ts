// The command as an older Node starts it: many machines still have Node 20.
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createSandbox, nothing } from '../support/sandbox.ts';
import { describeSkipped } from '../support/suite.ts';

const run = promisify(execFile);

/** The first Node on the PATH, or in the usual places, that is too old to run the sources. */
async function findOlderNode(): Promise<{ readonly path: string; readonly major: number } | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  for (const path of new Set(folders.map((folder) => join(folder, 'node')))) {
    try {
      await access(path, constants.X_OK);
      const { stdout } = await run(path, ['-p', 'process.versions.node']);
      const major = Number(stdout.split('.')[0]);
      if (major >= 14 && major < 24) return { path, major };
    } catch {
      // No Node here.
    }
  }
  return undefined;
}

const older = await findOlderNode();
const hasPackagedNode = process.platform === 'linux' && process.arch === 'x64';

if (older === undefined) {
  describeSkipped('the command on an older Node', 'no Node from 14 to 23 on this machine');
} else if (!hasPackagedNode) {
  describeSkipped('the command on an older Node', 'the package brings a Node to Linux x64 alone');
} else {
  describe(`the command on Node ${older.major}`, () => {
    test('runs a scenario to its end on the Node that the package brings', async () => {
      const sandbox = await createSandbox();
      const args = ['run', 'top-words', '--runtime', 'process', '--yes'];
      const { code, stdout, stderr } = await sandbox.run(args, { node: older.path });
      expect(code, stdout + stderr).toBe(0);
      expect(stderr).toBe('');
      expect(await sandbox.leftovers()).toEqual(nothing);
    });

    test('hands on exit codes, Ctrl-C, and what is typed', async () => {
      const sandbox = await createSandbox();
      expect(await sandbox.run(['bogus'], { node: older.path })).toMatchObject({ code: 2 });
      const service = sandbox.start(['start', '--port', '0', '--blob-port', '0', '--json', '--runtime', 'process'], {
        node: older.path,
      });
      await service.says(/^\{.*\}\n/);
      service.interrupt();
      expect(await service.ended).toMatchObject({ code: 0, stderr: '' });
      expect(await sandbox.leftovers()).toEqual(nothing);
    });
  });
}
