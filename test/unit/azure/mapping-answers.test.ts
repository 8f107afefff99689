// What the wire says is understood in core's words. The answers are those of wire-facts section 3.
import { expect, test } from 'vitest';
import type { Job, Node, Pool, Task } from '../../../core/index.ts';
import { azureOn, collect } from './azure-fixture.ts';

/** What the adapter makes of an answer. */
async function answered(body: unknown) {
  const { service } = await azureOn(({ json }) => json(200, body));
  return service;
}

test('the adapter understands an answer of a pool', async () => {
  const service = await answered({
    'odata.metadata': 'https://h/$metadata#pools/@Element',
    id: 'pool1',
    state: 'active',
    allocationState: 'steady',
    vmSize: 'standard_d2s_v3',
    currentDedicatedNodes: 1,
    targetDedicatedNodes: 2,
    currentLowPriorityNodes: 0,
    targetLowPriorityNodes: 0,
    resizeErrors: [{ code: 'AccountCoreQuotaReached', message: 'No cores.', values: [{ name: 'Limit', value: '4' }] }],
    enableInterNodeCommunication: false,
    startTask: {
      commandLine: 'x',
      userIdentity: { autoUser: { scope: 'pool', elevationLevel: 'admin' } },
      maxTaskRetryCount: 0,
      waitForSuccess: true,
    },
    metadata: [{ name: 'run', value: '42' }],
    taskSlotsPerNode: 4,
    taskSchedulingPolicy: { nodeFillType: 'Spread' },
    virtualMachineConfiguration: {
      imageReference: { publisher: 'canonical', offer: 'o', sku: 's', version: 'latest' },
      nodeAgentSKUId: 'batch.node.ubuntu 24.04',
    },
  });
  expect(await service.pools.get('pool1')).toStrictEqual({
    id: 'pool1',
    state: 'active',
    allocationState: 'steady',
    vmSize: 'standard_d2s_v3',
    image: { publisher: 'canonical', offer: 'o', sku: 's', version: 'latest' },
    nodeAgentSkuId: 'batch.node.ubuntu 24.04',
    currentDedicatedNodes: 1,
    targetDedicatedNodes: 2,
    currentLowPriorityNodes: 0,
    targetLowPriorityNodes: 0,
    taskSlotsPerNode: 4,
    interNodeCommunication: false,
    startTask: {
      commandLine: 'x',
      user: { autoUser: { scope: 'pool', elevation: 'admin' } },
      maxRetryCount: 0,
      waitForSuccess: true,
    },
    resizeErrors: [{ code: 'AccountCoreQuotaReached', message: 'No cores.', details: [{ name: 'Limit', value: '4' }] }],
    metadata: { run: '42' },
  } satisfies Pool);
});

test('the adapter understands an answer of nodes, one in a state of a later version', async () => {
  const service = await answered({
    value: [
      {
        id: 'n1',
        state: 'waitingforstarttask',
        stateTransitionTime: '2030-01-01T00:00:00.1234567Z',
        ipAddress: '10.0.0.4',
        isDedicated: true,
        startTaskInfo: { state: 'running', startTime: '2030-01-01T00:00:00Z', retryCount: 1 },
      },
      { id: 'n2', state: 'deallocated', isDedicated: false, errors: [{ code: 'DiskFull', message: 'Full.' }] },
    ],
  });
  expect(await collect(service.pools.nodes('pool1'))).toStrictEqual([
    {
      id: 'n1',
      poolId: 'pool1',
      state: 'waitingForStartTask',
      isDedicated: true,
      ipAddress: '10.0.0.4',
      stateChangedAt: Date.parse('2030-01-01T00:00:00.123Z'),
      startTask: { state: 'running', retryCount: 1 },
      errors: [],
    },
    {
      id: 'n2',
      poolId: 'pool1',
      state: 'other',
      isDedicated: false,
      errors: [{ code: 'DiskFull', message: 'Full.', details: [] }],
    },
  ] satisfies Node[]);
});

test('the adapter understands an answer of a job', async () => {
  const service = await answered({
    id: 'job1',
    state: 'completed',
    priority: 3,
    creationTime: '2030-01-01T00:00:00Z',
    poolInfo: { autoPoolSpecification: { poolLifetimeOption: 'job' } },
    executionInfo: {
      startTime: '2030-01-01T00:00:00Z',
      endTime: '2030-01-01T00:00:01Z',
      poolId: 'GUID',
      terminateReason: 'AllTasksComplete',
      schedulingError: { category: 'UserError', code: 'C', message: 'M', details: [{ name: 'n', value: 'v' }] },
    },
  });
  expect(await service.jobs.get('job1')).toStrictEqual({
    id: 'job1',
    state: 'completed',
    poolId: 'GUID',
    priority: 3,
    createdAt: 1_893_456_000_000,
    endedAt: 1_893_456_001_000,
    terminateReason: 'AllTasksComplete',
    schedulingError: { code: 'C', message: 'M', category: 'user', details: [{ name: 'n', value: 'v' }] },
    metadata: {},
  } satisfies Job);
});

const common = { id: 't', commandLine: 'x', creationTime: '2030-01-01T00:00:00Z' };
const counts = { retryCount: 0, requeueCount: 0 };
const expected = { id: 't', jobId: 'j', commandLine: 'x', createdAt: 1_893_456_000_000, ...counts };
const nodeInfo = { poolId: 'p', nodeId: 'n', affinityId: 'TVM:n', nodeUrl: 'https://h/pools/p/nodes/n' };
const node = { poolId: 'p', nodeId: 'n' };

const cases: readonly (readonly [string, object, Task])[] = [
  ['waits', { state: 'active', executionInfo: counts }, { ...expected, state: 'active' }],
  [
    'is being prepared',
    { state: 'preparing', executionInfo: counts, nodeInfo },
    { ...expected, state: 'preparing', node },
  ],
  [
    'runs',
    { state: 'running', executionInfo: { startTime: '2030-01-01T00:00:02Z', ...counts }, nodeInfo },
    { ...expected, state: 'running', startedAt: 1_893_456_002_000, node },
  ],
  [
    'has failed',
    {
      state: 'completed',
      executionInfo: {
        startTime: '2030-01-01T00:00:02Z',
        endTime: '2030-01-01T00:00:03Z',
        exitCode: 3,
        failureInfo: { category: 'usererror', code: 'FailureExitCode', message: 'It failed.' },
        // As the service wrote it in 2018 (wire-facts 1.9).
        result: 'Failure',
        retryCount: 2,
        requeueCount: 1,
      },
      nodeInfo,
    },
    {
      ...expected,
      state: 'completed',
      result: 'failure',
      startedAt: 1_893_456_002_000,
      endedAt: 1_893_456_003_000,
      exitCode: 3,
      failure: { code: 'FailureExitCode', message: 'It failed.', category: 'user', details: [] },
      node,
      retryCount: 2,
      requeueCount: 1,
    },
  ],
  [
    'was ended before it ran',
    {
      state: 'completed',
      executionInfo: {
        endTime: '2030-01-01T00:00:03Z',
        failureInfo: { category: 'UserError', code: 'TaskEnded', message: 'Task Was Ended by User Request' },
        result: 'failure',
        ...counts,
      },
      nodeInfo: {},
    },
    {
      ...expected,
      state: 'completed',
      result: 'failure',
      endedAt: 1_893_456_003_000,
      failure: { code: 'TaskEnded', message: 'Task Was Ended by User Request', category: 'user', details: [] },
    },
  ],
  ['is in a state of a later version', { state: 'hibernating', nodeInfo }, { ...expected, state: 'running', node }],
];
test.each(cases)('the adapter understands a task that %s', async (_title, wire, task) => {
  const service = await answered({ ...common, ...wire });
  expect(await service.tasks.get('j', 't')).toStrictEqual(task);
});

test('the adapter understands an answer of files in a list: sizes are text, directories have none, and Windows names get slashes', async () => {
  const lastModified = '2030-01-01T00:00:00Z';
  const service = await answered({
    value: [
      { name: 'wd', isDirectory: true },
      { name: 'wd\\a.txt', isDirectory: false, properties: { lastModified, contentLength: '5' } },
    ],
  });
  expect(await collect(service.files.listOfTask('j', 't'))).toStrictEqual([
    { name: 'wd', isDirectory: true, size: 0 },
    { name: 'wd/a.txt', isDirectory: false, size: 5, modifiedAt: 1_893_456_000_000 },
  ]);
});

test.each([
  ['False', { isDirectory: false, size: 42 }],
  ['True', { isDirectory: true, size: 0 }],
])(
  'the adapter understands the properties of a file whose ocp-batch-file-isdirectory is %s',
  async (text, expectedFile) => {
    const { service } = await azureOn(({ response }) => {
      response.writeHead(200, {
        'content-length': '42',
        'last-modified': 'Tue, 01 Jan 2030 00:00:00 GMT',
        'ocp-batch-file-isdirectory': text,
      });
      response.end();
    });
    expect(await service.files.statOfTask('j', 't', 'wd/x')).toStrictEqual({
      name: 'wd/x',
      ...expectedFile,
      modifiedAt: 1_893_456_000_000,
    });
  },
);

test('the adapter understands an answer of the supported images', async () => {
  const service = await answered({
    value: [
      {
        nodeAgentSKUId: 'batch.node.ubuntu 24.04',
        imageReference: { publisher: 'canonical', offer: 'o', sku: 's', version: 'latest' },
        osType: 'linux',
        capabilities: ['DockerCompatible'],
        batchSupportEndOfLife: '2030-01-01T00:00:00Z',
        verificationType: 'verified',
      },
    ],
  });
  expect(await collect(service.images.list())).toStrictEqual([
    {
      image: { publisher: 'canonical', offer: 'o', sku: 's', version: 'latest' },
      nodeAgentSkuId: 'batch.node.ubuntu 24.04',
      osType: 'linux',
      verified: true,
      capabilities: ['DockerCompatible'],
      endOfSupportAt: 1_893_456_000_000,
    },
  ]);
});

test('the adapter understands an answer of the counts of tasks', async () => {
  const taskCounts = { active: 1, running: 2, completed: 3, succeeded: 2, failed: 1 };
  const service = await answered({ taskCounts, taskSlotCounts: taskCounts });
  expect(await service.jobs.taskCounts('j')).toStrictEqual(taskCounts);
});
