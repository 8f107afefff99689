// `batchrite start` with simulated nodes on a virtual clock: what test suites in other languages start.
import { describe, expect, onTestFinished, test } from 'vitest';
import { type LocalService, startService } from '../support/local-service.ts';
import { createSandbox } from '../support/sandbox.ts';
import { sdkPool } from '../support/sdk-pool.ts';

async function virtualService(seed: string): Promise<LocalService> {
  const sandbox = await createSandbox();
  const simulated = ['--runtime', 'simulated', '--clock', 'virtual', '--no-storage'];
  const service = await startService(sandbox, ...simulated, '--seed', seed);
  onTestFinished(async () => {
    process.kill(service.ready.pid, 'SIGTERM');
    await service.command.ended;
  });
  return service;
}

async function moveClock({ ready }: LocalService, body: unknown): Promise<unknown> {
  const request = { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${ready.batchEndpoint}/_batchrite/clock`, request)).json();
}

/** What a client sees of a task of two hours, with the ids and times that it was given. */
async function lookAtTask(service: LocalService): Promise<unknown> {
  const { client } = service;
  await client.pool.add(sdkPool('p', 2));
  await client.job.add({ id: 'j', poolInfo: { poolId: 'p' } });
  await client.task.add('j', { id: 't', commandLine: '/bin/sh -c "sleep 7200"' });
  await moveClock(service, { advance: 'PT1H' });
  const { state } = await client.task.get('j', 't');
  expect(state).toBe('running');
  expect(await moveClock(service, { settle: true })).toMatchObject({ settled: true, clock: 'virtual' });
  const { executionInfo, nodeInfo } = await client.task.get('j', 't');
  return { executionInfo, nodeId: nodeInfo?.nodeId };
}

describe('batchrite start --runtime simulated --clock virtual --no-storage', () => {
  test('moves its time over HTTP, has no blob service, and is the same for the same seed', async () => {
    const [first, second] = await Promise.all([virtualService('s'), virtualService('s')]);
    expect(Object.keys(first.ready)).toEqual(['batchEndpoint', 'account', 'key', 'pid']);
    const seen = await lookAtTask(first);
    expect(seen).toMatchObject({ executionInfo: { exitCode: 0, startTime: new Date('2026-01-01T00:00:00Z') } });
    expect(await lookAtTask(second)).toEqual(seen);
  });
});
