// Runs the contract with a recording, so that the traces of two targets can be compared, or kept in a file.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BatchServiceContract } from '../batch-service/batch-service-contract.ts';
import { Recording } from './recording.ts';
import type { Trace } from './trace.ts';
import { traceOf } from './trace.ts';

export interface TracedContract {
  readonly contract: BatchServiceContract;
  /** Complete when the suite has ended. */
  readonly trace: () => Trace;
}

/** With `BATCHRITE_TRACES` naming a folder, the trace is written there as one JSON line a call. */
export function traced(contract: BatchServiceContract): TracedContract {
  const recording = new Recording(() => expect.getState().currentTestName?.split(' > ').at(-1) ?? '');
  const trace = (): Trace => traceOf(recording.calls);
  const create: BatchServiceContract['create'] = async () => {
    const target = await contract.create();
    return {
      ...target,
      service: recording.record(target.service),
      close: async () => {
        await target.close();
        await keep(contract.name, trace());
      },
    };
  };
  return { contract: { ...contract, create }, trace };
}

async function keep(name: string, trace: Trace): Promise<void> {
  const folder = process.env['BATCHRITE_TRACES'];
  if (folder === undefined || folder === '') return;
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name.replaceAll(/[^\w-]+/g, '-')}.jsonl`);
  await writeFile(file, `${trace.map((line) => JSON.stringify(line)).join('\n')}\n`);
}
