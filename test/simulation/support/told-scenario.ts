// Tells a scenario on simulated nodes: its Batch is the emulator in this process, its storage and files are in memory.
import { type Batchrite, type BatchriteOptions, startBatchrite } from '../../../adapters/embedded/index.ts';
import type { RawOptions, Scenario, ScenarioContext } from '../../../scenarios/index.ts';
import { Recording } from '../../contract/trace/recording.ts';
import { FakeCloud } from '../../support/fake-cloud.ts';

export interface Telling {
  readonly options: RawOptions;
  /** What the tasks of the scenario do; what they would upload they put into the cloud. */
  program(cloud: FakeCloud): NonNullable<BatchriteOptions['program']>;
}

/** Every call with its result, every line for the user and every file written, ids and times as they were. */
export async function traceOfScenario(scenario: Scenario, telling: Telling, seed: string): Promise<string> {
  const cloud = new FakeCloud();
  const program = telling.program(cloud);
  await using batchrite = await startBatchrite({ seed, program, settings: { nodeStartupMs: 45_000 } });
  const recording = new Recording();
  const told = scenario.prepare(telling.options)(contextOf(cloud, batchrite, recording));
  await batchrite.until(told);
  const trace = { calls: recording.calls, lines: cloud.lines, written: [...cloud.written], asked: cloud.asked };
  return JSON.stringify({ ...trace, endedAt: batchrite.now() });
}

function contextOf(cloud: FakeCloud, { batch, clock }: Batchrite, recording: Recording): ScenarioContext {
  const node = { name: 'node', path: '/bin/node', size: 1, version: '24.0.0' };
  return {
    ...cloud.workflow,
    batch: recording.record(batch),
    clock,
    runId: 'r1',
    dataDirectory: '/data',
    programs: { node, worker: { name: 'worker.mjs', path: '/x/worker.mjs', size: 2 } },
  };
}
