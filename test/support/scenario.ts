// A scenario in this process, on the real layers: Azurite, the emulator and process nodes. Tests may replace a port.
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { createAzureBatchService } from '../../adapters/azure/index.ts';
import { ensureBundle, nodeBinaryPath, nodeBinaryVersion } from '../../adapters/bundles/index.ts';
import { type LocalCloud, startLocalCloud } from '../../adapters/composition/index.ts';
import { DiskFiles } from '../../adapters/files/index.ts';
import { AzureBlobStorage, parseConnectionString } from '../../adapters/storage/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
import { createTerminal } from '../../adapters/terminal/index.ts';
import { type LocalFile, seededRandom } from '../../core/index.ts';
import { type RawOptions, type ScenarioContext, scenarios } from '../../scenarios/index.ts';
import type { Sandbox } from './sandbox.ts';

export interface OpenScenario {
  readonly context: ScenarioContext;
  readonly cloud: LocalCloud;
}

/** Starts a cloud of its own for the test, and gives the context that the command would give. */
export async function openScenario(): Promise<OpenScenario> {
  const cloud = await startLocalCloud({ runtime: 'process' });
  onTestFinished(() => cloud.close());
  const [account] = cloud.emulator.accounts;
  const files = new DiskFiles();
  const terminal = createTerminal({ json: true, output: new Discard(), errors: new Discard() });
  const node = await onlyFile(files, nodeBinaryPath(), 'node');
  const context: ScenarioContext = {
    batch: createAzureBatchService({
      endpoint: cloud.emulator.url,
      credentials: { kind: 'sharedKey', account: account?.name ?? '', key: account?.key ?? '' },
      clock: systemClock,
      random: seededRandom('scenario').stream('retries'),
    }),
    storage: new AzureBlobStorage(parseConnectionString(cloud.azurite.connectionString)),
    staging: {
      stage: ({ path }) => Promise.resolve({ httpUrl: cloud.emulator.offerProgram(path), uploaded: false }),
    },
    files,
    clock: systemClock,
    reporter: terminal.reporter,
    questions: terminal.questions,
    runId: 'test',
    dataDirectory: join(import.meta.dirname, '../../scenarios/data'),
    programs: {
      node: { ...node, version: nodeBinaryVersion() },
      worker: await onlyFile(files, await ensureBundle('worker'), 'worker.mjs'),
    },
  };
  return { context, cloud };
}

/** Runs the word count; its results go to `output` in the sandbox. */
export async function runTopWords(sandbox: Sandbox, context: ScenarioContext, options: RawOptions = {}): Promise<void> {
  const scenario = scenarios.find(({ name }) => name === 'top-words');
  if (scenario === undefined) throw new Error('there is no scenario top-words');
  await scenario.prepare({ output: join(sandbox.folder, 'output'), ...options })(context);
}

class Discard extends Writable {
  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
  }
}

async function onlyFile(files: DiskFiles, path: string, name: string): Promise<LocalFile> {
  const [file] = await files.expand([path]);
  if (file === undefined) throw new Error(`${path} is missing`);
  return { ...file, name };
}
