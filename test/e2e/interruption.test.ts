// Ctrl-C at every stage of a run: whatever had been started is gone when the command has ended.
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { createSandbox, nothing } from '../support/sandbox.ts';
import type { Command, Sandbox } from '../support/sandbox.ts';

/** Long enough for Ctrl-C to meet every stage, and not so long that the whole run would take its time. */
async function startRun(sandbox: Sandbox): Promise<Command> {
  for (let number = 1; number <= 12; number += 1) await sandbox.write(`texts/${number}.txt`, 'one two two\n');
  return sandbox.start(['run', 'top-words', '--runtime', 'process', '--input', 'texts', '--json']);
}

const stages: readonly (readonly [stage: string, sign: RegExp])[] = [
  ['while Azurite and the emulator start', /"Starting Azurite and the emulator","state":"running"/],
  ['when both have started', /"Starting Azurite and the emulator","state":"done"/],
  ['when the program goes up', /"Uploading the application"/],
  ['when the pool is being created', /"text":"Node\.js /],
  ['while the input goes up', /"Uploading the input"/],
  ['when the job has been created', /"Created job /],
  ['while the nodes start', /"Waiting for the nodes"/],
  ['when the tasks begin to run', /"Running 12 tasks"/],
  ['while tasks run', /[1-9]\d* of 12 completed/],
  ['while outputs come down', /"Downloading the outputs"/],
];

describe('Ctrl-C', () => {
  test.each(stages)('%s ends the run with 130 and leaves nothing', async (_, sign) => {
    const sandbox = await createSandbox();
    const run = await startRun(sandbox);
    await run.says(sign);
    run.interrupt();
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout + stderr).toBe(130);
    expect(await sandbox.leftovers()).toEqual(nothing);
    // The one explanation; with --json it is the last line.
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as unknown;
    expect(last).toMatchObject({ type: 'error', code: 'cancelled', message: 'Interrupted.' });
    expect(stderr).toBe('');
  });

  test.each([50, 150, 300, 500])('%i ms after the start ends the command and leaves nothing', async (delayMs) => {
    const sandbox = await createSandbox();
    const run = await startRun(sandbox);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    run.interrupt();
    // Before the program has been loaded the signal itself ends it, as it ends any other program.
    const { code, signal } = await run.ended;
    expect(signal ?? code).toSatisfy((end) => end === 'SIGINT' || end === 130);
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('SIGTERM is an interruption too', async () => {
    const sandbox = await createSandbox();
    const run = await startRun(sandbox);
    await run.says(/[1-9]\d* of 12 completed/);
    run.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143 });
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('a run that is killed outright leaves processes for seconds at most, and files for the next to sweep', async () => {
    const sandbox = await createSandbox();
    const run = await startRun(sandbox);
    await run.says(/[1-9]\d* of 12 completed/);
    run.kill('SIGKILL');
    const left = await eventually(
      () => sandbox.processes(),
      (processes) => processes.length === 0,
    );
    expect(left).toEqual([]);
    expect(await sandbox.run(['run', 'top-words', '--runtime', 'process'])).toMatchObject({ code: 0 });
    expect(await sandbox.leftovers()).toEqual(nothing);
  });
});
