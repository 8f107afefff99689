// Containers that go without our doing are lost nodes, with a reason that tells how they went.
import { expect, test } from 'vitest';
import { describeNeeding } from '../support/suite.ts';
import { openWorld } from './support/docker-world.ts';

await describeNeeding(['docker'], 'loss', () => {
  test.each([
    ['killed', /was killed by signal 9/],
    ['stopped', /ended with exit code 0/],
    // The engine kills it first, and may still know it when it is asked.
    ['removed', /somebody removed|was killed by signal 9/],
  ] as const)('a container that is %s behind our back is a lost node', async (how, reason) => {
    const w = await openWorld();
    await w.startNode('n1');
    w.begin('n1', '/bin/sleep 1000');
    const container = await w.target.container('n1');
    if (how === 'killed') await container.kill();
    else if (how === 'stopped') await container.stop({ t: 5 });
    else await container.remove({ force: true });
    expect((await w.log.next('nodeLost')).reason).toMatch(reason);
    // Its container and its network go without being asked for.
    await expect.poll(() => w.target.ofTheRun()).toEqual([]);
    expect(w.log.events.filter(({ type }) => type === 'runEnded')).toEqual([]);
  });

  test('a reboot keeps what a start task installed outside of the root, and a reimage drops it (batch-semantics 11.5)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const admin = { user: { kind: 'auto', scope: 'pool', admin: true } } as const;
    await w.sh('n1', 'echo tool > /usr/local/bin/tool', admin);
    const isThere = async (): Promise<boolean> => (await w.sh('n1', 'test -e /usr/local/bin/tool')).exitCode === 0;
    expect(await isThere()).toBe(true);
    const rebooted = w.log.nextNew('nodeStarted');
    w.target.runtime.rebootNode('n1');
    await rebooted;
    expect(await isThere()).toBe(true);
    const reimaged = w.log.nextNew('nodeStarted');
    w.target.runtime.reimageNode('n1');
    await reimaged;
    expect(await isThere()).toBe(false);
  });
});
