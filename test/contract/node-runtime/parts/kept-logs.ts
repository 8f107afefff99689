// What runs had written when their node went under them.
import { expect, test } from 'vitest';
import type { RunSpec } from '../../../../emulator/engine/index.ts';
import type { World } from '../target.ts';

export function keptLogTests(world: () => World): void {
  const kept = ({ runId }: RunSpec, file = 'stdout.txt'): string | undefined => {
    const bytes = world().runtime.keptLog?.(runId, file);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  };

  /** A run that has written something, and goes on for long. */
  async function talkative(node: string): Promise<RunSpec> {
    const w = world();
    const run = w.begin(node, `/bin/sh -c 'echo out; echo err >&2; echo > $AZ_BATCH_NODE_SHARED_DIR/said; sleep 1000'`);
    await expect.poll(() => w.runtime.files.stat(node, 'shared/said'), { timeout: 10_000 }).toBeDefined();
    return run;
  }

  test('the logs of a run are kept when its node is lost', async () => {
    const w = world();
    const node = await w.startNode();
    const run = await talkative(node);
    await w.target.loseNode?.(node);
    await w.log.next('nodeLost');
    await expect.poll(() => kept(run), { timeout: 10_000 }).toBe('out\n');
    expect(kept(run, 'stderr.txt')).toBe('err\n');
    expect(kept(run, 'wd/other.txt')).toBeUndefined();
  });

  test('they are kept when its node is emptied or removed, also of a run that was killed before', async () => {
    const w = world();
    const node = await w.startNode();
    const running = await talkative(node);
    const reimaged = w.log.nextNew('nodeStarted');
    w.runtime.reimageNode(node);
    await reimaged;
    expect(kept(running)).toBe('out\n');

    const killed = await talkative(node);
    w.runtime.kill(node, killed.runId);
    await w.log.next('runEnded', ({ runId }) => runId === killed.runId);
    w.runtime.removeNode(node);
    await w.log.next('nodeRemoved');
    expect(kept(killed)).toBe('out\n');
  });

  test('they are not kept of a run that ended by itself, or whose directory was deleted', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec: ended } = await w.finish(node, '/bin/echo ended');
    const killed = await talkative(node);
    w.runtime.kill(node, killed.runId);
    await w.log.next('runEnded', ({ runId }) => runId === killed.runId);
    w.runtime.deleteDirectory(node, killed.directory);
    w.runtime.removeNode(node);
    await w.log.next('nodeRemoved');
    expect([kept(ended), kept(killed)]).toEqual([undefined, undefined]);
  });

  test('of a log that is long its end is kept', async () => {
    const w = world();
    const node = await w.startNode();
    const run = w.begin(node, `/bin/sh -c 'seq 100000; echo > $AZ_BATCH_NODE_SHARED_DIR/said; sleep 1000'`);
    await expect.poll(() => w.runtime.files.stat(node, 'shared/said'), { timeout: 10_000 }).toBeDefined();
    w.runtime.removeNode(node);
    await w.log.next('nodeRemoved');
    expect(kept(run)).toHaveLength(64 * 1024);
    expect(kept(run)).toMatch(/\n99999\n100000\n$/);
  });
}
