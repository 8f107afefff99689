// Job release when a job ends, on the nodes that it has used: batch-semantics 5.2, in virtual time.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { JobAdd, JobReleaseTask } from '../../emulator/engine/index.ts';
import {
  addJob,
  addTasks,
  failsOnFirstNode,
  firstNodeId,
  jobState,
  type LoggedAccount,
  loggedAccount,
  type LoggedAccountOptions,
  runsOf,
} from '../support/run-log.ts';
import { refusalCode, value } from '../support/simulated-account.ts';

async function withRelease(
  release: Partial<JobReleaseTask> = {},
  options: LoggedAccountOptions & { readonly job?: Partial<JobAdd> } = {},
): Promise<LoggedAccount> {
  const account = await loggedAccount(options);
  await addJob(account, {
    jobPreparationTask: { commandLine: 'true' },
    jobReleaseTask: { commandLine: 'sleep 3', ...release },
    ...options.job,
  });
  return account;
}

const hooks = async ({ engine }: LoggedAccount) =>
  (await value(engine.jobs.hookTaskStatus('job', { limit: 10 }))).items;

const releasedNodes = (account: LoggedAccount) => runsOf(account, 'release').map(({ nodeId }) => nodeId);

async function end({ engine, clock }: LoggedAccount): Promise<void> {
  await value(engine.jobs.terminate('job', undefined));
  clock.advance(1);
}

describe('a job release task', () => {
  it('needs a preparation task in its job (batch-semantics 5.2)', async () => {
    const { engine } = await loggedAccount();
    const job = { id: 'job', poolInfo: { poolId: 'pool' }, jobReleaseTask: { commandLine: 'true' } };
    expect(await refusalCode(engine.jobs.add(job))).toBe('InvalidPropertyValue');
  });

  it('is jobrelease, has 15 minutes and keeps its files for a week unless it says otherwise (batch-semantics 5.2)', async () => {
    const { engine } = await withRelease();
    expect((await value(engine.jobs.get('job'))).jobReleaseTask).toMatchObject({
      id: 'jobrelease',
      maxWallClockTime: duration.minutes(15),
      retentionTime: duration.days(7),
    });
    const add = engine.tasks.add('job', { id: 'jobrelease', commandLine: 'true' });
    expect(await refusalCode(add)).toBe('TaskIdSameAsJobReleaseTask');
  });

  it('cannot have more than 15 minutes, and is ended when its time is up (batch-semantics 5.2)', async () => {
    const { engine } = await loggedAccount();
    const jobReleaseTask = { commandLine: 'true', maxWallClockTime: duration.minutes(15) + 1 };
    const job = {
      id: 'job',
      poolInfo: { poolId: 'pool' },
      jobPreparationTask: { commandLine: 'true' },
      jobReleaseTask,
    };
    expect(await refusalCode(engine.jobs.add(job))).toBe('InvalidPropertyValue');

    const account = await withRelease({ commandLine: 'sleep 3600', maxWallClockTime: duration.minutes(2) });
    await addTasks(account, 'true');
    account.clock.advance(1);
    await end(account);
    account.clock.advance(duration.seconds(119));
    expect(await jobState(account)).toBe('terminating');
    account.clock.advance(duration.seconds(2));
    expect(await jobState(account)).toBe('completed');
    expect((await hooks(account))[0]?.jobReleaseTaskExecutionInfo).toMatchObject({ result: 'failure' });
  });

  it('is not retried, and its failure does not keep the job from ending (batch-semantics 5.2)', async () => {
    const account = await withRelease({ commandLine: 'false' });
    await addTasks(account, 'true');
    account.clock.advance(1);
    await end(account);
    expect(await jobState(account)).toBe('completed');
    expect(runsOf(account, 'release')).toHaveLength(1);
    expect((await hooks(account))[0]?.jobReleaseTaskExecutionInfo).toMatchObject({ result: 'failure', exitCode: 1 });
  });

  it.each([
    ['is terminated', {}, ({ engine }: LoggedAccount) => value(engine.jobs.terminate('job', undefined))],
    ['is deleted while it is active', {}, ({ engine }: LoggedAccount) => value(engine.jobs.delete('job'))],
    [
      'has used up its wall clock time',
      { constraints: { maxWallClockTime: duration.minutes(10) } },
      async ({ clock }: LoggedAccount) => clock.advance(duration.minutes(10)),
    ],
    [
      'has lost its manager',
      { jobManagerTask: { id: 'manager', commandLine: 'sleep 60', runExclusive: false } },
      async ({ clock }: LoggedAccount) => clock.advance(duration.minutes(1)),
    ],
    [
      'has completed all its tasks and was to end then',
      {},
      ({ engine }: LoggedAccount) => value(engine.jobs.patch('job', { onAllTasksComplete: 'terminatejob' })),
    ],
  ] as const)('runs when the job %s (batch-semantics 5.2)', async (_how, job, endIt) => {
    const account = await withRelease({}, { job, pool: { taskSlotsPerNode: 2 } });
    await addTasks(account, 'true');
    account.clock.advance(1000);
    expect(runsOf(account, 'release')).toEqual([]);
    await endIt(account);
    account.clock.advance(1);
    expect(runsOf(account, 'release')).toHaveLength(1);
    account.clock.advance(3000);
    const left = await account.engine.jobs.get('job');
    expect(left.ok ? left.value.state : left.fault.code).toMatch(/^completed$|^JobNotFound$/);
    expect(runsOf(account, 'release')).toHaveLength(1);
  });

  it('runs on the nodes where tasks of the job ran, and on no others (batch-semantics 5.2)', async () => {
    const { program, node: broken } = failsOnFirstNode(1);
    const account = await withRelease(
      {},
      {
        nodes: 4,
        program,
      },
    );
    await addTasks(account, 'sleep 10', 'sleep 10');
    account.clock.advance(60_000);
    const used = [...new Set(runsOf(account, 'task').map(({ nodeId }) => nodeId))];
    expect(used).not.toContain(broken());
    await end(account);
    expect(releasedNodes(account).toSorted()).toEqual(used.toSorted());
  });

  it('does not run where a node was only prepared (batch-semantics 5.2)', async () => {
    const account = await withRelease({}, { job: { jobPreparationTask: { commandLine: 'sleep 60' } } });
    await addTasks(account, 'true');
    await value(account.engine.tasks.delete('job', 't0'));
    account.clock.advance(duration.minutes(2));
    expect((await hooks(account))[0]?.jobPreparationTaskExecutionInfo).toMatchObject({ result: 'success' });
    await end(account);
    expect(releasedNodes(account)).toEqual([]);
    expect(await jobState(account)).toBe('completed');
  });

  it.each([
    ['reboot', 1],
    ['reimage', 0],
  ] as const)('after a %s since the last task runs %i times (batch-semantics 5.2)', async (operation, times) => {
    const account = await withRelease();
    await addTasks(account, 'true');
    account.clock.advance(1);
    await value(account.engine.nodes[operation]('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(duration.minutes(1));
    await end(account);
    account.clock.advance(5000);
    expect(releasedNodes(account)).toHaveLength(times);
    expect(await jobState(account)).toBe('completed');
  });

  it('runs after a reimage when tasks of the job have run there again (batch-semantics 5.2)', async () => {
    const account = await withRelease();
    await addTasks(account, 'true');
    account.clock.advance(1);
    await value(account.engine.nodes.reimage('pool', await firstNodeId(account), 'requeue'));
    await value(account.engine.tasks.add('job', { id: 'again', commandLine: 'true' }));
    account.clock.advance(duration.minutes(1));
    await end(account);
    expect(releasedNodes(account)).toHaveLength(1);
  });

  it('runs on a node that takes no tasks any more, too (batch-semantics 5.2)', async () => {
    const account = await withRelease();
    await addTasks(account, 'true');
    account.clock.advance(1);
    await value(account.engine.nodes.disableScheduling('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(1);
    await end(account);
    expect(releasedNodes(account)).toHaveLength(1);
  });

  it('does not run again when a completed job is deleted (batch-semantics 5.2)', async () => {
    const account = await withRelease();
    await addTasks(account, 'true');
    account.clock.advance(1);
    await end(account);
    account.clock.advance(5000);
    await value(account.engine.jobs.delete('job'));
    account.clock.advance(5000);
    expect(await refusalCode(account.engine.jobs.get('job'))).toBe('JobNotFound');
    expect(releasedNodes(account)).toHaveLength(1);
  });

  it('cut off by a reboot runs again when the node has started, and the job waits for it (batch-semantics 5.2)', async () => {
    const account = await withRelease({ commandLine: 'sleep 60' }, { settings: { nodeRebootMs: duration.minutes(2) } });
    await addTasks(account, 'true');
    account.clock.advance(1);
    await end(account);
    account.clock.advance(30_000);
    await value(account.engine.nodes.reboot('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(duration.minutes(2) - 1);
    expect(await jobState(account)).toBe('terminating');
    expect((await hooks(account))[0]?.jobReleaseTaskExecutionInfo).toMatchObject({ state: 'running' });
    expect(releasedNodes(account)).toHaveLength(1);
    account.clock.advance(59_000);
    expect(releasedNodes(account)).toHaveLength(2);
    expect(await jobState(account)).toBe('terminating');
    account.clock.advance(2000);
    expect(await jobState(account)).toBe('completed');
    expect((await hooks(account))[0]?.jobReleaseTaskExecutionInfo).toMatchObject({ result: 'success', exitCode: 0 });
  });

  it('of a job that ends while its node reboots runs when it has started (batch-semantics 5.2)', async () => {
    const account = await withRelease({}, { settings: { nodeRebootMs: duration.minutes(2) } });
    await addTasks(account, 'true');
    account.clock.advance(1);
    await value(account.engine.nodes.reboot('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(1000);
    await end(account);
    expect(await jobState(account)).toBe('terminating');
    account.clock.advance(duration.minutes(2));
    expect(releasedNodes(account)).toHaveLength(1);
    account.clock.advance(3000);
    expect(await jobState(account)).toBe('completed');
  });

  it.each([
    ['fails its start task', { works: false, rebootMs: 1000 }],
    ['does not come back in time', { works: true, rebootMs: duration.minutes(20) }],
  ])('does not keep its job waiting for a node that %s (batch-semantics 5.2)', async (_how, { works, rebootMs }) => {
    let boots = 0;
    const account = await withRelease(
      { commandLine: 'sleep 60' },
      {
        pool: { startTask: { commandLine: 'true', waitForSuccess: true } },
        settings: { nodeRebootMs: rebootMs },
        program: ({ kind }) => {
          if (kind !== 'startTask') return undefined;
          boots += 1;
          return { durationMs: 0, exitCode: boots === 1 || works ? 0 : 1 };
        },
      },
    );
    await addTasks(account, 'true');
    account.clock.advance(1);
    await end(account);
    account.clock.advance(1000);
    await value(account.engine.nodes.reboot('pool', await firstNodeId(account), 'requeue'));
    account.clock.advance(duration.minutes(16));
    expect(await jobState(account)).toBe('completed');
    expect((await hooks(account))[0]?.jobReleaseTaskExecutionInfo).toMatchObject({
      state: 'completed',
      result: 'failure',
    });
    account.clock.advance(duration.hours(1));
    expect(releasedNodes(account)).toHaveLength(1);
  });

  it('is waited for on all nodes before the job is completed (batch-semantics 3.7, 5.2)', async () => {
    let releases = 0;
    const account = await withRelease(
      {},
      {
        nodes: 2,
        program: ({ kind }) => {
          if (kind !== 'release') return undefined;
          releases += 1;
          return { durationMs: releases * 10_000, exitCode: 0 };
        },
      },
    );
    await addTasks(account, 'sleep 1', 'sleep 1');
    account.clock.advance(2000);
    await end(account);
    account.clock.advance(19_000);
    expect(await jobState(account)).toBe('terminating');
    account.clock.advance(1000);
    expect(await jobState(account)).toBe('completed');
  });

  it("takes no slot: it runs beside other jobs' tasks (batch-semantics 2.2, 5.2)", async () => {
    const account = await withRelease();
    await addTasks(account, 'true');
    account.clock.advance(1);
    await addJob(account, { id: 'other' });
    await value(account.engine.tasks.add('other', { id: 'o', commandLine: 'sleep 60' }));
    await end(account);
    expect(releasedNodes(account)).toHaveLength(1);
    expect((await value(account.engine.tasks.get('other', 'o'))).state).toBe('running');
  });

  it('loses its directory when its retention time is over (batch-semantics 5.2)', async () => {
    const account = await withRelease({ retentionTime: duration.hours(1) });
    await addTasks(account, 'true');
    account.clock.advance(1);
    await end(account);
    const node = await firstNodeId(account);
    const look = () => account.runtime.files.stat(node, 'workitems/job/job-1/jobrelease/stdout.txt');
    account.clock.advance(duration.minutes(59));
    expect(await look()).toBeDefined();
    account.clock.advance(duration.minutes(2));
    expect(await look()).toBeUndefined();
  });
});
