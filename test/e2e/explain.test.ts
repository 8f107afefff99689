// `batchrite explain` against a running emulator, and when there is none; how long nodes take by `--node-startup`.
import { describe, expect, it, test } from 'vitest';
import { type LocalService, startService } from '../support/local-service.ts';
import { type Sandbox, createSandbox } from '../support/sandbox.ts';
import { sdkPool } from '../support/sdk-pool.ts';

const AZURE = 'https://account.westeurope.batch.azure.com';

async function serviceWithTask(sandbox: Sandbox): Promise<LocalService> {
  const service = await startService(sandbox, '--runtime', 'simulated', '--no-storage', '--node-startup', '1h');
  await service.client.pool.add(sdkPool('pool', 1));
  await service.client.job.add({ id: 'job', poolInfo: { poolId: 'pool' } });
  await service.client.task.add('job', { id: 't', commandLine: 'echo $X' });
  return service;
}

describe('batchrite explain', () => {
  it('tells why a task waits, for people and for machines, and the service has warned of its command line', async () => {
    const sandbox = await createSandbox();
    const { ready, command } = await serviceWithTask(sandbox);
    const told = await sandbox.run(['explain', 'task', 'job', 't', '--endpoint', ready.batchEndpoint]);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told.stdout).toMatch(
      /^task "t" of job "job" is active\n\n {2}1\. It is being resized since .*: it has 0 of 1/,
    );
    const environment = { AZURE_BATCH_ENDPOINT: ready.batchEndpoint, AZURE_BATCH_ACCOUNT: ready.account };
    const json = await sandbox.run(['explain', 'pool', 'pool', '--json'], { env: environment });
    expect(JSON.parse(json.stdout)).toMatchObject({
      subject: 'pool "pool"',
      state: 'resizing',
      reasons: [{ code: 'poolAllocating' }, { code: 'poolComplete' }],
    });
    expect(command.stderr).toContain('warning: Task "t" of job "job": its command line has "$X"');
  });

  it('says that there is no such thing, with exit code 1', async () => {
    const sandbox = await createSandbox();
    const { ready } = await serviceWithTask(sandbox);
    const endpoint = ['--endpoint', ready.batchEndpoint];
    expect(await sandbox.run(['explain', 'node', 'pool', 'n/x', ...endpoint])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Error: There is no node "n/x".\n',
    });
    expect(await sandbox.run(['explain', 'pool', 'pool', '--account', 'other', ...endpoint])).toMatchObject({
      code: 1,
      stderr: `Error: There is no account "other" here; there is "${ready.account}".\n`,
    });
  });

  test.each([
    ['http://127.0.0.1:9', 'No emulator answers at http://127.0.0.1:9: start one with batchrite start, or give'],
    [AZURE, 'account.westeurope.batch.azure.com is a real Azure Batch account, and only the emulator can tell'],
    ['http://', '"http://" is no URL'],
  ])('says in one sentence what is wrong with the endpoint %s', async (endpoint, sentence) => {
    const sandbox = await createSandbox();
    const { code, stdout, stderr } = await sandbox.run(['explain', 'pool', 'pool', '--endpoint', endpoint]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.startsWith(`Error: ${sentence}`)).toBe(true);
    expect(stderr.split('\n')).toHaveLength(2);
  });
});

describe('--node-startup', () => {
  test.each([['start'], ['run', 'top-words']])('of batchrite %s %s is refused when it is no time', async (...args) => {
    const sandbox = await createSandbox();
    expect(await sandbox.run([...args, '--node-startup', 'soon'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It must be instant, azure, or a duration such as 2s.') as string,
    });
  });
});
