// Contract: tasks of several instances, on a pool whose nodes reach each other.
import { describe, expect } from 'vitest';
import type { MultiInstance, Subtask } from '../../../core/index.ts';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell, text } from './contract-target.ts';

const COORDINATION = shell('echo "primary: $AZ_BATCH_IS_CURRENT_NODE_MASTER"');

export function describeMultiInstance(context: ContractContext): void {
  const { test } = context;
  let pool: Promise<string> | undefined;

  const createPool = async (): Promise<string> => {
    const { id } = await context.createPool({ targetDedicatedNodes: 2, interNodeCommunication: true });
    context.sharePool(id);
    await context.untilNodes(id, 'idle', 2);
    return id;
  };
  const run = async (multiInstance: MultiInstance, commandLine: string): Promise<string> => {
    pool ??= createPool();
    const jobId = await context.createJob({ poolId: await pool });
    const refused = await context.service.tasks.addAll(jobId, [{ id: 'many', commandLine, multiInstance }]);
    expect(refused).toEqual([]);
    return jobId;
  };
  const subtasks = (jobId: string, taskId: string): Promise<Subtask[]> =>
    collect(context.service.tasks.subtasks(jobId, taskId));

  describe('multi-instance tasks', () => {
    test('the command runs on the primary, and the subtasks are the other instances (batch-semantics 7)', async () => {
      const multiInstance = { numberOfInstances: 2, coordinationCommandLine: COORDINATION };
      const jobId = await run(multiInstance, shell('echo "primary: $AZ_BATCH_IS_CURRENT_NODE_MASTER"'));
      const primary = await context.untilTask(jobId, 'many', 'completed');
      expect(primary).toMatchObject({ result: 'success', exitCode: 0 });
      expect(await text(context.service.files.readOfTask(jobId, 'many', 'stdout.txt'))).toContain('primary: true\n');

      const [subtask, ...others] = await subtasks(jobId, 'many');
      expect(others).toEqual([]);
      expect(subtask).toMatchObject({ id: 1, state: 'completed', result: 'success', exitCode: 0 });
      expect(subtask?.node?.poolId).toBe(primary.node?.poolId);
      expect(subtask?.node?.nodeId).not.toBe(primary.node?.nodeId);
      const { poolId = '', nodeId = '' } = subtask?.node ?? {};
      const output = context.service.files.readOfNode(poolId, nodeId, `${subtask?.directory}/stdout.txt`);
      expect(await text(output)).toBe('primary: false\n');
    });

    test('a coordination command that fails fails the task, and its subtask says why (batch-semantics 7)', async () => {
      // The variable says `true` or `false`, which are commands.
      const script = '"$AZ_BATCH_IS_CURRENT_NODE_MASTER" || exit 4';
      const multiInstance = { numberOfInstances: 2, coordinationCommandLine: shell(script) };
      const jobId = await run(multiInstance, shell('true'));
      expect(await context.untilTask(jobId, 'many', 'completed')).toMatchObject({ result: 'failure' });
      expect(await subtasks(jobId, 'many')).toMatchObject([
        { id: 1, result: 'failure', exitCode: 4, failure: { code: 'FailureExitCode', category: 'user' } },
      ]);
    });

    test('an ordinary task has no subtasks', async () => {
      const jobId = await context.run({ id: 't', commandLine: shell('true') });
      expect(await subtasks(jobId, 't')).toEqual([]);
    });

    test('subtasks of a task or a job that does not exist are not listed', async () => {
      await expectFault(subtasks(await context.createJob(), 'missing'), 'notFound', 'TaskNotFound');
      await expectFault(subtasks(context.id('missing'), 't'), 'notFound', 'JobNotFound');
    });
  });
}
