// Settings, faults and warnings over HTTP: what the service does not offer, and what it does by itself on Azure.
import { describe, expect, it, test } from 'vitest';
import type { ServerLog } from '../../../emulator/rest/index.ts';
import { poolOf, value } from '../../support/simulated-account.ts';
import { type ControlServer, control, startControlServer } from './control-server.ts';

const put = (server: ControlServer, body: unknown): ReturnType<typeof control> =>
  control(server, 'settings', { method: 'PUT', body });

describe('settings over HTTP', () => {
  it('are shown and changed by their names, also as durations', async () => {
    const server = await startControlServer();
    expect(await control(server, 'settings')).toMatchObject({
      status: 200,
      body: { nodeStartupMs: 0, taskPreemption: false, quotas: { pools: 100 } },
    });
    expect(await put(server, { nodeStartupMs: '90s', nodeRebootMs: 5, taskPreemption: true })).toMatchObject({
      status: 200,
      body: { nodeStartupMs: 90_000, nodeRebootMs: 5, taskPreemption: true, nodeReimageMs: 0 },
    });
    expect(server.engine.settings.get()).toMatchObject({ nodeStartupMs: 90_000, taskPreemption: true });
  });

  it('take one word for all durations of nodes, beside which a single one wins', async () => {
    const server = await startControlServer();
    expect(await put(server, { nodeStartup: '2s', nodeRebootMs: 7 })).toMatchObject({
      body: { allocationMs: 500, nodeCreationMs: 1000, nodeStartupMs: 500, nodeRebootMs: 7 },
    });
  });

  it('keep the members of a group that are not given', async () => {
    const server = await startControlServer();
    await put(server, { quotas: { pools: 1 }, openQuestions: { wallClockPerAttempt: false } });
    expect(server.engine.settings.get()).toMatchObject({
      quotas: { pools: 1, dedicatedCores: 500 },
      openQuestions: { wallClockPerAttempt: false, rebootRaisesRequeueCount: true },
    });
  });

  it('are of one account', async () => {
    const server = await startControlServer();
    await control(server, 'settings?account=second', { method: 'PUT', body: { nodeStartupMs: 3 } });
    expect(server.engine.settings.get().nodeStartupMs).toBe(0);
    expect(server.emulator.engine('second')?.settings.get().nodeStartupMs).toBe(3);
  });

  test.each([
    [{ nodeStartupMs: -1 }, 'nodeStartupMs is -1; it must be a number of milliseconds'],
    [{ nodeStartupMs: 'soon' }, 'nodeStartupMs is "soon"'],
    [{ nodeStartup: 'soon' }, 'nodeStartup is "soon"; it must be instant, azure, or a duration such as 2s.'],
    [{ taskPreemption: 'yes' }, 'taskPreemption is "yes"; it must be true or false.'],
    [{ quotas: { pools: 1.5 } }, 'quotas has a member pools that is 1.5'],
    [{ quotas: { ponds: 1 } }, 'quotas has no member "ponds"'],
    [{ openQuestions: 1 }, 'openQuestions is 1; it must be an object.'],
    [
      { openQuestions: { signalExitCode: 9 } },
      'openQuestions has a member signalExitCode that is 9; it must be "128+n" or "n".',
    ],
    [{ accountUrl: 'http://x' }, 'There is no setting "accountUrl"'],
    [{ toString: 1 }, 'There is no setting "toString"'],
    [[], 'The body must be a JSON object'],
    ['{', 'The body is no JSON'],
  ])('refuse %j and change nothing', async (body, error) => {
    const server = await startControlServer();
    const before = server.engine.settings.get();
    expect(await put(server, body)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(error) as string },
    });
    expect(server.engine.settings.get()).toEqual(before);
  });
});

describe('faults over HTTP', () => {
  async function withNodes(): Promise<ControlServer & { readonly spot: string; readonly dedicated: string }> {
    const server = await startControlServer();
    await value(server.engine.pools.add(poolOf('pool', 1, { targetLowPriorityNodes: 1 })));
    server.clock.advance(1);
    const nodes = (await value(server.engine.nodes.list('pool', { limit: 10 }))).items;
    const idOf = (isDedicated: boolean): string => nodes.find((node) => node.isDedicated === isDedicated)?.id ?? '';
    return { ...server, spot: idOf(false), dedicated: idOf(true) };
  }

  it('preempt a spot node (11.7)', async () => {
    const server = await withNodes();
    const path = `pools/pool/nodes/${server.spot}/preempt`;
    expect((await control(server, path, { method: 'POST' })).status).toBe(200);
    expect((await value(server.engine.nodes.get('pool', server.spot))).state).toBe('preempted');
    expect((await control(server, path)).status).toBe(405);
  });

  it('do not preempt a dedicated one, and say why (11.7)', async () => {
    const server = await withNodes();
    expect(await control(server, `pools/pool/nodes/${server.dedicated}/preempt`, { method: 'POST' })).toMatchObject({
      status: 409,
      body: { error: `Node ${server.dedicated} is dedicated, and only spot (low-priority) nodes are preempted.` },
    });
  });

  it('lose a node (2.7)', async () => {
    const server = await withNodes();
    expect((await control(server, `pools/pool/nodes/${server.dedicated}/lose`, { method: 'POST' })).status).toBe(200);
    expect(await control(server, `pools/pool/nodes/${server.dedicated}/lose`, { method: 'POST' })).toMatchObject({
      status: 404,
      body: { error: `There is no node "${server.dedicated}".` },
    });
  });
});

describe('a lost node over HTTP', () => {
  it('waits as long as a setting says and comes back where the request says so (11.6)', async () => {
    const server = await startControlServer();
    await value(server.engine.pools.add(poolOf('pool', 1)));
    server.clock.advance(1);
    const [node] = (await value(server.engine.nodes.list('pool', { limit: 1 }))).items;
    const path = `pools/pool/nodes/${node?.id ?? ''}/lose`;
    await control(server, 'settings', { method: 'PUT', body: { lostContactMs: '15m' } });
    expect(await control(server, `${path}?then=sulks`, { method: 'POST' })).toMatchObject({
      status: 400,
      body: { error: 'then is "sulks"; it must be replaced or returns.' },
    });
    expect((await control(server, `${path}?then=returns`, { method: 'POST' })).status).toBe(200);
    expect((await value(server.engine.nodes.get('pool', node?.id ?? ''))).state).toBe('unusable');
    server.clock.advance(16 * 60_000);
    expect((await value(server.engine.nodes.get('pool', node?.id ?? ''))).state).toBe('idle');
  });
});

describe('warnings', () => {
  it('are told as they arise, a few of a kind in each job, and counted over HTTP (13 item 28)', async () => {
    const told: string[] = [];
    const log: ServerLog = { request: () => undefined, warn: (text) => void told.push(text), failure: () => undefined };
    const server = await startControlServer({ log });
    await value(server.engine.pools.add(poolOf('pool', 1)));
    await value(server.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    const ids = Array.from({ length: 100 }, (_, index) => `t${index}`);
    await value(
      server.engine.tasks.addCollection(
        'job',
        ids.map((id) => ({ id, commandLine: 'echo $X' })),
      ),
    );
    expect(told).toHaveLength(4);
    expect(told[0]).toContain('Task "t0" of job "job": its command line has "$X"');
    expect(told[0]).toContain("/bin/sh -c 'echo $X'");
    expect(told[3]).toBe(
      'More tasks of job "job" are like that (variableWithoutShell): GET /_batchrite/warnings counts them.',
    );
    expect(await control(server, 'warnings')).toMatchObject({
      status: 200,
      body: { warnings: [{ code: 'variableWithoutShell', jobId: 'job', taskId: 't0', count: 100 }] },
    });
  });
});
