// Application packages: installed once, whole or not at all, and known to commands by their variables (batch-semantics 9.2).
import { expect, test } from 'vitest';
import type { NodePackage, RunSpec } from '../../../../emulator/engine/index.ts';
import { programZip, zipOf } from '../../../support/zip.ts';
import type { World } from '../target.ts';

export function packageTests(world: () => World): void {
  const put = (name: string, content: Buffer): void => void world().blobs.blobs.set(`/acc/in/${name}.zip`, content);
  const tool = (name: string, more: Partial<NodePackage> = {}): NodePackage => ({
    name: `${name} 1`,
    directory: `${name}1-2030`,
    variables: [`AZ_BATCH_APP_PACKAGE_${name}_1`],
    url: world().url(`in/${name}.zip`),
    ...more,
  });
  const installed = async (nodeId: string, packages: readonly NodePackage[]) => {
    const installationId = `installation-${Math.random()}`;
    world().runtime.installPackages(nodeId, installationId, packages);
    return world().log.next('packagesInstalled', (event) => event.installationId === installationId);
  };
  const downloads = (name: string): number =>
    world().blobs.requests.filter(({ url }) => url.startsWith(`/acc/in/${name}.zip`)).length;
  const directories = async (nodeId: string): Promise<readonly string[]> =>
    ((await world().runtime.files.list(nodeId, 'applications', false)) ?? []).map(({ path }) => path);
  /** Nothing is left of zips and of what was unpacked only in part. */
  const drafts = (nodeId: string) => world().runtime.files.list(nodeId, 'volatile/.batchrite/packages', true);

  test('of a node are installed on request, and its commands run what is in them (batch-semantics 9.2)', async () => {
    const w = world();
    const content = [
      { name: 'bin/run', content: '#!/bin/sh\ncat "$(dirname "$0")/../data"\n', mode: 0o100750 },
      { name: 'data', content: 'packed\n', mode: 0o100640 },
    ];
    put('a', zipOf(content));
    const node = await w.startNode();
    expect((await installed(node, [tool('a')])).failure).toBeUndefined();
    const { url: _, ...there } = tool('a', { variables: ['AZ_BATCH_APP_PACKAGE_a', 'AZ_BATCH_APP_PACKAGE_A'] });
    const commandLine = `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_a/bin/run; $AZ_BATCH_APP_PACKAGE_A/bin/run; echo $X'`;
    const { spec } = await w.finish(node, commandLine, {
      packages: [there],
      environment: [{ name: 'X', value: 'see $AZ_BATCH_APP_PACKAGE_a/data' }],
    });
    expect(await w.text(node, spec, 'stdout.txt')).toMatch(/^packed\npacked\nsee \/.+\/applications\/a1-2030\/data\n$/);
    expect(await directories(node)).toEqual(['applications/a1-2030']);
    expect(await drafts(node)).toEqual([]);
  });

  test('of a run come before its command, and another user of the node runs them too (batch-semantics 9.2)', async () => {
    const w = world();
    put('a', programZip('tool', 'echo $1'));
    const node = await w.startNode();
    const run: Partial<RunSpec> = { packages: [tool('a')] };
    const commandLine = `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_a_1/tool "I am $AZ_BATCH_TASK_USER_IDENTITY"'`;
    for (const user of [
      { kind: 'auto', scope: 'pool', admin: false },
      { kind: 'auto', scope: 'task', admin: false },
      { kind: 'auto', scope: 'pool', admin: true },
    ] as const) {
      const { spec, exitCode } = await w.finish(node, commandLine, { ...run, user });
      expect([exitCode, await w.text(node, spec, 'stdout.txt')]).toEqual([
        0,
        expect.stringMatching(/^I am \w+Admin\n$/),
      ]);
    }
    expect(downloads('a')).toBe(1);
  });

  test('are downloaded once by however many runs at a time, and not again by later ones (batch-semantics 9.2)', async () => {
    const w = world();
    put('a', programZip('tool', 'echo ran'));
    const node = await w.startNode();
    const commandLine = `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_a_1/tool'`;
    const runs = Array.from({ length: 8 }, () => w.begin(node, commandLine, { packages: [tool('a')] }));
    const ends = await Promise.all(runs.map((run) => w.ended(run)));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: 8 }, () => 0));
    await w.finish(node, commandLine, { packages: [tool('a')] });
    expect(downloads('a')).toBe(1);
  });

  test('survive a reboot and not a reimage (batch-semantics 9.2)', async () => {
    const w = world();
    put('a', programZip('tool', 'echo ran'));
    const node = await w.startNode();
    await installed(node, [tool('a')]);
    w.runtime.rebootNode(node);
    const starts = () => w.log.events.filter(({ type }) => type === 'nodeStarted').length;
    await w.log.next('nodeStarted', () => starts() === 2);
    expect((await installed(node, [tool('a')])).failure).toBeUndefined();
    expect(downloads('a')).toBe(1);
    w.runtime.reimageNode(node);
    await w.log.next('nodeStarted', () => starts() === 3);
    expect(await directories(node)).toEqual([]);
    expect((await installed(node, [tool('a')])).failure).toBeUndefined();
    expect(downloads('a')).toBe(2);
  });

  test('that cannot be had fail the run before its command, with the reason, and leave nothing (batch-semantics 9.2)', async () => {
    const w = world();
    put('broken', Buffer.from('no zip'));
    put('climber', zipOf([{ name: '../../shared/out', content: 'x' }]));
    const node = await w.startNode();
    const cases: readonly (readonly [NodePackage, RegExp])[] = [
      [tool('absent'), /^it could not be downloaded: .*404/],
      [tool('a', { url: w.url('in/a.zip', 'bad') }), /^it could not be downloaded: .*403/],
      [tool('broken'), /^the package is no zip that can be used: /],
      [tool('climber'), /invalid relative path: \.\.\/\.\.\/shared\/out/],
      [tool('a', { problem: 'There is no such package.' }), /^There is no such package\.$/],
      [tool('a', { directory: '../shared/a' }), /is no name of a directory/],
    ];
    for (const [wanted, message] of cases) {
      const end = await w.finish(node, '/bin/echo never', { packages: [wanted] });
      expect(end.exitCode).toBeUndefined();
      expect(end.failure).toMatchObject({
        category: 'usererror',
        code: 'ApplicationPackageError',
        phase: 'preProcessing',
      });
      expect(end.failure?.details).toEqual([
        { name: 'ApplicationPackage', value: wanted.name },
        { name: 'Message', value: expect.stringMatching(message) as string },
      ]);
    }
    expect(await directories(node)).toEqual([]);
    expect(await w.runtime.files.list(node, 'shared', false)).toEqual([]);
    expect(await drafts(node)).toEqual([]);
  });

  test('that cannot be had make an installation fail, and the others stay (batch-semantics 9.2)', async () => {
    const w = world();
    put('a', programZip('tool', 'true'));
    const node = await w.startNode();
    const event = await installed(node, [tool('a'), tool('absent')]);
    expect(event.failure).toMatchObject({ code: 'ApplicationPackageError', details: [{ value: 'absent 1' }, {}] });
    expect(event.failure).not.toHaveProperty('phase');
    expect((await installed(node, [tool('a')])).failure).toBeUndefined();
  });

  test('are tried again after a trouble that passes, as after a failure (batch-semantics 9.2)', async () => {
    const w = world();
    put('a', programZip('tool', 'echo ran'));
    w.blobs.troubles.set('/acc/in/a.zip', [503, 0]);
    const node = await w.startNode();
    const commandLine = `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_a_1/tool'`;
    expect((await w.finish(node, commandLine, { packages: [tool('b')] })).failure?.code).toBe(
      'ApplicationPackageError',
    );
    expect((await w.finish(node, commandLine, { packages: [tool('a')] })).exitCode).toBe(0);
    put('b', programZip('tool', 'echo late'));
    expect(
      (await w.finish(node, `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_b_1/tool'`, { packages: [tool('b')] })).exitCode,
    ).toBe(0);
  });

  test('keep neither a kill nor the other runs waiting (batch-semantics 9.2)', async () => {
    const w = world();
    put('a', programZip('tool', 'echo ran'));
    w.blobs.troubles.set('/acc/in/a.zip', [503, 503, 503]);
    const node = await w.startNode();
    const commandLine = `/bin/sh -c '$AZ_BATCH_APP_PACKAGE_a_1/tool'`;
    const [killed, other] = [0, 1].map(() => w.begin(node, commandLine, { packages: [tool('a')] }));
    if (killed === undefined || other === undefined) throw new Error('two runs were begun');
    w.runtime.kill(node, killed.runId);
    const end = await w.ended(killed);
    expect([end.exitCode, end.failure]).toEqual([undefined, undefined]);
    expect((await w.ended(other)).exitCode).toBe(0);
  });
}
