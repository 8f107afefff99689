// A node that goes away by itself.
import { expect, test } from 'vitest';
import type { World } from '../target.ts';

export function lossTests(world: () => World): void {
  test('a node whose agent dies is lost, once, and its runs are not reported (batch-semantics 11.6)', async () => {
    const w = world();
    const node = await w.startNode();
    const run = w.begin(node, w.commands.forever);
    await w.started(run);
    await w.target.loseNode?.(node);
    const event = await w.log.next('nodeLost');
    expect(event).toMatchObject({ nodeId: node, reason: expect.stringMatching(/\w/) });
    w.begin(node, w.commands.exit(0));
    const other = await w.startNode('tvmps_2_d');
    await w.finish(other, w.commands.exit(0));
    expect(w.log.events.filter((each) => each.type === 'nodeLost')).toHaveLength(1);
    expect(w.log.events.filter((each) => each.type === 'runEnded' && each.nodeId === node)).toEqual([]);
  });

  test('a lost node can be removed and leaves nothing (batch-semantics 11.6)', async () => {
    const w = world();
    const node = await w.startNode();
    await w.started(w.begin(node, w.commands.forever));
    await w.target.loseNode?.(node);
    await w.log.next('nodeLost');
    w.runtime.removeNode(node);
    await w.log.next('nodeRemoved');
    await w.runtime.close();
    expect(await w.target.leftovers()).toEqual([]);
  });

  test('other nodes go on', async () => {
    const w = world();
    const node = await w.startNode();
    const other = await w.startNode('tvmps_2_d');
    await w.target.loseNode?.(node);
    await w.log.next('nodeLost');
    expect(await w.finish(other, w.commands.exit(7))).toMatchObject({ exitCode: 7 });
  });
}
