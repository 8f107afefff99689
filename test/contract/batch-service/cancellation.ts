// Contract: a signal cancels every method, before it begins and while it lasts.
import { describe, expect } from 'vitest';
import type { BatchService, CallOptions, PoolSpec } from '../../../core/index.ts';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell } from './contract-target.ts';

type Call = (service: BatchService, options: CallOptions, pool: PoolSpec) => Promise<unknown>;

const CALLS: Readonly<Record<string, Call>> = {
  'images.list': ({ images }, options) => collect(images.list(options)),
  'pools.create': ({ pools }, options, pool) => pools.create(pool, options),
  'pools.get': ({ pools }, options) => pools.get('p', options),
  'pools.exists': ({ pools }, options) => pools.exists('p', options),
  'pools.list': ({ pools }, options) => collect(pools.list(options)),
  'pools.resize': ({ pools }, options) => pools.resize('p', { dedicatedNodes: 1 }, options),
  'pools.delete': ({ pools }, options) => pools.delete('p', options),
  'pools.nodes': ({ pools }, options) => collect(pools.nodes('p', options)),
  'pools.rebootNode': ({ pools }, options) => pools.rebootNode('p', 'n', options),
  'jobs.create': ({ jobs }, options) => jobs.create({ id: 'contract-cancelled', poolId: 'p' }, options),
  'jobs.get': ({ jobs }, options) => jobs.get('j', options),
  'jobs.list': ({ jobs }, options) => collect(jobs.list(options)),
  'jobs.terminateWhenTasksComplete': ({ jobs }, options) => jobs.terminateWhenTasksComplete('j', options),
  'jobs.disable': ({ jobs }, options) => jobs.disable('j', 'requeue', options),
  'jobs.enable': ({ jobs }, options) => jobs.enable('j', options),
  'jobs.terminate': ({ jobs }, options) => jobs.terminate('j', 'reason', options),
  'jobs.delete': ({ jobs }, options) => jobs.delete('j', options),
  'jobs.taskCounts': ({ jobs }, options) => jobs.taskCounts('j', options),
  'jobs.hooks': ({ jobs }, options) => collect(jobs.hooks('j', options)),
  'schedules.create': ({ schedules }, options) =>
    schedules.create({ id: 'contract-cancelled', recurrence: {}, job: { poolId: 'p' } }, options),
  'schedules.get': ({ schedules }, options) => schedules.get('s', options),
  'schedules.list': ({ schedules }, options) => collect(schedules.list(options)),
  'schedules.jobs': ({ schedules }, options) => collect(schedules.jobs('s', options)),
  'schedules.disable': ({ schedules }, options) => schedules.disable('s', options),
  'schedules.enable': ({ schedules }, options) => schedules.enable('s', options),
  'schedules.terminate': ({ schedules }, options) => schedules.terminate('s', options),
  'schedules.delete': ({ schedules }, options) => schedules.delete('s', options),
  'tasks.addAll': ({ tasks }, options) => tasks.addAll('j', [{ id: 't', commandLine: 'true' }], options),
  'tasks.get': ({ tasks }, options) => tasks.get('j', 't', options),
  'tasks.list': ({ tasks }, options) => collect(tasks.list('j', options)),
  'tasks.terminate': ({ tasks }, options) => tasks.terminate('j', 't', options),
  'tasks.reactivate': ({ tasks }, options) => tasks.reactivate('j', 't', options),
  'tasks.delete': ({ tasks }, options) => tasks.delete('j', 't', options),
  'tasks.subtasks': ({ tasks }, options) => collect(tasks.subtasks('j', 't', options)),
  'files.listOfTask': ({ files }, options) => collect(files.listOfTask('j', 't', options)),
  'files.listOfNode': ({ files }, options) => collect(files.listOfNode('p', 'n', options)),
  'files.statOfTask': ({ files }, options) => files.statOfTask('j', 't', 'x', options),
  'files.readOfTask': ({ files }, options) => collect(files.readOfTask('j', 't', 'x', options)),
  'files.readOfNode': ({ files }, options) => collect(files.readOfNode('p', 'n', 'x', options)),
};

export function describeCancellation(context: ContractContext): void {
  const { test } = context;

  describe('cancellation', () => {
    test('a signal that is aborted already cancels every method, and nothing happens', async () => {
      const signal = AbortSignal.abort();
      const pool = await context.poolSpec();
      for (const call of Object.values(CALLS)) {
        await expectFault(call(context.service, { signal }, pool), 'cancelled');
      }
      expect(await context.service.pools.exists(pool.id)).toBe(false);
      await expectFault(context.service.jobs.get('contract-cancelled'), 'notFound');
      await expectFault(context.service.schedules.get('contract-cancelled'), 'notFound');
    });

    test('the table of this suite names every method of every port', () => {
      const methods = Object.entries(context.service).flatMap(([port, members]) =>
        Object.keys(members as object).map((method) => `${port}.${method}`),
      );
      expect(Object.keys(CALLS).toSorted()).toEqual(methods.toSorted());
      return Promise.resolve();
    });

    test('a read that is aborted ends with the fault', async () => {
      const jobId = await context.run({ id: 't', commandLine: shell('seq 1 1000000') });
      const abort = new AbortController();
      const read = async (): Promise<number> => {
        let chunks = 0;
        for await (const chunk of context.service.files.readOfTask(jobId, 't', 'stdout.txt', {
          signal: abort.signal,
        })) {
          if (chunk.byteLength > 0) chunks += 1;
          abort.abort();
        }
        return chunks;
      };
      await expectFault(read(), 'cancelled');
    });

    test('a list that is aborted ends with the fault', async () => {
      const jobId = await context.createJob();
      const specs = Array.from({ length: 5 }, (_, index) => ({ id: `t${index}`, commandLine: shell('true') }));
      await context.service.tasks.addAll(jobId, specs);
      const abort = new AbortController();
      const seen: string[] = [];
      const read = async (): Promise<void> => {
        for await (const { id } of context.service.tasks.list(jobId, { signal: abort.signal })) {
          seen.push(id);
          abort.abort();
        }
      };
      await expectFault(read(), 'cancelled');
      expect(seen).toEqual(['t0']);
    });
  });
}
