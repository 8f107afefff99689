// Contract: job preparation and release tasks, and how they went on each node.
import { describe, expect } from 'vitest';
import type { HookStatus, JobSpec } from '../../../core/index.ts';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell, text } from './contract-target.ts';

export function describeHooks(context: ContractContext): void {
  const { test } = context;
  const hooks = (jobId: string): Promise<HookStatus[]> => collect(context.service.jobs.hooks(jobId));
  const createJob = async (spec: Pick<JobSpec, 'preparation' | 'release'>): Promise<string> =>
    context.createJob({ poolId: await context.sharedPool(), ...spec });
  const addTasks = (jobId: string, ids: readonly string[]): Promise<unknown> =>
    context.service.tasks.addAll(
      jobId,
      ids.map((id) => ({ id, commandLine: shell('true') })),
    );

  describe('job preparation and release', () => {
    test('a node prepares itself once for all tasks of a job, and cleans up at its end (batch-semantics 5.1, 5.2)', async () => {
      const preparation = { commandLine: shell('echo prepared') };
      const jobId = await createJob({ preparation, release: { commandLine: shell('echo released') } });
      expect(await hooks(jobId)).toEqual([]);
      await addTasks(jobId, ['first', 'second']);
      const { node } = await context.untilTask(jobId, 'first', 'completed');
      await context.untilTask(jobId, 'second', 'completed');
      const [before, ...others] = await hooks(jobId);
      expect(others).toEqual([]);
      expect(before?.node).toEqual(node);
      expect(before?.preparation).toMatchObject({ state: 'completed', result: 'success', exitCode: 0 });
      expect(before).not.toHaveProperty('release');

      await context.service.jobs.terminate(jobId);
      await context.untilJob(jobId, 'completed');
      const [after] = await hooks(jobId);
      expect(after?.release).toMatchObject({ state: 'completed', result: 'success', exitCode: 0 });
      expect(after?.release?.startedAt).toBeGreaterThanOrEqual(after?.preparation?.endedAt ?? Infinity);
      const output = (directory = ''): Promise<string> => {
        const { poolId, nodeId } = after?.node ?? { poolId: '', nodeId: '' };
        return text(context.service.files.readOfNode(poolId, nodeId, `${directory}/stdout.txt`));
      };
      expect(await output(after?.preparation?.directory)).toBe('prepared\n');
      expect(await output(after?.release?.directory)).toBe('released\n');
    });

    test('a preparation that fails says so, and its tasks do not run (batch-semantics 5.1)', async () => {
      const jobId = await createJob({ preparation: { commandLine: shell('exit 7') } });
      await addTasks(jobId, ['waits']);
      const [status] = await context.until(
        () => hooks(jobId),
        ([first]) => first?.preparation?.state === 'completed',
      );
      expect(status?.preparation).toMatchObject({
        result: 'failure',
        exitCode: 7,
        failure: { code: 'FailureExitCode', category: 'user' },
      });
      expect((await context.service.tasks.get(jobId, 'waits')).state).not.toBe('completed');
    });

    test('a release that fails does not keep its job from ending (batch-semantics 5.2)', async () => {
      const release = { commandLine: shell('exit 5') };
      const jobId = await createJob({ preparation: { commandLine: shell('true') }, release });
      await addTasks(jobId, ['only']);
      await context.untilTask(jobId, 'only', 'completed');
      await context.service.jobs.terminate(jobId);
      await context.untilJob(jobId, 'completed');
      expect((await hooks(jobId))[0]?.release).toMatchObject({ result: 'failure', exitCode: 5 });
    });

    test('a job without a preparation task has no status of one, and may have no release task (batch-semantics 5.2, 5.3)', async () => {
      await expectFault(hooks(await context.createJob()), 'invalid', 'JobPreparationTaskNotSpecified');
      await expectFault(createJob({ release: { commandLine: shell('true') } }), 'invalid', 'InvalidPropertyValue');
    });

    test('a job that does not exist has no status of its hooks', async () => {
      await expectFault(hooks(context.id('missing')), 'notFound', 'JobNotFound');
    });
  });
}
