// How the local adapter calls the engine: paging, cancellation while waiting, faults, what is too large.
import { describe, expect, test } from 'vitest';
import { createLocalBatchService } from '../../../adapters/local/index.ts';
import type { BatchService } from '../../../core/index.ts';
import type { NodeFileSystem } from '../../../emulator/engine/index.ts';
import { collect, faultOf, localAccount, poolSpec } from './local-account.ts';

const never = (): Promise<never> => new Promise<never>(() => undefined);

async function withTasks(count: number): Promise<BatchService> {
  const { service } = await localAccount();
  await service.jobs.create({ id: 'job', poolId: 'pool' });
  const specs = Array.from({ length: count }, (_, index) => ({
    id: `t${String(index).padStart(5, '0')}`,
    commandLine: 'true',
  }));
  await service.tasks.addAll('job', specs);
  return service;
}

describe('lists', () => {
  test('a page is asked for when its first item is wanted', async () => {
    const { engine, runtime, service } = await localAccount();
    await service.jobs.create({ id: 'job', poolId: 'pool' });
    const specs = Array.from({ length: 1500 }, (_, index) => ({
      id: `t${String(index).padStart(4, '0')}`,
      commandLine: 'true',
    }));
    await service.tasks.addAll('job', specs);
    const pages: (string | undefined)[] = [];
    const counting = {
      ...engine,
      tasks: {
        ...engine.tasks,
        list: (...[jobId, query]: Parameters<typeof engine.tasks.list>) => {
          pages.push(query.after);
          return engine.tasks.list(jobId, query);
        },
      },
    };
    const { tasks } = createLocalBatchService({ engine: counting, files: runtime.files });
    const list = tasks.list('job');
    expect(pages).toHaveLength(0);
    let seen = 0;
    for await (const task of list) {
      seen += 1;
      expect(pages).toHaveLength(seen <= 1000 ? 1 : 2);
      expect(task.id).toBe(specs[seen - 1]?.id);
    }
    expect(seen).toBe(1500);
  });

  test('items that are deleted while a list is read shift nothing', async () => {
    const service = await withTasks(1100);
    const seen: string[] = [];
    for await (const { id } of service.tasks.list('job')) {
      seen.push(id);
      if (id === 't00500') {
        await service.tasks.delete('job', 't00999');
        await service.tasks.delete('job', 't01050');
      }
    }
    expect(seen).toHaveLength(1099);
    expect(seen.at(-1)).toBe('t01099');
    expect(seen).not.toContain('t01050');
  });

  test('a list that finds nothing for thousands of items goes on', async () => {
    const service = await withTasks(10_050);
    await service.tasks.terminate('job', 't10049');
    const completed = await collect(service.tasks.list('job', { states: ['completed'] }));
    expect(completed.map(({ id }) => id)).toEqual(['t10049']);
  });
});

describe('cancellation', () => {
  test('a call that hangs ends when its signal is aborted', async () => {
    const { engine, runtime } = await localAccount();
    const hanging = { ...engine, pools: { ...engine.pools, add: never } };
    const { pools } = createLocalBatchService({ engine: hanging, files: runtime.files });
    const abort = new AbortController();
    const call = faultOf(pools.create(poolSpec(), { signal: abort.signal }));
    abort.abort();
    expect((await call).code).toBe('cancelled');
  });

  test('a read that hangs ends when its signal is aborted, and lets go of the file', async () => {
    const { engine, runtime, clock, service } = await localAccount();
    await service.pools.create(poolSpec());
    await service.jobs.create({ id: 'job', poolId: 'pool' });
    await service.tasks.addAll('job', [{ id: 't', commandLine: "/bin/sh -c 'echo hello'" }]);
    clock.advance(1000);
    let isReleased = false;
    const files: NodeFileSystem = {
      list: (...list) => runtime.files.list(...list),
      stat: (...stat) => runtime.files.stat(...stat),
      delete: (...deletion) => runtime.files.delete(...deletion),
      read: () => ({
        [Symbol.asyncIterator]: () => ({
          next: never,
          return: async () => {
            isReleased = true;
            return { done: true, value: undefined };
          },
        }),
      }),
    };
    const hanging = createLocalBatchService({ engine, files });
    const abort = new AbortController();
    const read = faultOf(collect(hanging.files.readOfTask('job', 't', 'stdout.txt', { signal: abort.signal })));
    setImmediate(() => abort.abort());
    expect((await read).code).toBe('cancelled');
    expect(isReleased).toBe(true);
  });

  test('an answered call lets go of its signal', async () => {
    const { service } = await localAccount();
    const { signal } = new AbortController();
    let listeners = 0;
    const counting = new Proxy(signal, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          if (name === 'addEventListener') listeners += 1;
          if (name === 'removeEventListener') listeners -= 1;
          return Reflect.apply(member, target, args);
        };
      },
    });
    await service.pools.create(poolSpec(), { signal: counting });
    expect(listeners).toBe(0);
  });
});

describe('faults', () => {
  test('a refusal keeps the code of the service and what it says about values', async () => {
    const { service } = await localAccount();
    const call = service.pools.create(poolSpec({ taskSlotsPerNode: 1000 }));
    expect(await faultOf(call)).toEqual({
      code: 'invalid',
      message: 'The value provided for one of the properties in the request body is invalid.',
      details: [
        { key: 'PropertyName', value: 'taskSlotsPerNode' },
        { key: 'PropertyValue', value: '1000' },
        { key: 'Reason', value: 'The value must be a whole number between 1 and 8.' },
      ],
      service: { code: 'InvalidPropertyValue' },
    });
  });

  test('a quota that is reached is told from a state that forbids', async () => {
    const quotas = { dedicatedCores: 1, lowPriorityCores: 1, pools: 1, activeJobsAndSchedules: 1 };
    const { service } = await localAccount({ settings: { quotas } });
    await service.jobs.create({ id: 'first', poolId: 'pool' });
    expect(await faultOf(service.jobs.create({ id: 'second', poolId: 'pool' }))).toEqual({
      code: 'quota',
      message: 'The active job and schedule quota for the account has been reached.',
      service: { code: 'ActiveJobAndScheduleQuotaReached' },
    });
  });

  test('a signature in a refused value is not repeated', async () => {
    const { service } = await localAccount();
    await service.jobs.create({ id: 'job', poolId: 'pool' });
    const filePath = '../a?sv=1&sig=abc%2Bdef%3D&se=2';
    const file = { httpUrl: 'http://127.0.0.1/a', filePath };
    const refused = await service.tasks.addAll('job', [{ id: 't', commandLine: 'true', resourceFiles: [file] }]);
    expect(refused[0]?.problem.details).toContainEqual({ name: 'PropertyValue', value: '../a?sv=1&sig=…&se=2' });
  });

  test('an engine that is closed is unavailable, and the reason is told', async () => {
    const { engine, service } = await localAccount();
    await engine.close();
    expect(await faultOf(service.pools.get('pool'))).toEqual({
      code: 'unavailable',
      message: 'The emulator in this process cannot answer (the engine is closed); start it again.',
      service: { code: 'InternalError' },
    });
  });
});

describe('task collections', () => {
  test('a task that no request could hold is refused, and the others are added', async () => {
    const { service } = await localAccount();
    await service.jobs.create({ id: 'job', poolId: 'pool' });
    const large = { id: 'large', commandLine: `true ${'ä'.repeat(600_000)}` };
    const refused = await service.tasks.addAll('job', [
      { id: 'a', commandLine: 'true' },
      large,
      { id: 'a', commandLine: 'true' },
      { id: 'b', commandLine: 'true' },
    ]);
    expect(refused.map(({ taskId, problem }) => [taskId, problem.code])).toEqual([
      ['large', 'RequestBodyTooLarge'],
      ['a', 'TaskExists'],
    ]);
    expect((await collect(service.tasks.list('job'))).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('a task that cannot be is refused as the fault of its author', async () => {
    const { service } = await localAccount();
    await service.jobs.create({ id: 'job', poolId: 'pool' });
    const refused = await service.tasks.addAll('job', [{ id: 'not an id', commandLine: 'true' }]);
    expect(refused).toMatchObject([
      { taskId: 'not an id', problem: { code: 'InvalidPropertyValue', category: 'user' } },
    ]);
  });
});

describe('paths of files', () => {
  test('a path may begin with a slash, repeat it or be written with backslashes', async () => {
    const { clock, service } = await localAccount();
    await service.pools.create(poolSpec());
    await service.jobs.create({ id: 'job', poolId: 'pool' });
    await service.tasks.addAll('job', [{ id: 't', commandLine: "/bin/sh -c 'echo hello'" }]);
    clock.advance(1000);
    for (const path of ['/stdout.txt', './stdout.txt', '.\\stdout.txt', 'stdout.txt/']) {
      expect((await service.files.statOfTask('job', 't', path)).size).toBe(6);
    }
    for (const path of ['/', 'wd/../stdout.txt', 'stdout.txt\0', '..\\t\\stdout.txt']) {
      expect((await faultOf(service.files.statOfTask('job', 't', path))).code).toBe('notFound');
    }
    for (const path of ['', '.', '..']) {
      expect(await faultOf(service.files.statOfTask('job', 't', path))).toEqual({
        code: 'invalid',
        message: `"${path}" is not a name; give the id or path of one resource.`,
      });
    }
  });

  test('a directory has no content', async () => {
    const { clock, service } = await localAccount();
    await service.pools.create(poolSpec());
    await service.jobs.create({ id: 'job', poolId: 'pool' });
    await service.tasks.addAll('job', [{ id: 't', commandLine: 'true' }]);
    clock.advance(1000);
    const fault = await faultOf(collect(service.files.readOfTask('job', 't', 'wd')));
    expect(fault).toMatchObject({ code: 'notFound', service: { code: 'FileNotFound' } });
  });
});
