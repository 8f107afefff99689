// The tutorial on containers, with the real command: the same outputs as on processes, and an image that is missing.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, nothing } from '../support/sandbox.ts';
import { describeNeeding } from '../support/suite.ts';
import { countedByUnix, parseOutput } from '../support/word-count.ts';

const data = join(import.meta.dirname, '../../scenarios/data/top-words');
const names = ['taskdata1', 'taskdata2', 'taskdata3'];

await describeNeeding(['docker'], 'the pipeline on containers', () => {
  test('gives the outputs that an independent count gives, and those of processes', async () => {
    const sandbox = await createSandbox();
    for (const runtime of ['docker', 'process']) {
      const { code, stdout, stderr } = await sandbox.run([
        'run',
        'top-words',
        '--runtime',
        runtime,
        '--output',
        runtime,
      ]);
      expect({ code, output: stdout + stderr }).toMatchObject({ code: 0 });
    }
    for (const name of names) {
      const onContainers = parseOutput(await sandbox.read(`docker/${name}_OUTPUT.txt`));
      const onProcesses = parseOutput(await sandbox.read(`process/${name}_OUTPUT.txt`));
      expect(onContainers.lines).toEqual(await countedByUnix(join(data, `${name}.txt`), 3));
      expect(onContainers.lines).toEqual(onProcesses.lines);
      expect(onContainers.origin['Task']).toBe(onProcesses.origin['Task']);
    }
    expect(await sandbox.leftovers()).toEqual(nothing);
  }, 120_000);

  test('says which image is missing and what to do, when a node cannot be made', async () => {
    const sandbox = await createSandbox();
    const image = 'canonical:0001-com-ubuntu-server-jammy:22_04-lts=batchrite.invalid/not-there:1';
    const { code, stderr } = await sandbox.run(['run', 'top-words', '--runtime', 'docker', '--image', image]);
    expect(code).toBe(1);
    expect(stderr).toContain('batchrite.invalid/not-there:1');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await sandbox.leftovers()).toEqual(nothing);
  }, 120_000);
});
