// Job preparation before a job's tasks on a node: batch-semantics 5.1, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { JobPreparationTask } from '../../emulator/engine/index.ts';
import {
  addJob,
  addTasks,
  failsOnFirstNode,
  firstNodeId,
  jobState,
  type LoggedAccount,
  loggedAccount,
  type LoggedAccountOptions,
  nodesOf,
  runsOf,
  taskState,
} from '../support/run-log.ts';
import { refusalCode, value } from '../support/simulated-account.ts';

async function withPreparation(
  preparation: Partial<JobPreparationTask> = {},
  options: LoggedAccountOptions = {},
): Promise<LoggedAccount> {
  const account = await loggedAccount(options);
  await addJob(account, { jobPreparationTask: { commandLine: 'sleep 5', ...preparation } });
  return account;
}

const hooks = async ({ engine }: LoggedAccount) =>
  (await value(engine.jobs.hookTaskStatus('job', { limit: 10 }))).items;

describe('a job preparation task', () => {
  it('runs once on each node that gets tasks of its job, and nowhere else (batch-semantics 5.1)', async () => {
    const account = await withPreparation({}, { nodes: 3 });
    await addTasks(account, 'sleep 60', 'sleep 60');
    account.clock.advance(6000);
    await value(account.engine.tasks.add('job', { id: 'more', commandLine: 'true' }));
    account.clock.advance(120_000);
    const prepared = runsOf(account, 'preparation').map(({ nodeId }) => nodeId);
    // Three tasks, one of which came later to a node that was still free.
    expect(new Set(prepared).size).toBe(prepared.length);
    expect([...new Set(runsOf(account, 'task').map(({ nodeId }) => nodeId))].toSorted()).toEqual(prepared.toSorted());
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 4 }));
    account.clock.advance(1000);
    expect(runsOf(account, 'preparation')).toHaveLength(prepared.length);
  });

  it('is jobpreparation unless it has an id, and no task may be called the same (batch-semantics 5.1)', async () => {
    const { engine } = await withPreparation();
    const called = (await value(engine.jobs.get('job'))).jobPreparationTask?.id;
    expect(called).toBe('jobpreparation');
    const add = engine.tasks.add('job', { id: 'jobpreparation', commandLine: 'true' });
    expect(await refusalCode(add)).toBe('TaskIdSameAsJobPreparationTask');
    const account = await withPreparation({ id: 'prepare' });
    const other = account.engine.tasks.add('job', { id: 'Prepare', commandLine: 'true' });
    expect(await refusalCode(other)).toBe('TaskIdSameAsJobPreparationTask');
    await value(account.engine.tasks.add('job', { id: 'jobpreparation', commandLine: 'true' }));
    expect(runsOf(account, 'preparation')[0]?.run.directory).toBe('workitems/job/job-1/prepare');
  });

  it('that fails for good on a node sends its tasks elsewhere; other jobs still use the node (batch-semantics 2.3, 2.5, 5.1)', async () => {
    const { program, node: broken } = failsOnFirstNode(3);
    const account = await withPreparation(
      { constraints: { maxTaskRetryCount: 1 } },
      {
        nodes: 2,
        program,
      },
    );
    await addTasks(account, 'sleep 60', 'sleep 60');
    account.clock.advance(5000);
    const [ran, waits] = [await taskState(account, 't1'), await taskState(account, 't0')];
    expect([ran, waits].toSorted()).toEqual(['active', 'running']);
    account.clock.advance(duration.minutes(3));
    expect([await taskState(account, 't0'), await taskState(account, 't1')]).toEqual(['completed', 'completed']);
    expect(runsOf(account, 'task').map(({ nodeId }) => nodeId)).not.toContain(broken());
    expect(runsOf(account, 'preparation').filter(({ nodeId }) => nodeId === broken())).toHaveLength(2);
    expect(await value(account.engine.tasks.get('job', 't0'))).toMatchObject({
      executionInfo: { retryCount: 0, requeueCount: 0 },
    });

    expect((await value(account.engine.nodes.get('pool', broken()))).state).toBe('idle');
    await addJob(account, { id: 'other' });
    for (const id of ['a', 'b']) await value(account.engine.tasks.add('other', { id, commandLine: 'sleep 1' }));
    expect(runsOf(account, 'task').map(({ nodeId }) => nodeId)).toContain(broken());
  });

  it('that fails on every node leaves the tasks waiting until a node is reimaged (batch-semantics 5.1)', async () => {
    let works = false;
    const account = await withPreparation(
      {},
      {
        program: ({ kind }) => (kind === 'preparation' ? { durationMs: 1000, exitCode: works ? 0 : 1 } : undefined),
      },
    );
    await addTasks(account, 'true');
    account.clock.advance(duration.days(2));
    expect(await taskState(account, 't0')).toBe('active');
    works = true;
    const node = await firstNodeId(account);
    await value(account.engine.nodes.reboot('pool', node, 'requeue'));
    account.clock.advance(duration.minutes(1));
    expect(await taskState(account, 't0')).toBe('active');
    await value(account.engine.nodes.reimage('pool', node, 'requeue'));
    account.clock.advance(duration.minutes(1));
    expect(await taskState(account, 't0')).toBe('completed');
  });

  it('that is not waited for runs beside the tasks, and its failure does not matter to them (batch-semantics 5.1)', async () => {
    const account = await withPreparation({ waitForSuccess: false, commandLine: "/bin/sh -c 'sleep 5; exit 1'" });
    await addTasks(account, 'sleep 2', 'sleep 10');
    expect(await taskState(account, 't0')).toBe('running');
    account.clock.advance(20_000);
    expect([await taskState(account, 't0'), await taskState(account, 't1')]).toEqual(['completed', 'completed']);
    expect((await hooks(account))[0]?.jobPreparationTaskExecutionInfo).toMatchObject({
      result: 'failure',
      exitCode: 1,
    });
    expect(runsOf(account, 'preparation')).toHaveLength(1);
  });

  it.each([
    [undefined, 1],
    [2, 3],
    [-1, 12],
  ])(
    'with maxTaskRetryCount %s is tried as often as it allows (batch-semantics 5.1)',
    async (maxTaskRetryCount, tries) => {
      const constraints = maxTaskRetryCount === undefined ? {} : { constraints: { maxTaskRetryCount } };
      const account = await withPreparation({ commandLine: "/bin/sh -c 'sleep 10; exit 1'", ...constraints });
      await addTasks(account, 'true');
      account.clock.advance(119_000);
      expect(runsOf(account, 'preparation')).toHaveLength(tries);
      const info = (await hooks(account))[0]?.jobPreparationTaskExecutionInfo;
      expect(info?.retryCount).toBe(tries - 1);
      expect(info?.lastRetryTime !== undefined).toBe(tries > 1);
    },
  );

  it('is tried again also while its job is disabled, and then bars no node (batch-semantics 5.1)', async () => {
    let works = false;
    const account = await withPreparation(
      { constraints: { maxTaskRetryCount: 1 } },
      {
        program: ({ kind }) => (kind === 'preparation' ? { durationMs: 1000, exitCode: works ? 0 : 1 } : undefined),
      },
    );
    await addTasks(account, 'true');
    await value(account.engine.jobs.disable('job', 'requeue'));
    works = true;
    account.clock.advance(5000);
    await value(account.engine.jobs.enable('job'));
    account.clock.advance(5000);
    expect(await taskState(account, 't0')).toBe('completed');
  });

  it('is ended at its wall clock limit, and then not tried again (batch-semantics 5.1)', async () => {
    const constraints = { maxWallClockTime: duration.seconds(30), maxTaskRetryCount: 5 };
    const account = await withPreparation({ commandLine: 'sleep 3600', constraints });
    await addTasks(account, 'true');
    account.clock.advance(29_000);
    expect(await taskState(account, 't0')).toBe('preparing');
    account.clock.advance(2000);
    expect(await taskState(account, 't0')).toBe('active');
    expect((await hooks(account))[0]?.jobPreparationTaskExecutionInfo).toMatchObject({ result: 'failure' });
    expect(runsOf(account, 'preparation')).toHaveLength(1);
  });

  it('loses its directory when its retention time is over (batch-semantics 5.1)', async () => {
    const constraints = { retentionTime: duration.hours(1) };
    const account = await withPreparation({ constraints });
    await addTasks(account, 'true');
    const node = await firstNodeId(account);
    const look = () => account.runtime.files.stat(node, 'workitems/job/job-1/jobpreparation/stdout.txt');
    account.clock.advance(duration.minutes(59));
    expect(await look()).toBeDefined();
    account.clock.advance(duration.minutes(2));
    expect(await look()).toBeUndefined();
    expect(await look()).toBeUndefined();
  });

  it.each([
    ['reboot', true, 2],
    ['reboot', false, 1],
    ['reimage', false, 2],
  ] as const)(
    'that has succeeded, after a %s with rerunOnNodeRebootAfterSuccess %s, has run %i times before the next task (batch-semantics 5.1)',
    async (operation, rerunOnNodeRebootAfterSuccess, times) => {
      const account = await withPreparation({ rerunOnNodeRebootAfterSuccess });
      await addTasks(account, 'true');
      account.clock.advance(10_000);
      await value(account.engine.nodes[operation]('pool', await firstNodeId(account), 'requeue'));
      account.clock.advance(duration.minutes(5));
      expect(runsOf(account, 'preparation')).toHaveLength(1);
      await value(account.engine.tasks.add('job', { id: 'next', commandLine: 'true' }));
      expect(await taskState(account, 'next')).toBe(times === 1 ? 'running' : 'preparing');
      account.clock.advance(5000);
      expect(await taskState(account, 'next')).toBe('completed');
      expect(runsOf(account, 'preparation')).toHaveLength(times);
    },
  );

  it('that was cut off by a reboot runs again, whatever it says of reruns (batch-semantics 5.1)', async () => {
    const account = await withPreparation({ rerunOnNodeRebootAfterSuccess: false });
    await addTasks(account, 'true');
    account.clock.advance(2000);
    await value(account.engine.nodes.reboot('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(duration.minutes(1));
    expect(await taskState(account, 't0')).toBe('completed');
    expect(runsOf(account, 'preparation')).toHaveLength(2);
  });

  it('takes no slot of its node (batch-semantics 2.2, 5.1)', async () => {
    const account = await withPreparation({}, { pool: { taskSlotsPerNode: 2 } });
    await addTasks(account, 'sleep 60');
    await addJob(account, { id: 'other' });
    await value(account.engine.tasks.add('other', { id: 'o', commandLine: 'sleep 60' }));
    expect([await taskState(account, 't0'), await taskState(account, 'o', 'other')]).toEqual(['preparing', 'running']);
  });

  it('has a directory of its job, which its tasks are told (batch-semantics 5.1)', async () => {
    const account = await withPreparation();
    await addTasks(account, 'true');
    account.clock.advance(5000);
    expect(account.runs.map(({ run }) => [run.kind, run.directory, run.preparationDirectory])).toEqual([
      ['preparation', 'workitems/job/job-1/jobpreparation', undefined],
      ['task', 'workitems/job/job-1/t0', 'workitems/job/job-1/jobpreparation'],
    ]);
  });

  it('does not outlast the end of its job (batch-semantics 5.1)', async () => {
    const account = await withPreparation({ commandLine: 'sleep 360000', constraints: { maxTaskRetryCount: -1 } });
    await addTasks(account, 'true');
    await value(account.engine.jobs.terminate('job', undefined));
    account.clock.advance(1000);
    expect(await jobState(account)).toBe('completed');
    expect((await hooks(account))[0]?.jobPreparationTaskExecutionInfo).toMatchObject({ state: 'completed' });
    account.clock.advance(duration.minutes(5));
    expect(runsOf(account, 'preparation')).toHaveLength(1);
  });

  it('runs as the user of the pool, without uploads and with the packages of the pool alone (batch-semantics 5.1)', async () => {
    const account = await withPreparation();
    await addTasks(account, 'true');
    const [preparation] = runsOf(account, 'preparation');
    expect(preparation?.run).toMatchObject({ user: { kind: 'auto', scope: 'pool', admin: false }, outputFiles: [] });
    expect(preparation?.run.packages ?? []).toEqual([]);
  });

  it('lets only those tasks start that wait for it, not those that have gone to another node meanwhile (batch-semantics 5.1)', async () => {
    const account = await withPreparation({}, { nodes: 2 });
    await addTasks(account, 'sleep 60');
    const [first] = runsOf(account, 'preparation');
    account.clock.advance(3000);
    await value(account.engine.nodes.disableScheduling('pool', first?.nodeId ?? '', 'requeue'));
    account.clock.advance(1000);
    expect(runsOf(account, 'preparation').map(({ nodeId }) => nodeId)).toHaveLength(2);
    account.clock.advance(2000);
    // The first node is prepared by now, the one that the task waits for is not.
    expect(await taskState(account, 't0')).toBe('preparing');
    account.clock.advance(3000);
    expect(await taskState(account, 't0')).toBe('running');
  });

  it('is listed with the container that it ran in, and so is the release (batch-semantics 5.3)', async () => {
    const account = await loggedAccount({
      program: ({ kind }) => (kind === 'task' ? undefined : { exitCode: 0, container: { containerId: kind } }),
    });
    const hook = { commandLine: 'true' };
    await addJob(account, { jobPreparationTask: hook, jobReleaseTask: hook });
    await addTasks(account, 'true');
    account.clock.advance(1);
    await value(account.engine.jobs.terminate('job', undefined));
    account.clock.advance(1);
    expect(await hooks(account)).toMatchObject([
      {
        jobPreparationTaskExecutionInfo: { containerInfo: { containerId: 'preparation' } },
        jobReleaseTaskExecutionInfo: { containerInfo: { containerId: 'release' } },
      },
    ]);
  });

  it('is listed node by node, also for nodes that have gone since (batch-semantics 5.3)', async () => {
    const account = await withPreparation({}, { nodes: 2 });
    await addTasks(account, 'true', 'true');
    account.clock.advance(10_000);
    const nodes = (await nodesOf(account)).map(({ id }) => id);
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 0 }));
    account.clock.advance(1000);
    expect(await nodesOf(account)).toEqual([]);
    const listed = await hooks(account);
    expect(listed.map(({ nodeId }) => nodeId).toSorted()).toEqual(nodes.toSorted());
    expect(listed[0]).toMatchObject({
      poolId: 'pool',
      jobPreparationTaskExecutionInfo: { state: 'completed', result: 'success' },
    });
    await addJob(account, { id: 'plain' });
    expect(await refusalCode(account.engine.jobs.hookTaskStatus('plain', { limit: 10 }))).toBe(
      'JobPreparationTaskNotSpecified',
    );
  });
});
