// Many runs at once, on one node and on several.
import { expect, test } from 'vitest';
import type { World } from '../target.ts';

export function manyRunsTests(world: () => World): void {
  test('two hundred runs on two nodes each end once with their own result', async () => {
    const w = world();
    const nodes = [await w.startNode('tvmps_1_d'), await w.startNode('tvmps_2_d')];
    const runs = Array.from({ length: 200 }, (_, index) => {
      const node = nodes[index % nodes.length] ?? '';
      return w.begin(node, w.commands.exit(index % 7));
    });
    const ends = await Promise.all(runs.map((run) => w.ended(run)));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(runs.map((_, index) => index % 7));
    expect(w.log.events.filter(({ type }) => type === 'runEnded')).toHaveLength(200);
  });
}
