// What a node may not do.
import { expect, test } from 'vitest';
import { describeNeeding } from '../support/suite.ts';
import { openWorld } from './support/docker-world.ts';

await describeNeeding(['docker'], 'the rights of nodes', () => {
  test('the container has few capabilities, no new privileges, no socket of the engine', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const { HostConfig: config, Mounts: mounts } = await (await w.target.container('n1')).inspect();
    expect(config.Privileged).toBe(false);
    expect(config.CapDrop).toEqual(['ALL']);
    expect(config.CapAdd).not.toEqual(expect.arrayContaining(['SYS_ADMIN']));
    expect(config.CapAdd).not.toEqual(expect.arrayContaining(['SYS_PTRACE']));
    expect(config.SecurityOpt).toContain('no-new-privileges');
    expect(config.PidsLimit).toBeGreaterThan(0);
    expect(mounts.filter(({ RW }) => RW).map(({ Destination }) => Destination)).toEqual(['/mnt/batch/tasks']);
    expect(mounts.map(({ Source }) => Source).filter((source) => source.endsWith('.sock'))).toEqual([]);
  });

  test('a task has no capabilities, and a program of root with the set-user-id bit gives it none', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const admin = { user: { kind: 'auto', scope: 'pool', admin: true } } as const;
    await w.sh('n1', 'cp /bin/cat /usr/local/bin/rootcat; chmod 4755 /usr/local/bin/rootcat', admin);
    const { stdout } = await w.sh(
      'n1',
      'grep -E "^(CapEff|NoNewPrivs)" /proc/self/status; rootcat /etc/shadow && echo read',
    );
    expect(stdout).toMatch(/CapEff:\s+0+\n/);
    expect(stdout).toMatch(/NoNewPrivs:\s+1\n/);
    expect(stdout).not.toContain('read');
  });

  test('a task sees no process and no environment of the host', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const { stdout } = await w.sh('n1', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    expect(stdout).not.toContain('dockerd');
    expect(stdout).not.toContain('vitest');
  });
});
