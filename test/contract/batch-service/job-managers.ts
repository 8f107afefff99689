// Contract: the task that comes with its job.
import { describe, expect } from 'vitest';
import type { JobManager } from '../../../core/index.ts';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell, text } from './contract-target.ts';

export function describeJobManagers(context: ContractContext): void {
  const { test } = context;
  const createJob = async (manager: JobManager): Promise<string> =>
    context.createJob({ poolId: await context.sharedPool(), manager });

  describe('job managers', () => {
    test('a job manager is a task of its job, and the job ends with it (batch-semantics 5.3)', async () => {
      const environment = [{ name: 'GREETING', value: 'hello' }];
      const commandLine = shell('echo "$GREETING from $AZ_BATCH_TASK_ID"');
      const jobId = await createJob({ id: 'boss', commandLine, environment });
      expect(await context.untilJob(jobId, 'completed')).toMatchObject({ terminateReason: 'JMComplete' });
      expect(await context.service.tasks.get(jobId, 'boss')).toMatchObject({ state: 'completed', result: 'success' });
      expect(await text(context.service.files.readOfTask(jobId, 'boss', 'stdout.txt'))).toBe('hello from boss\n');
    });

    test('a job whose manager fails ends for the same reason (batch-semantics 5.3)', async () => {
      const constraints = { maxRetryCount: 1 };
      const jobId = await createJob({ id: 'boss', commandLine: shell('exit 2'), constraints });
      expect(await context.untilJob(jobId, 'completed')).toMatchObject({ terminateReason: 'JMComplete' });
      const task = await context.untilTask(jobId, 'boss', 'completed');
      expect(task).toMatchObject({ result: 'failure', exitCode: 2, retryCount: 1 });
    });

    test('a manager that does not end its job leaves it to others (batch-semantics 5.3)', async () => {
      const jobId = await createJob({ id: 'boss', commandLine: shell('true'), endsJob: false, runsAlone: false });
      await context.untilTask(jobId, 'boss', 'completed');
      expect((await context.service.jobs.get(jobId)).state).toBe('active');
      expect(await context.service.tasks.addAll(jobId, [{ id: 'more', commandLine: shell('true') }])).toEqual([]);
      await context.untilTask(jobId, 'more', 'completed');
      expect((await collect(context.service.tasks.list(jobId))).map(({ id }) => id)).toEqual(['boss', 'more']);
    });

    test('a manager with an id or slots that the rules forbid is refused with its job', async () => {
      const bad: readonly JobManager[] = [
        { id: 'not an id!', commandLine: shell('true') },
        { id: 'boss', commandLine: shell('true'), requiredSlots: 0 },
        { id: 'boss', commandLine: '' },
      ];
      for (const manager of bad) await expectFault(createJob(manager), 'invalid', 'InvalidPropertyValue');
    });
  });
}
