// Contract: the nodes of a pool and their start task.
import { describe, expect } from 'vitest';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell, text } from './contract-target.ts';

export function describeNodes(context: ContractContext): void {
  const { test } = context;

  describe('nodes', () => {
    test('a node is idle when its start task has succeeded (batch-semantics 6, 11.6)', async () => {
      const poolId = await context.sharedPool();
      const [node] = await collect(context.service.pools.nodes(poolId));
      expect(node).toMatchObject({
        poolId,
        state: 'idle',
        isDedicated: true,
        errors: [],
        startTask: { state: 'completed', exitCode: 0, retryCount: 0 },
      });
      expect(node?.id).toMatch(/^tvm/);
      expect(node?.ipAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    });

    test('a start task that fails keeps its node out of work and says why (batch-semantics 6)', async () => {
      const startTask = { commandLine: shell('exit 3'), maxRetryCount: 1, waitForSuccess: true };
      const { id } = await context.createPool({ targetDedicatedNodes: 1, startTask });
      await context.untilNodes(id, 'startTaskFailed', 1);
      const [node] = await collect(context.service.pools.nodes(id));
      expect(node?.startTask).toMatchObject({
        state: 'completed',
        exitCode: 3,
        retryCount: 1,
        failure: { code: 'FailureExitCode', category: 'user' },
      });
    });

    test('a task reads what the start task of its node has written (batch-semantics 6)', async () => {
      const commandLine = shell('cat "$AZ_BATCH_NODE_STARTUP_DIR/stdout.txt"');
      const jobId = await context.run({ id: 'reads', commandLine });
      expect(await text(context.service.files.readOfTask(jobId, 'reads', 'stdout.txt'))).toBe('started\n');
    });

    test('nodes of a pool that does not exist are not listed', async () => {
      await expectFault(collect(context.service.pools.nodes(context.id('missing'))), 'notFound', 'PoolNotFound');
    });

    test('a rebooted node runs its start task again and returns to work (batch-semantics 6, 11.5)', async () => {
      const startTask = { commandLine: shell('echo once >> "$AZ_BATCH_NODE_SHARED_DIR/starts"'), waitForSuccess: true };
      const { id } = await context.createPool({ targetDedicatedNodes: 1, startTask });
      await context.untilNodes(id, 'idle', 1);
      const [before] = await collect(context.service.pools.nodes(id));
      await context.service.pools.rebootNode(id, before?.id ?? '');
      const [after] = await context.until(
        () => collect(context.service.pools.nodes(id)),
        ([node]) => node?.state === 'idle' && node.stateChangedAt !== before?.stateChangedAt,
      );
      expect(after?.id).toBe(before?.id);
      const jobId = await context.createJob({ poolId: id });
      const commandLine = shell('cat "$AZ_BATCH_NODE_SHARED_DIR/starts"');
      await context.service.tasks.addAll(jobId, [{ id: 'count', commandLine }]);
      await context.untilTask(jobId, 'count', 'completed');
      const chunks = await collect(context.service.files.readOfTask(jobId, 'count', 'stdout.txt'));
      expect(Buffer.concat(chunks).toString()).toBe('once\nonce\n');
    });

    test('a node that does not exist cannot be rebooted', async () => {
      const poolId = await context.sharedPool();
      await expectFault(context.service.pools.rebootNode(poolId, 'tvm-missing'), 'notFound', 'NodeNotFound');
      const call = context.service.pools.rebootNode(context.id('missing'), 'tvm-missing');
      await expectFault(call, 'notFound', 'PoolNotFound');
    });
  });
}
