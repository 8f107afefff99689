// The commands around a target that exists already, on an emulator that stands for an account: config, doctor, the question
// before money is spent, and cleanup after a run that was killed.
import { describe, expect, test } from 'vitest';
import { startService } from '../support/local-service.ts';
import { createSandbox, nothing } from '../support/sandbox.ts';
import type { Sandbox } from '../support/sandbox.ts';

interface JsonLine {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly verdict?: string;
  readonly ok?: boolean;
}

function jsonLines(text: string): JsonLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonLine);
}

const paid = {
  AZURE_BATCH_ENDPOINT: 'https://mine.westeurope.batch.azure.com',
  AZURE_BATCH_ACCOUNT: 'mine',
  AZURE_BATCH_ACCESS_KEY: Buffer.from('a key of nobody, for tests alone').toString('base64'),
  AZURE_STORAGE_CONNECTION_STRING: 'UseDevelopmentStorage=true',
};

describe('batchrite config', () => {
  test('shows the values of every place, with secrets cut, and ends with 1 when something is missing', async () => {
    const sandbox = await createSandbox();
    await sandbox.write(
      'batchrite.config.json',
      '{ "target": "staging", "profiles": { "staging": { "auth": "key" } } }',
    );
    await sandbox.write('.env', 'AZURE_BATCH_ACCOUNT=mine\n');
    const { AZURE_BATCH_ACCESS_KEY, AZURE_BATCH_ENDPOINT } = paid;
    const { code, stdout } = await sandbox.run(['config'], { env: { AZURE_BATCH_ACCESS_KEY, AZURE_BATCH_ENDPOINT } });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^target +staging +batchrite\.config\.json target$/m);
    expect(stdout).toMatch(/^batch\.account +mine +\.env AZURE_BATCH_ACCOUNT$/m);
    expect(stdout).toMatch(/^batch\.key +\S{4}… +environment AZURE_BATCH_ACCESS_KEY$/m);
    expect(stdout).toMatch(/^Error: The storage account is missing/m);
    expect(stdout).not.toContain(AZURE_BATCH_ACCESS_KEY);
  });

  test('--json is one line that machines can judge by', async () => {
    const sandbox = await createSandbox();
    const { code, stdout } = await sandbox.run(['config', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ target: 'emulator', kind: 'emulator', usable: true, problems: [] });
  });
});

describe('batchrite doctor', () => {
  test('finds a machine well enough for a run on the emulator, without any network, and leaves nothing', async () => {
    const sandbox = await createSandbox();
    const { code, stdout, stderr } = await sandbox.run(['doctor', '--runtime', 'process']);
    expect(code, stderr).toBe(0);
    const names = [...stdout.matchAll(/^(ok {2}|warn|FAIL) {2}(\S.*?) {2}/gm)].map(([, , name]) => name);
    expect(names).toEqual([
      'Node.js',
      'Settings',
      'Docker',
      'Ports',
      'Azurite and emulator',
      'Batch endpoint',
      'Storage endpoint',
      'Clock',
      'Batch credentials',
      'Storage credentials',
      'Quota',
      'Image',
    ]);
    expect(stdout).toContain('\nReady: batchrite run top-words\n');
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('ends with 1 and what must be done when a service does not take the key', async () => {
    const sandbox = await createSandbox();
    const { environment } = await startService(sandbox);
    const env = { ...environment, AZURE_BATCH_ACCESS_KEY: paid.AZURE_BATCH_ACCESS_KEY };
    const { code, stdout } = await sandbox.run(['doctor', '--target', 'azure', '--json'], { env });
    expect(code).toBe(1);
    const lines = jsonLines(stdout);
    expect(lines.find(({ name }) => name === 'Batch credentials')).toMatchObject({ verdict: 'fail' });
    expect(lines.find(({ name }) => name === 'Storage credentials')).toMatchObject({ verdict: 'ok' });
    expect(lines.at(-1)).toMatchObject({ type: 'summary', ok: false });
  });
});

describe('a run on a service that is paid for', () => {
  test('says what it costs, and creates nothing where nobody can agree', async () => {
    const sandbox = await createSandbox();
    const { code, stdout, stderr } = await sandbox.run(['run', 'top-words', '--target', 'azure'], { env: paid });
    expect(code).toBe(1);
    expect(stdout).toMatch(/Estimated price while the pool exists: 0\.24 USD an hour[^]*Continue\? no\n$/);
    expect(stderr).toMatch(/^Error: Nothing was created/);
  });
});

describe('batchrite cleanup', () => {
  /** Kills a run in the middle of its tasks; resolves with its id. */
  async function killedRun(sandbox: Sandbox, env: Readonly<Record<string, string>>): Promise<string> {
    const run = sandbox.start(['run', 'top-words', '--target', 'azure', '--json'], { env });
    const [, id = ''] = await run.says(/"jobId":"top-words-job-(\w+)"/);
    await run.says(/"text":"Added 3 tasks/);
    run.kill('SIGKILL');
    await run.ended;
    return id;
  }

  test('finds what a killed run left, by its id, and removes that and nothing else', async () => {
    const sandbox = await createSandbox();
    const { environment: env, client } = await startService(sandbox);
    const first = await killedRun(sandbox, env);
    // Of another run a job alone, and a job of somebody whose names only end like ours.
    const others = [`somebody-job-${first}`, 'top-words-job-zother'];
    for (const id of others) await client.job.add({ id, poolInfo: { poolId: 'any' } });

    const listed = await sandbox.run(['cleanup', '--json'], { env });
    const runs = jsonLines(listed.stdout).find(({ name }) => name === 'runs')?.value;
    expect(runs).toEqual([
      {
        runId: first,
        scenario: 'top-words',
        jobs: [`top-words-job-${first}`],
        schedules: [],
        pools: [`top-words-pool-${first}`],
        containers: [`topwords-application-${first}`, `topwords-input-${first}`, `topwords-output-${first}`],
      },
      {
        runId: 'zother',
        scenario: 'top-words',
        jobs: ['top-words-job-zother'],
        schedules: [],
        pools: [],
        containers: [],
      },
    ]);

    const asked = await sandbox.run(['cleanup', '--run', first], { env });
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was deleted') });

    const removed = await sandbox.run(['cleanup', '--target', 'azure', '--run', first, '--yes'], { env });
    expect(removed.code, removed.stderr).toBe(0);
    expect(await client.pool.list()).toHaveLength(0);
    expect((await client.job.list()).map(({ id }) => id)).toEqual(others);
    const again = await sandbox.run(['cleanup', '--run', first, '--yes'], { env });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing of run \w+ is left/) });
  });

  test('removes the job schedule of a killed run together with the jobs that it has made', async () => {
    const sandbox = await createSandbox();
    const { environment: env, client } = await startService(sandbox);
    const run = sandbox.start(['run', 'job-schedule', '--target', 'azure', '--json'], { env });
    const [, id = ''] = await run.says(/"scheduleId":"job-schedule-(\w+)"/);
    await run.says(/"text":"Job job-schedule-\w+:job-1 has ended/);
    run.kill('SIGKILL');
    await run.ended;
    expect((await client.jobSchedule.list()).map(({ state }) => state)).toEqual(['active']);

    const listed = await sandbox.run(['cleanup'], { env });
    expect(listed.stdout).toContain(`job schedule job-schedule-${id}, with its jobs`);
    const removed = await sandbox.run(['cleanup', '--run', id, '--yes'], { env });
    expect(removed.code, removed.stderr).toBe(0);
    expect(await client.jobSchedule.list()).toHaveLength(0);
    expect(await client.job.list()).toHaveLength(0);
    expect(await client.pool.list()).toHaveLength(0);
  });

  test('finds all jobs of a run that had more of them than it has by default, and leaves a pool that somebody named', async () => {
    const sandbox = await createSandbox();
    const { environment: env, client } = await startService(sandbox);
    const pool = ['run', 'pool-reuse', '--target', 'azure', '--pool', 'warm', '--yes'];
    const kept = await sandbox.run([...pool, '--jobs', '5', '--nodes', '1', '--keep'], { env });
    expect(kept.code, kept.stderr).toBe(0);
    const [, id = ''] = /job pool-reuse-job-5-(\w+)$/m.exec(kept.stdout) ?? [];

    const warm = await sandbox.run([...pool, '--jobs', '1', '--nodes', '1'], { env });
    expect(warm.code, warm.stderr).toBe(0);
    expect(warm.stdout).toMatch(/^ +job 1 +[\d.]+ m?s +the pool was there$/m);
    expect(warm.stdout).toMatch(/^Delete pool\? no$/m);

    const removed = await sandbox.run(['cleanup', '--run', id, '--yes'], { env });
    expect(removed.code, removed.stderr).toBe(0);
    expect(await client.job.list()).toHaveLength(0);
    expect((await client.pool.list()).map((each) => each.id)).toEqual(['warm']);
  });

  test('says in a sentence that no emulator runs', async () => {
    const sandbox = await createSandbox();
    const env = { ...paid, AZURE_BATCH_ENDPOINT: 'http://127.0.0.1:9' };
    const { code, stderr } = await sandbox.run(['cleanup'], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: No answer of the Batch service at http:\/\/127\.0\.0\.1:9 [^\n]*\n$/);
  });
});
