// How multi-instance tasks wait, fail, end and go: batch-semantics 7, in virtual time. The main course is in multi-instance.test.ts.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { PoolAdd, TaskAdd, TaskResource } from '../../emulator/engine/index.ts';
import {
  type LoggedAccount,
  type LoggedAccountOptions,
  addJob,
  loggedAccount,
  nodesOf,
  runsOf,
  taskState,
} from '../support/run-log.ts';
import { refusalCode, value } from '../support/simulated-account.ts';

const pool: Partial<PoolAdd> = { enableInterNodeCommunication: true };

type Settings = NonNullable<TaskAdd['multiInstanceSettings']>;

async function withTask(
  settings: Partial<Settings> = {},
  more: Partial<TaskAdd> = {},
  options: LoggedAccountOptions = {},
): Promise<LoggedAccount> {
  const account = await loggedAccount({ nodes: 3, pool, ...options });
  await addJob(account);
  await addMpi(account, settings, more);
  return account;
}

async function addMpi({ engine, clock }: LoggedAccount, settings: Partial<Settings>, more: Partial<TaskAdd> = {}) {
  const multiInstanceSettings = { numberOfInstances: 3, coordinationCommandLine: 'sleep 5', ...settings };
  await value(engine.tasks.add('job', { id: 'mpi', commandLine: 'sleep 10', multiInstanceSettings, ...more }));
  clock.advance(1);
}

const task = ({ engine }: LoggedAccount): Promise<TaskResource> => value(engine.tasks.get('job', 'mpi'));

const coordinations = (account: LoggedAccount) => runsOf(account, 'coordination').length;

describe('a multi-instance task', () => {
  it('has one instance unless it says more, which coordinates and then runs on one node (batch-semantics 7)', async () => {
    const account = await loggedAccount({ nodes: 2, pool });
    await addJob(account);
    await value(
      account.engine.tasks.add('job', {
        id: 'mpi',
        commandLine: 'sleep 10',
        multiInstanceSettings: { coordinationCommandLine: 'sleep 5' },
      }),
    );
    account.clock.advance(6000);
    expect(account.runs.map(({ run }) => run.kind)).toEqual(['coordination', 'task']);
    expect(new Set(account.runs.map(({ nodeId }) => nodeId)).size).toBe(1);
    expect(await value(account.engine.tasks.subtasks('job', 'mpi'))).toEqual([]);
    account.clock.advance(10_000);
    expect(await task(account)).toMatchObject({ state: 'completed', executionInfo: { exitCode: 0 } });
  });

  it('needs a coordination command and at least one instance (batch-semantics 7)', async () => {
    const { engine } = await withTask();
    for (const settings of [
      { coordinationCommandLine: '' },
      { coordinationCommandLine: 'true', numberOfInstances: 0 },
    ]) {
      const add = engine.tasks.add('job', { id: 'bad', commandLine: 'true', multiInstanceSettings: settings });
      expect(await refusalCode(add)).toBe('InvalidPropertyValue');
    }
  });

  it.each([
    ['has no inter-node communication', {}],
    ['runs several tasks on a node', { enableInterNodeCommunication: true, taskSlotsPerNode: 2 }],
  ])('is taken and waits for ever when its pool %s (batch-semantics 7)', async (_how, unfit) => {
    const account = await withTask({}, {}, { pool: unfit });
    account.clock.advance(duration.days(30));
    expect((await task(account)).state).toBe('active');
    expect(account.runs).toEqual([]);
  });

  it('takes its nodes together when all of them are free (batch-semantics 7)', async () => {
    const account = await loggedAccount({ nodes: 3, pool });
    await addJob(account);
    await value(account.engine.tasks.add('job', { id: 'long', commandLine: 'sleep 60' }));
    account.clock.advance(1);
    await addMpi(account, {});
    account.clock.advance(59_000);
    expect([(await task(account)).state, coordinations(account)]).toEqual(['active', 0]);
    account.clock.advance(1000);
    expect([(await task(account)).state, coordinations(account)]).toEqual(['running', 3]);
    const shown = (await nodesOf(account)).map(({ runningTasksCount }) => runningTasksCount);
    expect(shown).toEqual([1, 1, 1]);
  });

  it('is blocked by a coordination command that does not return, until its own time is up (batch-semantics 7)', async () => {
    const constraints = { maxWallClockTime: duration.hours(2) };
    const account = await withTask({ coordinationCommandLine: 'sleep 360000' }, { constraints });
    account.clock.advance(duration.minutes(119));
    expect((await task(account)).state).toBe('running');
    expect(runsOf(account, 'task')).toEqual([]);
    account.clock.advance(duration.minutes(2));
    expect(await task(account)).toMatchObject({ state: 'completed', executionInfo: { result: 'failure' } });
    expect((await nodesOf(account)).map(({ state }) => state)).toEqual(['idle', 'idle', 'idle']);
  });

  it("ends with the exit code of the primary's command, and its subtasks with it (batch-semantics 7)", async () => {
    const account = await withTask({}, { commandLine: "/bin/sh -c 'sleep 10; exit 6'" });
    account.clock.advance(10_000);
    expect((await value(account.engine.tasks.subtasks('job', 'mpi'))).map(({ state }) => state)).toEqual([
      'running',
      'running',
    ]);
    account.clock.advance(5000);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { exitCode: 6, result: 'failure' },
    });
    expect(await value(account.engine.tasks.subtasks('job', 'mpi'))).toMatchObject([
      { state: 'completed', previousState: 'running', result: 'success', exitCode: 0 },
      { state: 'completed', previousState: 'running', result: 'success', exitCode: 0 },
    ]);
  });

  it('is stopped on the other nodes when one instance fails (batch-semantics 7)', async () => {
    let started = 0;
    const account = await withTask(
      {},
      {},
      {
        program: ({ kind }) => {
          if (kind !== 'coordination') return undefined;
          started += 1;
          return started === 2 ? { durationMs: 1000, exitCode: 4 } : { durationMs: duration.days(1), exitCode: 0 };
        },
      },
    );
    account.clock.advance(1000);
    account.clock.advance(1);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { result: 'failure', exitCode: 4 },
    });
    expect(await value(account.engine.tasks.subtasks('job', 'mpi'))).toMatchObject([
      { id: 1, exitCode: 4, result: 'failure', failureInfo: { code: 'FailureExitCode' } },
      { id: 2, exitCode: 137, result: 'failure' },
    ]);
    expect((await nodesOf(account)).map(({ state }) => state)).toEqual(['idle', 'idle', 'idle']);
    expect(runsOf(account, 'task')).toEqual([]);
  });

  it('fails when a subtask cannot fetch its files, and is not retried for that (batch-semantics 7, 2.7)', async () => {
    const failure = { phase: 'preProcessing', category: 'usererror', code: 'BlobNotFound', message: 'gone' } as const;
    let started = 0;
    const account = await withTask(
      {},
      { constraints: { maxTaskRetryCount: 3 } },
      {
        program: ({ kind }) => {
          if (kind !== 'coordination') return undefined;
          started += 1;
          return started === 3 ? { failure } : undefined;
        },
      },
    );
    account.clock.advance(1000);
    expect(await task(account)).toMatchObject({
      state: 'completed',
      executionInfo: { retryCount: 0, result: 'failure', failureInfo: { code: 'BlobNotFound' } },
    });
  });

  it('uploads from the primary alone (batch-semantics 7)', async () => {
    const outputFiles: NonNullable<TaskAdd['outputFiles']> = [
      {
        filePattern: '../std*.txt',
        destination: { container: { containerUrl: 'http://127.0.0.1/acc/out?sig=x' } },
        uploadOptions: { uploadCondition: 'taskcompletion' },
      },
    ];
    const account = await withTask({}, { outputFiles });
    account.clock.advance(6000);
    expect(account.runs.map(({ run }) => [run.kind, run.outputFiles.length])).toEqual([
      ['coordination', 0],
      ['coordination', 0],
      ['coordination', 0],
      ['task', 1],
    ]);
  });

  it('has the same directory on all its nodes, and no instance cleans up behind the primary (batch-semantics 7)', async () => {
    const account = await withTask();
    account.clock.advance(6000);
    expect(new Set(account.runs.map(({ run }) => run.directory))).toEqual(new Set(['workitems/job/job-1/mpi']));
    expect(account.runs.map(({ run }) => run.clean)).toEqual([true, true, true, false]);
    const subtasks = await value(account.engine.tasks.subtasks('job', 'mpi'));
    expect(subtasks.map(({ nodeInfo }) => nodeInfo?.taskRootDirectory)).toEqual([
      'workitems/job/job-1/mpi',
      'workitems/job/job-1/mpi',
    ]);
  });

  it.each([
    ['coordinates', 2000],
    ['runs its command', 8000],
    ['has ended', 20_000],
  ])('that is deleted while it %s leaves no directory on any node (batch-semantics 3.4, 7)', async (_what, ms) => {
    const account = await withTask();
    account.clock.advance(ms);
    const nodes = (await nodesOf(account)).map(({ id }) => id);
    const look = () => Promise.all(nodes.map((id) => account.runtime.files.stat(id, 'workitems/job/job-1/mpi')));
    expect(await look()).not.toContain(undefined);
    await value(account.engine.tasks.delete('job', 'mpi'));
    account.clock.advance(1000);
    expect(await look()).toEqual([undefined, undefined, undefined]);
    expect((await nodesOf(account)).map(({ state }) => state)).toEqual(['idle', 'idle', 'idle']);
  });

  it('loses its directories everywhere when its retention time is over (batch-semantics 7, 3.2)', async () => {
    const account = await withTask({}, { constraints: { retentionTime: duration.hours(1) } });
    account.clock.advance(20_000);
    const nodes = (await nodesOf(account)).map(({ id }) => id);
    account.clock.advance(duration.hours(2));
    const left = await Promise.all(nodes.map((id) => account.runtime.files.stat(id, 'workitems/job/job-1/mpi')));
    expect(left).toEqual([undefined, undefined, undefined]);
  });

  it('shows its subtasks as preparing while its nodes are prepared (batch-semantics 7)', async () => {
    const account = await loggedAccount({ nodes: 3, pool });
    await addJob(account, { jobPreparationTask: { commandLine: 'sleep 5' } });
    await addMpi(account, {});
    expect(await taskState(account, 'mpi')).toBe('preparing');
    const shown = async () =>
      (await value(account.engine.tasks.subtasks('job', 'mpi'))).map(({ id, state, startTime }) => [
        id,
        state,
        startTime !== undefined,
      ]);
    expect(await shown()).toEqual([
      [1, 'preparing', false],
      [2, 'preparing', false],
    ]);
    account.clock.advance(5000);
    expect(await shown()).toEqual([
      [1, 'running', true],
      [2, 'running', true],
    ]);
  });

  it('tells the container of each subtask (batch-semantics 7)', async () => {
    let started = 0;
    const account = await withTask(
      {},
      {},
      {
        program: ({ kind }) => {
          if (kind !== 'coordination') return undefined;
          started += 1;
          return { exitCode: 0, container: { containerId: `container${started}` } };
        },
      },
    );
    account.clock.advance(20_000);
    const subtasks = await value(account.engine.tasks.subtasks('job', 'mpi'));
    expect(subtasks.map(({ containerInfo }) => containerInfo?.containerId)).toEqual(['container2', 'container3']);
  });
});
