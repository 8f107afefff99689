// Users of a container: made in its account files, and switched to where this test may (as root).
import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NodeAgent } from '../../../emulator/agent/node-agent.ts';
import type { AgentEvent } from '../../../emulator/agent/index.ts';
import { SystemUsers } from '../../../emulator/agent/node/users.ts';
import type { RunResult, RunSpec, RunUser } from '../../../emulator/engine/index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batchrite-'));
  await mkdir(join(folder, 'etc'));
  await writeFile(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nubuntu:x:1000:1000::/home/u:/bin/sh');
  await writeFile(join(folder, 'etc/group'), 'root:x:0:\nubuntu:x:1000:\n');
  await writeFile(join(folder, 'etc/shadow'), 'root:*:1:0:99999:7:::\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (user: RunUser, kind: RunSpec['kind'] = 'task'): RunSpec => ({
  runId: 'r',
  kind,
  directory: 'workitems/j/job-1/t',
  clean: true,
  commandLine: '/bin/true',
  environment: [],
  resourceFiles: [],
  outputFiles: [],
  user,
});
const pool = { kind: 'auto', scope: 'pool', admin: false } as const;
const own = { kind: 'auto', scope: 'task', admin: false } as const;

describe('account files', () => {
  test('get the pool user and the named ones, with numbers that are free or asked for', async () => {
    const users = new SystemUsers([{ name: 'alice', uid: 2000, gid: 3000, admin: false }], join(folder, 'etc'));
    expect(users.userOf(run(pool))).toEqual({ name: '_azbatch', ids: { uid: 1001, gid: 1001 } });
    const named = { kind: 'named', name: 'alice', admin: false } as const;
    expect(users.userOf(run(named))).toEqual({ name: 'alice', ids: { uid: 2000, gid: 3000 } });
    const passwd = await readFile(join(folder, 'etc/passwd'), 'utf8');
    expect(passwd.split('\n')).toContain('alice:x:2000:3000:Batch user:/home/alice:/bin/bash');
    expect(passwd.split('\n')).toContain('ubuntu:x:1000:1000::/home/u:/bin/sh');
    expect(await readFile(join(folder, 'etc/group'), 'utf8')).toContain('\nalice:x:3000:\n');
    expect(await readFile(join(folder, 'etc/shadow'), 'utf8')).toContain('\n_azbatch:*:');
  });

  test('know the same users again after a restart', () => {
    const first = new SystemUsers([], join(folder, 'etc')).userOf(run(pool));
    expect(new SystemUsers([], join(folder, 'etc')).userOf(run(pool))).toEqual(first);
  });

  test('give each task with a user of its own another one, and the start task its own', () => {
    const users = new SystemUsers([], join(folder, 'etc'));
    const [a, b] = [users.userOf(run(own)), users.userOf(run(own))];
    expect(a?.ids?.uid).not.toBe(b?.ids?.uid);
    expect(users.userOf(run(own, 'startTask'))?.name).toBe('_azbatchtask_start');
    expect(new SystemUsers([], join(folder, 'etc')).userOf(run(own))?.ids?.uid).not.toBe(a?.ids?.uid);
  });

  test('are not asked for an admin, who is root, nor for somebody unknown', () => {
    const users = new SystemUsers([], join(folder, 'etc'));
    expect(users.userOf(run({ ...pool, admin: true }))).toEqual({ name: '_azbatch', ids: { uid: 0, gid: 0 } });
    expect(users.userOf(run({ kind: 'named', name: 'bob', admin: false }))).toBeUndefined();
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  async function carryOut(commandLine: string, user: RunUser): Promise<RunResult> {
    const events: AgentEvent[] = [];
    const ended = Promise.withResolvers<RunResult>();
    const agent = new NodeAgent({
      emit: (event) => {
        events.push(event);
        if (event.type === 'ended') ended.resolve(event.result);
        if (event.type === 'failed') ended.reject(new Error(event.message));
      },
      environment: {},
      retryDelaysMs: [],
      accountFiles: join(folder, 'etc'),
    });
    const mask = process.umask();
    try {
      const root = join(folder, 'root');
      agent.handle({ type: 'setup', root, nodeId: 'n', users: 'switch', accounts: [], relays: [] });
      agent.handle({ type: 'run', run: { ...run(user), commandLine } });
      return await ended.promise;
    } finally {
      process.umask(mask);
      agent.killAll();
    }
  }
  const task = (): string => join(folder, 'root/workitems/j/job-1/t');

  test('a task runs as its unprivileged user and owns its directory', async () => {
    const script = 'id -u > id; touch ../mine; touch "$AZ_BATCH_NODE_SHARED_DIR/ours"; touch ../../x';
    // Nobody but root passes through the test's own folder otherwise.
    await import('node:fs/promises').then(({ chmod }) => chmod(folder, 0o755));
    expect(await carryOut(`/bin/sh -c '${script}'`, pool)).toEqual({ exitCode: 1 });
    expect(await readFile(join(task(), 'wd/id'), 'utf8')).toBe('1001\n');
    expect((await lstat(join(task(), 'mine'))).uid).toBe(1001);
    expect((await lstat(join(folder, 'root/shared/ours'))).uid).toBe(1001);
  });

  test('an admin task runs as root', async () => {
    expect(await carryOut(`/bin/sh -c 'test $(id -u) = 0'`, { ...pool, admin: true })).toEqual({ exitCode: 0 });
  });

  test('a server that is somebody else can read and delete what a task closed to everyone', async () => {
    const { chmod, chown } = await import('node:fs/promises');
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'root'));
    await chown(join(folder, 'root'), 4321, 4321);
    await carryOut(`/bin/sh -c 'mkdir d; echo x > d/f; chmod 600 d/f; chmod 700 d'`, own);
    const directory = await lstat(join(task(), 'wd/d'));
    const file = await lstat(join(task(), 'wd/d/f'));
    expect([directory.gid, directory.mode & 0o070]).toEqual([4321, 0o070]);
    expect([file.gid, file.mode & 0o060]).toEqual([4321, 0o060]);
  });
});
