// The word count through both adapters of core's Batch port: over HTTP, and on the engine in this process.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLocalBatchService } from '../../adapters/local/index.ts';
import { createSandbox } from '../support/sandbox.ts';
import { openScenario, runTopWords } from '../support/scenario.ts';
import { countedByUnix, parseOutput } from '../support/word-count.ts';

const data = join(import.meta.dirname, '../../scenarios/data/top-words');

test.each(['adapters/azure', 'adapters/local'])(
  'the pipeline runs through %s with the right outputs',
  async (adapter) => {
    const sandbox = await createSandbox();
    const { context, cloud } = await openScenario();
    const [account] = cloud.emulator.accounts;
    const engine = cloud.emulator.engine(account?.name ?? '');
    if (engine === undefined) throw new Error('the account has no engine');
    const local = createLocalBatchService({ engine, files: cloud.emulator.runtime.files });
    await runTopWords(sandbox, adapter === 'adapters/local' ? { ...context, batch: local } : context);
    for (const name of ['taskdata1', 'taskdata2', 'taskdata3']) {
      const { lines } = parseOutput(await sandbox.read(`output/${name}_OUTPUT.txt`));
      expect(lines).toEqual(await countedByUnix(join(data, `${name}.txt`), 3));
    }
  },
);
