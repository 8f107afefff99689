// The task that every node runs before others: batch-semantics 6, in virtual time. The main cases are in pools.test.ts.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { StartTask } from '../../emulator/engine/index.ts';
import {
  type LoggedAccount,
  type LoggedAccountOptions,
  addJob,
  addTasks,
  firstNodeId,
  loggedAccount,
  nodesOf,
  runsOf,
  taskState,
} from '../support/run-log.ts';
import { poolOf, refusalCode, simulatedAccount, value } from '../support/simulated-account.ts';

const withStartTask = (startTask: StartTask, options: LoggedAccountOptions = {}): Promise<LoggedAccount> =>
  loggedAccount({ ...options, pool: { startTask, ...options.pool } });

const commandsOf = (account: LoggedAccount) => runsOf(account, 'startTask').map(({ run }) => run.commandLine);

const states = async (account: LoggedAccount) => (await nodesOf(account)).map(({ state }) => state);

describe('a start task', () => {
  it('runs on each node that joins, and after each reboot and reimage (batch-semantics 6)', async () => {
    const account = await withStartTask({ commandLine: 'true' }, { nodes: 2 });
    const starts = () => runsOf(account, 'startTask').length;
    expect(new Set(runsOf(account, 'startTask').map(({ nodeId }) => nodeId)).size).toBe(2);
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 3 }));
    account.clock.advance(1000);
    expect(starts()).toBe(3);
    await value(account.engine.nodes.reboot('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(duration.minutes(1));
    expect(starts()).toBe(4);
    await value(account.engine.nodes.reimage('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(duration.minutes(1));
    expect(starts()).toBe(5);
    account.clock.advance(duration.days(1));
    expect(starts()).toBe(5);
  });

  it('that is changed is run by nodes that join or start again; the others have the old one (batch-semantics 6)', async () => {
    const account = await withStartTask({ commandLine: 'echo old' }, { nodes: 2 });
    const [changes, stays] = await nodesOf(account);
    await value(account.engine.pools.patch('pool', { startTask: { commandLine: 'echo new' } }));
    account.clock.advance(duration.minutes(5));
    expect(commandsOf(account)).toEqual(['echo old', 'echo old']);
    await value(account.engine.nodes.reboot('pool', changes?.id ?? '', 'requeue'));
    account.clock.advance(duration.minutes(1));
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 3 }));
    account.clock.advance(duration.minutes(1));
    expect(commandsOf(account).slice(2)).toEqual(['echo new', 'echo new']);
    const shown = new Map((await nodesOf(account)).map(({ id, startTask }) => [id, startTask?.commandLine]));
    expect([shown.get(changes?.id ?? ''), shown.get(stays?.id ?? '')]).toEqual(['echo new', 'echo old']);
  });

  it('is kept by a PATCH that does not name it, and dropped by such a PUT (batch-semantics 6)', async () => {
    const { engine } = await withStartTask({ commandLine: 'true' });
    const shown = async () => (await value(engine.pools.get('pool'))).startTask?.commandLine;
    await value(engine.pools.patch('pool', { metadata: [{ name: 'a', value: 'b' }] }));
    expect(await shown()).toBe('true');
    await value(
      engine.pools.updateProperties('pool', {
        metadata: [],
        applicationPackageReferences: [],
        certificateReferences: [],
      }),
    );
    expect(await shown()).toBeUndefined();
  });

  it.each([
    [undefined, 1],
    [2, 3],
    [-1, 12],
  ])('with maxTaskRetryCount %s is tried as often as it allows (batch-semantics 6)', async (retries, tries) => {
    const startTask = { commandLine: "/bin/sh -c 'sleep 10; exit 1'" };
    const account = await withStartTask(
      retries === undefined ? startTask : { ...startTask, maxTaskRetryCount: retries },
    );
    account.clock.advance(119_000);
    expect(runsOf(account, 'startTask')).toHaveLength(tries);
    expect(await states(account)).toEqual([retries === -1 ? 'waitingforstarttask' : 'starttaskfailed']);
  });

  it('has no limit of time (batch-semantics 6)', async () => {
    const account = await withStartTask({ commandLine: `sleep ${30 * 24 * 3600}` });
    account.clock.advance(duration.days(29));
    expect(await states(account)).toEqual(['waitingforstarttask']);
    account.clock.advance(duration.days(2));
    expect(await states(account)).toEqual(['idle']);
  });

  it('shows its defaults: no retry, and nodes wait for it (batch-semantics 6)', async () => {
    const { engine } = await withStartTask({ commandLine: 'true' });
    const defaults = {
      maxTaskRetryCount: 0,
      waitForSuccess: true,
      userIdentity: { autoUser: { scope: 'pool', elevationLevel: 'nonadmin' } },
    };
    expect((await value(engine.pools.get('pool'))).startTask).toMatchObject(defaults);
  });

  it('keeps tasks from its node until it has succeeded (batch-semantics 6)', async () => {
    const account = await withStartTask({ commandLine: 'sleep 10' });
    await addJob(account);
    await addTasks(account, 'true');
    account.clock.advance(9000);
    expect(await taskState(account, 't0')).toBe('active');
    account.clock.advance(1000);
    expect(await taskState(account, 't0')).toBe('completed');
  });

  it('that need not succeed keeps nothing waiting, and its failure is only shown (batch-semantics 6)', async () => {
    const account = await withStartTask({ commandLine: "/bin/sh -c 'sleep 10; exit 2'", waitForSuccess: false });
    await addJob(account);
    await addTasks(account, 'true', 'sleep 60');
    account.clock.advance(1);
    expect(await taskState(account, 't0')).toBe('completed');
    account.clock.advance(10_000);
    const [node] = await nodesOf(account);
    expect(node).toMatchObject({
      state: 'running',
      startTaskInfo: { state: 'completed', result: 'failure', exitCode: 2 },
    });
    account.clock.advance(60_000);
    expect(await taskState(account, 't1')).toBe('completed');
    expect(await states(account)).toEqual(['idle']);
  });

  it('that has failed keeps its node out of work, and in the pool, until it is rebooted (batch-semantics 6, 11.6)', async () => {
    let works = false;
    const account = await withStartTask(
      { commandLine: 'true' },
      { program: ({ kind }) => (kind === 'startTask' ? { durationMs: 0, exitCode: works ? 0 : 1 } : undefined) },
    );
    await addJob(account);
    await addTasks(account, 'true');
    account.clock.advance(duration.days(1));
    expect(await states(account)).toEqual(['starttaskfailed']);
    expect(await value(account.engine.pools.get('pool'))).toMatchObject({ currentDedicatedNodes: 1 });
    expect(await taskState(account, 't0')).toBe('active');
    works = true;
    await value(account.engine.nodes.reboot('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(duration.minutes(1));
    expect(await states(account)).toEqual(['idle']);
    expect(await taskState(account, 't0')).toBe('completed');
  });

  it('tells on its node how it goes, each try from its own start (batch-semantics 6)', async () => {
    const account = await withStartTask({ commandLine: "/bin/sh -c 'sleep 10; exit 3'", maxTaskRetryCount: 1 });
    const info = async () => (await nodesOf(account))[0]?.startTaskInfo;
    const first = await info();
    expect(first).toMatchObject({ state: 'running', retryCount: 0 });
    expect(Object.keys(first ?? {}).toSorted()).toEqual(['retryCount', 'startTime', 'state']);
    account.clock.advance(15_000);
    const second = await info();
    expect(second).toMatchObject({ state: 'running', retryCount: 1, lastRetryTime: second?.startTime });
    expect((second?.startTime ?? 0) - (first?.startTime ?? 0)).toBeGreaterThanOrEqual(10_000);
    account.clock.advance(10_000);
    expect(await info()).toMatchObject({
      state: 'completed',
      startTime: second?.startTime,
      endTime: (second?.startTime ?? 0) + 10_000,
      exitCode: 3,
      result: 'failure',
      failureInfo: { category: 'usererror', code: 'FailureExitCode' },
      retryCount: 1,
    });
  });

  it('tells the container that it ran in (batch-semantics 6)', async () => {
    const container = { containerId: 'abc', state: 'exited' };
    const account = await withStartTask(
      { commandLine: 'true' },
      { program: ({ kind }) => (kind === 'startTask' ? { exitCode: 0, container } : undefined) },
    );
    expect((await nodesOf(account))[0]?.startTaskInfo?.containerInfo).toEqual(container);
  });

  it('whose files cannot be fetched has failed without another try (batch-semantics 6)', async () => {
    const failure = {
      phase: 'preProcessing',
      category: 'usererror',
      code: 'BlobNotFound',
      message: 'The specified Azure Blob(s) are not found',
    } as const;
    const account = await withStartTask(
      { commandLine: 'true', maxTaskRetryCount: 5 },
      { program: ({ kind }) => (kind === 'startTask' ? { failure } : undefined) },
    );
    expect(runsOf(account, 'startTask')).toHaveLength(1);
    const [node] = await nodesOf(account);
    expect(node).toMatchObject({
      state: 'starttaskfailed',
      startTaskInfo: { state: 'completed', result: 'failure', retryCount: 0, failureInfo: { code: 'BlobNotFound' } },
    });
    expect(node?.startTaskInfo).not.toHaveProperty('exitCode');
  });

  it('has its directory for as long as the node lives (batch-semantics 6, 10.1)', async () => {
    const account = await withStartTask({ commandLine: 'echo ready' });
    const node = await firstNodeId(account);
    await addJob(account);
    await addTasks(account, 'true');
    account.clock.advance(duration.days(60));
    await value(account.engine.jobs.delete('job'));
    account.clock.advance(duration.days(60));
    const found = await Promise.all(
      ['startup/wd', 'startup/stdout.txt', 'startup/stderr.txt'].map((path) => account.runtime.files.stat(node, path)),
    );
    expect(found).not.toContain(undefined);
  });

  it('has no job, no task id and no slot (batch-semantics 6, 11.6)', async () => {
    const account = await withStartTask({ commandLine: 'sleep 60', waitForSuccess: false });
    await addJob(account);
    await addTasks(account, 'sleep 60');
    const [start] = runsOf(account, 'startTask');
    const names = start?.run.environment.map(({ name }) => name) ?? [];
    expect(names).toContain('AZ_BATCH_NODE_ID');
    expect(names.filter((name) => name === 'AZ_BATCH_JOB_ID' || name === 'AZ_BATCH_TASK_ID')).toEqual([]);
    expect(await taskState(account, 't0')).toBe('running');
    expect((await nodesOf(account))[0]).toMatchObject({ runningTasksCount: 1, runningTaskSlotsCount: 1 });
  });

  it('may take 32,768 characters (batch-semantics 6)', async () => {
    const { engine } = await simulatedAccount();
    const rest = JSON.stringify({ commandLine: '' }).length;
    const fits = { commandLine: 'x'.repeat(32_768 - rest) };
    await value(engine.pools.add(poolOf('fits', 0, { startTask: fits })));
    const add = engine.pools.add(poolOf('big', 0, { startTask: { commandLine: `${fits.commandLine}x` } }));
    expect(await refusalCode(add)).toBe('InvalidPropertyValue');
    expect(await refusalCode(engine.pools.patch('fits', { startTask: { commandLine: `${fits.commandLine}x` } }))).toBe(
      'InvalidPropertyValue',
    );
  });

  it('of one node keeps no other node waiting (batch-semantics 6, 11.2)', async () => {
    let starts = 0;
    const account = await withStartTask(
      { commandLine: 'true' },
      {
        nodes: 2,
        program: ({ kind }) => {
          if (kind !== 'startTask') return undefined;
          starts += 1;
          return { durationMs: starts === 1 ? duration.hours(1) : 0, exitCode: 0 };
        },
      },
    );
    await addJob(account);
    await addTasks(account, 'true', 'true');
    account.clock.advance(1000);
    expect((await states(account)).toSorted()).toEqual(['idle', 'waitingforstarttask']);
    expect([await taskState(account, 't0'), await taskState(account, 't1')]).toEqual(['completed', 'completed']);
  });
});

describe('a node without a start task', () => {
  it('is idle as soon as it has started (batch-semantics 6)', async () => {
    const account = await loggedAccount({ settings: { nodeCreationMs: 1000, nodeStartupMs: 1000 } });
    const seen: string[] = [];
    for (let step = 0; step < 6; step += 1) {
      const state = (await states(account))[0] ?? 'none';
      if (seen.at(-1) !== state) seen.push(state);
      account.clock.advance(500);
    }
    expect(seen).toEqual(['creating', 'starting', 'idle']);
    expect((await nodesOf(account))[0]).not.toHaveProperty('startTaskInfo');
  });
});
