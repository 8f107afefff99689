// Explanations over HTTP, and who may ask for them.
import { describe, expect, it, test } from 'vitest';
import { poolOf, value } from '../../support/simulated-account.ts';
import { type ControlServer, control, startControlServer } from './control-server.ts';

async function serverWithTask(): Promise<ControlServer> {
  const server = await startControlServer();
  await value(server.engine.pools.add(poolOf('pool', 1)));
  await value(server.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(server.engine.tasks.add('job', { id: 't', commandLine: 'true', requiredSlots: 5 }));
  server.clock.advance(1);
  return server;
}

describe('an explanation over HTTP', () => {
  it('is given of a task', async () => {
    const server = await serverWithTask();
    expect(await control(server, 'explain/jobs/JOB/tasks/t')).toMatchObject({
      status: 200,
      body: { subject: 'task "t" of job "job"', state: 'active', reasons: [{ code: 'tooManySlots' }] },
    });
  });

  it('is given of a pool and of a node', async () => {
    const server = await serverWithTask();
    const [node] = (await value(server.engine.nodes.list('pool', { limit: 1 }))).items;
    expect(await control(server, 'explain/pools/pool')).toMatchObject({ status: 200, body: { state: 'steady' } });
    expect(await control(server, `explain/pools/pool/nodes/${node?.id ?? ''}`)).toMatchObject({
      status: 200,
      body: { state: 'idle' },
    });
  });

  it('of what does not exist is a sentence that names it', async () => {
    const server = await serverWithTask();
    expect(await control(server, 'explain/jobs/job/tasks/nothing')).toMatchObject({
      status: 404,
      body: { error: 'There is no task "nothing".' },
    });
  });

  it('is of the account that the query names, by default of the first', async () => {
    const server = await serverWithTask();
    expect((await control(server, 'explain/pools/pool?account=First')).status).toBe(200);
    expect(await control(server, 'explain/pools/pool?account=second')).toMatchObject({
      status: 404,
      body: { error: 'There is no pool "pool".' },
    });
    expect(await control(server, 'explain/pools/pool?account=third')).toMatchObject({
      status: 404,
      body: { error: 'There is no account "third" here; there is "first", "second".' },
    });
  });

  it('is only for GET', async () => {
    const server = await startControlServer();
    expect((await control(server, 'explain/pools/pool', { method: 'POST' })).status).toBe(405);
  });
});

describe('every route of the control plane', () => {
  const paths = ['health', 'explain/pools/pool', 'programs/secret/node', 'no/such/route', ''];

  test.each(paths)('refuses a name of this machine that a stranger could own: /%s', async (path) => {
    const server = await startControlServer();
    const answer = await control(server, path, { headers: { host: 'attacker.example' } });
    expect(answer).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('attacker.example') as string },
    });
  });

  test.each(paths)('refuses a page of another site: /%s', async (path) => {
    const server = await startControlServer();
    expect((await control(server, path, { headers: { origin: 'https://attacker.example' } })).status).toBe(403);
    expect((await control(server, path, { method: 'POST', headers: { origin: 'http://localhost:1' } })).status).toBe(
      403,
    );
  });

  it('that does not exist is not found, also when the path cannot be decoded', async () => {
    const server = await startControlServer();
    expect((await control(server, 'explain/pools')).status).toBe(404);
    expect((await control(server, 'explain/pools/%zz')).status).toBe(404);
  });
});
