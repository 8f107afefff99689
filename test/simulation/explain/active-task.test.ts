// "Why is my task still active?": every item of the checklist in batch-semantics 2.6, answered for one task.
import { describe, expect, it } from 'vitest';
import { duration } from '../../../core/kernel/index.ts';
import type { Explanation, JobAdd, PoolAdd, TaskAdd } from '../../../emulator/engine/index.ts';
import {
  type SimulatedAccount,
  accountWithPool,
  poolOf,
  simulatedAccount,
  value,
} from '../../support/simulated-account.ts';

const explain = async ({ engine }: SimulatedAccount, taskId: string, jobId = 'job'): Promise<Explanation> =>
  value(engine.explain.task(jobId, taskId));

const codes = ({ reasons }: Explanation): readonly string[] => reasons.map(({ code }) => code);

const textOf = ({ reasons }: Explanation, code: string): string =>
  reasons.find((reason) => reason.code === code)?.text ?? `no ${code} among ${reasons.map((each) => each.code).join()}`;

const remedyOf = ({ reasons }: Explanation, code: string): string =>
  reasons.find((reason) => reason.code === code)?.remedy ?? '';

async function addJob({ engine }: SimulatedAccount, job: Partial<JobAdd> = {}): Promise<void> {
  await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, ...job }));
}

async function addTask({ engine }: SimulatedAccount, task: Partial<TaskAdd> = {}, jobId = 'job'): Promise<void> {
  await value(engine.tasks.add(jobId, { id: 't', commandLine: 'sleep 60', ...task }));
}

async function busyPool(nodes = 1, more: Partial<PoolAdd> = {}): Promise<SimulatedAccount> {
  const account = await accountWithPool(nodes, more);
  await addJob(account);
  for (let index = 0; index < nodes; index += 1) await addTask(account, { id: `busy${index}` });
  return account;
}

describe('a task that stays active', () => {
  it('says that its job could not be started, and names no pool that never was (batch-semantics 2.6 item 1, 3.7)', async () => {
    const account = await simulatedAccount({
      settings: { quotas: { dedicatedCores: 10, lowPriorityCores: 10, pools: 0, activeJobsAndSchedules: 10 } },
    });
    const { id: _, ...pool } = poolOf('', 1);
    await addJob(account, {
      poolInfo: { autoPoolSpecification: { poolLifetimeOption: 'job', pool } },
      jobManagerTask: { id: 'manager', commandLine: 'true' },
    });
    const explanation = await explain(account, 'manager');
    expect(codes(explanation)).toEqual(['jobEnded']);
    expect(textOf(explanation, 'jobEnded')).toContain('pool quota of the account has been reached');
  });

  it('says that its job is disabled, and how to enable it (batch-semantics 2.6 item 1)', async () => {
    const account = await accountWithPool(1);
    await addJob(account);
    await value(account.engine.jobs.disable('job', 'requeue'));
    await addTask(account);
    const explanation = await explain(account, 't');
    expect(explanation).toMatchObject({ subject: 'task "t" of job "job"', state: 'active' });
    expect(textOf(explanation, 'jobNotActive')).toContain('Job "job" is disabled');
    expect(remedyOf(explanation, 'jobNotActive')).toContain('--job-id job');
  });

  it('says that its job is completed, and why, so it never starts (batch-semantics 2.6 item 1, 3.7)', async () => {
    const account = await simulatedAccount();
    await addJob(account);
    await addTask(account);
    await value(account.engine.jobs.terminate('job', 'enough'));
    const explanation = await explain(account, 't');
    expect(textOf(explanation, 'jobEnded')).toContain('completed (enough)');
    expect(explanation.summary).toContain('Task "t" is active. Job "job" is completed');
  });

  it('says that its pool does not exist, or is being deleted (batch-semantics 2.6 item 1)', async () => {
    const account = await accountWithPool(1, {}, { settings: { allocationMs: 1000 } });
    await addJob(account, { poolInfo: { poolId: 'nowhere' } });
    await addTask(account);
    expect(textOf(await explain(account, 't'), 'poolMissing')).toContain('Pool "nowhere"');
    await addJob(account, { id: 'other', poolInfo: { poolId: 'pool' } });
    await value(account.engine.pools.delete('pool'));
    await addTask(account, {}, 'other');
    expect(codes(await explain(account, 't', 'other'))).toEqual(['poolDeleting']);
  });

  it('names the parent that is not completed, and whom that one waits for (batch-semantics 2.6 item 2)', async () => {
    const account = await accountWithPool(1);
    await addJob(account, { usesTaskDependencies: true });
    await addTask(account, { id: 'a' });
    await addTask(account, { id: 'b', dependsOn: { taskIds: ['a'] } });
    await addTask(account, { id: 'c', dependsOn: { taskIds: ['b'] } });
    const text = textOf(await explain(account, 'c'), 'dependencyPending');
    expect(text).toMatch(
      /^It depends on task "b", which is active and depends on task "a", which is running on node tvmps_\w+ since /,
    );
  });

  it('follows the chain down to the parent that failed with block, and offers its reactivation (batch-semantics 2.6 item 2, 4)', async () => {
    const account = await accountWithPool(1);
    await addJob(account, { usesTaskDependencies: true });
    await addTask(account, { id: 'a', commandLine: "/bin/sh -c 'exit 3'" });
    await addTask(account, { id: 'b', dependsOn: { taskIds: ['a'] } });
    await addTask(account, { id: 'c', dependsOn: { taskIds: ['b', 'x'] } });
    account.clock.advance(1000);
    const explanation = await explain(account, 'c');
    expect(codes(explanation)).toEqual(['dependencyFailed', 'dependencyMissing']);
    expect(textOf(explanation, 'dependencyFailed')).toContain('task "a", which failed with exit code 3');
    expect(remedyOf(explanation, 'dependencyFailed')).toContain('az batch task reactivate --job-id job --task-id a');
    expect(textOf(explanation, 'dependencyMissing')).toContain('task "x", which does not exist in the job');
  });

  it('names the number that is missing in a range (batch-semantics 2.6 item 2, 4)', async () => {
    const account = await accountWithPool(1);
    await addJob(account, { usesTaskDependencies: true });
    await addTask(account, { id: '1', commandLine: 'true' });
    await addTask(account, { id: '03', commandLine: 'true' });
    await addTask(account, { dependsOn: { taskIdRanges: [{ start: 1, end: 3 }] } });
    account.clock.advance(1000);
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['dependencyMissing']);
    expect(textOf(explanation, 'dependencyMissing')).toContain('task "2"');
  });

  it('finds circles, also of one task alone (4)', async () => {
    const account = await accountWithPool(1);
    await addJob(account, { usesTaskDependencies: true });
    await addTask(account, { id: 'a', dependsOn: { taskIds: ['b'] } });
    await addTask(account, { id: 'b', dependsOn: { taskIds: ['a'] } });
    await addTask(account, { id: 'self', dependsOn: { taskIds: ['self'] } });
    expect(textOf(await explain(account, 'a'), 'dependencyCycle')).toContain('task "a" again: a circle');
    expect(textOf(await explain(account, 'self'), 'dependencyCycle')).toBe(
      'It depends on itself, so it waits for ever.',
    );
  });

  it('keeps the answer short when it depends on many, and quick when many ways lead to each (4)', async () => {
    const account = await simulatedAccount();
    await addJob(account, { usesTaskDependencies: true });
    for (let level = 0; level < 9; level += 1) {
      const above = level === 0 ? [] : Array.from({ length: 12 }, (_, index) => `l${level - 1}n${index}`);
      for (let index = 0; index < 12; index += 1) {
        await addTask(account, { id: `l${level}n${index}`, dependsOn: { taskIds: above } });
      }
    }
    const explanation = await explain(account, 'l8n0');
    expect(explanation.reasons.filter(({ code }) => code === 'dependencyPending')).toHaveLength(6);
    expect(explanation.reasons[5]?.text).toBe('It waits for 7 more tasks besides.');
  });

  it('says that the pool has no nodes and is asked for none (batch-semantics 2.6 item 3)', async () => {
    const account = await accountWithPool(0);
    await addJob(account);
    await addTask(account);
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['poolEmpty']);
    expect(remedyOf(explanation, 'poolEmpty')).toContain('az batch pool resize --pool-id pool');
  });

  it('says when the first nodes of a resize will come (batch-semantics 2.6 item 3)', async () => {
    const account = await simulatedAccount({ settings: { allocationMs: duration.minutes(2) } });
    await value(account.engine.pools.add(poolOf('pool', 3)));
    await addJob(account);
    await addTask(account);
    const text = textOf(await explain(account, 't'), 'poolAllocating');
    expect(text).toContain('it has 0 of 3 dedicated nodes');
    expect(text).toContain('in 2 min 0 s, at 2030-01-01 00:02:00 UTC');
  });

  it('tells a quota with its numbers (batch-semantics 2.6 item 3, 12)', async () => {
    const quotas = { dedicatedCores: 1, lowPriorityCores: 0, pools: 10, activeJobsAndSchedules: 10 };
    const account = await accountWithPool(5, {}, { settings: { quotas } });
    await addJob(account);
    await addTask(account);
    const explanation = await explain(account, 't');
    expect(textOf(explanation, 'quota')).toContain('AccountCoreQuotaReached');
    expect(textOf(explanation, 'quota')).toContain('it has 0 of 5 dedicated nodes');
    expect(textOf(explanation, 'quota')).toContain('quota of dedicated cores is 1, 0 are in use');
    expect(textOf(explanation, 'quota')).toContain('each node of size standard_d2s_v3 takes 2');
  });

  it('says which nodes are still starting, and until when (batch-semantics 2.6 item 4)', async () => {
    const account = await accountWithPool(2, {}, { settings: { nodeStartupMs: 5000 } });
    await addJob(account);
    await addTask(account);
    account.clock.advance(999);
    const text = textOf(await explain(account, 't'), 'provisioning');
    expect(text).toMatch(/^2 nodes are starting since .*; ready in 4\.0 s, at 2030-01-01 00:00:05 UTC/);
  });

  it('says that nodes wait for the start task, and how to read its output (batch-semantics 2.6 item 4, 6)', async () => {
    const account = await accountWithPool(1, {
      startTask: { commandLine: 'sleep 30', waitForSuccess: true, maxTaskRetryCount: 2 },
    });
    await addJob(account);
    await addTask(account);
    const explanation = await explain(account, 't');
    expect(textOf(explanation, 'startTaskRunning')).toContain('`sleep 30`. Attempt 1 of 3 runs since');
    expect(remedyOf(explanation, 'startTaskRunning')).toContain('--file-path startup/stdout.txt');
  });

  it('says how the start task failed, and where its log is (batch-semantics 2.6 item 4, 13 item 5)', async () => {
    const account = await accountWithPool(1, {
      startTask: { commandLine: "/bin/sh -c 'exit 4'", waitForSuccess: true },
    });
    await addJob(account);
    await addTask(account);
    const explanation = await explain(account, 't');
    expect(textOf(explanation, 'startTaskFailed')).toContain('ended with exit code 4 after 1 attempt (FailureExitCode');
    expect(remedyOf(explanation, 'startTaskFailed')).toContain('--file-path startup/stderr.txt');
  });

  it('says that nodes are offline (batch-semantics 2.6 item 4)', async () => {
    const account = await accountWithPool(1);
    const [node] = (await value(account.engine.nodes.list('pool', { limit: 1 }))).items;
    await value(account.engine.nodes.disableScheduling('pool', node?.id ?? '', 'requeue'));
    await addJob(account);
    await addTask(account);
    expect(remedyOf(await explain(account, 't'), 'nodeSchedulingDisabled')).toContain(`--node-id ${node?.id ?? ''}`);
  });

  it('says who has the slots, and how many wait before it (batch-semantics 2.6 item 5)', async () => {
    const account = await busyPool(2);
    await addTask(account, { id: 'earlier' });
    await addTask(account);
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['slotsTaken', 'queue']);
    expect(textOf(explanation, 'slotsTaken')).toBe(
      'It needs 1 slot, and none is free on the 2 nodes that work (1 slot each): task "busy0" of job "job", task "busy1" of job "job" run there.',
    );
    expect(textOf(explanation, 'queue')).toContain('1 task of its job was added before it');
  });

  it('says when enough slots are free, but not on one node (batch-semantics 2.6 item 5)', async () => {
    const account = await accountWithPool(2, { taskSlotsPerNode: 4 });
    await addJob(account);
    await addTask(account, { id: 'a', requiredSlots: 2 });
    await addTask(account, { id: 'b', requiredSlots: 2 });
    await addTask(account, { requiredSlots: 3 });
    expect(textOf(await explain(account, 't'), 'slotsScattered')).toContain(
      'It needs 3 slots on one node. 4 are free, but at most 2 on one of the 2 nodes that work',
    );
  });

  it('says that it needs more slots than any node has: never (batch-semantics 2.6 item 6)', async () => {
    const account = await accountWithPool(1, { taskSlotsPerNode: 4 });
    await addJob(account);
    await addTask(account, { requiredSlots: 5 });
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['tooManySlots']);
    expect(textOf(explanation, 'tooManySlots')).toContain('It needs 5 slots and a node of pool "pool" has 4');
  });

  it('says why a multi-instance task never starts on its pool (batch-semantics 2.6 item 7, 7)', async () => {
    const account = await accountWithPool(2, { taskSlotsPerNode: 2 });
    await addJob(account);
    await addTask(account, {
      multiInstanceSettings: { numberOfInstances: 3, coordinationCommandLine: 'true' },
    });
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['interNodeCommunicationOff', 'severalSlotsPerNode', 'tooFewNodes']);
    expect(textOf(explanation, 'tooFewNodes')).toContain('It needs 3 nodes');
  });

  it('says how many nodes a multi-instance task has of those that it needs at once (batch-semantics 2.6 item 7)', async () => {
    const account = await busyPool(2, { enableInterNodeCommunication: true });
    await value(account.engine.tasks.terminate('job', 'busy1'));
    account.clock.advance(1);
    await addTask(account, { multiInstanceSettings: { numberOfInstances: 2, coordinationCommandLine: 'true' } });
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['notEnoughFreeNodes', 'nodeNotEmpty']);
    expect(textOf(explanation, 'notEnoughFreeNodes')).toContain("1 of the pool's 2 are free");
  });

  it('says that a job manager has the node for itself (batch-semantics 2.6 item 8, 5.3)', async () => {
    const account = await accountWithPool(1, { taskSlotsPerNode: 4 });
    await addJob(account, { jobManagerTask: { id: 'manager', commandLine: 'sleep 60' } });
    await addTask(account);
    expect(textOf(await explain(account, 't'), 'nodeExclusive')).toContain('task "manager" of job "job" runs there');
  });

  it('says that a job manager waits for an empty node, or for a dedicated one (batch-semantics 2.6 item 8, 5.3)', async () => {
    const account = await accountWithPool(1, { taskSlotsPerNode: 2 });
    await addJob(account);
    await addTask(account, { id: 'busy' });
    await addJob(account, { id: 'managed', jobManagerTask: { id: 'manager', commandLine: 'sleep 60' } });
    expect(textOf(await explain(account, 'manager', 'managed'), 'nodeNotEmpty')).toContain('runExclusive');
    await value(account.engine.pools.add(poolOf('spot', 0, { targetLowPriorityNodes: 1 })));
    account.clock.advance(1);
    await addJob(account, {
      id: 'picky',
      poolInfo: { poolId: 'spot' },
      jobManagerTask: { id: 'manager', commandLine: 'true', allowLowPriorityNode: false },
    });
    expect(codes(await explain(account, 'manager', 'picky'))).toEqual(['onlyLowPriorityNodes']);
  });

  it('says that maxParallelTasks of the job is reached (batch-semantics 2.6 item 9)', async () => {
    const account = await accountWithPool(2);
    await addJob(account, { maxParallelTasks: 1 });
    await addTask(account, { id: 'a' });
    await addTask(account);
    expect(textOf(await explain(account, 't'), 'maxParallelTasks')).toBe(
      'Job "job" lets 1 task run at once (maxParallelTasks), and 1 do.',
    );
  });

  it('says that the preparation task failed on every node (batch-semantics 2.6 item 10, 5.1)', async () => {
    const account = await accountWithPool(1);
    await addJob(account, { jobPreparationTask: { commandLine: "/bin/sh -c 'exit 9'" } });
    await addTask(account);
    account.clock.advance(1000);
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['preparationFailed', 'recovered']);
    expect(textOf(explanation, 'preparationFailed')).toContain("`/bin/sh -c 'exit 9'` failed for good on 1 node");
  });

  it('names the jobs of higher priority that go first (batch-semantics 2.6 item 11)', async () => {
    const account = await busyPool();
    await addJob(account, { id: 'urgent', priority: 100 });
    await addTask(account, {}, 'urgent');
    await addTask(account);
    const text = textOf(await explain(account, 't'), 'higherPriority');
    expect(text).toContain('1 job of higher priority on the same pool ("urgent")');
    expect(text).toContain('the priority of job "job" is 0');
  });

  it('says that a node is about to leave and takes nothing new (batch-semantics 2.6 item 12)', async () => {
    const account = await busyPool();
    await value(
      account.engine.pools.resize('pool', { targetDedicatedNodes: 0, nodeDeallocationOption: 'taskcompletion' }),
    );
    account.clock.advance(1);
    await addTask(account);
    const explanation = await explain(account, 't');
    expect(textOf(explanation, 'nodeLeaving')).toContain('remove, option taskcompletion');
    expect(textOf(explanation, 'poolShrinking')).toContain('waits for 1 task');
  });

  it('says that a failed attempt waits for its retry, and how many are left (batch-semantics 2.6 item 13, 2.7)', async () => {
    const account = await accountWithPool(1);
    await addJob(account);
    await addTask(account, {
      commandLine: "/bin/sh -c 'sleep 10; exit 1'",
      constraints: { maxTaskRetryCount: 2 },
    });
    await addTask(account, { id: 'other' });
    await value(account.engine.nodes.disableScheduling('pool', await onlyNode(account), 'taskcompletion'));
    account.clock.advance(10_000);
    expect(textOf(await explain(account, 't'), 'retrying')).toContain('retry 1 of at most 2');
  });

  it('says that it was requeued on request (2.7)', async () => {
    const account = await accountWithPool(1);
    await addJob(account);
    await addTask(account);
    await value(account.engine.pools.resize('pool', { targetDedicatedNodes: 0 }));
    account.clock.advance(1);
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['poolEmpty', 'requeued']);
  });
});

async function onlyNode({ engine }: SimulatedAccount): Promise<string> {
  return (await value(engine.nodes.list('pool', { limit: 1 }))).items[0]?.id ?? '';
}

describe('a task that is not active', () => {
  it('says where it runs, since when and until when at most (3.2)', async () => {
    const account = await accountWithPool(1);
    await addJob(account);
    await addTask(account, { constraints: { maxWallClockTime: duration.minutes(10) } });
    const explanation = await explain(account, 't');
    expect(explanation.state).toBe('running');
    expect(explanation.reasons[0]?.text).toContain(`It runs on node ${await onlyNode(account)} of pool "pool" since`);
    expect(explanation.reasons[0]?.text).toContain('in 10 min 0 s');
  });

  it('says that it waits for its preparation (3.1, 5.1)', async () => {
    const account = await accountWithPool(1);
    await addJob(account, { jobPreparationTask: { commandLine: 'sleep 5' } });
    await addTask(account);
    expect(textOf(await explain(account, 't'), 'preparing')).toContain('`sleep 5` has succeeded there; attempt 1 runs');
  });

  it('says how it failed, where its log is, and whom it blocks (3.3, 4)', async () => {
    const account = await accountWithPool(1);
    await addJob(account, { usesTaskDependencies: true });
    await addTask(account, { commandLine: "/bin/sh -c 'exit 2'" });
    await addTask(account, { id: 'next', dependsOn: { taskIds: ['t'] } });
    account.clock.advance(1000);
    const explanation = await explain(account, 't');
    expect(codes(explanation)).toEqual(['failed', 'blocksOthers']);
    expect(textOf(explanation, 'failed')).toContain('with exit code 2');
    expect(remedyOf(explanation, 'failed')).toContain('--file-path stderr.txt');
    expect(textOf(explanation, 'blocksOthers')).toContain('"next"');
  });
});
