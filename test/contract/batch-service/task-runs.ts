// Contract: what a run of a task leaves behind.
import { describe, expect } from 'vitest';
import type { ContractContext } from './contract-target.ts';
import { shell, text } from './contract-target.ts';

export function describeTaskRuns(context: ContractContext): void {
  describe('runs of tasks', () => {
    describeOutcomes(context);
    describeSurroundings(context);
  });
}

function describeOutcomes(context: ContractContext): void {
  const { test } = context;

  test('a task that exits with 0 has succeeded', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('exit 0') });
    const task = await context.untilTask(jobId, 't', 'completed');
    const poolId = await context.sharedPool();
    expect(task).toMatchObject({ result: 'success', exitCode: 0, retryCount: 0, node: { poolId } });
    expect(task).not.toHaveProperty('failure');
    expect(task.startedAt).toBeGreaterThanOrEqual(task.createdAt ?? Infinity);
    expect(task.endedAt).toBeGreaterThanOrEqual(task.startedAt ?? Infinity);
  });

  test('a task that exits with another code has failed and says so', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('exit 3') });
    expect(await context.untilTask(jobId, 't', 'completed')).toMatchObject({
      result: 'failure',
      exitCode: 3,
      failure: {
        code: 'FailureExitCode',
        category: 'user',
        message: 'The task exited with an exit code representing a failure',
      },
    });
  });

  test('a task whose program does not exist has failed without an exit code', async () => {
    const jobId = await context.run({ id: 't', commandLine: 'no-such-program --at-all' });
    const task = await context.untilTask(jobId, 't', 'completed');
    expect(task).toMatchObject({ result: 'failure', failure: { code: 'CommandProgramNotFound', category: 'user' } });
    expect(task).not.toHaveProperty('exitCode');
  });

  test('a task that fails is tried again as often as it may', async () => {
    const constraints = { maxRetryCount: 2 };
    const jobId = await context.run({ id: 't', commandLine: shell('exit 1'), constraints });
    expect(await context.untilTask(jobId, 't', 'completed')).toMatchObject({ result: 'failure', retryCount: 2 });
  });

  test('a task that takes longer than it may is stopped', async () => {
    const constraints = { maxWallClockMs: 1000 };
    const jobId = await context.run({ id: 't', commandLine: shell('sleep 600'), constraints });
    expect(await context.untilTask(jobId, 't', 'completed')).toMatchObject({ result: 'failure' });
  });
}

function describeSurroundings(context: ContractContext): void {
  const { test } = context;

  test('a task sees its own variables and those of the service (batch-semantics 10.2)', async () => {
    const environment = [{ name: 'GREETING', value: 'hello, "wörld" 100%' }];
    const script = 'echo "$GREETING|$AZ_BATCH_JOB_ID|$AZ_BATCH_TASK_ID|$AZ_BATCH_POOL_ID"';
    const jobId = await context.run({ id: 't', commandLine: shell(script), environment });
    const poolId = await context.sharedPool();
    const output = await text(context.service.files.readOfTask(jobId, 't', 'stdout.txt'));
    expect(output).toBe(`hello, "wörld" 100%|${jobId}|t|${poolId}\n`);
  });

  test('a command line is not run by a shell unless it names one (batch-semantics 10.3)', async () => {
    const jobId = await context.run({ id: 't', commandLine: '/bin/echo $HOME && "two words"' });
    expect(await text(context.service.files.readOfTask(jobId, 't', 'stdout.txt'))).toBe('$HOME && two words\n');
  });

  test('a task waits for the tasks it depends on (batch-semantics 4)', async () => {
    const shared = '"$AZ_BATCH_NODE_SHARED_DIR/order-$AZ_BATCH_JOB_ID"';
    const jobId = await context.run(
      { id: 'last', commandLine: shell(`cat ${shared}`), dependsOn: { taskIds: ['first', 'second'] } },
      { id: 'second', commandLine: shell(`echo second >> ${shared}`), dependsOn: { taskIds: ['first'] } },
      { id: 'first', commandLine: shell(`sleep 0.2; echo first >> ${shared}`) },
    );
    expect(await text(context.service.files.readOfTask(jobId, 'last', 'stdout.txt'))).toBe('first\nsecond\n');
  });

  test('more tasks than slots all get their turn', async () => {
    const tasks = Array.from({ length: 12 }, (_, index) => ({ id: `t${index}`, commandLine: shell('true') }));
    const jobId = await context.run(...tasks);
    const counts = await context.until(
      () => context.service.jobs.taskCounts(jobId),
      ({ completed }) => completed === 12,
    );
    expect(counts.succeeded).toBe(12);
  });
}
