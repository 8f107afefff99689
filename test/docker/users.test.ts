// Whose processes tasks are, and that the server can list, read and delete whatever they leave, also without being root.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { ensureBundle, nodeBinaryPath } from '../../adapters/bundles/index.ts';
import { BlobServer } from '../contract/node-runtime/blob-server.ts';
import { describeNeeding, describeSkipped } from '../support/suite.ts';
import { thingsOf } from './support/docker-target.ts';
import { openWorld } from './support/docker-world.ts';

const unprivilegedServer = fileURLToPath(new URL('support/unprivileged-server.ts', import.meta.url));

/** Nobody on this machine has it. */
const STRANGE_UID = 54_321;

await describeNeeding(['docker'], 'users of nodes', () => {
  test('a task is an unprivileged user that owns its directory (batch-semantics 10.4)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const { stdout } = await w.sh(
      'n1',
      'id -un; id -u; stat -c %U . ..; touch mine; touch /etc/mine 2>/dev/null || echo no',
    );
    expect(stdout).toBe('_azbatch\n1000\n_azbatch\n_azbatch\nno\n');
  });

  test('an admin task is root (batch-semantics 10.4)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const admin = { user: { kind: 'auto', scope: 'pool', admin: true } } as const;
    expect((await w.sh('n1', 'id -u; touch /etc/mine && echo yes', admin)).stdout).toBe('0\nyes\n');
  });

  test("a pool's accounts exist with their numbers, and a task may be one of them (batch-semantics 10.4)", async () => {
    const w = await openWorld();
    await w.startNode('n1', {
      userAccounts: [
        { name: 'alice', password: 'x', linuxUserConfiguration: { uid: 2_001, gid: 2_002 } },
        { name: 'boss', password: 'x', elevationLevel: 'admin' },
      ],
    });
    const alice = await w.sh('n1', 'id -un; id -u; id -g', { user: { kind: 'named', name: 'alice', admin: false } });
    expect(alice.stdout).toBe('alice\n2001\n2002\n');
    const boss = await w.sh('n1', 'id -u; getent passwd boss | cut -d: -f1', {
      user: { kind: 'named', name: 'boss', admin: true },
    });
    expect(boss.stdout).toBe('0\nboss\n');
  });

  test('users of single tasks cannot write in the directories of others (batch-semantics 10.1, 10.4)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const own = { user: { kind: 'auto', scope: 'task', admin: false } } as const;
    const first = await w.sh('n1', 'id -un; umask 077; echo secret > private', own);
    const directory = `$AZ_BATCH_NODE_ROOT_DIR/${first.spec.directory}/wd`;
    const second = await w.sh('n1', `id -un; touch ${directory}/x 2>/dev/null || echo closed`, own);
    expect(second.stdout).toContain('closed');
    expect(second.stdout.split('\n')[0]).not.toBe(first.stdout.split('\n')[0]);
  });

  test("another user reads what start and preparation tasks left, and writes in 'shared' alone (batch-semantics 10.1)", async () => {
    const w = await openWorld();
    await w.startNode('n1');
    await w.sh('n1', 'echo started > made', { kind: 'startTask', directory: 'startup' });
    const preparationDirectory = 'workitems/job/job-1/jobpreparation';
    await w.sh('n1', 'echo prepared > made', { kind: 'preparation', directory: preparationDirectory });
    const script =
      'for dir in $AZ_BATCH_NODE_STARTUP_WORKING_DIR $AZ_BATCH_JOB_PREP_WORKING_DIR $AZ_BATCH_NODE_SHARED_DIR .; do' +
      ' cat $dir/made 2>/dev/null; touch $dir/of.$(id -un) 2>/dev/null && echo open || echo closed; done';
    const as = async (scope: 'pool' | 'task', admin = false) =>
      (await w.sh('n1', script, { user: { kind: 'auto', scope, admin }, preparationDirectory })).stdout.split('\n');
    expect(await as('task')).toEqual(['started', 'closed', 'prepared', 'closed', 'open', 'open', '']);
    expect(await as('pool')).toEqual(['started', 'open', 'prepared', 'open', 'open', 'open', '']);
    expect(await as('task', true)).toEqual(['started', 'open', 'prepared', 'open', 'open', 'open', '']);
  });

  test('resource files belong to the user of their task (batch-semantics 9.1)', async () => {
    const blobs = new BlobServer();
    const port = await blobs.start();
    onTestFinished(() => blobs.stop());
    blobs.blobs.set('/acc/in/dir/a', Buffer.from('a'));
    const w = await openWorld();
    w.target.runtime.relay([port]);
    await w.startNode('n1');
    const source = { kind: 'container', url: `http://127.0.0.1:${port}/acc/in?sig=good` } as const;
    const resourceFiles = [{ source, path: '' }];
    const script = 'stat -c "%U %a" dir dir/a';
    const { stdout } = await w.sh('n1', script, { resourceFiles });
    expect(stdout).toMatch(/^_azbatch \d+\n_azbatch 770\n$/);
    const own = await w.sh('n1', script, { resourceFiles, user: { kind: 'auto', scope: 'task', admin: false } });
    expect(own.stdout).toMatch(/^_azbatchtask_\d+ \d+\n_azbatchtask_\d+ 770\n$/);
  });

  test('a name that the pool does not have fails the task before its start (batch-semantics 10.4)', async () => {
    const w = await openWorld();
    await w.startNode('n1', { userAccounts: [{ name: 'alice', password: 'x' }] });
    const end = await w.sh('n1', 'true', { user: { kind: 'named', name: 'bob', admin: false } });
    expect(end.exitCode).toBeUndefined();
    expect(end.failure).toMatchObject({
      code: 'CommandLaunchFailed',
      details: [{ name: 'Message', value: expect.stringContaining('bob') }],
    });
    expect(w.log.events.filter(({ type }) => type === 'runStarted')).toEqual([]);
  });

  if (process.getuid?.() !== 0) describeSkipped('a server that is not root', 'needs root to become another user');
  else
    test('a server that is not root lists, reads and deletes what tasks closed to it, while they run and after', async () => {
      await Promise.all([ensureBundle('agent'), ensureBundle('files')]);
      const parent = await mkdtemp(join(tmpdir(), 'batchrite-'));
      onTestFinished(() => rm(parent, { recursive: true, force: true }));
      const { gid } = await stat('/var/run/docker.sock');
      await chown(parent, STRANGE_UID, gid);
      const run = randomBytes(4).toString('hex');
      const { stdout } = await promisify(execFile)(nodeBinaryPath(), [unprivilegedServer, join(parent, 'nodes'), run], {
        uid: STRANGE_UID,
        gid,
        timeout: 60_000,
      });
      const seen = { names: ['dir', 'file', 'dir/deep'], file: 'secret', deep: 'deep', size: 5 };
      expect(JSON.parse(stdout)).toEqual({
        uid: STRANGE_UID,
        user: seen,
        userDeleted: 'deleted',
        'user-running': seen,
        'user-runningDeleted': 'deleted',
        root: seen,
        rootDeleted: 'deleted',
        'root-running': seen,
        'root-runningDeleted': 'deleted',
        containerSaid: 'said',
        containerClosed: 'x',
        leftByLostNode: [],
        left: [],
      });
      expect(await thingsOf(run)).toEqual([]);
    });
});
