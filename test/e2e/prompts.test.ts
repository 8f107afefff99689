// What the command asks on a terminal, and what becomes of the answers. `script` provides the terminal.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createSandbox, nothing } from '../support/sandbox.ts';
import type { Command, Sandbox } from '../support/sandbox.ts';
import { describeSkipped } from '../support/suite.ts';

const hasTerminals = await promisify(execFile)('script', ['--version']).then(
  () => true,
  () => false,
);

function run(sandbox: Sandbox, ...more: readonly string[]): Command {
  return sandbox.start(['run', 'top-words', '--runtime', 'process', ...more], { terminal: true });
}

// oxlint-disable-next-line no-control-regex -- it is what a terminal is controlled with
const TERMINAL_CONTROL = /\u001B\[\??\d*(;\d+)*[A-Za-z]/g;

/** What is left on the screen when cursor movements, colours and what they have overwritten are left out. */
function linesOf(stdout: string): readonly string[] {
  return stdout
    .replaceAll(TERMINAL_CONTROL, '')
    .split(/[\r\n]+/)
    .filter((line) => line !== '');
}

function suite(): void {
  test('No keeps the job and the pool; the containers go without a question', async () => {
    const sandbox = await createSandbox();
    const command = run(sandbox);
    await command.says(/Delete job\? \[Y\/n\] /);
    command.types('n\r');
    await command.says(/Delete pool\? \[Y\/n\] /);
    command.types('maybe\r');
    await command.says(/Please answer y or n\.[^]*Delete pool\? /);
    command.types('No\r');
    const { code, stdout } = await command.ended;
    expect(code, stdout).toBe(0);
    const lines = linesOf(stdout);
    // Each key is echoed once: an earlier prompt no longer listens.
    expect(lines.filter((line) => line.includes('Delete'))).toEqual([
      expect.stringMatching(/Delete job\? \[Y\/n\] n$/),
      expect.stringMatching(/Delete pool\? \[Y\/n\] maybe$/),
      expect.stringMatching(/Delete pool\? \[Y\/n\] No$/),
      expect.stringMatching(/Deleted container topwords-output-\w+, container topwords-input-\w+, container [-\w]+$/),
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/Kept job top-words-job-\w+$/));
    expect(lines).toContainEqual(expect.stringMatching(/Kept pool top-words-pool-\w+$/));
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('Enter takes the default, and so does the end of the input', async () => {
    const sandbox = await createSandbox();
    const command = run(sandbox);
    await command.says(/Delete job\?/);
    command.types('\r');
    await command.says(/Delete pool\?/);
    command.types('\u0004');
    const { code, stdout } = await command.ended;
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/Deleted job [-\w]+, pool [-\w]+, container /);
  });

  test('--yes asks nothing', async () => {
    const sandbox = await createSandbox();
    const { code, stdout } = await run(sandbox, '--yes').ended;
    expect(code, stdout).toBe(0);
    expect(stdout).not.toContain('[Y/n]');
    expect(stdout).toContain('Delete pool? yes');
  });

  test('shows a spinner with the state of a long wait, and colours unless they are unwanted', async () => {
    const sandbox = await createSandbox();
    const { stdout } = await run(sandbox, '--yes').ended;
    // oxlint-disable-next-line no-control-regex -- colours are control sequences
    const colours = /\u001B\[3\dm/;
    expect(stdout).toMatch(colours);
    expect(stdout).toContain('of 2 nodes idle');
    const args = ['run', 'top-words', '--runtime', 'process', '--yes'];
    const plain = await sandbox.start(args, { terminal: true, env: { NO_COLOR: '1' } }).ended;
    expect(plain.code).toBe(0);
    expect(plain.stdout).not.toMatch(colours);
  });

  test('Ctrl-C at a question ends the run and deletes what it created', async () => {
    const sandbox = await createSandbox();
    const command = run(sandbox);
    await command.says(/Delete job\?/);
    command.types('\u0003');
    const { code, stdout } = await command.ended;
    expect(code, stdout).toBe(130);
    const lines = linesOf(stdout);
    expect(lines.at(-2)).toMatch(/Deleted job [-\w]+, pool [-\w]+, container /);
    expect(lines.at(-1)).toBe('Error: Interrupted.');
    expect(stdout).not.toContain('Delete pool?');
    expect(await sandbox.leftovers()).toEqual(nothing);
  });
}

if (hasTerminals) describe('questions on a terminal', suite);
else describeSkipped('questions on a terminal', 'no command `script` (bsdutils) to make a terminal with');
