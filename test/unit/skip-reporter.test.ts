// How a test run ends, seen from outside: vitest itself runs small suites that need what no machine has.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const deadlineMs = 20_000;

describe('the end of a test run', { timeout: deadlineMs }, () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'batchrite-suites-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
    const reporter = join(repository, 'test/support/skip-reporter.ts');
    await writeFile(
      join(folder, 'vitest.config.ts'),
      `import { SkipReporter } from ${JSON.stringify(reporter)};
       export default { test: { name: 'wire', include: ['*.case.ts'], reporters: [new SkipReporter()] } };`,
    );
    await writeFile(join(folder, 'good.case.ts'), `import { test } from 'vitest'; test('holds', () => undefined);`);
  });

  /** Writes a suite that needs Docker, where no engine answers. */
  async function writeSuiteThatNeedsDocker(): Promise<void> {
    const helper = join(repository, 'test/support/suite.ts');
    await writeFile(
      join(folder, 'docker.case.ts'),
      `import { test } from 'vitest';
       import { describeNeeding } from ${JSON.stringify(helper)};
       await describeNeeding(['docker'], 'containers', () => { test('start', () => undefined); });`,
    );
  }

  async function runSuites(environment: Record<string, string> = {}): Promise<{ code: unknown; lines: string[] }> {
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [vitest, 'run', '--root', folder], {
      env: { PATH: process.env['PATH'], DOCKER_HOST: 'unix:///nowhere/docker.sock', ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const output = await text(child.stdout);
    return { code: await ended, lines: output.trimEnd().split('\n') };
  }

  test('names a suite that was skipped and why, then counts', async () => {
    await writeSuiteThatNeedsDocker();
    const { code, lines } = await runSuites();
    expect(lines.at(-2)).toMatch(/^skipped wire: containers: no Docker engine answers at unix:\/\/\/nowhere/);
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
    expect(code).toBe(0);
  });

  test('fails when what is missing was required', async () => {
    await writeSuiteThatNeedsDocker();
    const { code, lines } = await runSuites({ BATCHRITE_REQUIRE: 'az,docker' });
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });

  test('counts a file that cannot be loaded as failed', async () => {
    await writeFile(join(folder, 'broken.case.ts'), `throw new Error('broken');`);
    const { code, lines } = await runSuites();
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });
});
