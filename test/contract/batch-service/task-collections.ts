// Contract: adding many tasks at once, and listing them over more than one page.
import { describe, expect } from 'vitest';
import type { TaskSpec } from '../../../core/index.ts';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell } from './contract-target.ts';

/** The service gives at most 1,000 items a page (wire-facts 1.4). */
const MORE_THAN_A_PAGE = 1050;

function specs(count: number, commandLine = shell('true')): TaskSpec[] {
  return Array.from({ length: count }, (_, index) => ({ id: `t${String(index).padStart(4, '0')}`, commandLine }));
}

export function describeTaskCollections(context: ContractContext): void {
  const { test } = context;

  describe('task collections', () => {
    test('more tasks than one page holds are all added, and listed in the order of their ids', async () => {
      const jobId = await context.createJob();
      const all = specs(MORE_THAN_A_PAGE);
      expect(await context.service.tasks.addAll(jobId, all.toReversed())).toEqual([]);
      const listed = await collect(context.service.tasks.list(jobId));
      expect(listed.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
      // Counts lag behind on the real service (wire-facts 3.3).
      const counts = await context.until(
        () => context.service.jobs.taskCounts(jobId),
        ({ active }) => active === MORE_THAN_A_PAGE,
      );
      expect(counts).toMatchObject({ active: MORE_THAN_A_PAGE, completed: 0 });
    });

    test('a reader of a list may stop early', async () => {
      const jobId = await context.createJob();
      await context.service.tasks.addAll(jobId, specs(20));
      const seen: string[] = [];
      for await (const { id } of context.service.tasks.list(jobId)) {
        seen.push(id);
        if (seen.length === 3) break;
      }
      expect(seen).toEqual(['t0000', 't0001', 't0002']);
    });

    test('tasks that exist are refused, and the others are added', async () => {
      const jobId = await context.createJob();
      await context.service.tasks.addAll(jobId, specs(3));
      const refused = await context.service.tasks.addAll(jobId, specs(6));
      expect(refused.map(({ taskId, problem }) => [taskId, problem.code, problem.category])).toEqual([
        ['t0000', 'TaskExists', 'user'],
        ['t0001', 'TaskExists', 'user'],
        ['t0002', 'TaskExists', 'user'],
      ]);
      expect(refused[0]?.problem.message).toBe('The specified task already exists.');
      expect(await collect(context.service.tasks.list(jobId))).toHaveLength(6);
    });

    test('a task with an id that the rules forbid is refused, and the others are added', async () => {
      const jobId = await context.createJob();
      const wrong = { id: 'not a task!', commandLine: shell('true') };
      const refused = await context.service.tasks.addAll(jobId, [wrong, ...specs(2)]);
      expect(refused).toMatchObject([{ taskId: 'not a task!', problem: { code: 'InvalidPropertyValue' } }]);
      expect(await collect(context.service.tasks.list(jobId))).toHaveLength(2);
    });

    test('tasks that are larger together than a request may be are all added', async () => {
      const jobId = await context.createJob();
      const large = specs(40, shell(`: ${'ä'.repeat(30_000)}`));
      expect(await context.service.tasks.addAll(jobId, large)).toEqual([]);
      expect((await context.service.tasks.get(jobId, 't0039')).commandLine).toBe(large[39]?.commandLine);
    });

    test('of many that add the same task at the same time, one succeeds', async () => {
      const jobId = await context.createJob();
      const calls = Array.from({ length: 10 }, () => context.service.tasks.addAll(jobId, specs(1)));
      const refused = (await Promise.all(calls)).flat();
      expect(refused.map(({ problem }) => problem.code)).toEqual(Array.from({ length: 9 }, () => 'TaskExists'));
    });

    test('a job that does not exist takes no tasks', async () => {
      const call = context.service.tasks.addAll(context.id('missing'), specs(250));
      await expectFault(call, 'notFound', 'JobNotFound');
    });

    test('no tasks are no work', async () => {
      expect(await context.service.tasks.addAll(await context.createJob(), [])).toEqual([]);
    });
  });
}
