// Which tasks a pool with containers takes, and which one without: batch-semantics 10.5, in virtual time.
import { describe, expect, it } from 'vitest';
import type { PoolAdd, TaskAdd, TaskResource } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, poolOf, value } from '../support/simulated-account.ts';

const { virtualMachineConfiguration: machine } = poolOf('pool', 1);
const containerSettings = { imageName: 'busybox' };

function withContainers(): Partial<PoolAdd> {
  if (machine === undefined) throw new Error('The pool of tests has no virtual machines.');
  const containerConfiguration = { type: 'dockerCompatible', containerImageNames: ['busybox'] } as const;
  return { virtualMachineConfiguration: { ...machine, containerConfiguration } };
}

async function ran(account: SimulatedAccount, more: Partial<TaskAdd> = {}): Promise<TaskResource> {
  const { engine, clock } = account;
  await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(
    engine.tasks.add('job', { id: 't', commandLine: 'true', constraints: { maxTaskRetryCount: 3 }, ...more }),
  );
  clock.advance(1);
  return value(engine.tasks.get('job', 't'));
}

const failed = (part: string) => ({
  state: 'completed',
  executionInfo: {
    retryCount: 0,
    failureInfo: {
      category: 'usererror',
      code: 'ContainerInvalidSettings',
      details: [{ name: 'Message', value: expect.stringContaining(part) as string }],
    },
  },
});

describe('a task without containerSettings on a pool with containers', () => {
  it('fails before it starts, and is not retried (batch-semantics 10.5)', async () => {
    const task = await ran(await accountWithPool(1, withContainers()));
    expect(task).toMatchObject(failed('needs containerSettings'));
    expect(task.executionInfo.exitCode).toBeUndefined();
  });

  it('fails on every node of a multi-instance task at once (batch-semantics 10.5)', async () => {
    const pool = { ...withContainers(), enableInterNodeCommunication: true };
    const multiInstanceSettings = { numberOfInstances: 2, coordinationCommandLine: 'true' };
    const task = await ran(await accountWithPool(2, pool), { multiInstanceSettings });
    expect(task).toMatchObject(failed('needs containerSettings'));
  });
});

describe('a task with containerSettings', () => {
  it('runs on a pool with containers (batch-semantics 10.5)', async () => {
    const task = await ran(await accountWithPool(1, withContainers()), { containerSettings });
    expect(task).toMatchObject({ executionInfo: { result: 'success' } });
  });

  it('fails on a pool without them (batch-semantics 10.5)', async () => {
    const task = await ran(await accountWithPool(1), { containerSettings });
    expect(task).toMatchObject(failed('has no containerConfiguration'));
  });
});

describe('a job manager', () => {
  it('must have containerSettings as any task, and preparation and release tasks may choose (batch-semantics 10.5)', async () => {
    const { engine, clock } = await accountWithPool(1, withContainers());
    await value(
      engine.jobs.add({
        id: 'job',
        poolInfo: { poolId: 'pool' },
        jobManagerTask: { id: 'manager', commandLine: 'true', killJobOnCompletion: false },
        jobPreparationTask: { commandLine: 'true' },
      }),
    );
    clock.advance(1);
    expect(await value(engine.tasks.get('job', 'manager'))).toMatchObject(failed('needs containerSettings'));
    const { items } = await value(engine.jobs.hookTaskStatus('job', { limit: 1 }));
    expect(items).toMatchObject([{ jobPreparationTaskExecutionInfo: { result: 'success' } }]);
  });
});
