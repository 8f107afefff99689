// Any number of tasks, in collections that the service takes.
import { describe, expect, test } from 'vitest';
import type { TaskSpec } from '../../../core/index.ts';
import type { Exchange } from '../../support/batch-double.ts';
import { azureOn, faultOf } from './azure-fixture.ts';

interface AddResult {
  readonly status: string;
  readonly taskId: string;
  readonly error?: unknown;
}

function tasks(count: number, commandLine = 'true'): TaskSpec[] {
  return Array.from({ length: count }, (_, index) => ({ id: `task${index}`, commandLine }));
}

function sentIds({ request }: Exchange): string[] {
  return (JSON.parse(request.body) as { value: { id: string }[] }).value.map(({ id }) => id);
}

const added = (taskId: string): AddResult => ({ status: 'Success', taskId });

const refused = (taskId: string, code: string, status = 'ClientError'): AddResult => ({
  status,
  taskId,
  error: { code, message: { lang: 'en-US', value: `It is ${code}.\nRequestId:x\nTime:y` } },
});

function answer(exchange: Exchange, results: readonly AddResult[]): void {
  exchange.json(200, { value: results });
}

describe('the tasks travel', () => {
  test('in collections of 100, all of them and each once', async () => {
    const sizes: number[] = [];
    const ids: string[] = [];
    const { service } = await azureOn((exchange) => {
      const sent = sentIds(exchange);
      sizes.push(sent.length);
      ids.push(...sent);
      answer(exchange, sent.map(added));
    });
    expect(await service.tasks.addAll('j', tasks(250))).toEqual([]);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([50, 100, 100]);
    expect(new Set(ids).size).toBe(250);
  });

  test('in fewer at a time when they are large, so that a request stays below 1 MiB', async () => {
    const bytes: number[] = [];
    const { service } = await azureOn((exchange) => {
      bytes.push(Buffer.byteLength(exchange.request.body));
      answer(exchange, sentIds(exchange).map(added));
    });
    // Two bytes a letter: it is bytes that count.
    expect(await service.tasks.addAll('j', tasks(100, 'ä'.repeat(15_000)))).toEqual([]);
    expect(Math.max(...bytes)).toBeLessThan(1_048_576);
    expect(bytes).toHaveLength(3);
  });

  test('in halves where the service finds a collection too large', async () => {
    const sizes: number[] = [];
    const { service } = await azureOn((exchange) => {
      const sent = sentIds(exchange);
      sizes.push(sent.length);
      if (sent.length > 30) return exchange.refuse(413, 'RequestBodyTooLarge', { values: { MaxLimit: '1048576' } });
      answer(exchange, sent.map(added));
    });
    expect(await service.tasks.addAll('j', tasks(100))).toEqual([]);
    expect(sizes).toEqual([100, 50, 25, 25, 50, 25, 25]);
  });

  test('four collections at a time', async () => {
    const waiting: Exchange[] = [];
    let most = 0;
    const { service } = await azureOn((exchange) => {
      waiting.push(exchange);
      most = Math.max(most, waiting.length);
      // Answered only when four are under way: with fewer this test does not end.
      if (waiting.length < 4) return;
      setImmediate(() => {
        for (const each of waiting.splice(0)) answer(each, sentIds(each).map(added));
      });
    });
    await service.tasks.addAll('j', tasks(1200));
    expect(most).toBe(4);
  });

  test('not at all when there are none', async () => {
    const { service, double } = await azureOn((exchange) => answer(exchange, []));
    expect(await service.tasks.addAll('j', [])).toEqual([]);
    expect(double.requests).toEqual([]);
  });
});

describe('a task that is refused', () => {
  test('is returned with its reason, in the order of the tasks, while the others are added', async () => {
    const { service } = await azureOn((exchange) => {
      const results = sentIds(exchange).map((id) => (id.endsWith('5') ? refused(id, 'TaskExists') : added(id)));
      answer(exchange, results.toReversed());
    });
    const result = await service.tasks.addAll('j', tasks(120));
    expect(result.map(({ taskId }) => taskId)).toEqual(
      [5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 105, 115].map((number) => `task${number}`),
    );
    expect(result[0]?.problem).toEqual({
      code: 'TaskExists',
      message: 'It is TaskExists.',
      category: 'user',
      details: [],
    });
  });

  test('because it alone is too large comes back, and the others are added', async () => {
    const addedIds: string[] = [];
    const { service } = await azureOn((exchange) => {
      if (exchange.request.body.length > 1_048_576) {
        return exchange.refuse(413, 'RequestBodyTooLarge', { values: { MaxLimit: '1048576' } });
      }
      addedIds.push(...sentIds(exchange));
      answer(exchange, sentIds(exchange).map(added));
    });
    const list = [...tasks(3), { id: 'huge', commandLine: 'x'.repeat(1_100_000) }];
    const result = await service.tasks.addAll('j', list);
    expect(result).toHaveLength(1);
    expect(result[0]).toMatchObject({
      taskId: 'huge',
      problem: { code: 'RequestBodyTooLarge', details: [{ name: 'MaxLimit', value: '1048576' }] },
    });
    expect(addedIds.toSorted()).toEqual(['task0', 'task1', 'task2']);
  });
});

describe('a task that the service failed on', () => {
  test('is sent again, alone with the others of its kind', async () => {
    const rounds: string[][] = [];
    const { service, pauses } = await azureOn((exchange) => {
      const sent = sentIds(exchange);
      rounds.push(sent);
      answer(
        exchange,
        sent.map((id) =>
          rounds.length === 1 && id !== 'task1' ? refused(id, 'InternalError', 'ServerError') : added(id),
        ),
      );
    });
    expect(await service.tasks.addAll('j', tasks(3))).toEqual([]);
    expect(rounds).toEqual([
      ['task0', 'task1', 'task2'],
      ['task0', 'task2'],
    ]);
    expect(pauses).toHaveLength(1);
  });

  test('is refused when the service goes on failing', async () => {
    const { service, double } = await azureOn(
      (exchange) =>
        answer(
          exchange,
          sentIds(exchange).map((id) => refused(id, 'InternalError', 'ServerError')),
        ),
      { retries: { maxAttempts: 3 } },
    );
    const result = await service.tasks.addAll('j', tasks(1));
    expect(result).toMatchObject([{ taskId: 'task0', problem: { code: 'InternalError', category: 'server' } }]);
    expect(double.requests).toHaveLength(3);
  });

  test('counts as added when its repetition is told that it exists', async () => {
    const { service } = await azureOn((exchange) => {
      const results = sentIds(exchange).map((id) =>
        exchange.earlier === 0 ? refused(id, 'InternalError', 'ServerError') : refused(id, 'TaskExists'),
      );
      answer(exchange, results);
    });
    expect(await service.tasks.addAll('j', tasks(2))).toEqual([]);
  });

  test('counts as added when the answer to the whole collection was lost', async () => {
    const { service } = await azureOn((exchange) => {
      if (exchange.earlier === 0) return exchange.reset();
      answer(
        exchange,
        sentIds(exchange).map((id) => refused(id, 'TaskExists')),
      );
    });
    expect(await service.tasks.addAll('j', tasks(2))).toEqual([]);
  });

  test('is not taken for added when the answer does not name it', async () => {
    const { service, double } = await azureOn((exchange) =>
      answer(exchange, exchange.earlier === 0 ? [] : [added('task0')]),
    );
    expect(await service.tasks.addAll('j', tasks(1))).toEqual([]);
    expect(double.requests).toHaveLength(2);
  });
});

describe('a job that takes no tasks', () => {
  test('rejects the call with the service’s reason and sends no more', async () => {
    const { service, double } = await azureOn(({ refuse }) => refuse(409, 'JobCompleted'));
    const { fault } = await faultOf(service.tasks.addAll('j', tasks(5000)));
    expect(fault).toMatchObject({ code: 'conflict', service: { code: 'JobCompleted' } });
    expect(double.requests.length).toBeLessThanOrEqual(8);
  });

  test('rejects the call at once, without the answers to what is under way', async () => {
    const { service } = await azureOn((exchange) => {
      if (exchange.earlier === 0) exchange.refuse(404, 'JobNotFound');
    });
    expect((await faultOf(service.tasks.addAll('j', tasks(400)))).fault.code).toBe('notFound');
  });
});
