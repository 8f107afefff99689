// What the ends of tasks mean for others and for their job, the states of a job, and its counts: batch-semantics 3.5 to
// 3.8, in virtual time.
import { describe, expect, test } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { ExitConditions, JobAdd, PoolAdd, RunResult } from '../../emulator/engine/index.ts';
import { addTasks, jobState, loggedAccount, runsOf, taskState } from '../support/run-log.ts';
import type { LoggedAccount } from '../support/run-log.ts';
import { poolOf, refusalCode, simulatedAccount, value } from '../support/simulated-account.ts';

async function withJob(job: Partial<JobAdd> = {}, outcome?: RunResult): Promise<LoggedAccount> {
  const account = await loggedAccount({
    nodes: 2,
    ...(outcome === undefined ? {} : { program: (run) => (run.commandLine === 'decided' ? outcome : undefined) }),
  });
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, ...job }));
  return account;
}

async function reasonOf({ engine }: LoggedAccount): Promise<string | undefined> {
  return (await value(engine.jobs.get('job'))).executionInfo.terminateReason;
}

const ends = { jobAction: 'terminate' } as const;
const stays = { jobAction: 'none' } as const;
const blocks = { dependencyAction: 'block' } as const;
const lets = { dependencyAction: 'satisfy' } as const;
const preProcessing: RunResult = {
  failure: { category: 'usererror', code: 'BlobNotFound', message: 'missing', phase: 'preProcessing' },
};
const upload: RunResult = {
  exitCode: 0,
  failure: { category: 'usererror', code: 'FileUploadAccessDenied', message: 'denied', phase: 'fileUpload' },
};

describe('the exit condition that applies', () => {
  test.each<[string, RunResult, ExitConditions, boolean]>([
    [
      'its own code, before a range',
      { exitCode: 5 },
      { exitCodes: [{ code: 5, exitOptions: stays }], exitCodeRanges: [{ start: 1, end: 9, exitOptions: ends }] },
      false,
    ],
    [
      'a range with its first code',
      { exitCode: 3 },
      { exitCodeRanges: [{ start: 3, end: 5, exitOptions: stays }], default: ends },
      false,
    ],
    [
      'a range with its last code',
      { exitCode: 5 },
      { exitCodeRanges: [{ start: 3, end: 5, exitOptions: stays }], default: ends },
      false,
    ],
    [
      'none of a range beside it',
      { exitCode: 6 },
      { exitCodeRanges: [{ start: 3, end: 5, exitOptions: stays }], default: ends },
      true,
    ],
    ['that of an error before the start', preProcessing, { preProcessingError: stays, default: ends }, false],
    ['the default of an error before the start', preProcessing, { default: stays }, false],
    ['that of an upload', upload, { fileUploadError: stays, default: ends }, false],
    ['the default of an upload', upload, { default: stays }, false],
    [
      'its own code, before that of an upload',
      upload,
      { exitCodes: [{ code: 0, exitOptions: stays }], fileUploadError: ends },
      false,
    ],
    ['none of a success, for which the default is not', { exitCode: 0 }, { default: ends }, false],
    ['a code that says so, also of a success', { exitCode: 0 }, { exitCodes: [{ code: 0, exitOptions: ends }] }, true],
    ['without any, to end the job', { exitCode: 1 }, {}, true],
  ])('is %s (batch-semantics 3.5)', async (_what, outcome, exitConditions, isEnded) => {
    const account = await withJob({ onTaskFailure: 'performexitoptionsjobaction' }, outcome);
    await value(account.engine.tasks.add('job', { id: 't', commandLine: 'decided', exitConditions }));
    account.clock.advance(1_000);
    expect(await taskState(account, 't')).toBe('completed');
    expect([await jobState(account), await reasonOf(account)]).toEqual(
      isEnded ? ['completed', 'TaskFailed'] : ['active', undefined],
    );
  });

  test('is looked for after the last try alone (batch-semantics 3.5)', async () => {
    const account = await withJob({ onTaskFailure: 'performexitoptionsjobaction' });
    const commandLine = "/bin/sh -c 'sleep 10; exit 1'";
    await value(account.engine.tasks.add('job', { id: 't', commandLine, constraints: { maxTaskRetryCount: 1 } }));
    account.clock.advance(15_000);
    expect(await jobState(account)).toBe('active');
    account.clock.advance(10_000);
    expect(await reasonOf(account)).toBe('TaskFailed');
  });

  test('may disable the job, with its running tasks back in the queue (batch-semantics 3.5)', async () => {
    const account = await withJob({ onTaskFailure: 'performexitoptionsjobaction' });
    const exitConditions = { default: { jobAction: 'disable' } } as const;
    await addTasks(account, 'sleep 600');
    await value(account.engine.tasks.add('job', { id: 'bad', commandLine: 'false', exitConditions }));
    account.clock.advance(1_000);
    expect(await jobState(account)).toBe('disabled');
    expect(await value(account.engine.tasks.get('job', 't0'))).toMatchObject({
      state: 'active',
      executionInfo: { requeueCount: 1 },
    });
  });

  test('states no action where the job performs none, and may let dependents go all the same (batch-semantics 3.5)', async () => {
    const { engine } = await withJob({ usesTaskDependencies: true });
    const add = (id: string, options: ExitConditions) =>
      engine.tasks.add('job', { id, commandLine: 'false', exitConditions: options });
    expect(await refusalCode(add('bad', { default: ends }))).toBe('InvalidPropertyValue');
    await value(add('good', { default: { dependencyAction: 'satisfy' } }));
  });
});

describe('what a task is for its dependents', () => {
  test.each<[string, RunResult, ExitConditions, boolean]>([
    ['lets them go after a success', { exitCode: 0 }, {}, true],
    ['blocks them after a failure', { exitCode: 1 }, {}, false],
    [
      'blocks them by a success that says so',
      { exitCode: 0 },
      { exitCodes: [{ code: 0, exitOptions: blocks }] },
      false,
    ],
    [
      'blocks them by a default that stands beside others',
      { exitCode: 9 },
      { exitCodes: [{ code: 1, exitOptions: lets }], preProcessingError: lets, fileUploadError: lets, default: blocks },
      false,
    ],
    [
      'lets them go by a code that stands beside a default',
      { exitCode: 1 },
      { exitCodes: [{ code: 1, exitOptions: lets }], default: blocks },
      true,
    ],
  ])('%s (batch-semantics 3.5)', async (_what, outcome, exitConditions, goes) => {
    const account = await withJob({ usesTaskDependencies: true }, outcome);
    await value(account.engine.tasks.add('job', { id: 'a', commandLine: 'decided', exitConditions }));
    await value(account.engine.tasks.add('job', { id: 'b', commandLine: 'true', dependsOn: { taskIds: ['a'] } }));
    account.clock.advance(1_000);
    expect([await taskState(account, 'b'), await jobState(account)]).toEqual([goes ? 'completed' : 'active', 'active']);
  });
});

describe('a job that ends with its tasks', () => {
  test('counts failed ones and its manager among them (batch-semantics 3.6)', async () => {
    const jobManagerTask = { id: 'manager', commandLine: 'sleep 30', killJobOnCompletion: false, runExclusive: false };
    const account = await withJob({ jobManagerTask });
    await addTasks(account, 'false');
    await value(account.engine.jobs.patch('job', { onAllTasksComplete: 'terminatejob' }));
    account.clock.advance(20_000);
    expect(await jobState(account)).toBe('active');
    account.clock.advance(11_000);
    expect(await reasonOf(account)).toBe('AllTasksComplete');
  });

  test('does not while one of them is blocked for good (batch-semantics 3.6)', async () => {
    const account = await withJob({ usesTaskDependencies: true });
    await addTasks(account, 'false');
    await value(account.engine.tasks.add('job', { id: 'c', commandLine: 'true', dependsOn: { taskIds: ['t0'] } }));
    await value(account.engine.jobs.patch('job', { onAllTasksComplete: 'terminatejob' }));
    account.clock.advance(duration.days(3));
    expect(await jobState(account)).toBe('active');
  });

  test('ends at the change when they are complete already (batch-semantics 3.6)', async () => {
    const account = await withJob();
    await addTasks(account, 'true');
    account.clock.advance(1_000);
    expect(await jobState(account)).toBe('active');
    await value(account.engine.jobs.patch('job', { onAllTasksComplete: 'terminatejob' }));
    expect(await reasonOf(account)).toBe('AllTasksComplete');
  });
});

describe('the state of a job', () => {
  test('lets it take tasks while it is disabled, which wait (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await value(account.engine.jobs.disable('job', 'wait'));
    account.clock.advance(1);
    await addTasks(account, 'true');
    account.clock.advance(60_000);
    expect(await taskState(account, 't0')).toBe('active');
    await value(account.engine.jobs.enable('job'));
    account.clock.advance(10);
    expect(await taskState(account, 't0')).toBe('completed');
  });

  test('lets it change its pool only while it is disabled (batch-semantics 3.7)', async () => {
    const { engine, clock } = await withJob();
    const change = { poolInfo: { poolId: 'other' } };
    expect(await refusalCode(engine.jobs.patch('job', change))).toBe('OperationInvalidForCurrentState');
    await value(engine.jobs.disable('job', 'wait'));
    clock.advance(1);
    await value(engine.jobs.patch('job', change));
    expect((await value(engine.jobs.get('job'))).poolInfo.poolId).toBe('other');
  });

  test('takes no change and no second end when it has ended (batch-semantics 3.7)', async () => {
    const { engine, clock } = await withJob();
    await value(engine.jobs.terminate('job', 'enough'));
    clock.advance(1);
    expect((await value(engine.jobs.get('job'))).executionInfo.terminateReason).toBe('enough');
    expect(await refusalCode(engine.jobs.patch('job', { priority: 1 }))).toBe('JobCompleted');
    expect(await refusalCode(engine.jobs.terminate('job', undefined))).toBe('JobCompleted');
    expect(await refusalCode(engine.jobs.disable('job', 'wait'))).toBe('JobCompleted');
    expect((await value(engine.jobs.list({ limit: 10 }))).items.map(({ id }) => id)).toEqual(['job']);
  });

  test('begins with its creation and ends with an end time and a pool (batch-semantics 3.7)', async () => {
    const { engine, clock } = await withJob();
    const { creationTime, executionInfo } = await value(engine.jobs.get('job'));
    expect(executionInfo).toEqual({ startTime: creationTime, poolId: 'pool' });
    clock.advance(5_000);
    await value(engine.jobs.terminate('job', undefined));
    clock.advance(1);
    const ended = (await value(engine.jobs.get('job'))).executionInfo;
    expect((ended.endTime ?? 0) - (ended.startTime ?? 0)).toBeGreaterThanOrEqual(5_000);
  });

  test('counts against the quota until it has ended (batch-semantics 3.7)', async () => {
    const quotas = { pools: 1, activeJobsAndSchedules: 1, dedicatedCores: 1, lowPriorityCores: 1 };
    const { engine, clock } = await simulatedAccount({ settings: { quotas } });
    const add = (id: string) => engine.jobs.add({ id, poolInfo: { poolId: 'pool' } });
    await value(add('a'));
    await value(engine.jobs.disable('a', 'wait'));
    clock.advance(1);
    expect(await refusalCode(add('b'))).toBe('ActiveJobAndScheduleQuotaReached');
    await value(engine.jobs.terminate('a', undefined));
    clock.advance(1);
    await value(add('b'));
  });

  test('passes the wall clock also while it is disabled (batch-semantics 3.7)', async () => {
    const account = await withJob({ constraints: { maxWallClockTime: duration.hours(1) } });
    await value(account.engine.jobs.disable('job', 'wait'));
    account.clock.advance(duration.hours(1) + 1);
    expect(await reasonOf(account)).toBe('MaxWallClockTimeExpiry');
  });

  test('is deleted with its tasks, whatever their retention, and with files on nodes (batch-semantics 3.7)', async () => {
    const account = await withJob();
    const add = (id: string, commandLine: string) =>
      account.engine.tasks.add('job', { id, commandLine, constraints: { retentionTime: duration.days(30) } });
    await value(add('done', 'true'));
    await value(add('runs', 'sleep 600'));
    account.clock.advance(1_000);
    const directories = () =>
      Promise.all(
        runsOf(account, 'task').map(
          async ({ nodeId, run }) => (await account.runtime.files.stat(nodeId, run.directory)) !== undefined,
        ),
      );
    expect(await directories()).toEqual([true, true]);
    await value(account.engine.jobs.delete('job'));
    account.clock.advance(1_000);
    expect(await refusalCode(account.engine.jobs.get('job'))).toBe('JobNotFound');
    expect(await directories()).toEqual([false, false]);
  });

  test('of one that is deleted while active lets it release its nodes first (batch-semantics 3.7)', async () => {
    const account = await withJob({
      jobPreparationTask: { commandLine: 'true' },
      jobReleaseTask: { commandLine: 'sleep 9' },
    });
    await addTasks(account, 'sleep 600');
    account.clock.advance(1_000);
    await value(account.engine.jobs.delete('job'));
    account.clock.advance(5_000);
    expect([await jobState(account), runsOf(account, 'release').length]).toEqual(['deleting', 1]);
    account.clock.advance(5_000);
    expect(await refusalCode(account.engine.jobs.get('job'))).toBe('JobNotFound');
  });

  test('resets no counter of a task when it is enabled (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await addTasks(account, 'sleep 600');
    await value(account.engine.jobs.disable('job', 'requeue'));
    account.clock.advance(1);
    await value(account.engine.jobs.enable('job'));
    account.clock.advance(1_000);
    const { state, executionInfo } = await value(account.engine.tasks.get('job', 't0'));
    expect([state, executionInfo.requeueCount]).toEqual(['running', 1]);
  });

  test('stays active when its pool goes, and its tasks wait for one of that id (batch-semantics 3.7)', async () => {
    const account = await withJob();
    await addTasks(account, 'sleep 60');
    await value(account.engine.pools.delete('pool'));
    account.clock.advance(1_000);
    expect([await jobState(account), await taskState(account, 't0')]).toEqual(['active', 'active']);
    await value(account.engine.pools.add(poolOf('pool', 1)));
    account.clock.advance(1_000);
    expect(await taskState(account, 't0')).toBe('running');
  });

  test('takes no change, task or other end while it ends or goes (batch-semantics 3.7)', async () => {
    const { engine } = await loggedAccount({ settings: { jobTerminatingMs: 5_000, jobDeletingMs: 5_000 } });
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    const refused = () =>
      Promise.all([
        refusalCode(engine.jobs.patch('job', { priority: 1 })),
        refusalCode(engine.jobs.update('job', { poolInfo: { poolId: 'pool' } })),
        refusalCode(engine.tasks.add('job', { id: 't', commandLine: 'true' })),
        refusalCode(engine.jobs.enable('job')),
      ]);
    await value(engine.jobs.terminate('job', undefined));
    expect(new Set(await refused())).toEqual(new Set(['JobBeingTerminated']));
    await value(engine.jobs.delete('job'));
    expect(new Set(await refused())).toEqual(new Set(['JobBeingDeleted']));
    expect(await refusalCode(engine.jobs.delete('job'))).toBe('JobBeingDeleted');
  });

  test('keeps the case of ids, its own and those of tasks, and compares without it (batch-semantics 3.7)', async () => {
    const { engine } = await withJob({ id: 'Job' });
    const jobOf = (id: string) => engine.jobs.add({ id, poolInfo: { poolId: 'pool' } });
    const taskOf = (id: string) => engine.tasks.add('JOB', { id, commandLine: 'true' });
    expect((await value(engine.jobs.get('job'))).id).toBe('Job');
    expect(await refusalCode(jobOf('jOB'))).toBe('JobExists');
    await value(jobOf('x'.repeat(64)));
    expect(await refusalCode(jobOf('x'.repeat(65)))).toBe('InvalidPropertyValue');
    await value(taskOf('Task_1-a'));
    expect((await value(engine.tasks.get('job', 'task_1-A'))).id).toBe('Task_1-a');
    expect(await refusalCode(taskOf('TASK_1-A'))).toBe('TaskExists');
    expect(await refusalCode(taskOf('a b'))).toBe('InvalidPropertyValue');
    expect(await refusalCode(taskOf('x'.repeat(65)))).toBe('InvalidPropertyValue');
  });
});

test('a job may have an auto pool with a formula in place of targets (batch-semantics 3.7)', async () => {
  const { engine } = await simulatedAccount();
  const { id: _id, targetDedicatedNodes: _nodes, ...pool } = poolOf('x', 0);
  const formula = { enableAutoScale: true, autoScaleFormula: '$TargetDedicatedNodes = 1;' } as const;
  const autoPoolSpecification = { poolLifetimeOption: 'job', pool: { ...pool, ...formula } } as const;
  const { state, executionInfo } = await value(engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification } }));
  expect([state, executionInfo.schedulingError]).toEqual(['active', undefined]);
  expect(await value(engine.pools.get(executionInfo.poolId ?? ''))).toMatchObject(formula);
  const both = { ...autoPoolSpecification, pool: { ...pool, ...formula, targetDedicatedNodes: 1 } };
  const refused = await value(engine.jobs.add({ id: 'both', poolInfo: { autoPoolSpecification: both } }));
  expect(refused.executionInfo.schedulingError?.code).toBe('InvalidAutoPoolSettings');
});

describe('a job whose auto pool cannot be made ends with the error', () => {
  test.each<[string, Partial<PoolAdd>, number, string]>([
    ['of the quota of pools', {}, 0, 'AutoPoolCreationFailedWithQuotaReached'],
    ['of its settings', { taskSlotsPerNode: 1_000 }, 1, 'InvalidAutoPoolSettings'],
    ['of its formula', { enableAutoScale: true, autoScaleFormula: ' ' }, 1, 'InvalidAutoScaleFormulaInAutoPool'],
  ])('%s (batch-semantics 3.7)', async (_what, more, pools, code) => {
    const quotas = { pools, activeJobsAndSchedules: 1, dedicatedCores: 10, lowPriorityCores: 10 };
    const { engine } = await simulatedAccount({ settings: { quotas } });
    const { id: _id, targetDedicatedNodes: _nodes, ...pool } = { ...poolOf('x', 1), ...more };
    const autoPoolSpecification = { poolLifetimeOption: 'job', pool } as const;
    expect(await value(engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification } }))).toMatchObject({
      state: 'completed',
      executionInfo: { schedulingError: { category: 'usererror', code } },
    });
  });
});

test('counts are of all states, also by slots; active ones include those that are blocked (batch-semantics 3.8)', async () => {
  const account = await loggedAccount({ pool: { taskSlotsPerNode: 4 } });
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, usesTaskDependencies: true }));
  const add = (id: string, commandLine: string, more: object = {}) =>
    account.engine.tasks.add('job', { id, commandLine, ...more });
  await value(add('good', 'true', { requiredSlots: 3 }));
  account.clock.advance(10);
  await value(add('bad', 'false'));
  account.clock.advance(10);
  await value(add('runs', 'sleep 600', { requiredSlots: 2 }));
  await value(add('blocked', 'true', { requiredSlots: 4, dependsOn: { taskIds: ['bad'] } }));
  const { taskCounts, taskSlotCounts } = await value(account.engine.jobs.taskCounts('job'));
  expect(taskCounts).toEqual({ active: 1, running: 1, completed: 2, succeeded: 1, failed: 1 });
  expect(taskSlotCounts).toEqual({ active: 4, running: 2, completed: 4, succeeded: 3, failed: 1 });
});

test('counts call a task that waits for its preparation running (batch-semantics 3.8)', async () => {
  const account = await withJob({ jobPreparationTask: { commandLine: 'sleep 60' } });
  await addTasks(account, 'true');
  expect(await taskState(account, 't0')).toBe('preparing');
  expect((await value(account.engine.jobs.taskCounts('job'))).taskCounts).toMatchObject({ active: 0, running: 1 });
});

test('nodes are counted by state, of either kind, with their sum (batch-semantics 3.8)', async () => {
  const { engine } = await loggedAccount({ nodes: 2, pool: { targetLowPriorityNodes: 1 } });
  const [counts] = (await value(engine.pools.nodeCounts({ limit: 10 }))).items;
  expect(counts).toMatchObject({
    poolId: 'pool',
    dedicated: { idle: 2, total: 2 },
    lowPriority: { idle: 1, total: 1 },
  });
});
