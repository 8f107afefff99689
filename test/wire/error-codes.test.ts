// The codes of refusals with their HTTP status, as the unmodified client is told them: batch-semantics 3.9.
import type { BatchServiceClient } from '@azure/batch';
import { expect, test } from 'vitest';
import { sdkPool } from '../support/sdk-pool.ts';
import type { SdkAccount } from './support/sdk-account.ts';
import { accountWithJob, accountWithNode, refusalOf, sdkAccount } from './support/sdk-account.ts';

const hour = 'PT1H';

async function scheduleOf(client: BatchServiceClient, id: string): Promise<void> {
  await client.jobSchedule.add({
    id,
    schedule: { recurrenceInterval: hour },
    jobSpecification: { poolInfo: { poolId: 'p' } },
  });
}

/** The refusals of the calls, in their order. */
async function refusals(...calls: readonly Promise<unknown>[]): Promise<readonly string[]> {
  return Promise.all(calls.map(refusalOf));
}

async function withTasks(account: SdkAccount, ...commandLines: readonly string[]): Promise<SdkAccount> {
  for (const [index, commandLine] of commandLines.entries()) {
    await account.client.task.add('j', { id: `t${index + 1}`, commandLine });
  }
  account.clock.advance(1_000);
  return account;
}

test('an id that is taken, in any letters, is 409 (batch-semantics 3.7, 3.9)', async () => {
  const { client, nodeId } = await accountWithNode();
  await client.task.add('j', { id: 't', commandLine: 'true' });
  await scheduleOf(client, 's');
  await client.computeNode.addUser('p', nodeId, { name: 'user', password: 'a Password 1' });
  expect(
    await refusals(
      client.pool.add(sdkPool('P', 1)),
      client.job.add({ id: 'J', poolInfo: { poolId: 'p' } }),
      client.task.add('j', { id: 'T', commandLine: 'true' }),
      scheduleOf(client, 'S'),
      client.computeNode.addUser('p', nodeId, { name: 'user', password: 'a Password 1' }),
    ),
  ).toEqual(['409 PoolExists', '409 JobExists', '409 TaskExists', '409 JobScheduleExists', '409 NodeUserExists']);
});

test('a job and a schedule do not share an id (batch-semantics 3.9)', async () => {
  const { client } = await accountWithJob();
  await scheduleOf(client, 's');
  expect(await refusals(scheduleOf(client, 'j'), client.job.add({ id: 's', poolInfo: { poolId: 'p' } }))).toEqual([
    '409 JobWithSameIdExists',
    '409 JobScheduleWithSameIdExists',
  ]);
});

test('what is not there is 404 by its kind (batch-semantics 3.9)', async () => {
  const { client, nodeId } = await accountWithNode();
  expect(
    await refusals(
      client.pool.get('none'),
      client.computeNode.get('p', 'none'),
      client.job.get('none'),
      client.task.get('j', 'none'),
      client.jobSchedule.get('none'),
      client.computeNode.deleteUser('p', nodeId, 'none'),
      client.application.get('none'),
      client.file.deleteFromComputeNode('p', nodeId, 'none'),
    ),
  ).toEqual([
    '404 PoolNotFound',
    '404 NodeNotFound',
    '404 JobNotFound',
    '404 TaskNotFound',
    '404 JobScheduleNotFound',
    '404 NodeUserNotFound',
    '404 ApplicationNotFound',
    '404 FileNotFound',
  ]);
});

test('no task has the id of its job’s preparation or release task (batch-semantics 3.9)', async () => {
  const { client } = await accountWithJob();
  const hooks = { jobPreparationTask: { commandLine: 'true' }, jobReleaseTask: { commandLine: 'true' } };
  await client.job.add({ id: 'hooked', poolInfo: { poolId: 'p' }, ...hooks });
  expect(
    await refusals(
      client.task.add('hooked', { id: 'jobpreparation', commandLine: 'true' }),
      client.task.add('hooked', { id: 'jobrelease', commandLine: 'true' }),
    ),
  ).toEqual(['409 TaskIdSameAsJobPreparationTask', '409 TaskIdSameAsJobReleaseTask']);
});

test('dependencies that cannot be are 400 (batch-semantics 3.9)', async () => {
  const { client } = await accountWithJob();
  await client.job.add({ id: 'graph', poolInfo: { poolId: 'p' }, usesTaskDependencies: true });
  const taskIds = Array.from({ length: 1_001 }, (_, index) => String(index).padStart(64, 'x'));
  expect(
    await refusals(
      client.task.add('j', { id: 't', commandLine: 'true', dependsOn: { taskIds: ['other'] } }),
      client.task.add('graph', { id: 't', commandLine: 'true', dependsOn: { taskIds } }),
    ),
  ).toEqual(['400 TaskDependenciesNotSpecifiedOnJob', '400 TaskDependencyListTooLong']);
});

test('what a task’s state forbids is 409 (batch-semantics 3.9)', async () => {
  const { client } = await withTasks(await accountWithJob(), 'true', 'sleep 600');
  expect(
    await refusals(
      client.task.terminate('j', 't1'),
      client.task.reactivate('j', 't1'),
      client.task.reactivate('j', 't2'),
    ),
  ).toEqual(['409 TaskCompleted', '409 TaskSucceeded', '409 TaskNotCompleted']);
});

test('what a job’s state forbids is 409 (batch-semantics 3.9)', async () => {
  const account = await sdkAccount({ settings: { jobTerminatingMs: 5_000, jobDeletingMs: 5_000 } });
  const { client, clock } = account;
  for (const id of ['active', 'ending', 'ended', 'going']) {
    await client.job.add({ id, poolInfo: { poolId: 'none' } });
  }
  await client.job.terminate('ended');
  clock.advance(6_000);
  await client.job.terminate('ending');
  await client.job.deleteMethod('going');
  const task = { id: 't', commandLine: 'true' };
  expect(
    await refusals(
      client.job.enable('active'),
      client.task.add('ending', task),
      client.task.add('ended', task),
      client.task.add('going', task),
    ),
  ).toEqual(['409 JobNotActive', '409 JobBeingTerminated', '409 JobCompleted', '409 JobBeingDeleted']);
});

test('what a schedule’s state forbids is 409 (batch-semantics 3.9)', async () => {
  const account = await sdkAccount({ settings: { jobTerminatingMs: 5_000, jobDeletingMs: 5_000 } });
  const { client, clock } = account;
  for (const id of ['ended', 'ending', 'going']) await scheduleOf(client, id);
  clock.advance(1_000);
  await client.jobSchedule.terminate('ended');
  clock.advance(6_000);
  await client.jobSchedule.terminate('ending');
  await client.jobSchedule.deleteMethod('going');
  expect(
    await refusals(
      client.jobSchedule.disable('ended'),
      client.jobSchedule.disable('ending'),
      client.jobSchedule.disable('going'),
    ),
  ).toEqual(['409 JobScheduleCompleted', '409 JobScheduleBeingTerminated', '409 JobScheduleBeingDeleted']);
});

test('what a pool’s state forbids is 409 (batch-semantics 3.9)', async () => {
  const { client } = await sdkAccount({ settings: { allocationMs: 60_000, poolDeletionMs: 60_000 } });
  for (const id of ['sizing', 'going']) await client.pool.add(sdkPool(id, 1));
  const { targetDedicatedNodes: _, ...scaling } = sdkPool('scaling', 0);
  await client.pool.add({ ...scaling, enableAutoScale: true, autoScaleFormula: '$TargetDedicatedNodes=1' });
  await client.pool.deleteMethod('going');
  expect(
    await refusals(
      client.pool.resize('sizing', { targetDedicatedNodes: 2 }),
      client.pool.resize('going', { targetDedicatedNodes: 2 }),
      client.pool.resize('scaling', { targetDedicatedNodes: 2 }),
    ),
  ).toEqual(['409 PoolBeingResized', '409 PoolBeingDeleted', '409 OperationInvalidForCurrentState']);
});

test('what a node’s state forbids is 409 (batch-semantics 3.9)', async () => {
  const account = await sdkAccount({ settings: { nodeRebootMs: 5_000, nodeCreationMs: 5_000, nodeStartupMs: 5_000 } });
  const { client, clock } = account;
  await client.pool.add(sdkPool('p', 1));
  clock.advance(1_000);
  const [node] = await client.computeNode.list('p');
  const id = node?.id ?? '';
  const reboot = (): Promise<string> => refusalOf(client.computeNode.reboot('p', id));
  expect(await reboot()).toBe('409 NodeBeingCreated');
  clock.advance(5_000);
  expect(await reboot()).toBe('409 NodeBeingStarted');
  clock.advance(6_000);
  expect(await refusalOf(client.computeNode.enableScheduling('p', id))).toBe('409 NodeAlreadyInTargetSchedulingState');
  expect(await refusalOf(client.computeNode.reimage('p', id))).toBe('409 OperationNotValidOnNode');
  await client.computeNode.reboot('p', id);
  expect(await reboot()).toBe('409 NodeBeingRebooted');
});

test('files that cannot be had are 409 (batch-semantics 3.9)', async () => {
  const { client, clock } = await withTasks(await accountWithJob(), 'true', 'true', 'sleep 3600');
  const files = (task: string): Promise<string> => refusalOf(client.file.listFromTask('j', task));
  const { nodeInfo } = await client.task.get('j', 't1');
  await client.pool.removeNodes('p', { nodeList: [nodeInfo?.nodeId ?? ''], nodeDeallocationOption: 'terminate' });
  clock.advance(1_000);
  expect(await files('t1')).toBe('409 TaskFilesUnavailable');
  const place = (await client.task.get('j', 't2')).nodeInfo?.nodeId;
  expect(place).not.toBe(nodeInfo?.nodeId);
  clock.advance(8 * 24 * 3_600_000);
  expect(await files('t2')).toBe('409 TaskFilesCleanedup');
});

test('a quota that is reached is 409 (batch-semantics 3.9)', async () => {
  const quotas = { pools: 1, activeJobsAndSchedules: 1, dedicatedCores: 10, lowPriorityCores: 10 };
  const { client } = await sdkAccount({ settings: { quotas } });
  await client.pool.add(sdkPool('p', 0));
  await client.job.add({ id: 'j', poolInfo: { poolId: 'p' } });
  expect(
    await refusals(
      client.pool.add(sdkPool('q', 0)),
      client.job.add({ id: 'k', poolInfo: { poolId: 'p' } }),
      scheduleOf(client, 's'),
    ),
  ).toEqual(['409 PoolQuotaReached', '409 ActiveJobAndScheduleQuotaReached', '409 ActiveJobAndScheduleQuotaReached']);
});

test('what a job lacks and what an account lacks is 409 (batch-semantics 3.9)', async () => {
  const { client } = await accountWithJob();
  const applicationPackageReferences = [{ applicationId: 'none', version: '1' }];
  expect(
    await refusals(
      client.job.listPreparationAndReleaseTaskStatus('j'),
      client.pool.add(sdkPool('q', 0, { applicationPackageReferences })),
    ),
  ).toEqual(['409 JobPreparationTaskNotSpecified', '409 InvalidApplicationPackageReferences']);
});

test('what a body may not say is 400, a priority by a code of its own (batch-semantics 3.9)', async () => {
  const { client } = await accountWithJob();
  const { targetDedicatedNodes: _, ...sizeless } = sdkPool('q', 0);
  expect(
    await refusals(
      client.job.add({ id: 'not an id', poolInfo: { poolId: 'p' } }),
      client.job.add({ id: 'k', poolInfo: { poolId: 'p' }, priority: 1_001 }),
      client.job.add({ id: 'k', poolInfo: { poolId: 'p' }, priority: -1_001 }),
      client.task.add('j', { id: 't', commandLine: 'true', resourceFiles: [{ httpUrl: 'http://x/y' }] }),
      client.pool.add({ ...sizeless, mountConfiguration: [{ azureBlobFileSystemConfiguration: mount }] }),
    ),
  ).toEqual([
    '400 InvalidPropertyValue',
    '400 OutOfRangePriority',
    '400 OutOfRangePriority',
    '400 MissingRequiredProperty',
    '400 UnsupportedProperty',
  ]);
});

const mount = { accountName: 'a', containerName: 'c', relativeMountPath: 'm', accountKey: 'a2V5' };

test('a condition that does not hold is 304 for a read and 412 for a change (batch-semantics 3.9)', async () => {
  const { client } = await accountWithJob();
  const { eTag = '' } = await client.pool.get('p');
  const read = await client.pool.get('p', { poolGetOptions: { ifNoneMatch: eTag } }).then(
    ({ _response }) => _response.status,
    (error: unknown) => (error as { readonly statusCode?: number }).statusCode,
  );
  expect(read).toBe(304);
  const ifMatch = { ifMatch: '0x1' };
  expect(await refusalOf(client.pool.patch('p', { metadata: [] }, { poolPatchOptions: ifMatch }))).toBe(
    '412 ConditionNotMet',
  );
});
