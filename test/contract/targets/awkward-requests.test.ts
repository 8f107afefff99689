// Requests that nobody should send, and some that are merely rare: the local adapter and the Azure adapter in front of the
// emulator give a caller the same of each. The contract says what is right; this only says that the two agree.
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BatchService, JobSpec, PoolSpec, ScheduleSpec, TaskSpec } from '../../../core/index.ts';
import { UNLIMITED } from '../../../core/kernel/index.ts';
import { azureOnEmulator } from '../batch-service/azure-on-emulator.ts';
import type { BatchServiceTarget } from '../batch-service/batch-service-contract.ts';
import { Recording } from '../trace/recording.ts';
import type { Trace } from '../trace/trace.ts';
import { difference, traceOf } from '../trace/trace.ts';
import { localOnEmulator } from './local-on-emulator.ts';
import { simulatedContractAccount } from './simulated-account.ts';

const SIGNED = 'http://127.0.0.1:10000/a/c?sv=2021&sig=c2VjcmV0%3D&se=2030';
const ODD_IDS = ['', ' ', '.', '..', 'a b', 'ü', 'a/b', 'a%2Fb', 'a?b', 'a#b', 'x'.repeat(65), 'ok', 'OK'];

const POOL: PoolSpec = {
  id: 'pool',
  vmSize: 'Standard_D2s_v3',
  image: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' },
  nodeAgentSkuId: 'batch.node.ubuntu 22.04',
  targetDedicatedNodes: 0,
};

const POOLS: readonly Partial<PoolSpec>[] = [
  ...ODD_IDS.map((id) => ({ id })),
  { vmSize: '' },
  { vmSize: 'no_such_size' },
  { nodeAgentSkuId: 'batch.node.centos 7' },
  { image: { ...POOL.image, version: '1.2.3' } },
  { image: { ...POOL.image, sku: 'none' } },
  ...[-1, 1_000_000].map((targetDedicatedNodes) => ({ targetDedicatedNodes })),
  ...[0, -1, 257].map((taskSlotsPerNode) => ({ taskSlotsPerNode })),
  ...[0, 299_999, 300_000, UNLIMITED].map((resizeTimeoutMs) => ({ resizeTimeoutMs })),
  { displayName: 'x'.repeat(1025) },
  { metadata: { '': 'no name' } },
  { metadata: { a: '', 'b c': '=', ü: '💧' } },
  { startTask: { commandLine: '' } },
  { startTask: { commandLine: 'true', maxRetryCount: -1 } },
  { startTask: { commandLine: 'true', environment: [{ name: '', value: '' }] } },
  { startTask: { commandLine: 'true', resourceFiles: [{ httpUrl: SIGNED, filePath: '../out' }] } },
  { startTask: { commandLine: 'true', resourceFiles: [{ httpUrl: SIGNED, filePath: '' }] } },
  { startTask: { commandLine: 'true', resourceFiles: [{ storageContainerUrl: SIGNED, fileMode: '0999' }] } },
  { startTask: { commandLine: 'true', user: { userName: 'nobody' } } },
  { nodeFillType: 'pack', interNodeCommunication: true },
];

const JOBS: readonly Partial<JobSpec>[] = [
  ...ODD_IDS.map((id) => ({ id })),
  { poolId: '' },
  { poolId: 'not a pool' },
  ...[-1001, 1001, 1000].map((priority) => ({ priority })),
  ...[0, -1, -2, 5].map((maxParallelTasks) => ({ maxParallelTasks })),
  ...[-1, -2, 3].map((maxTaskRetryCount) => ({ maxTaskRetryCount })),
  ...[0, -1, 1, UNLIMITED].map((maxWallClockMs) => ({ maxWallClockMs })),
  { preparation: { commandLine: ' ' } },
  { release: { commandLine: 'true' } },
  { preparation: { commandLine: 'true' }, release: { commandLine: '' } },
  { manager: { id: '', commandLine: 'true' } },
  { manager: { id: 'm', commandLine: '' } },
  { manager: { id: 'm', commandLine: 'true', requiredSlots: -1 } },
  { manager: { id: 'm', commandLine: 'true', user: { userName: 'nobody' }, endsJob: false, runsAlone: false } },
  { manager: { id: 'jobpreparation', commandLine: 'true' }, preparation: { commandLine: 'true' } },
  {
    manager: {
      id: 'm',
      commandLine: 'true',
      outputFiles: [{ filePattern: '*', containerUrl: SIGNED, uploadCondition: 'taskSuccess' }],
    },
  },
  { commonEnvironment: [{ name: 'A', value: '' }], metadata: { '': '' } },
  { onAllTasksComplete: 'noAction', onTaskFailure: 'performExitOptionsJobAction' },
];

/** The virtual clock begins before it. */
const LATER = Date.UTC(2100, 0, 1);

const SCHEDULES: readonly Partial<ScheduleSpec>[] = [
  ...ODD_IDS.map((id) => ({ id })),
  ...[0, -1, 59_999, 60_000, 60_000.5, UNLIMITED].map((intervalMs) => ({ recurrence: { intervalMs } })),
  ...[0, 59_999, 60_000, UNLIMITED].map((startWindowMs) => ({ recurrence: { startWindowMs } })),
  { recurrence: { intervalMs: 60_000, startWindowMs: 600_000 } },
  { recurrence: { doNotRunUntil: 0 } },
  { recurrence: { doNotRunAfter: 0 } },
  { recurrence: { doNotRunUntil: LATER, doNotRunAfter: LATER } },
  { recurrence: { doNotRunUntil: LATER + 0.25, doNotRunAfter: LATER + 1.5 } },
  { job: { poolId: '' } },
  { job: { poolId: 'p', priority: 1001 } },
  { job: { poolId: 'p', release: { commandLine: 'true' } } },
  { job: { poolId: 'p', onAllTasksComplete: 'terminateJob' } },
  { displayName: 'x'.repeat(1025) },
  { metadata: { '': '' } },
];

const options = { jobAction: 'terminate' } as const;

const TASKS: readonly Partial<TaskSpec>[] = [
  ...ODD_IDS.map((id) => ({ id })),
  { commandLine: '' },
  { commandLine: '\u0000 \u{1F4A7} \n' },
  ...[0, -1, 1000].map((requiredSlots) => ({ requiredSlots })),
  ...[-1, -2].map((maxRetryCount) => ({ constraints: { maxRetryCount } })),
  ...[0, -5, 0.5, 1500.25, UNLIMITED].map((maxWallClockMs) => ({ constraints: { maxWallClockMs } })),
  ...[0, -1, UNLIMITED].map((retentionMs) => ({ constraints: { retentionMs } })),
  { dependsOn: { taskIds: ['a', 'a', 'A'] } },
  { dependsOn: { taskIds: [] } },
  { dependsOn: { taskIds: ['x'.repeat(64_001)] } },
  { dependsOn: { ranges: [{ start: 5, end: 1 }] } },
  { dependsOn: { ranges: [{ start: -1, end: 1 }] } },
  { exitConditions: { default: options } },
  { exitConditions: { exitCodes: [{ code: 1, options: { dependencyAction: 'satisfy' } }] } },
  { resourceFiles: [{ httpUrl: SIGNED, filePath: '/absolute' }] },
  { resourceFiles: [{ httpUrl: SIGNED, filePath: SIGNED, fileMode: SIGNED }] },
  { outputFiles: [{ filePattern: '', containerUrl: '', uploadCondition: 'taskSuccess' }] },
  { outputFiles: [{ filePattern: '**/*', containerUrl: SIGNED, path: 'x', uploadCondition: 'taskFailure' }] },
  { environment: [{ name: 'AZ_BATCH_JOB_ID', value: 'mine' }] },
  { user: { autoUser: {} } },
  { user: { userName: '' } },
  { multiInstance: { numberOfInstances: 0, coordinationCommandLine: '' } },
  { multiInstance: { numberOfInstances: 2, coordinationCommandLine: 'true' } },
  { displayName: 'x'.repeat(1025) },
];

const PATHS = [
  '',
  '.',
  '..',
  '/',
  'wd',
  'wd/',
  '/stdout.txt',
  'wd/../stdout.txt',
  'a\u0000b',
  '%2e%2e',
  '?',
  '\\stdout.txt',
];

/** Does it whatever comes of it: the recording tells. */
async function attempt(call: () => Promise<unknown> | AsyncIterable<unknown>): Promise<void> {
  try {
    const result = call();
    if (Symbol.asyncIterator in result) for await (const _ of result);
    else await result;
  } catch {
    // recorded
  }
}

async function pools({ pools: port }: BatchService, pause: () => Promise<void>): Promise<void> {
  for (const [index, changes] of POOLS.entries()) {
    const spec = { ...POOL, id: `pool-${index}`, ...changes };
    await attempt(() => port.create(spec));
    await attempt(() => port.get(spec.id));
    await attempt(() => port.exists(spec.id));
  }
  await attempt(() => port.list());
  for (let pauses = 0; pauses < 5; pauses += 1) await pause();
  await attempt(() => port.resize('ok', {}));
  await attempt(() => port.resize('ok', { dedicatedNodes: -1 }));
  await attempt(() => port.resize('ok', { lowPriorityNodes: 1, timeoutMs: 1, deallocation: 'retainedData' }));
  for (const id of ODD_IDS) {
    await attempt(() => port.delete(id));
    await attempt(() => port.nodes(id));
    await attempt(() => port.rebootNode(id, id));
  }
}

async function jobs({ jobs: port }: BatchService): Promise<void> {
  for (const [index, changes] of JOBS.entries()) {
    const spec = { id: `job-${index}`, poolId: 'pool', ...changes };
    await attempt(() => port.create(spec));
    await attempt(() => port.get(spec.id));
  }
  await attempt(() => port.list());
  await attempt(() => port.terminate('ok', ''));
  await attempt(() => port.terminate('job-20', '“reason” 💧\n'));
  await attempt(() => port.list());
  for (const id of ODD_IDS) {
    for (const method of [
      'enable',
      'taskCounts',
      'hooks',
      'terminateWhenTasksComplete',
      'terminate',
      'delete',
    ] as const) {
      await attempt(() => port[method](id));
    }
    await attempt(() => port.disable(id, 'wait'));
  }
}

async function schedules({ schedules: port, jobs: jobPort }: BatchService, pause: () => Promise<void>): Promise<void> {
  for (const [index, changes] of SCHEDULES.entries()) {
    const spec = { id: `schedule-${index}`, recurrence: {}, job: { poolId: 'pool' }, ...changes };
    await attempt(() => port.create(spec));
    await attempt(() => port.get(spec.id));
    await attempt(() => port.jobs(spec.id));
  }
  for (let pauses = 0; pauses < 5; pauses += 1) await pause();
  await attempt(() => port.list());
  await attempt(() => jobPort.list());
  for (const id of [...ODD_IDS, 'ok:job-1', 'ok:job-2', 'schedule-20']) {
    await attempt(() => port.jobs(id));
    await attempt(() => jobPort.get(id));
    await attempt(() => jobPort.hooks(id));
    for (const method of [
      'enable',
      'disable',
      'disable',
      'enable',
      'terminate',
      'terminate',
      'enable',
      'delete',
    ] as const) {
      await attempt(() => port[method](id));
      await attempt(() => port.get(id));
    }
  }
  await attempt(() => jobPort.create({ id: 'schedule-21', poolId: 'pool' }));
  await attempt(() => jobPort.delete('schedule-21:job-1'));
  await attempt(() => port.get('schedule-21'));
}

async function tasks({ jobs: jobPort, tasks: port }: BatchService): Promise<void> {
  await jobPort.create({ id: 'plain', poolId: 'pool' });
  await jobPort.create({
    id: 'rich',
    poolId: 'pool',
    usesTaskDependencies: true,
    onTaskFailure: 'performExitOptionsJobAction',
  });
  for (const jobId of ['plain', 'rich']) {
    for (const [index, changes] of TASKS.entries()) {
      const spec = { id: `task-${index}`, commandLine: 'true', ...changes };
      await attempt(() => port.addAll(jobId, [spec]));
      await attempt(() => port.get(jobId, spec.id));
    }
    await attempt(() => port.list(jobId));
    for (const id of ODD_IDS) {
      for (const method of ['get', 'terminate', 'reactivate', 'subtasks', 'delete'] as const)
        await attempt(() => port[method](jobId, id));
    }
  }
}

async function files(
  { pools: poolPort, jobs: jobPort, tasks: port, files: filePort }: BatchService,
  pause: () => Promise<void>,
): Promise<void> {
  await poolPort.create({ ...POOL, id: 'files', targetDedicatedNodes: 1 });
  await jobPort.create({ id: 'files', poolId: 'files' });
  await port.addAll('files', [{ id: 't', commandLine: "/bin/sh -c 'echo hello'" }]);
  for (let pauses = 0; pauses < 10; pauses += 1) await pause();
  for (const path of PATHS) {
    await attempt(() => filePort.statOfTask('files', 't', path));
    await attempt(() => filePort.readOfTask('files', 't', path));
  }
  for (const range of [{ start: 0, end: 0 }, { start: 6 }, { start: 5, end: 2 ** 40 }, { start: Number.NaN }]) {
    await attempt(() => filePort.readOfTask('files', 't', 'stdout.txt', { range }));
  }
  await attempt(() => filePort.listOfTask('files', 't'));
}

async function trace(
  create: () => Promise<BatchServiceTarget>,
  story: (service: BatchService, pause: () => Promise<void>) => Promise<void>,
): Promise<Trace> {
  const target = await create();
  onTestFinished(() => target.close());
  const recording = new Recording();
  await story(recording.record(target.service), () => target.pause());
  return traceOf(recording.calls);
}

describe('a caller sees the same in this process as over HTTP', () => {
  test.each(Object.entries({ pools, jobs, schedules, tasks, files }))(
    'of awkward requests about %s',
    async (_, story) => {
      const local = await trace(() => localOnEmulator(simulatedContractAccount()), story);
      const azure = await trace(() => azureOnEmulator(simulatedContractAccount()), story);
      expect(local.length).toBeGreaterThan(20);
      expect(difference(local, azure)).toBeUndefined();
    },
  );
});
