// Nothing that a run started outlives it, however it hides, except what a coordination command leaves on purpose.
import { expect, test } from 'vitest';
import type { RunSpec } from '../../../../emulator/engine/index.ts';
import type { World } from '../target.ts';

/** Each starts a process that appends to the file `beat` while it lives. */
const beat = `sh -c "while :; do echo >> $AZ_BATCH_NODE_SHARED_DIR/beat; sleep 0.02; done"`;

const hidden: readonly (readonly [string, string])[] = [
  ['in the background', `${beat} &`],
  ['in a session of its own', `setsid ${beat} &`],
  ['in a group of its own, as timeout makes it', `timeout 1000 ${beat} &`],
  ['without the terminal signal', `nohup ${beat} > /dev/null 2>&1 &`],
];

export function processTreeTests(world: () => World): void {
  test.each(hidden)('a child left %s does not survive the command (batch-semantics 10.3)', async (_how, start) => {
    const w = world();
    const node = await w.startNode();
    const end = await w.finish(node, command(`${start} ${untilBeating}`));
    expect(end.exitCode).toBe(0);
    await expectSilence(w, node);
  });

  test.each(hidden)('a child %s dies when the run is killed (batch-semantics 10.3)', async (_how, start) => {
    const w = world();
    const node = await w.startNode();
    const run = w.begin(node, command(`${start} ${untilBeating}; touch "$AZ_BATCH_NODE_SHARED_DIR/up"; sleep 1000`));
    await expect.poll(() => w.runtime.files.stat(node, 'shared/up')).toBeDefined();
    w.runtime.kill(node, run.runId);
    expect(await w.ended(run)).toMatchObject({ exitCode: 137 });
    await expectSilence(w, node);
  });

  test('what a coordination command leaves lives until the task of that directory ends (batch-semantics 7, 10.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, command(`${beat} & ${untilBeating}`), { kind: 'coordination' });
    await expectBeating(w, node);
    const task: Partial<RunSpec> = { directory: spec.directory, clean: false };
    await w.finish(node, '/bin/true', task);
    await expectSilence(w, node);
  });

  test('what a coordination command leaves dies when its run is killed (batch-semantics 7)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, command(`setsid ${beat} & ${untilBeating}`), { kind: 'coordination' });
    await expectBeating(w, node);
    w.runtime.kill(node, spec.runId);
    await expectSilence(w, node);
  });

  test('a reboot ends every process of the node (batch-semantics 11.5)', async () => {
    const w = world();
    const node = await w.startNode();
    await w.started(w.begin(node, command(`setsid ${beat} & ${untilBeating}; sleep 1000`)));
    await expectBeating(w, node);
    const again = w.log.nextNew('nodeStarted');
    w.runtime.rebootNode(node);
    await again;
    await expectSilence(w, node);
  });
}

const untilBeating = 'while ! test -s "$AZ_BATCH_NODE_SHARED_DIR/beat"; do sleep 0.01; done';

/** The script in double quotes of the agent's word splitting, so that it may hold single quotes of its own. */
function command(script: string): string {
  return `/bin/sh -c "${script.replaceAll(/[\\"$`]/g, '\\$&')}"`;
}

async function beats(w: World, node: string): Promise<number> {
  return (await w.runtime.files.stat(node, 'shared/beat'))?.size ?? 0;
}

/** The heart has stopped when several periods bring no beat. */
async function expectSilence(w: World, node: string): Promise<void> {
  let last = -1;
  await expect
    .poll(
      async () => {
        const now = await beats(w, node);
        const isSilent = now === last;
        last = now;
        return isSilent;
      },
      { interval: 150, timeout: 5_000 },
    )
    .toBe(true);
}

async function expectBeating(w: World, node: string): Promise<void> {
  const before = await beats(w, node);
  // Past the agent's own round of looking for strays.
  await expect.poll(() => beats(w, node), { timeout: 5_000 }).toBeGreaterThan(before + 15);
}
