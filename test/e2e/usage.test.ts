// What the command says to somebody who asks how it works, or who mistypes.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, nothing } from '../support/sandbox.ts';

describe('help', () => {
  test.each([
    ['--help'],
    ['run', '--help'],
    ['run', 'top-words', '--help'],
    ['start', '--help'],
    ['scenarios', '--help'],
  ])('batchrite %s %s %s explains itself with examples', async (...args) => {
    const sandbox = await createSandbox();
    const { code, stdout, stderr } = await sandbox.run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: batchrite /);
    expect(stdout).toMatch(/\nExamples?:\n {2}\$ batchrite /);
  });

  test('names every documented option', async () => {
    const sandbox = await createSandbox();
    const run = await sandbox.run(['run', 'top-words', '--help']);
    const runOptions = ['target', 'runtime', 'input', 'num-words', 'output', 'nodes', 'timeout', 'pool', 'keep', 'yes'];
    for (const option of [...runOptions, 'json', 'ignore-case']) expect(run.stdout).toContain(`--${option} `);
    const start = await sandbox.run(['start', '--help']);
    for (const option of ['port', 'blob-port', 'location', 'in-memory', 'runtime', 'json']) {
      expect(start.stdout).toContain(`--${option} `);
    }
  });

  test('ends quietly when its reader has gone, as with `| head`', async () => {
    const launcher = join(import.meta.dirname, '../../adapters/cli/launcher.mjs');
    const child = spawn(process.execPath, [launcher, 'run', 'top-words', '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('scenarios lists what there is to run', async () => {
    const sandbox = await createSandbox();
    expect(await sandbox.run(['scenarios'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^top-words {2,}\w[^]*\njob-schedule {2,}\w/),
    });
  });
});

test('the README lists the scenarios as the command does', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const sandbox = await createSandbox();
  const { stdout } = await sandbox.run(['scenarios']);
  expect(readme).toContain(`\n\`\`\`\n${stdout}\`\`\`\n`);
});

describe('a mistake on the command line', () => {
  test.each([
    [['nonsense'], "error: unknown command 'nonsense'"],
    [['run', 'bogus'], "error: unknown command 'bogus'"],
    [['run', 'top-words', '--bogus'], "error: unknown option '--bogus'"],
    [['run', 'top-words', '--nodes', 'many'], 'error: --nodes must be a whole number from 1 to 1000, not "many".'],
    [
      ['run', 'sweep', '--slots', '9'],
      'error: --slots 9 is too much: a node of standard_d2s_v3 has 2 cores, and Batch gives it 8 slots at most, 4 a core.',
    ],
    [['run', 'top-words', '--num-words', '0'], 'error: --num-words must be a whole number from 1 to 1000000, not "0".'],
    [['run', 'top-words', '--timeout', 'soon'], 'error: --timeout must be a time such as 90s, 20m or 2h, not "soon".'],
    [
      ['run', 'job-schedule', '--every', '30s'],
      'error: --every must be 1m or more, not 30s: Batch has no shorter recurrence.',
    ],
    [
      ['run', 'multi-instance', '--instances', '0'],
      'error: --instances must be a whole number from 1 to 100, not "0".',
    ],
    [
      ['run', 'top-words', '--runtime', 'lxc'],
      "error: option '--runtime <RUNTIME>' argument 'lxc' is invalid. Allowed choices are auto, docker, process.",
    ],
    [
      ['start', '--port', '70000'],
      "error: option '--port <N>' argument '70000' is invalid. It must be a port from 0 to 65535.",
    ],
    [
      ['start', '--in-memory', '--location', 'here'],
      "error: option '--location <DIR>' cannot be used with option '--in-memory'",
    ],
  ])('%j is refused in one sentence with exit code 2', async (args, sentence) => {
    const sandbox = await createSandbox();
    const ended = await sandbox.run(args);
    expect(ended).toEqual({ code: 2, signal: undefined, stdout: '', stderr: `${sentence}\n` });
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('a cloud target without accounts names the variables that are missing', async () => {
    const sandbox = await createSandbox();
    const { code, stderr } = await sandbox.run(['run', 'top-words', '--target', 'azure']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: /);
    for (const name of ['BATCH_ACCOUNT', 'BATCH_ACCESS_KEY', 'BATCH_ENDPOINT', 'STORAGE_CONNECTION_STRING']) {
      expect(stderr).toContain(`AZURE_${name}`);
    }
  });
});
