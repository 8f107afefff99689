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
      expect(await refusalCode(account.engine.jobs.patch('a', { priority }))).toBe('OutOfRangePriority');
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

  test('jobs of equal priority share the nodes, whichever came first (batch-semantics 2.1)', async () => {
    const account = await accountWithPool(2);
    for (const job of ['a', 'b']) {
      await jobOf(account, job);
      for (let index = 0; index < 6; index += 1) await add(account, job, { id: `t${index}` });
    }
    const runningOf = async (job: string): Promise<number> =>
      (await value(account.engine.jobs.taskCounts(job))).taskCounts.running;
    expect([await runningOf('a'), await runningOf('b')]).toEqual([2, 0]);
    account.clock.advance(60_010);
    expect([await runningOf('a'), await runningOf('b')]).toEqual([1, 1]);
  });

  test('a priority counts among the jobs of one pool alone (batch-semantics 2.1)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.pools.add(poolOf('other', 0)));
    await jobOf(account, 'low', { priority: -5 });
    await jobOf(account, 'high', { priority: 5, poolInfo: { poolId: 'other' } });
    for (const job of ['high', 'low']) await add(account, job, { id: 't' });
    expect([await taskState(account, 't', 'low'), await taskState(account, 't', 'high')]).toEqual([
      'running',
      'active',
    ]);
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
    const vmSize = 'standard_hb120rs_v3';
    await value(engine.pools.add(poolOf('most', 0, { vmSize, taskSlotsPerNode: 256 })));
    const more = poolOf('more', 0, { vmSize, taskSlotsPerNode: 257 });
    expect(await refusalCode(engine.pools.add(more))).toBe('InvalidPropertyValue');
  });

  test('of a multi-instance task are not asked for (batch-semantics 2.2)', async () => {
    const account = await accountWithPool(0);
    await jobOf(account, 'job');
    const multiInstanceSettings = { numberOfInstances: 2, coordinationCommandLine: 'true' };
    const task = { id: 't', commandLine: 'true', requiredSlots: 2, multiInstanceSettings };
    expect(await refusalCode(account.engine.tasks.add('job', task))).toBe('InvalidPropertyValue');
  });

  test('and tasks of a node are counted, of tasks and job managers alone (batch-semantics 2.2)', async () => {
    const startTask = { commandLine: 'sleep 3600', waitForSuccess: false };
    const account = await accountWithPool(1, { taskSlotsPerNode: 8, startTask });
    const manager = { id: 'manager', commandLine: 'sleep 600', runExclusive: false, killJobOnCompletion: false };
    await jobOf(account, 'job', { jobManagerTask: manager });
    await add(account, 'job', { id: 'good', commandLine: 'true' });
    await add(account, 'job', { id: 'bad', commandLine: 'false' });
    account.clock.advance(10);
    await jobOf(account, 'prepared', { jobPreparationTask: { commandLine: 'sleep 600', waitForSuccess: false } });
    await add(account, 'prepared', { id: 'one' });
    await add(account, 'job', { id: 'two', requiredSlots: 2 });
    account.clock.advance(10);
    expect(await nodesOf(account)).toMatchObject([
      { runningTasksCount: 3, runningTaskSlotsCount: 4, totalTasksRun: 2, totalTasksSucceeded: 1 },
    ]);
    expect(await value(account.engine.tasks.get('prepared', 'one'))).toMatchObject({ requiredSlots: 1 });
  });
});

describe('the place of a task', () => {
  test.each([
    ['spread', [2, 2]],
    ['pack', [4]],
  ] as const)('with %s is on nodes with %j of four tasks (batch-semantics 2.3)', async (nodeFillType, shares) => {
    const account = await accountWithPool(2, { taskSlotsPerNode: 4, taskSchedulingPolicy: { nodeFillType } });
    await jobOf(account, 'job');
    for (const id of ['a', 'b', 'c', 'd']) await add(account, 'job', { id });
    const places = await placesOf(account, 'job');
    expect([...Map.groupBy(places, (place) => place).values()].map(({ length }) => length)).toEqual(shares);
  });

  test('is spread, and bounded by no number, unless somebody says so (batch-semantics 2.3)', async () => {
    const account = await accountWithPool(0);
    await jobOf(account, 'job');
    expect((await value(account.engine.pools.get('pool'))).taskSchedulingPolicy).toEqual({ nodeFillType: 'spread' });
    expect((await value(account.engine.jobs.get('job'))).maxParallelTasks).toBe(-1);
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

  test('is no node whose scheduling is disabled (batch-semantics 2.3)', async () => {
    const account = await accountWithPool(2);
    await jobOf(account, 'job');
    const [first] = await nodesOf(account);
    await value(account.engine.nodes.disableScheduling('pool', first?.id ?? '', 'taskcompletion'));
    for (const id of ['a', 'b']) await add(account, 'job', { id });
    expect([await taskState(account, 'a'), await taskState(account, 'b')]).toEqual(['running', 'active']);
    expect((await placesOf(account, 'job'))[0]).not.toBe(first?.id);
  });

  test('is no node that waits to leave, even with room (batch-semantics 2.3)', async () => {
    const account = await accountWithPool(2, { taskSlotsPerNode: 2 });
    await jobOf(account, 'job');
    await add(account, 'job', { id: 'a' });
    const [busy] = await placesOf(account, 'job');
    const removal = { nodeList: [busy ?? ''], nodeDeallocationOption: 'taskcompletion' } as const;
    await value(account.engine.pools.removeNodes('pool', removal));
    for (const id of ['b', 'c', 'd']) await add(account, 'job', { id });
    const [, b, c, d] = await placesOf(account, 'job');
    expect(b).toBe(c);
    expect(b).not.toBe(busy);
    expect(d).toBeUndefined();
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
