// `batchrite logs` against a running emulator with real processes: what each attempt wrote, and sentences when there is none.
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type LocalService, startService } from '../support/local-service.ts';
import { createSandbox } from '../support/sandbox.ts';
import { sdkPool } from '../support/sdk-pool.ts';

/** Fails until its third start, each time with something to read. */
const COMMAND =
  `/bin/sh -c 'n=$(cat "$AZ_BATCH_NODE_SHARED_DIR/n" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$AZ_BATCH_NODE_SHARED_DIR/n"; ` +
  `echo "start $n"; echo "trouble $n" >&2; test $n -ge 3'`;

async function afterTask({ client }: LocalService): Promise<void> {
  await client.pool.add(sdkPool('pool', 1));
  await client.job.add({ id: 'job', poolInfo: { poolId: 'pool' } });
  await client.task.add('job', { id: 't', commandLine: COMMAND, constraints: { maxTaskRetryCount: 5 } });
  const task = await eventually(
    () => client.task.get('job', 't'),
    ({ state }) => state === 'completed',
  );
  expect(task.executionInfo).toMatchObject({ exitCode: 0, retryCount: 2 });
}

describe('batchrite logs', () => {
  it('lists the attempts of a task and prints what each of them wrote', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox, '--runtime', 'process', '--no-storage');
    await afterTask(service);
    const endpoint = ['--endpoint', service.ready.batchEndpoint];
    const logs = (...words: readonly string[]) => sandbox.run(['logs', 'job', 't', ...words, ...endpoint]);

    const list = await logs();
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(/^ {2}1 {2}.*Z {2}tvmps_\w+\n {5}retried after .*, exit code 1\n/);
    expect(list.stdout).toMatch(/\n {2}3 {2}.*\n {5}completed after .*, exit code 0\n$/);
    expect(JSON.parse((await logs('--json')).stdout)).toMatchObject([{ number: 1 }, { number: 2 }, { number: 3 }]);

    expect((await logs('--attempt', '1')).stdout).toBe('start 1\n');
    expect((await logs('--attempt', '2', '--stderr')).stdout).toBe('trouble 2\n');
    expect((await logs('--attempt', '3')).stdout).toBe('start 3\n');
    expect((await logs('--stderr')).stdout).toBe('trouble 3\n');
    expect(await logs('--attempt', '4')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Error: Task "t" has no attempt 4: there are 1, 2, 3.\n',
    });

    // Nothing of it shows in the file API, as on Azure.
    const files = await service.client.file.listFromTask('job', 't', { fileListFromTaskOptions: {}, recursive: true });
    expect(files.map(({ name }) => name)).not.toContainEqual(expect.stringContaining('attempts'));
  });

  it('has what an attempt wrote on a node that is lost since', async () => {
    const sandbox = await createSandbox();
    const service = await startService(sandbox, '--runtime', 'process', '--no-storage');
    const { client, ready } = service;
    await client.pool.add(sdkPool('pool', 1));
    await client.job.add({ id: 'job', poolInfo: { poolId: 'pool' } });
    await client.task.add('job', { id: 't', commandLine: '/bin/sh -c "echo on $AZ_BATCH_NODE_ID; sleep 300"' });
    const nodeOf = async (): Promise<string> => (await client.task.get('job', 't')).nodeInfo?.nodeId ?? '';
    const logs = (...words: readonly string[]) =>
      sandbox.run(['logs', 'job', 't', ...words, '--endpoint', ready.batchEndpoint]);
    const written = async (attempt: string): Promise<string> => (await logs('--attempt', attempt)).stdout;
    expect(
      await eventually(
        () => written('1'),
        (text) => text !== '',
      ),
    ).toMatch(/^on tvmps/);

    const lost = await nodeOf();
    await fetch(`${ready.batchEndpoint}/_batchrite/pools/pool/nodes/${lost}/lose`, { method: 'POST' });
    expect(
      await eventually(
        () => written('2'),
        (text) => text !== '',
      ),
    ).not.toBe(`on ${lost}\n`);
    expect(await written('1')).toBe(`on ${lost}\n`);
    expect((await logs()).stdout).toMatch(/\n {5}recovered after [^,]*\n/);
  });
});
