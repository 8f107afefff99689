// The story of the word count on a cloud in memory: what it asks of the service, what it leaves, and how it ends badly.
import { describe, expect, test } from 'vitest';
import { isFault } from '../../../core/index.ts';
import type { ResourceFile, TaskSpec } from '../../../core/index.ts';
import { scenarios } from '../../../scenarios/index.ts';
import type { RawOptions, ScenarioContext } from '../../../scenarios/index.ts';
import { FakeCloud, fault, node } from '../../support/fake-cloud.ts';
import type { Script } from '../../support/fake-cloud.ts';

const [topWords] = scenarios;

function contextOf(cloud: FakeCloud): ScenarioContext {
  const programs = {
    node: { name: 'node', path: '/bin/node', size: 1, version: '24.0.0' },
    worker: { name: 'worker.mjs', path: '/x/worker.mjs', size: 2 },
  };
  return { ...cloud.workflow, runId: 'r1', dataDirectory: '/data', programs };
}

function tell(script: Script, options: RawOptions = {}): { cloud: FakeCloud; done: Promise<void> } {
  const cloud = new FakeCloud({
    ...script,
    task: (spec, age) => {
      const part = script.task?.(spec, age) ?? ({ state: 'completed', result: 'success', exitCode: 0 } as const);
      const output = new TextEncoder().encode(`output of ${spec.id}`);
      if (part.state === 'completed' && part.result === 'success') {
        cloud.containers.get('topwords-output-r1')?.set(`${spec.id}_OUTPUT.txt`, output);
      }
      return part;
    },
  });
  const run = topWords?.prepare({ input: ['/in/a.txt', "/in/it's $b.txt"], ...options });
  return { cloud, done: cloud.run(run?.(contextOf(cloud)) ?? Promise.reject(new Error('No such scenario.'))) };
}

function left(cloud: FakeCloud): string[] {
  return [...cloud.jobs.keys(), ...cloud.pools.keys(), ...cloud.containers.keys()];
}

function paths(files: readonly ResourceFile[] | undefined): (string | undefined)[] {
  return (files ?? []).map((file) => file.filePath);
}

describe('top-words', () => {
  test('runs one task a file, collects and shows the outputs, and leaves nothing', async () => {
    const { cloud, done } = tell({});
    await done;
    expect([...cloud.written]).toEqual([
      ['topNtask0_OUTPUT.txt', 'output of topNtask0'],
      ['topNtask1_OUTPUT.txt', 'output of topNtask1'],
    ]);
    expect(cloud.lines).toContain('output of topNtask0');
    expect(cloud.asked).toEqual(['Delete job? yes', 'Delete pool? yes']);
    expect(left(cloud)).toEqual([]);
    expect(cloud.lines.at(-1)).toMatch(/^Finished in /);
  });

  test('asks for a pool whose start task brings the programs, as root', async () => {
    const { cloud, done } = tell({}, { keep: true, nodes: '3' });
    await done;
    const spec = cloud.pools.get('top-words-pool-r1')?.spec;
    expect(spec).toMatchObject({
      vmSize: 'standard_d2s_v3',
      targetDedicatedNodes: 3,
      nodeAgentSkuId: 'batch.node.ubuntu 22.04',
      startTask: { waitForSuccess: true, user: { autoUser: { scope: 'pool', elevation: 'admin' } } },
    });
    expect(spec?.startTask?.commandLine).toContain('install -m 755 node worker.mjs "$AZ_BATCH_NODE_SHARED_DIR"');
    expect(paths(spec?.startTask?.resourceFiles)).toEqual(['node', 'worker.mjs']);
  });

  test('gives each task its file and a SAS that can write into the output container alone, for two hours', async () => {
    const { cloud, done } = tell({}, { keep: true, 'num-words': '7', 'ignore-case': true });
    const start = cloud.clock.now();
    await done;
    const tasks: readonly TaskSpec[] = cloud.tasks.get('top-words-job-r1')?.map(({ spec }) => spec) ?? [];
    expect(tasks.map((task) => task.id)).toEqual(['topNtask0', 'topNtask1']);
    const [, second] = tasks;
    expect(paths(second?.resourceFiles)).toEqual(["it's $b.txt"]);
    const [file] = second?.resourceFiles ?? [];
    const url = file !== undefined && 'httpUrl' in file ? file.httpUrl : '';
    expect(url).toContain(`/topwords-input-r1/${encodeURIComponent("it's $b.txt")}?sp=read&se=${start + 7_200_000}`);
    for (const part of ['--numwords=7', '--ignore-case', '--storagecontainer=topwords-output-r1', 'sp=createwrite']) {
      expect(second?.commandLine).toContain(part);
    }
  });

  test('ends with the failed tasks when one fails, after it has fetched the outputs of the others', async () => {
    const { cloud, done } = tell({
      task: ({ id }) =>
        id === 'topNtask1'
          ? { state: 'completed', result: 'failure', exitCode: 3, node: { poolId: 'p', nodeId: 'n' } }
          : { state: 'completed', result: 'success' },
      nodeFiles: { 'stderr.txt': 'word count: The input file does not exist.' },
    });
    await expect(done).rejects.toMatchObject({
      fault: {
        code: 'failed',
        message: '1 of 2 tasks of job top-words-job-r1 failed.',
        details: [{ key: 'topNtask1', value: expect.stringContaining('exit code 3') }],
      },
    });
    expect([...cloud.written.keys()]).toEqual(['topNtask0_OUTPUT.txt']);
    expect(left(cloud)).toEqual([]);
  });

  test('ends with the start task’s reason when that fails, and leaves nothing', async () => {
    const startTask = { state: 'completed', exitCode: 1, retryCount: 0 } as const;
    const { cloud, done } = tell({ nodes: () => [node('n', { state: 'startTaskFailed', startTask })] });
    await expect(done).rejects.toThrow('The start task of pool top-words-pool-r1 failed with exit code 1');
    expect(left(cloud)).toEqual([]);
  });

  test('ends with a timeout that counts from the moment the tasks were there', async () => {
    const { cloud, done } = tell(
      {
        nodes: (_, age) => [node('n', { state: age < 60_000 ? 'starting' : 'running' }), node('m')],
        task: () => ({ state: 'active' }),
      },
      { timeout: '5m' },
    );
    await expect(done).rejects.toThrow('2 of 2 tasks of job top-words-job-r1 were not completed after 5 min 0 s.');
    expect(left(cloud)).toEqual([]);
  });

  test('can be interrupted at any call, and leaves nothing', async () => {
    const { cloud, done } = tell({});
    await done;
    for (let index = 0; index < cloud.calls.length; index += 1) {
      let calls = 0;
      const { cloud: interrupted, done: ended } = tell({
        failing: () => {
          calls += 1;
          if (calls === index + 1) interrupted.abort.abort(fault('cancelled', 'Interrupted.'));
          return undefined;
        },
      });
      // An interruption in the middle of the last clean-up changes nothing any more.
      const outcome = await ended.then(
        () => 'done',
        (error: unknown) => (isFault(error) ? error.fault.code : error),
      );
      expect(['done', 'cancelled']).toContain(outcome);
      expect(left(interrupted), `interrupted at ${cloud.calls[index]}`).toEqual([]);
    }
  });

  test.each<[RawOptions, string]>([
    [{ 'num-words': 'many' }, '--num-words must be a whole number from 1 to 1000000, not "many".'],
    [{ nodes: '0' }, '--nodes must be a whole number from 1 to 1000, not "0".'],
    [{ timeout: 'soon' }, '--timeout must be a time such as 90s, 20m or 2h, not "soon".'],
    [{ colour: 'red' }, 'The scenario top-words has no option --colour.'],
  ])('refuses %j before anything is started', (options, message) => {
    expect(() => topWords?.prepare(options)).toThrow(message);
  });

  test('refuses two files of one name', async () => {
    const { done } = tell({}, { input: ['/one/a.txt', '/two/a.txt'] });
    await expect(done).rejects.toThrow('Two input files are called a.txt: /one/a.txt and /two/a.txt.');
  });
});
