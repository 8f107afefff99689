// The trace tool itself: what makes two traces equal, and that nothing else does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BatchService, Task } from '../../../core/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';
import type { LocalAccount } from '../../unit/local/local-account.ts';
import { collect, localAccount, poolSpec } from '../../unit/local/local-account.ts';
import { Recording } from './recording.ts';
import type { Trace } from './trace.ts';
import { difference, settled, traceOf } from './trace.ts';

/** What a caller does in these tests, with ids and a start of time of its own. */
async function story({ service, clock }: LocalAccount, prefix: string): Promise<Trace> {
  const recording = new Recording();
  const { pools, jobs, tasks, files } = recording.record(service);
  await pools.create(poolSpec({ id: `${prefix}-pool` }));
  await jobs.create({ id: `${prefix}-job`, poolId: `${prefix}-pool` });
  await tasks.addAll(`${prefix}-job`, [{ id: 'task', commandLine: `/bin/sh -c 'echo ${prefix.length}'` }]);
  clock.advance(5000);
  const task = await tasks.get(`${prefix}-job`, 'task');
  await collect(pools.nodes(`${prefix}-pool`));
  await collect(files.readOfTask(`${prefix}-job`, task.id, 'stdout.txt'));
  await pools.get('missing').catch(() => undefined);
  return traceOf(recording.calls);
}

/** A service of which one method is another. */
function withTask(service: BatchService, change: (task: Task) => Task): BatchService {
  const get: BatchService['tasks']['get'] = async (...args) => change(await service.tasks.get(...args));
  return { ...service, tasks: { ...service.tasks, get } };
}

describe('equal traces', () => {
  test('two runs under other ids, on other nodes and at other times are equal', async () => {
    const later = await localAccount();
    later.clock.advance(123_456_789);
    const first = await story(await localAccount(), 'monday-12');
    const second = await story(later, 'friday-34');
    expect(first).toHaveLength(7);
    expect(difference(first, second)).toBeUndefined();
    expect(JSON.stringify(first)).not.toMatch(/tvmps|monday|18934/);
  });

  test('calls at the same time may be served in any order', async () => {
    const run = async (winner: number): Promise<Trace> => {
      const recording = new Recording();
      const refusal = new FaultError({ code: 'alreadyExists', message: 'taken' });
      const { service } = await localAccount();
      let started = 0;
      const create = async (): Promise<void> => {
        const order = started++;
        if (order !== winner) throw refusal;
      };
      const { pools } = recording.record({ ...service, pools: { ...service.pools, create } });
      await Promise.allSettled([1, 2, 3].map(() => pools.create(poolSpec())));
      return traceOf(recording.calls);
    };
    expect(difference(await run(0), await run(2))).toBeUndefined();
  });

  test('settled traces forget how often was looked', async () => {
    const run = async (looks: number): Promise<Trace> => {
      const recording = new Recording();
      const { service, clock } = await localAccount();
      const { pools } = recording.record(service);
      await pools.create(poolSpec());
      for (let look = 0; look < looks; look += 1) {
        clock.advance(1000);
        await pools.get('pool');
      }
      return traceOf(recording.calls);
    };
    const [few, many] = [await run(2), await run(5)];
    expect(difference(few, many)).toMatch(/^line 4 differs/);
    expect(difference(settled(few), settled(many))).toBeUndefined();
  });
});

describe('different traces', () => {
  const changes: Readonly<Record<string, (task: Task) => Task>> = {
    'another state': (task) => ({ ...task, state: 'active' }),
    'another node': (task) => ({ ...task, node: { poolId: 'elsewhere', nodeId: 'tvmps_elsewhere' } }),
    'a member more': (task) => Object.assign({ exitCodes: 1 }, task),
    'an end before its start': (task) => Object.assign({}, task, { endedAt: 0 }),
    'a time that is missing': (task) =>
      Object.fromEntries(Object.entries(task).filter(([member]) => member !== 'createdAt')) as unknown as Task,
  };

  test.each(Object.entries(changes))('%s is a difference', async (_, change) => {
    const right = await story(await localAccount(), 'monday-12');
    const account = await localAccount();
    const wrong = await story({ ...account, service: withTask(account.service, change) }, 'monday-12');
    expect(difference(right, wrong)).toMatch(/^line 4 differs[^]*\n {2}- .*tasks\.get.*\n {2}\+ .*tasks\.get/);
  });

  test('another content of a file is a difference', async () => {
    const right = await story(await localAccount(), 'monday-12');
    const wrong = await story(await localAccount(), 'wednesday-12');
    expect(difference(right, wrong)).toBeDefined();
  });

  test('a call that is missing at the end is a difference', async () => {
    const trace = await story(await localAccount(), 'monday-12');
    expect(difference(trace, trace.slice(0, -1))).toMatch(/\+ nothing$/);
  });
});

describe('recording', () => {
  test('a list is asked for only when it is read, and may be left early', async () => {
    const { service } = await localAccount();
    const recording = new Recording();
    const { images } = recording.record(service);
    const list = images.list();
    expect(recording.calls).toHaveLength(0);
    for await (const image of list) {
      expect(image).toBeDefined();
      break;
    }
    expect(recording.calls[0]?.result).toMatchObject({ items: [{}] });
    expect(recording.calls[0]?.result).not.toHaveProperty('ended');
  });
});

describe('the comparing command', () => {
  test('says where two files differ, and that they are equal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'batchrite-traces-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const trace = await story(await localAccount(), 'monday-12');
    const text = trace.map((line) => JSON.stringify(line)).join('\n');
    const [left, right] = [join(folder, 'left.jsonl'), join(folder, 'right.jsonl')];
    await writeFile(left, text);
    await writeFile(right, text.replace('"exitCode":0', '"exitCode":1'));
    expect(await compare(left, left)).toEqual({ status: 0, output: 'The traces are equal: 7 and 7 calls.\n' });
    const different = await compare(left, right);
    expect(different.status).toBe(1);
    expect(different.output).toContain('line 4 differs');
    expect((await compare(left)).status).toBe(2);
  });
});

function compare(...files: readonly string[]): Promise<{ readonly status: number; readonly output: string }> {
  const program = fileURLToPath(new URL('compare.ts', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...files], (error, output) => {
      resolve({ status: error === null ? 0 : Number(error.code), output });
    });
  });
}
