// What the local adapter asks the engine for, and how it shows the engine's resources.
import { describe, expect, test } from 'vitest';
import { engineJob, hookStatusOf, jobOf } from '../../../adapters/local/job/job-mapping.ts';
import { nodeOf } from '../../../adapters/local/pool/node-mapping.ts';
import { enginePool, engineTarget, poolOf } from '../../../adapters/local/pool/pool-mapping.ts';
import { engineSchedule, scheduleOf } from '../../../adapters/local/schedule/schedule-mapping.ts';
import { subtaskOf, taskOf } from '../../../adapters/local/task/task-mapping.ts';
import { engineTask } from '../../../adapters/local/task/task-spec-mapping.ts';
import type { JobResource, NodeResource, PoolResource, TaskResource } from '../../../emulator/engine/index.ts';
import { poolSpec } from './local-account.ts';

const HTTP_FILE = { httpUrl: 'http://127.0.0.1/a', filePath: 'a', fileMode: '0755' };
const CONTAINER_FILE = { storageContainerUrl: 'http://127.0.0.1/c', blobPrefix: 'in/', filePath: 'data' };
const TIME = 1_893_456_000_123.456;
const WHOLE_TIME = 1_893_456_000_123;
const STAMPS = { lastModified: TIME, creationTime: TIME, stateTransitionTime: TIME };

describe('requests', () => {
  test('a pool is asked for with everything that was said and nothing else', () => {
    expect(enginePool(poolSpec())).toEqual({
      id: 'pool',
      vmSize: 'Standard_D2s_v3',
      virtualMachineConfiguration: {
        imageReference: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' },
        nodeAgentSKUId: 'batch.node.ubuntu 22.04',
      },
      targetDedicatedNodes: 1,
    });
    const startTask = {
      commandLine: 'true',
      resourceFiles: [HTTP_FILE, CONTAINER_FILE],
      environment: [{ name: 'A', value: 'b' }],
      user: { userName: 'me' },
      maxRetryCount: 3,
      waitForSuccess: false,
    };
    const spec = poolSpec({
      displayName: 'Pool',
      targetLowPriorityNodes: 2,
      taskSlotsPerNode: 4,
      nodeFillType: 'pack',
      interNodeCommunication: true,
      resizeTimeoutMs: 600_000,
      startTask,
      metadata: { a: 'b' },
    });
    expect(enginePool(spec)).toMatchObject({
      displayName: 'Pool',
      targetLowPriorityNodes: 2,
      taskSlotsPerNode: 4,
      taskSchedulingPolicy: { nodeFillType: 'pack' },
      enableInterNodeCommunication: true,
      resizeTimeout: 600_000,
      startTask: {
        commandLine: 'true',
        resourceFiles: [HTTP_FILE, CONTAINER_FILE],
        environmentSettings: [{ name: 'A', value: 'b' }],
        userIdentity: { username: 'me' },
        maxTaskRetryCount: 3,
        waitForSuccess: false,
      },
      metadata: [{ name: 'a', value: 'b' }],
    });
  });

  test('a target says only what shall change', () => {
    expect(engineTarget({ lowPriorityNodes: 3 })).toEqual({ targetLowPriorityNodes: 3 });
    expect(engineTarget({ dedicatedNodes: 0, timeoutMs: 300_000, deallocation: 'taskCompletion' })).toEqual({
      targetDedicatedNodes: 0,
      resizeTimeout: 300_000,
      nodeDeallocationOption: 'taskcompletion',
    });
  });

  test('a job is asked for in the words of the engine', () => {
    expect(engineJob({ id: 'j', poolId: 'p' })).toEqual({ id: 'j', poolInfo: { poolId: 'p' } });
    const job = engineJob({
      id: 'j',
      poolId: 'p',
      maxTaskRetryCount: 2,
      onAllTasksComplete: 'terminateJob',
      onTaskFailure: 'performExitOptionsJobAction',
      preparation: { commandLine: 'prepare', user: { autoUser: { scope: 'task', elevation: 'nonAdmin' } } },
      release: { commandLine: 'release' },
      commonEnvironment: [{ name: 'A', value: 'b' }],
    });
    expect(job).toEqual({
      id: 'j',
      poolInfo: { poolId: 'p' },
      constraints: { maxTaskRetryCount: 2 },
      onAllTasksComplete: 'terminatejob',
      onTaskFailure: 'performexitoptionsjobaction',
      jobPreparationTask: {
        commandLine: 'prepare',
        userIdentity: { autoUser: { scope: 'task', elevationLevel: 'nonadmin' } },
      },
      jobReleaseTask: { commandLine: 'release' },
      commonEnvironmentSettings: [{ name: 'A', value: 'b' }],
    });
  });

  test('a schedule with a job manager is asked for in the words of the engine', () => {
    expect(engineSchedule({ id: 's', recurrence: {}, job: { poolId: 'p' } })).toEqual({
      id: 's',
      schedule: {},
      jobSpecification: { poolInfo: { poolId: 'p' } },
    });
    const schedule = engineSchedule({
      id: 's',
      recurrence: { doNotRunUntil: 1, doNotRunAfter: 2, startWindowMs: 3, intervalMs: 4 },
      job: {
        poolId: 'p',
        manager: { id: 'm', commandLine: 'work', constraints: { maxRetryCount: 1 }, endsJob: false, runsAlone: true },
      },
    });
    expect(schedule).toEqual({
      id: 's',
      schedule: { doNotRunUntil: 1, doNotRunAfter: 2, startWindow: 3, recurrenceInterval: 4 },
      jobSpecification: {
        poolInfo: { poolId: 'p' },
        jobManagerTask: {
          id: 'm',
          commandLine: 'work',
          constraints: { maxTaskRetryCount: 1 },
          killJobOnCompletion: false,
          runExclusive: true,
        },
      },
    });
  });

  test('a task is asked for in the words of the engine', () => {
    const options = { jobAction: 'terminate', dependencyAction: 'block' } as const;
    const task = engineTask({
      id: 't',
      commandLine: 'true',
      outputFiles: [
        { filePattern: '*.txt', containerUrl: 'http://127.0.0.1/c', path: 'out', uploadCondition: 'taskCompletion' },
      ],
      constraints: { maxRetryCount: -1, maxWallClockMs: 1000, retentionMs: 2000 },
      dependsOn: { taskIds: ['a'], ranges: [{ start: 1, end: 3 }] },
      exitConditions: {
        exitCodes: [{ code: 1, options }],
        exitCodeRanges: [{ start: 2, end: 4, options }],
        default: options,
      },
      multiInstance: { numberOfInstances: 2, coordinationCommandLine: 'start' },
    });
    expect(task).toEqual({
      id: 't',
      commandLine: 'true',
      outputFiles: [
        {
          filePattern: '*.txt',
          destination: { container: { containerUrl: 'http://127.0.0.1/c', path: 'out' } },
          uploadOptions: { uploadCondition: 'taskcompletion' },
        },
      ],
      constraints: { maxTaskRetryCount: -1, maxWallClockTime: 1000, retentionTime: 2000 },
      dependsOn: { taskIds: ['a'], taskIdRanges: [{ start: 1, end: 3 }] },
      exitConditions: {
        exitCodes: [{ code: 1, exitOptions: options }],
        exitCodeRanges: [{ start: 2, end: 4, exitOptions: options }],
        default: options,
      },
      multiInstanceSettings: { numberOfInstances: 2, coordinationCommandLine: 'start' },
    });
  });
});

describe('answers', () => {
  test('a pool without an image of the marketplace has none, and its errors keep their details', () => {
    const pool: PoolResource = {
      ...STAMPS,
      id: 'p',
      vmSize: 'standard_d2s_v3',
      virtualMachineConfiguration: {
        imageReference: { virtualMachineImageId: '/a/gallery' },
        nodeAgentSKUId: 'batch.node.ubuntu 22.04',
      },
      state: 'active',
      allocationState: 'steady',
      allocationStateTransitionTime: TIME,
      resizeTimeout: 900_000,
      currentDedicatedNodes: 1,
      targetDedicatedNodes: 2,
      currentLowPriorityNodes: 3,
      targetLowPriorityNodes: 4,
      enableAutoScale: false,
      enableInterNodeCommunication: false,
      taskSlotsPerNode: 1,
      taskSchedulingPolicy: { nodeFillType: 'spread' },
      resizeErrors: [{ code: 'AccountCoreQuotaReached', message: 'no', values: [{ name: 'Limit', value: '1' }] }],
    };
    expect(poolOf(pool)).toEqual({
      id: 'p',
      state: 'active',
      allocationState: 'steady',
      vmSize: 'standard_d2s_v3',
      nodeAgentSkuId: 'batch.node.ubuntu 22.04',
      currentDedicatedNodes: 1,
      targetDedicatedNodes: 2,
      currentLowPriorityNodes: 3,
      targetLowPriorityNodes: 4,
      taskSlotsPerNode: 1,
      interNodeCommunication: false,
      resizeErrors: [{ code: 'AccountCoreQuotaReached', message: 'no', details: [{ name: 'Limit', value: '1' }] }],
      metadata: {},
    });
  });

  test('a node says how its start task stands, and shows states of later versions as other', () => {
    const node: NodeResource = {
      id: 'tvm-1',
      state: 'starttaskfailed',
      schedulingState: 'enabled',
      stateTransitionTime: TIME,
      allocationTime: TIME,
      affinityId: 'TVM:tvm-1',
      vmSize: 'standard_d2s_v3',
      totalTasksRun: 0,
      totalTasksSucceeded: 0,
      runningTasksCount: 0,
      runningTaskSlotsCount: 0,
      isDedicated: false,
      startTaskInfo: {
        state: 'completed',
        startTime: TIME,
        exitCode: 3,
        failureInfo: { category: 'usererror', code: 'FailureExitCode', message: 'no' },
        retryCount: 1,
      },
      errors: [{ code: 'DiskFull', message: 'full', errorDetails: [{ name: 'a', value: 'b' }] }],
    };
    expect(nodeOf('p', node)).toEqual({
      id: 'tvm-1',
      poolId: 'p',
      state: 'startTaskFailed',
      isDedicated: false,
      stateChangedAt: WHOLE_TIME,
      startTask: {
        state: 'completed',
        exitCode: 3,
        failure: { category: 'user', code: 'FailureExitCode', message: 'no', details: [] },
        retryCount: 1,
      },
      errors: [{ code: 'DiskFull', message: 'full', details: [{ name: 'a', value: 'b' }] }],
    });
    expect(nodeOf('p', { ...node, state: 'deallocating' }).state).toBe('other');
  });

  test('a job tells why it cannot be scheduled and when it ended', () => {
    const job: JobResource = {
      ...STAMPS,
      id: 'j',
      poolInfo: { poolId: 'asked' },
      state: 'completed',
      executionInfo: {
        startTime: TIME,
        endTime: TIME,
        poolId: 'made',
        terminateReason: 'UserTerminate',
        schedulingError: { category: 'servererror', code: 'PoolMissing', message: 'gone' },
      },
    };
    expect(jobOf(job)).toEqual({
      id: 'j',
      state: 'completed',
      poolId: 'made',
      priority: 0,
      createdAt: WHOLE_TIME,
      endedAt: WHOLE_TIME,
      terminateReason: 'UserTerminate',
      schedulingError: { category: 'server', code: 'PoolMissing', message: 'gone', details: [] },
      metadata: {},
    });
  });

  test('a schedule tells when it runs next, and one that has ended when it ended', () => {
    const schedule = {
      ...STAMPS,
      id: 's',
      state: 'active',
      schedule: { recurrenceInterval: 60_000 },
      jobSpecification: { poolInfo: { poolId: 'p' } },
      executionInfo: { nextRunTime: TIME, recentJob: { id: 's:job-1' } },
    } as const;
    const common = { id: 's', recurrence: { intervalMs: 60_000 }, createdAt: WHOLE_TIME, metadata: {} };
    const active = { ...common, state: 'active', nextRunAt: WHOLE_TIME, recentJobId: 's:job-1' };
    expect(scheduleOf(schedule)).toEqual(active);
    const ended = { ...schedule, state: 'completed', executionInfo: { endTime: TIME } } as const;
    expect(scheduleOf(ended)).toEqual({ ...common, state: 'completed', endedAt: WHOLE_TIME });
  });

  test('hooks and subtasks have the members of their state and no others', () => {
    const node = { poolId: 'p', nodeId: 'n' };
    const running = { startTime: TIME, state: 'running', taskRootDirectory: 'd', retryCount: 0 } as const;
    expect(hookStatusOf({ ...node, jobPreparationTaskExecutionInfo: running })).toEqual({
      node,
      preparation: { state: 'running', startedAt: WHOLE_TIME, directory: 'd' },
    });
    const nodeInfo = { ...node, affinityId: 'TVM:n', taskRootDirectory: 'd' };
    const subtask = { id: 1, nodeInfo, state: 'preparing', stateTransitionTime: TIME } as const;
    expect(subtaskOf(subtask)).toEqual({ id: 1, state: 'preparing', node, directory: 'd' });
  });

  test('a task has the members of its state and no others', () => {
    const task: TaskResource = {
      ...STAMPS,
      id: 't',
      commandLine: 'true',
      constraints: { maxTaskRetryCount: 0, maxWallClockTime: 1, retentionTime: 1 },
      requiredSlots: 1,
      state: 'active',
      executionInfo: { retryCount: 0, requeueCount: 1 },
    };
    const common = { id: 't', jobId: 'j', commandLine: 'true', createdAt: WHOLE_TIME, retryCount: 0, requeueCount: 1 };
    const nodeInfo = { affinityId: 'TVM:n', poolId: 'p', nodeId: 'n', taskRootDirectory: 'workitems/j/job-1/t' };
    const node = { poolId: 'p', nodeId: 'n' };
    const started = { ...task.executionInfo, startTime: TIME };
    expect(taskOf('j', task)).toEqual({ ...common, state: 'active' });
    expect(taskOf('j', { ...task, state: 'preparing', nodeInfo })).toEqual({ ...common, state: 'preparing', node });
    const running = { ...task, state: 'running', executionInfo: started, nodeInfo } as const;
    expect(taskOf('j', running)).toEqual({ ...common, state: 'running', startedAt: WHOLE_TIME, node });
    const ended = { ...started, endTime: TIME, exitCode: 0, result: 'success' } as const;
    const result = { result: 'success', startedAt: WHOLE_TIME, endedAt: WHOLE_TIME, exitCode: 0 };
    expect(taskOf('j', { ...task, state: 'completed', executionInfo: ended, nodeInfo })).toEqual({
      ...common,
      state: 'completed',
      ...result,
      node,
    });
    const neverRan = { ...task.executionInfo, endTime: TIME, result: 'failure' } as const;
    expect(taskOf('j', { ...task, state: 'completed', executionInfo: neverRan, nodeInfo: {} })).toEqual({
      ...common,
      state: 'completed',
      result: 'failure',
      endedAt: WHOLE_TIME,
    });
  });
});
