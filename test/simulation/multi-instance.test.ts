// Multi-instance tasks: batch-semantics 7 and wire-facts 3.6, in virtual time.
import { describe, expect, it } from 'vitest';
import type { MultiInstanceSettings, RunSpec, TaskResource } from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, refusalCode, value } from '../support/simulated-account.ts';

interface Started {
  readonly nodeId: string;
  readonly run: RunSpec;
}

async function withTask(
  nodes: number,
  settings: Partial<MultiInstanceSettings>,
  more: { readonly commandLine?: string; readonly maxTaskRetryCount?: number } = {},
): Promise<SimulatedAccount & { readonly started: readonly Started[] }> {
  const started: Started[] = [];
  const account = await accountWithPool(
    nodes,
    { enableInterNodeCommunication: true },
    {
      program: (run, nodeId) => {
        started.push({ nodeId, run });
        return undefined;
      },
    },
  );
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  await value(
    account.engine.tasks.add('job', {
      id: 'mpi',
      commandLine: more.commandLine ?? 'sleep 10',
      constraints: { maxTaskRetryCount: more.maxTaskRetryCount ?? 0 },
      resourceFiles: [{ httpUrl: 'http://127.0.0.1/own', filePath: 'own' }],
      multiInstanceSettings: {
        numberOfInstances: 3,
        coordinationCommandLine: 'sleep 5',
        commonResourceFiles: [{ httpUrl: 'http://127.0.0.1/common', filePath: 'common' }],
        ...settings,
      },
    }),
  );
  return { ...account, started };
}

const task = ({ engine }: SimulatedAccount): Promise<TaskResource> => value(engine.tasks.get('job', 'mpi'));

describe('a multi-instance task', () => {
  it('coordinates on every node, then runs its command on the primary alone (batch-semantics 7)', async () => {
    const account = await withTask(4, {});
    expect(account.started.map(({ run }) => run.kind)).toEqual(['coordination', 'coordination', 'coordination']);
    expect(new Set(account.started.map(({ nodeId }) => nodeId)).size).toBe(3);
    account.clock.advance(5000);
    expect(account.started.map(({ run }) => run.kind)).toEqual([
      'coordination',
      'coordination',
      'coordination',
      'task',
    ]);
    expect(account.started[3]?.nodeId).toBe(account.started[0]?.nodeId);
    expect((await task(account)).state).toBe('running');
    account.clock.advance(10_000);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { exitCode: 0, result: 'success' },
    });
    const { items } = await value(account.engine.nodes.list('pool', { limit: 10 }));
    expect(items.map(({ state }) => state)).toEqual(['idle', 'idle', 'idle', 'idle']);
  });

  it('gives common files to every node and its own files to the primary (batch-semantics 7)', async () => {
    const { started } = await withTask(3, {});
    const files = started.map(({ run }) =>
      run.resourceFiles.map(({ path, intoTaskDirectory }) => [path, intoTaskDirectory]),
    );
    expect(files).toEqual([
      [
        ['common', true],
        ['own', undefined],
      ],
      [['common', true]],
      [['common', true]],
    ]);
  });

  it('tells every instance its peers (batch-semantics 7, 10.2; wire-facts 6)', async () => {
    const { started } = await withTask(3, {});
    const variables = started.map(({ run }) => new Map(run.environment.map(({ name, value: text }) => [name, text])));
    expect(variables[1]?.get('AZ_BATCH_HOST_LIST')).toBe('10.0.0.4,10.0.0.5,10.0.0.6');
    expect(variables[1]?.get('AZ_BATCH_MASTER_NODE')).toBe('10.0.0.4:6000');
    expect(variables[1]?.get('CCP_NODES')).toBe('3 10.0.0.4 2 10.0.0.5 2 10.0.0.6 2');
    expect(variables.map((each) => each.get('AZ_BATCH_IS_CURRENT_NODE_MASTER'))).toEqual(['true', 'false', 'false']);
  });

  it('lists its subtasks without the primary (batch-semantics 7; wire-facts 3.6)', async () => {
    const account = await withTask(3, {});
    const running = await value(account.engine.tasks.subtasks('job', 'mpi'));
    expect(running.map(({ id, state }) => [id, state])).toEqual([
      [1, 'running'],
      [2, 'running'],
    ]);
    account.clock.advance(15_000);
    const done = await value(account.engine.tasks.subtasks('job', 'mpi'));
    expect(done.map(({ state, result, exitCode }) => [state, result, exitCode])).toEqual([
      ['completed', 'success', 0],
      ['completed', 'success', 0],
    ]);
  });

  it('fails as a whole when one coordination fails, and is retried as a whole (batch-semantics 7)', async () => {
    const account = await withTask(
      3,
      { coordinationCommandLine: "/bin/sh -c 'sleep 1; exit 9'" },
      { maxTaskRetryCount: 1 },
    );
    account.clock.advance(2000);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { retryCount: 1, result: 'failure', exitCode: 9 },
    });
    expect(account.started.filter(({ run }) => run.kind === 'task')).toEqual([]);
  });

  it('runs again, without a retry being counted, when a node of a subtask is lost (batch-semantics 7)', async () => {
    const account = await withTask(4, {});
    account.clock.advance(7000);
    account.runtime.loseNode(account.started[1]?.nodeId ?? '');
    account.clock.advance(20_000);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { retryCount: 0, result: 'success' },
    });
    expect(account.started.filter(({ run }) => run.kind === 'task')).toHaveLength(2);
  });

  it('is terminated everywhere at once (batch-semantics 3.4, 7)', async () => {
    const account = await withTask(3, {});
    account.clock.advance(6000);
    await value(account.engine.tasks.terminate('job', 'mpi'));
    account.clock.advance(1);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { failureInfo: { code: 'TaskEnded' } },
    });
    const { items } = await value(account.engine.nodes.list('pool', { limit: 10 }));
    expect(items.map(({ runningTasksCount }) => runningTasksCount)).toEqual([0, 0, 0]);
  });

  it('waits for ever in a pool that is too small, until that grows (batch-semantics 7)', async () => {
    const account = await withTask(2, {});
    account.clock.advance(60_000);
    expect((await task(account)).state).toBe('active');
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 3 }));
    account.clock.advance(1);
    expect((await task(account)).state).toBe('running');
  });

  it('must not state slots (batch-semantics 7)', async () => {
    const { engine } = await withTask(0, {});
    const add = engine.tasks.add('job', {
      id: 'x',
      commandLine: 'true',
      requiredSlots: 2,
      multiInstanceSettings: { numberOfInstances: 2, coordinationCommandLine: 'true' },
    });
    expect(await refusalCode(add)).toBe('InvalidPropertyValue');
  });
});
