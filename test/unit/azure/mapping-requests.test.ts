// What core says is sent as the wire says it. The bodies are those of wire-facts section 3.
import { expect, test } from 'vitest';
import type { JobSpec, PoolSpec, TaskSpec } from '../../../core/index.ts';
import { UNLIMITED } from '../../../core/kernel/index.ts';
import { azureOn } from './azure-fixture.ts';

/** The body that is sent when `send` calls the service. */
async function bodyOf(send: (service: Awaited<ReturnType<typeof azureOn>>['service']) => Promise<unknown>) {
  const { service, double } = await azureOn(({ json, response, request }) => {
    if (request.path.endsWith('/addtaskcollection')) {
      return json(200, { value: [{ status: 'Success', taskId: 'task1' }] });
    }
    response.writeHead(request.path.endsWith('/resize') || request.path.endsWith('/terminate') ? 202 : 201).end();
  });
  await send(service);
  const body = double.requests[0]?.body ?? '';
  return body === '' ? undefined : (JSON.parse(body) as unknown);
}

test('the body for a pool with everything', async () => {
  const spec: PoolSpec = {
    id: 'pool1',
    displayName: 'A pool',
    vmSize: 'Standard_D2s_v3',
    image: { publisher: 'canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' },
    nodeAgentSkuId: 'batch.node.ubuntu 24.04',
    targetDedicatedNodes: 2,
    targetLowPriorityNodes: 1,
    taskSlotsPerNode: 4,
    nodeFillType: 'pack',
    interNodeCommunication: true,
    resizeTimeoutMs: 420_000,
    startTask: {
      commandLine: '/bin/sh -c true',
      resourceFiles: [{ httpUrl: 'https://x/y', filePath: 'y', fileMode: '0755' }],
      environment: [{ name: 'A', value: '1' }],
      user: { autoUser: { scope: 'pool', elevation: 'nonAdmin' } },
      maxRetryCount: 3,
      waitForSuccess: false,
    },
    metadata: { run: '42' },
  };
  expect(await bodyOf((service) => service.pools.create(spec))).toEqual({
    id: 'pool1',
    displayName: 'A pool',
    vmSize: 'Standard_D2s_v3',
    virtualMachineConfiguration: {
      imageReference: { publisher: 'canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' },
      nodeAgentSKUId: 'batch.node.ubuntu 24.04',
    },
    resizeTimeout: 'PT7M',
    targetDedicatedNodes: 2,
    targetLowPriorityNodes: 1,
    enableInterNodeCommunication: true,
    startTask: {
      commandLine: '/bin/sh -c true',
      resourceFiles: [{ httpUrl: 'https://x/y', filePath: 'y', fileMode: '0755' }],
      environmentSettings: [{ name: 'A', value: '1' }],
      userIdentity: { autoUser: { scope: 'pool', elevationLevel: 'nonadmin' } },
      maxTaskRetryCount: 3,
      waitForSuccess: false,
    },
    taskSlotsPerNode: 4,
    taskSchedulingPolicy: { nodeFillType: 'pack' },
    metadata: [{ name: 'run', value: '42' }],
  });
});

test('the body for a resize with one target: the other one is left out', async () => {
  const target = { dedicatedNodes: 3, timeoutMs: 600_000, deallocation: 'taskCompletion' } as const;
  expect(await bodyOf((service) => service.pools.resize('pool1', target))).toEqual({
    targetDedicatedNodes: 3,
    resizeTimeout: 'PT10M',
    nodeDeallocationOption: 'taskcompletion',
  });
});

test('the body for a job with everything', async () => {
  const spec: JobSpec = {
    id: 'job1',
    poolId: 'pool1',
    priority: -5,
    maxParallelTasks: 7,
    usesTaskDependencies: true,
    maxTaskRetryCount: 2,
    maxWallClockMs: UNLIMITED,
    onAllTasksComplete: 'terminateJob',
    onTaskFailure: 'performExitOptionsJobAction',
    preparation: { commandLine: 'prepare', environment: [{ name: 'A', value: '1' }] },
    release: { commandLine: 'release', user: { userName: 'bob' } },
    commonEnvironment: [{ name: 'B', value: '2' }],
    metadata: {},
  };
  expect(await bodyOf((service) => service.jobs.create(spec))).toEqual({
    id: 'job1',
    priority: -5,
    maxParallelTasks: 7,
    constraints: { maxWallClockTime: 'P10675199DT2H48M5.4775807S', maxTaskRetryCount: 2 },
    jobPreparationTask: { commandLine: 'prepare', environmentSettings: [{ name: 'A', value: '1' }] },
    jobReleaseTask: { commandLine: 'release', userIdentity: { username: 'bob' } },
    commonEnvironmentSettings: [{ name: 'B', value: '2' }],
    poolInfo: { poolId: 'pool1' },
    onAllTasksComplete: 'terminatejob',
    onTaskFailure: 'performexitoptionsjobaction',
    metadata: [],
    usesTaskDependencies: true,
  });
});

test('the body for a job with the least', async () => {
  const body = await bodyOf((service) => service.jobs.create({ id: 'job1', poolId: 'pool1' }));
  expect(body).toEqual({ id: 'job1', poolInfo: { poolId: 'pool1' } });
});

test('the body for a termination with and without a reason', async () => {
  expect(await bodyOf((service) => service.jobs.terminate('job1', 'enough'))).toEqual({ terminateReason: 'enough' });
  expect(await bodyOf((service) => service.jobs.terminate('job1'))).toBeUndefined();
});

test('the body for a task with everything', async () => {
  const spec: TaskSpec = {
    id: 'task1',
    displayName: 'A task',
    commandLine: "/bin/sh -c 'echo “ü”'",
    resourceFiles: [{ storageContainerUrl: 'https://x/c?sig=s', blobPrefix: 'in/', filePath: 'data' }],
    outputFiles: [
      {
        filePattern: '../std*.txt',
        containerUrl: 'https://x/c?sig=s',
        path: 'out',
        uploadCondition: 'taskCompletion',
      },
    ],
    constraints: { maxRetryCount: 1, maxWallClockMs: 90_000, retentionMs: 86_400_000 },
    requiredSlots: 2,
    dependsOn: { taskIds: ['a'], ranges: [{ start: 1, end: 5 }] },
    exitConditions: {
      exitCodes: [{ code: 3, options: { jobAction: 'terminate', dependencyAction: 'satisfy' } }],
      exitCodeRanges: [{ start: 10, end: 20, options: { jobAction: 'none' } }],
      preProcessingError: { jobAction: 'disable' },
      fileUploadError: { dependencyAction: 'block' },
      default: { jobAction: 'none' },
    },
    multiInstance: { numberOfInstances: 2, coordinationCommandLine: 'coordinate' },
  };
  expect(await bodyOf((service) => service.tasks.addAll('job1', [spec]))).toEqual({
    value: [
      {
        id: 'task1',
        displayName: 'A task',
        commandLine: "/bin/sh -c 'echo “ü”'",
        resourceFiles: [{ storageContainerUrl: 'https://x/c?sig=s', blobPrefix: 'in/', filePath: 'data' }],
        outputFiles: [
          {
            filePattern: '../std*.txt',
            destination: { container: { containerUrl: 'https://x/c?sig=s', path: 'out' } },
            uploadOptions: { uploadCondition: 'taskcompletion' },
          },
        ],
        constraints: { maxTaskRetryCount: 1, maxWallClockTime: 'PT1M30S', retentionTime: 'P1D' },
        requiredSlots: 2,
        dependsOn: { taskIds: ['a'], taskIdRanges: [{ start: 1, end: 5 }] },
        exitConditions: {
          exitCodes: [{ code: 3, exitOptions: { jobAction: 'terminate', dependencyAction: 'satisfy' } }],
          exitCodeRanges: [{ start: 10, end: 20, exitOptions: { jobAction: 'none' } }],
          preProcessingError: { jobAction: 'disable' },
          fileUploadError: { dependencyAction: 'block' },
          default: { jobAction: 'none' },
        },
        multiInstanceSettings: { numberOfInstances: 2, coordinationCommandLine: 'coordinate' },
      },
    ],
  });
});
