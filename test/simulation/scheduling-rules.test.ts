// Which task runs when and where: batch-semantics 2.1 to 2.3, in virtual time.
import { describe, expect, test } from 'vitest';
import type { JobAdd, TaskAdd } from '../../emulator/engine/index.ts';
import { addJob, addTasks, loggedAccount, nodesOf, runsOf, taskState } from '../support/run-log.ts';
import { type SimulatedAccount, accountWithPool, poolOf, refusalCode, value } from '../support/simulated-account.ts';

async function jobOf({ engine }: SimulatedAccount, id: string, more: Partial<JobAdd> = {}): Promise<void> {
  await value(engine.jobs.add({ id, poolInfo: { poolId: 'pool' }, ...more }));
}

async function add(
  { engine }: SimulatedAccount,
  jobId: string,
  task: Partial<TaskAdd> & { id: string },
): Promise<void> {
  await value(engine.tasks.add(jobId, { commandLine: 'sleep 60', ...task }));
}

async function placesOf({ engine }: SimulatedAccount, jobId: string): Promise<readonly (string | undefined)[]> {
  const { items } = await value(engine.tasks.list(jobId, { limit: 100 }));
  return items.map(({ nodeInfo }) => (nodeInfo !== undefined && 'nodeId' in nodeInfo ? nodeInfo.nodeId : undefined));
}

describe('choosing tasks', () => {
  test('several jobs use a pool at the same time (batch-semantics 2.1)', async () => {
    const account = await accountWithPool(2);
    await jobOf(account, 'a');
    await jobOf(account, 'b');
    await add(account, 'a', { id: 't' });
    await add(account, 'b', { id: 't' });
    expect([await taskState(account, 't', 'a'), await taskState(account, 't', 'b')]).toEqual(['running', 'running']);
  });

  test('a priority is 0 unless it is given, from -1000 to 1000 (batch-semantics 2.1)', async () => {
    const account = await accountWithPool(0);
    await jobOf(account, 'a');
    expect((await value(account.engine.jobs.get('a'))).priority).toBe(0);
    for (const priority of [-1000, 1000]) await jobOf(account, `p${priority}`, { priority });
    for (const priority of [-1001, 1001]) {
      const job = { id: 'bad', poolInfo: { poolId: 'pool' }, priority };
      expect(await refusalCode(account.engine.jobs.add(job))).toBe('OutOfRangePriority');
    }
  });

  test('a priority that is changed holds for what has not started (batch-semantics 2.1)', async () => {
    const account = await accountWithPool(1);
    await jobOf(account, 'first', { priority: 5 });
    await jobOf(account, 'second');
    await add(account, 'first', { id: 'running' });
    await add(account, 'first', { id: 'waiting' });
    await add(account, 'second', { id: 'later' });
    await value(account.engine.jobs.patch('second', { priority: 10 }));
    expect(await taskState(account, 'running', 'first')).toBe('running');
    account.clock.advance(60_000);
    expect(await taskState(account, 'later', 'second')).toBe('running');
    expect(await taskState(account, 'waiting', 'first')).toBe('active');
  });

  test('jobs of equal priority both get their turn (batch-semantics 2.1)', async () => {
    const account = await accountWithPool(2);
    for (const id of ['a', 'b']) await jobOf(account, id);
    for (const job of ['a', 'b'])
      for (let index = 0; index < 6; index += 1) await add(account, job, { id: `t${index}` });
    account.clock.advance(6 * 60_000 + 10);
    for (const job of ['a', 'b']) {
      const { items } = await value(account.engine.tasks.list(job, { limit: 10 }));
      expect(items.every(({ state }) => state === 'completed')).toBe(true);
    }
  });

  test('tasks of a job start in the order of their creation, not of their ids (batch-semantics 2.1)', async () => {
    const account = await loggedAccount();
    await addJob(account);
    for (const id of ['c', 'a', 'b']) await add(account, 'job', { id, commandLine: 'sleep 1' });
    account.clock.advance(10_000);
    expect(runsOf(account, 'task').map(({ run }) => run.directory)).toEqual(
      ['c', 'a', 'b'].map((id) => `workitems/job/job-1/${id}`),
    );
  });

  test('tasks start as soon as one node is ready, while others still start (batch-semantics 2.1)', async () => {
    const started: string[] = [];
    const account = await loggedAccount({
      nodes: 2,
      pool: { startTask: { commandLine: 'prepare', waitForSuccess: true } },
      program: (run, nodeId) => {
        if (run.kind !== 'startTask') return undefined;
        started.push(nodeId);
        return { durationMs: started.length === 1 ? 10_000 : 600_000, exitCode: 0 };
      },
    });
    await addJob(account);
    await addTasks(account, 'sleep 60');
    account.clock.advance(11_000);
    expect(await taskState(account, 't0')).toBe('running');
    expect((await nodesOf(account)).map(({ state }) => state).toSorted()).toEqual(['running', 'waitingforstarttask']);
  });
});

describe('slots', () => {
  test('of a node are one by default, four a core and 256 at most (batch-semantics 2.2)', async () => {
    const { engine } = await accountWithPool(0);
    expect((await value(engine.pools.get('pool'))).taskSlotsPerNode).toBe(1);
    await value(engine.pools.add(poolOf('eight', 0, { taskSlotsPerNode: 8 })));
    expect(await refusalCode(engine.pools.add(poolOf('nine', 0, { taskSlotsPerNode: 9 })))).toBe(
      'InvalidPropertyValue',
    );
  });

  test('of a multi-instance task are not asked for (batch-semantics 2.2)', async () => {
    const account = await accountWithPool(0);
    await jobOf(account, 'job');
    const multiInstanceSettings = { numberOfInstances: 2, coordinationCommandLine: 'true' };
    const task = { id: 't', commandLine: 'true', requiredSlots: 2, multiInstanceSettings };
    expect(await refusalCode(account.engine.tasks.add('job', task))).toBe('InvalidPropertyValue');
  });

  test('and tasks of a node are counted, of tasks alone (batch-semantics 2.2)', async () => {
    const account = await accountWithPool(1, { taskSlotsPerNode: 4, startTask: { commandLine: 'true' } });
    await jobOf(account, 'job', { jobPreparationTask: { commandLine: 'true' } });
    account.clock.advance(10);
    await add(account, 'job', { id: 'good', commandLine: 'true' });
    await add(account, 'job', { id: 'bad', commandLine: 'false' });
    account.clock.advance(10);
    await add(account, 'job', { id: 'one' });
    await add(account, 'job', { id: 'two', requiredSlots: 2 });
    expect(await nodesOf(account)).toMatchObject([
      { runningTasksCount: 2, runningTaskSlotsCount: 3, totalTasksRun: 2, totalTasksSucceeded: 1 },
    ]);
  });
});

describe('the place of a task', () => {
  test.each([
    ['spread', 2],
    ['pack', 1],
  ] as const)('with %s is on %s of two nodes that have room (batch-semantics 2.3)', async (nodeFillType, nodes) => {
    const account = await accountWithPool(2, { taskSlotsPerNode: 4, taskSchedulingPolicy: { nodeFillType } });
    await jobOf(account, 'job');
    for (const id of ['a', 'b', 'c', 'd']) await add(account, 'job', { id });
    const places = await placesOf(account, 'job');
    expect(places).toHaveLength(4);
    expect(new Set(places).size).toBe(nodes);
  });

  test('is where its affinity says when there is room, and elsewhere when not (batch-semantics 2.3)', async () => {
    const account = await accountWithPool(3);
    await jobOf(account, 'job');
    const last = (await nodesOf(account)).at(-1);
    const affinityInfo = { affinityId: last?.affinityId ?? '' };
    for (const id of ['there', 'elsewhere']) await add(account, 'job', { id, affinityInfo });
    await add(account, 'job', { id: 'unknown', affinityInfo: { affinityId: 'TVM:gone' } });
    // Lists are in the order of ids.
    const [second, first, third] = await placesOf(account, 'job');
    expect(first).toBe(last?.id);
    expect(second).toBeDefined();
    expect(third).toBeDefined();
    expect(new Set([first, second, third]).size).toBe(3);
  });

  test('is no node whose scheduling is disabled or that is to leave (batch-semantics 2.3)', async () => {
    const account = await accountWithPool(2);
    await jobOf(account, 'job');
    const [first] = await nodesOf(account);
    await value(account.engine.nodes.disableScheduling('pool', first?.id ?? '', 'taskcompletion'));
    for (const id of ['a', 'b']) await add(account, 'job', { id });
    expect([await taskState(account, 'a'), await taskState(account, 'b')]).toEqual(['running', 'active']);
    expect((await placesOf(account, 'job'))[0]).not.toBe(first?.id);
  });

  test('is a node at once whose start task is not waited for (batch-semantics 2.3)', async () => {
    const startTask = { commandLine: 'sleep 3600', waitForSuccess: false };
    const account = await accountWithPool(1, { startTask });
    await jobOf(account, 'job');
    await add(account, 'job', { id: 't' });
    account.clock.advance(10);
    expect(await taskState(account, 't')).toBe('running');
  });

  test('is none beyond maxParallelTasks of its job, which can be changed on the way (batch-semantics 2.3)', async () => {
    const account = await accountWithPool(3);
    for (const maxParallelTasks of [0, -2]) {
      const job = { id: 'bad', poolInfo: { poolId: 'pool' }, maxParallelTasks };
      expect(await refusalCode(account.engine.jobs.add(job))).toBe('InvalidPropertyValue');
    }
    await jobOf(account, 'job', { maxParallelTasks: 1 });
    for (const id of ['a', 'b', 'c']) await add(account, 'job', { id });
    const running = async (): Promise<number> =>
      (await value(account.engine.jobs.taskCounts('job'))).taskCounts.running;
    expect(await running()).toBe(1);
    await value(account.engine.jobs.patch('job', { maxParallelTasks: 2 }));
    expect(await running()).toBe(2);
    await value(account.engine.jobs.patch('job', { maxParallelTasks: -1 }));
    expect(await running()).toBe(3);
  });
});
