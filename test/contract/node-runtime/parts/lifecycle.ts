// A node comes up, is rebooted, reimaged and removed, and leaves nothing.
import { expect, test } from 'vitest';
import { nodeSpec } from '../specs.ts';
import type { World } from '../target.ts';

export function lifecycleTests(world: () => World): void {
  test('a node that comes up reports its address and its agent (batch-semantics 11.6)', async () => {
    const { runtime, log } = world();
    runtime.createNode(nodeSpec('node-a'));
    const event = await log.next('nodeStarted');
    expect(event).toMatchObject({ nodeId: 'node-a', agentVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(event.ipAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  test('a command returns before its event is delivered', () => {
    const { runtime, log } = world();
    runtime.createNode(nodeSpec('node-a'));
    expect(log.events).toEqual([]);
  });

  test('nodes have addresses of their own (batch-semantics 11.6)', async () => {
    const { runtime, log } = world();
    for (const nodeId of ['node-a', 'node-b'])
      runtime.createNode({ ...nodeSpec(nodeId), suggestedIpAddress: `10.0.0.${nodeId === 'node-a' ? 4 : 5}` });
    const a = await log.next('nodeStarted', ({ nodeId }) => nodeId === 'node-a');
    const b = await log.next('nodeStarted', ({ nodeId }) => nodeId === 'node-b');
    expect(a.ipAddress).not.toBe(b.ipAddress);
  });

  test('a reboot ends the runs without a word about them and starts the node again (batch-semantics 11.5)', async () => {
    const { runtime, log, commands, ...rest } = bound(world());
    const node = await rest.startNode();
    const run = rest.begin(node, commands.forever);
    await rest.started(run);
    const again = log.nextNew('nodeStarted');
    runtime.rebootNode(node);
    await again;
    expect(log.events.filter(({ type }) => type === 'runEnded')).toEqual([]);
    expect(await rest.finish(node, commands.exit(0))).toMatchObject({ exitCode: 0 });
  });

  test('a run asked for during a reboot is carried out after it', async () => {
    const { runtime, commands, ...rest } = bound(world());
    const node = await rest.startNode();
    runtime.rebootNode(node);
    expect(await rest.finish(node, commands.exit(4))).toMatchObject({ exitCode: 4 });
  });

  test('a removed node is reported and does nothing any more', async () => {
    const { runtime, log, commands, ...rest } = bound(world());
    const node = await rest.startNode();
    const run = rest.begin(node, commands.forever);
    await rest.started(run);
    runtime.removeNode(node);
    await log.next('nodeRemoved', ({ nodeId }) => nodeId === node);
    rest.begin(node, commands.exit(0));
    const other = await rest.startNode('node-b');
    await rest.finish(other, commands.exit(0));
    expect(log.events.filter((event) => event.type === 'runEnded' && event.nodeId === node)).toEqual([]);
    expect(await runtime.files.list(node, '', false)).toBeUndefined();
  });

  test('an id can be used again after its node was removed', async () => {
    const { runtime, log, ...rest } = bound(world());
    const node = await rest.startNode();
    runtime.removeNode(node);
    await log.next('nodeRemoved');
    const again = log.nextNew('nodeStarted');
    runtime.createNode(nodeSpec(node));
    expect(await again).toMatchObject({ nodeId: node });
  });

  test('commands for a node that nobody knows are ignored', async () => {
    const { runtime, log, commands, ...rest } = bound(world());
    runtime.rebootNode('nobody');
    runtime.reimageNode('nobody');
    runtime.removeNode('nobody');
    runtime.kill('nobody', 'run-x');
    runtime.deleteDirectory('nobody', 'shared');
    rest.begin('nobody', commands.exit(0));
    await rest.startNode();
    expect(log.events.map(({ type }) => type)).toEqual(['nodeStarted']);
    expect(await runtime.files.stat('nobody', '')).toBeUndefined();
  });

  test('killing a run that nobody knows is ignored', async () => {
    const { runtime, commands, ...rest } = bound(world());
    const node = await rest.startNode();
    runtime.kill(node, 'run-x');
    expect(await rest.finish(node, commands.exit(0))).toMatchObject({ exitCode: 0 });
  });

  test('closing leaves nothing, says nothing, and can be repeated', async () => {
    const { runtime, log, commands, target, ...rest } = bound(world());
    const node = await rest.startNode();
    await rest.started(rest.begin(node, commands.forever));
    const before = log.events.length;
    await Promise.all([runtime.close(), runtime.close()]);
    expect(log.events).toHaveLength(before);
    expect(await target.leftovers()).toEqual([]);
  });

  test('closing while nodes come up and go leaves nothing', async () => {
    const { runtime, target } = world();
    for (const nodeId of ['node-a', 'node-b', 'node-c']) runtime.createNode(nodeSpec(nodeId));
    runtime.removeNode('node-b');
    await runtime.close();
    expect(await target.leftovers()).toEqual([]);
  });
}

/** Methods to be taken apart from their object. */
function bound(world: World) {
  return {
    runtime: world.runtime,
    log: world.log,
    commands: world.commands,
    target: world.target,
    startNode: world.startNode.bind(world),
    begin: world.begin.bind(world),
    finish: world.finish.bind(world),
    started: world.started.bind(world),
  };
}
