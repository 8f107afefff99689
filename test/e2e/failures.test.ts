// What goes wrong in a run, and the one explanation that it gets: through the real command where its options can bring
// the failure about, else through the scenario on the same layers with one thing spoilt.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../adapters/system/index.ts';
import { describeFault } from '../../adapters/terminal/index.ts';
import { type BlobStorage, FaultError, type LocalFile } from '../../core/index.ts';
import type { RawOptions, ScenarioContext } from '../../scenarios/index.ts';
import { type Sandbox, createSandbox, nothing } from '../support/sandbox.ts';
import { openScenario, runTopWords } from '../support/scenario.ts';

const topWords = ['run', 'top-words', '--runtime', 'process'] as const;

/** Spoils one thing of the context, runs the scenario, and gives its explanation as a person reads it. */
async function explanation(
  sandbox: Sandbox,
  spoil: (context: ScenarioContext) => Partial<ScenarioContext> | Promise<Partial<ScenarioContext>>,
  options: RawOptions = {},
): Promise<string> {
  const { context } = await openScenario();
  const outcome = await runTopWords(sandbox, { ...context, ...(await spoil(context)) }, options).catch(
    (error: unknown) => error,
  );
  if (!(outcome instanceof FaultError)) throw new Error(`the run ended with ${String(outcome)}`);
  return describeFault(outcome.fault);
}

async function script(sandbox: Sandbox, name: string, text: string): Promise<LocalFile> {
  const path = join(sandbox.folder, name);
  await writeFile(path, text);
  await chmod(path, 0o755);
  return { name, path, size: Buffer.byteLength(text) };
}

describe('a run that cannot succeed', () => {
  test('names an input file that does not exist', async () => {
    const sandbox = await createSandbox();
    const { code, stderr } = await sandbox.run([...topWords, '--input', 'no-such-file.txt']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: .*no-such-file\.txt.*\n$/);
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('whose nodes take too long says in which states they are', async () => {
    const sandbox = await createSandbox();
    const { code, stderr } = await sandbox.run([...topWords, '--timeout', '1ms']);
    expect(code).toBe(1);
    // How far two nodes come in a moment is the machine's affair; one of them may have come further than the other.
    const states = /^Error: The nodes of pool .* were not ready after \d+ ms: (?:2 \w+|1 \w+, 1 \w+)\. Allow more time/;
    expect(stderr).toMatch(states);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('whose Azurite dies in the middle says so at once', async () => {
    const sandbox = await createSandbox();
    const command = sandbox.start(topWords);
    await command.says(/Created pool/);
    const azurite = (await sandbox.processes()).find((each) => each.command.includes('azurite'));
    process.kill(azurite?.pid ?? 0, 'SIGKILL');
    const { code, stderr } = await command.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: Azurite ended by itself/);
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('because tasks fail tells their exit code and the end of their stderr', async () => {
    const sandbox = await createSandbox();
    const text = await explanation(sandbox, async ({ programs }) => {
      const worker = await script(sandbox, 'worker.mjs', "console.error('no such chapter'); process.exit(3);\n");
      return { programs: { ...programs, worker } };
    });
    expect(text).toMatch(/^Error: .*3 .*tasks/);
    expect(text).toContain('topNtask0');
    expect(text).toContain('exit code 3');
    expect(text).toContain('no such chapter');
  });

  test('whose tasks take too long lists them with their states', async () => {
    const sandbox = await createSandbox();
    const text = await explanation(
      sandbox,
      async ({ programs }) => {
        const worker = await script(sandbox, 'worker.mjs', 'setTimeout(() => undefined, 600_000);\n');
        return { programs: { ...programs, worker } };
      },
      { timeout: '4s' },
    );
    expect(text).toMatch(/^Error: .*4\.\d s/);
    expect(text).toMatch(/topNtask0.*running/);
    expect(text).toMatch(/topNtask2.*active/);
  });

  test('because the start task fails tells its exit code and the end of its stderr', async () => {
    const sandbox = await createSandbox();
    const text = await explanation(sandbox, ({ programs }) => ({
      // The start task installs `worker.mjs`, which is not there under this name.
      programs: { ...programs, worker: { ...programs.worker, name: 'misnamed.mjs' } },
    }));
    expect(text).toMatch(/^Error: .*start task/i);
    expect(text).toContain('exit code 1');
    expect(text).toMatch(/worker\.mjs.*No such file/);
  });

  test('because a SAS has expired names the file and the time, and shows no signature', async () => {
    const sandbox = await createSandbox();
    const text = await explanation(sandbox, ({ storage }) => ({ storage: expiring(storage) }));
    expect(text).toMatch(/^Error: /);
    expect(text).toContain('taskdata1.txt');
    expect(text).toMatch(/expired/i);
    expect(text).not.toMatch(/sig=(?!REDACTED)/);
  });
});

/** Storage whose SAS for input files are a minute too old. */
function expiring(storage: BlobStorage): BlobStorage {
  return {
    account: storage.account,
    ensureContainer: (container, options) => storage.ensureContainer(container, options),
    deleteContainer: (container, options) => storage.deleteContainer(container, options),
    upload: (container, blob, file, options) => storage.upload(container, blob, file, options),
    has: (container, blob, size, options) => storage.has(container, blob, size, options),
    list: (container, options) => storage.list(container, options),
    download: (container, blob, options) => storage.download(container, blob, options),
    sasUrl: (request, options) =>
      storage.sasUrl(
        request.blob?.endsWith('.txt') === true ? { ...request, expiresAt: systemClock.now() - 60_000 } : request,
        options,
      ),
  };
}
