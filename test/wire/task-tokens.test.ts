// The token that a task finds in AZ_BATCH_AUTHENTICATION_TOKEN: for whom it is made, what it opens, and when it ends. Through the unmodified JavaScript client, on the real engine.
import { BatchServiceClient } from '@azure/batch';
import { describe, expect, test } from 'vitest';
import { createTaskTokens } from '../../emulator/rest/index.ts';
import type { RunSpec } from '../../emulator/engine/index.ts';
import { refusalOf, sdkAccount } from './support/sdk-account.ts';
import { sdkPool } from '../support/sdk-pool.ts';

const access = { authenticationTokenSettings: { access: ['job'] as 'job'[] } };
const denied = '403 AuthenticationFailed';
const forbidden = '403 InsufficientAccountPermissions';

/** As a task would make it of its environment. */
function credentialOf(token: string): ConstructorParameters<typeof BatchServiceClient>[0] {
  return {
    signRequest: (request) => {
      request.headers.set('authorization', `Bearer ${token}`);
      return Promise.resolve(request);
    },
  };
}

/** An account with the job `j`, and a way to see what each run was told. */
async function accountOfTasks() {
  const runs: RunSpec[] = [];
  const account = await sdkAccount({
    program: (run) => {
      runs.push(run);
      return undefined;
    },
  });
  const { client, clock, server } = account;
  await client.pool.add(sdkPool('p', 1));
  clock.advance(1);
  const addJob = async () => {
    await client.job.add({ id: 'j', poolInfo: { poolId: 'p' } });
    await client.task.add('j', { id: 't', commandLine: 'sleep 1000', ...access });
    clock.advance(1);
  };
  await addJob();
  const tokenOf = (run: RunSpec | undefined) =>
    run?.environment.find(({ name }) => name === 'AZ_BATCH_AUTHENTICATION_TOKEN')?.value;
  const clientOf = (token: string) => new BatchServiceClient(credentialOf(token), server.url, { noRetryPolicy: true });
  const token = tokenOf(runs.at(-1)) ?? '';
  return { ...account, runs, token, tokenOf, clientOf, inside: clientOf(token), addJob };
}

describe('the token of a task', () => {
  test('is given to those alone that ask for access to their job, job managers too (batch-semantics 5.3, 10.2)', async () => {
    const { client, clock, runs, tokenOf, token } = await accountOfTasks();
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    await client.task.terminate('j', 't');
    await client.task.add('j', { id: 'plain', commandLine: 'true' });
    await client.task.add('j', { id: 'none', commandLine: 'true', authenticationTokenSettings: { access: [] } });
    clock.advance(1000);
    expect(runs.slice(1).map(tokenOf)).toEqual([undefined, undefined]);
    const jobManagerTask = { id: 'manager', commandLine: 'sleep 9', ...access };
    await client.job.add({ id: 'm', poolInfo: { poolId: 'p' }, jobManagerTask });
    clock.advance(1);
    expect(tokenOf(runs.at(-1))).toMatch(/./);
    expect(tokenOf(runs.at(-1))).not.toBe(token);
  });

  test('opens the operations of its own job, its tasks and their files (batch-semantics 5.3)', async () => {
    const { inside, clock } = await accountOfTasks();
    expect((await inside.job.get('J')).id).toBe('j');
    await inside.task.add('j', { id: 'child', commandLine: 'true' });
    expect((await inside.task.list('j')).map(({ id }) => id)).toEqual(['child', 't']);
    expect((await inside.job.getTaskCounts('j')).taskCounts?.active).toBe(1);
    expect((await inside.file.listFromTask('j', 't')).length).toBeGreaterThan(0);
    await inside.task.terminate('j', 't');
    clock.advance(1000);
    await inside.job.patch('j', { priority: 5 });
  });

  test('opens nothing else, whether it is there or not (batch-semantics 5.3)', async () => {
    const { inside, client } = await accountOfTasks();
    await client.job.add({ id: 'other', poolInfo: { poolId: 'p' } });
    expect(await refusalOf(inside.job.get('other'))).toBe(forbidden);
    expect(await refusalOf(inside.job.get('nowhere'))).toBe(forbidden);
    expect(await refusalOf(inside.task.add('other', { id: 'x', commandLine: 'true' }))).toBe(forbidden);
    expect(await refusalOf(inside.job.list())).toBe(forbidden);
    expect(await refusalOf(inside.job.add({ id: 'k', poolInfo: { poolId: 'p' } }))).toBe(forbidden);
    expect(await refusalOf(inside.pool.get('p'))).toBe(forbidden);
    expect(await refusalOf(inside.account.listSupportedImages())).toBe(forbidden);
    expect([...(await client.task.list('other'))]).toEqual([]);
  });

  test('ends when its job is completed', async () => {
    const { inside, client, clock } = await accountOfTasks();
    await client.job.terminate('j');
    clock.advance(1000);
    expect((await client.job.get('j')).state).toBe('completed');
    expect(await refusalOf(inside.job.get('j'))).toBe(denied);
  });

  test('ends with its job, and is not that of a later job of the same id', async () => {
    const { inside, client, clock, addJob } = await accountOfTasks();
    await client.job.deleteMethod('j');
    clock.advance(1000);
    expect(await refusalOf(inside.job.get('j'))).toBe(denied);
    await addJob();
    expect(await refusalOf(inside.job.get('j'))).toBe(denied);
  });

  test('is refused when anything of it was changed or when another emulator made it', async () => {
    const { clientOf, token } = await accountOfTasks();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jobId: string };
    const forged = Buffer.from(JSON.stringify({ ...claims, jobId: 'other' })).toString('base64url');
    const subject = { accountName: 'testaccount', jobId: 'j', jobCreatedAt: 0, taskId: 't' };
    const foreign = createTaskTokens('another secret').mint(subject);
    for (const text of [`${header}.${forged}.${signature}`, `${header}.${payload}.`, foreign]) {
      expect(await refusalOf(clientOf(text).job.get('j'))).toBe(denied);
    }
  });
});
