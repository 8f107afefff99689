// What nodes are told of variables, users and command lines: batch-semantics 10.2 to 10.5, in virtual time. What nodes make of it
// is in test/contract/node-runtime/parts/environment.ts and test/docker.
import { describe, expect, it } from 'vitest';
import type { RunSpec, TaskAdd, UserIdentity } from '../../emulator/engine/index.ts';
import { addJob, firstNodeId, loggedAccount, runsOf } from '../support/run-log.ts';
import { accountWithPool, poolOf, refusalCode, value } from '../support/simulated-account.ts';

const variablesOf = (run: RunSpec | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((run?.environment ?? []).map(({ name, value: text }) => [name, text]));

const settings = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).map(([name, text]) => ({ name, value: text }));

describe('the variables of a task', () => {
  it('tell account, pool, node, job and task, of which a start task has no job and no task (batch-semantics 10.2)', async () => {
    const account = await loggedAccount({ pool: { startTask: { commandLine: 'true' } } });
    await addJob(account, { jobPreparationTask: { commandLine: 'true' }, jobReleaseTask: { commandLine: 'true' } });
    await value(account.engine.tasks.add('job', { id: 'Task-1', commandLine: 'true' }));
    account.clock.advance(1);
    await value(account.engine.jobs.terminate('job', undefined));
    account.clock.advance(1000);
    const everywhere = {
      AZ_BATCH_ACCOUNT_NAME: 'devbatchaccount1',
      AZ_BATCH_ACCOUNT_URL: 'http://127.0.0.1:10100',
      AZ_BATCH_POOL_ID: 'pool',
      AZ_BATCH_NODE_ID: await firstNodeId(account),
      AZ_BATCH_NODE_IS_DEDICATED: 'true',
    };
    const ofJob = { ...everywhere, AZ_BATCH_JOB_ID: 'job' };
    expect(account.runs.map(({ run }) => [run.kind, variablesOf(run)])).toEqual([
      ['startTask', everywhere],
      ['preparation', { ...ofJob, AZ_BATCH_TASK_ID: 'jobpreparation' }],
      ['task', { ...ofJob, AZ_BATCH_TASK_ID: 'Task-1' }],
      ['release', { ...ofJob, AZ_BATCH_TASK_ID: 'jobrelease' }],
    ]);
  });

  it('tell that a spot node is not dedicated (batch-semantics 10.2)', async () => {
    const account = await loggedAccount({ nodes: 0, pool: { targetLowPriorityNodes: 1 } });
    await addJob(account);
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    account.clock.advance(1);
    expect(variablesOf(account.runs[0]?.run)).toMatchObject({ AZ_BATCH_NODE_IS_DEDICATED: 'false' });
  });

  it('name the preparation directory to tasks of a job that has one, and to its release (batch-semantics 10.2)', async () => {
    const account = await loggedAccount();
    await addJob(account, {
      jobPreparationTask: { id: 'prep', commandLine: 'true' },
      jobReleaseTask: { commandLine: 'true' },
    });
    await addJob(account, { id: 'bare' });
    for (const job of ['job', 'bare']) await value(account.engine.tasks.add(job, { id: 't', commandLine: 'true' }));
    account.clock.advance(1);
    await value(account.engine.jobs.terminate('job', undefined));
    account.clock.advance(1000);
    const told = account.runs.map(({ run }) => [run.directory, run.preparationDirectory]);
    const prep = 'workitems/job/job-1/prep';
    expect(told).toHaveLength(4);
    expect(told).toEqual(
      expect.arrayContaining([
        [prep, undefined],
        ['workitems/job/job-1/t', prep],
        ['workitems/job/job-1/jobrelease', prep],
        ['workitems/bare/job-1/t', undefined],
      ]),
    );
  });

  it('are its own before those of the job, which job manager, preparation and release have, too (batch-semantics 10.2)', async () => {
    const account = await loggedAccount({
      pool: { startTask: { commandLine: 'true', environmentSettings: settings({ MINE: 'start' }) } },
    });
    const environmentSettings = (mine: string) => settings({ MINE: mine });
    await addJob(account, {
      commonEnvironmentSettings: settings({ MINE: 'job', OURS: 'common' }),
      jobPreparationTask: { commandLine: 'true', environmentSettings: environmentSettings('prepare') },
      jobReleaseTask: { commandLine: 'true', environmentSettings: environmentSettings('release') },
      jobManagerTask: {
        id: 'boss',
        commandLine: 'true',
        killJobOnCompletion: false,
        environmentSettings: environmentSettings('boss'),
      },
    });
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true' }));
    account.clock.advance(1000);
    await value(account.engine.jobs.terminate('job', undefined));
    account.clock.advance(1000);
    const seen = account.runs.map(({ run }) => {
      const { MINE, OURS } = variablesOf(run);
      return [run.directory.split('/').at(-1), MINE, OURS];
    });
    expect(seen).toHaveLength(5);
    expect(seen).toEqual(
      expect.arrayContaining([
        ['startup', 'start', undefined],
        ['jobpreparation', 'prepare', 'common'],
        ['boss', 'boss', 'common'],
        ['t', 'job', 'common'],
        ['jobrelease', 'release', 'common'],
      ]),
    );
  });

  it('of the service stay what they are, and one without a value is empty (batch-semantics 10.2)', async () => {
    const account = await loggedAccount();
    await addJob(account, { commonEnvironmentSettings: settings({ AZ_BATCH_JOB_ID: 'mine' }) });
    const environmentSettings = [{ name: 'AZ_BATCH_POOL_ID', value: 'mine' }, { name: 'EMPTY' }];
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true', environmentSettings }));
    account.clock.advance(1);
    const variables = variablesOf(account.runs[0]?.run);
    expect(variables).toMatchObject({ AZ_BATCH_JOB_ID: 'job', AZ_BATCH_POOL_ID: 'pool', EMPTY: '' });
    expect(account.runs[0]?.run.environment.map(({ name }) => name).toSorted()).toEqual(
      [...new Set(Object.keys(variables))].toSorted(),
    );
  });
});

describe('a command line', () => {
  it('may be empty in a container alone (batch-semantics 10.3, 10.5)', async () => {
    const { engine } = await accountWithPool(0);
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    const add = (id: string, more: Partial<TaskAdd>) => engine.tasks.add('job', { id, commandLine: '', ...more });
    expect(await refusalCode(add('t', {}))).toBe('InvalidPropertyValue');
    await value(add('t', { containerSettings: { imageName: 'busybox' } }));
    const startTask = { commandLine: ' ' };
    expect(await refusalCode(engine.pools.add(poolOf('other', 0, { startTask })))).toBe('InvalidPropertyValue');
  });
});

describe('the user of a task', () => {
  const userOf = async (userIdentity: UserIdentity | undefined) => {
    const account = await loggedAccount({
      pool: {
        userAccounts: [
          { name: 'boss', password: 'p', elevationLevel: 'admin' },
          { name: 'ann', password: 'p' },
        ],
      },
    });
    await addJob(account);
    const more = userIdentity === undefined ? {} : { userIdentity };
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true', ...more }));
    account.clock.advance(1);
    const shown = (await value(account.engine.tasks.get('job', 't'))).userIdentity;
    return { shown, user: runsOf(account, 'task')[0]?.run.user };
  };

  it('is by default that of the pool, without rights, and shown so (batch-semantics 10.4)', async () => {
    expect(await userOf(undefined)).toEqual({
      shown: { autoUser: { scope: 'pool', elevationLevel: 'nonadmin' } },
      user: { kind: 'auto', scope: 'pool', admin: false },
    });
  });

  it.each([
    [{ autoUser: { elevationLevel: 'admin' } }, { kind: 'auto', scope: 'pool', admin: true }],
    [{ autoUser: { scope: 'task' } }, { kind: 'auto', scope: 'task', admin: false }],
    [{ username: 'ann' }, { kind: 'named', name: 'ann', admin: false }],
    [{ username: 'boss' }, { kind: 'named', name: 'boss', admin: true }],
  ] as const)('%j is %j to its node (batch-semantics 10.4)', async (identity, user) => {
    expect((await userOf(identity)).user).toEqual(user);
  });

  it.each([
    ['both', { username: 'ann', autoUser: { scope: 'pool' } }],
    ['neither', {}],
  ] as const)(
    'is refused where %s of a name and an automatic user are given (batch-semantics 10.4)',
    async (_what, userIdentity) => {
      const { engine } = await accountWithPool(0);
      await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
      const code = 'InvalidPropertyValue';
      expect(await refusalCode(engine.tasks.add('job', { id: 't', commandLine: 'x', userIdentity }))).toBe(code);
      const startTask = { commandLine: 'x', userIdentity };
      expect(await refusalCode(engine.pools.add(poolOf('other', 0, { startTask })))).toBe(code);
    },
  );
});
