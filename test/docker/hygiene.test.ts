// Nothing of ours stays on the engine, whichever way a server ends, and nothing of anybody else is touched.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { nodeBinaryPath } from '../../adapters/bundles/index.ts';
import { describeNeeding } from '../support/suite.ts';
import { BASE_IMAGE, createDockerTarget, docker, thingsOf } from './support/docker-target.ts';
import { openWorld } from './support/docker-world.ts';
import { nodeSpec } from '../contract/node-runtime/specs.ts';

const doomedServer = fileURLToPath(new URL('support/doomed-server.ts', import.meta.url));

/** A server in a process of its own, with one node up. */
async function startDoomedServer(): Promise<{ readonly server: ChildProcess; readonly run: string }> {
  const run = randomBytes(4).toString('hex');
  const workspace = await mkdtemp(join(tmpdir(), 'batchrite-'));
  const server = spawn(nodeBinaryPath(), [doomedServer, workspace, run], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await rm(workspace, { recursive: true, force: true });
  });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line === 'nodeStarted') return { server, run };
  }
  throw new Error('the server ended before its node was up');
}

/** Somebody else's container, running, with the given labels. */
async function startStranger(labels: Record<string, string>): Promise<Docker.Container> {
  const container = await docker.createContainer({
    Image: BASE_IMAGE,
    Cmd: ['/bin/sleep', '1000'],
    Labels: labels,
    HostConfig: { NetworkMode: 'none' },
  });
  onTestFinished(async () => void (await container.remove({ force: true }).catch(() => undefined)));
  await container.start();
  return container;
}

await describeNeeding(['docker'], 'hygiene', () => {
  test('everything of a run carries its label, and close removes all of it', async () => {
    const w = await openWorld();
    await Promise.all([w.startNode('n1'), w.startNode('n2', { poolId: 'other' })]);
    w.begin('n1', '/bin/sleep 1000');
    expect(await w.target.ofTheRun()).toHaveLength(4);
    await w.target.runtime.close();
    expect(await w.target.leftovers()).toEqual([]);
  });

  test('a killed server takes its agents along, and the next start removes what is left', async () => {
    const { server, run } = await startDoomedServer();
    server.kill('SIGKILL');
    await once(server, 'exit');
    const filters = { label: [`batchrite.run=${run}`], status: ['running'] };
    await expect.poll(() => docker.listContainers({ filters }), { timeout: 10_000 }).toEqual([]);
    const next = await createDockerTarget();
    onTestFinished(() => next.runtime.close());
    expect(await thingsOf(run)).toEqual([]);
  });

  test('the start of a server leaves the nodes of a living one alone', async () => {
    const { run } = await startDoomedServer();
    const next = await createDockerTarget();
    await next.runtime.close();
    const [container, network] = await thingsOf(run);
    expect(container).toMatch(/^container .* running$/);
    expect(network).toMatch(/^network /);
  });

  test('containers of strangers are not touched, even with labels that resemble ours', async () => {
    const strangers = await Promise.all([
      startStranger({ purpose: 'mine' }),
      startStranger({ 'batchrite.server': 'another-machine/boot/1/2' }),
      startStranger({ 'batchrite.server': '' }),
      startStranger({ 'batchrite.run': 'theirs' }),
    ]);
    const target = await createDockerTarget();
    await target.runtime.close();
    const states = await Promise.all(strangers.map(async (each) => (await each.inspect()).State.Running));
    expect(states).toEqual([true, true, true, true]);
  });

  test('a node that fails to start leaves nothing but its place until it is removed', async () => {
    const w = await openWorld({ nodePath: '/bin/false' });
    w.target.runtime.createNode(nodeSpec('n1'));
    const { error } = await w.log.next('nodeFailed');
    expect(error.message).toMatch(/its agent ended with exit code \d+/);
    w.target.runtime.removeNode('n1');
    await w.log.next('nodeRemoved');
    expect(await w.target.ofTheRun()).toEqual([]);
  });
});
