// Resources as an engine would show them, for the wire suite.
import { duration, UNLIMITED } from '../../../core/kernel/index.ts';
import type {
  JobResource,
  NodeCounts,
  NodeResource,
  PoolResource,
  TaskResource,
} from '../../../emulator/engine/index.ts';
import { NOW } from './wire-server.ts';

const autoUser = { autoUser: { scope: 'pool', elevationLevel: 'nonadmin' } } as const;

export const pool: PoolResource = {
  id: 'xplatCreatedPool',
  lastModified: NOW,
  creationTime: NOW - 0.004,
  state: 'active',
  stateTransitionTime: NOW - 0.004,
  allocationState: 'resizing',
  allocationStateTransitionTime: NOW,
  vmSize: 'STANDARD_D1_V2',
  resizeTimeout: duration.minutes(15),
  currentDedicatedNodes: 0,
  targetDedicatedNodes: 0,
  currentLowPriorityNodes: 0,
  targetLowPriorityNodes: 3,
  enableAutoScale: false,
  enableInterNodeCommunication: false,
  startTask: {
    commandLine: 'cmd /c echo test',
    userIdentity: { autoUser: { scope: 'task', elevationLevel: 'admin' } },
    maxTaskRetryCount: 0,
    waitForSuccess: true,
  },
  taskSlotsPerNode: 1,
  taskSchedulingPolicy: { nodeFillType: 'spread' },
  cloudServiceConfiguration: { osFamily: '4', osVersion: '*' },
};

export const job: JobResource = {
  id: 'cli-test-job-1',
  lastModified: NOW,
  creationTime: NOW - 32,
  state: 'active',
  stateTransitionTime: NOW,
  priority: 0,
  maxParallelTasks: -1,
  usesTaskDependencies: false,
  allowTaskPreemption: false,
  constraints: { maxWallClockTime: UNLIMITED, maxTaskRetryCount: 5 },
  jobManagerTask: {
    id: 'JobManager',
    commandLine: 'cmd /c set AZ_BATCH_TASK_ID',
    environmentSettings: [{ name: 'CLI_TEST_VAR', value: 'CLI_TEST_VAR_VALUE' }],
    constraints: { maxWallClockTime: UNLIMITED, retentionTime: duration.days(7), maxTaskRetryCount: 5 },
    requiredSlots: 1,
    userIdentity: autoUser,
    runExclusive: true,
    allowLowPriorityNode: true,
    killJobOnCompletion: true,
  },
  poolInfo: { poolId: 'xplatJobForTaskTests' },
  metadata: [{ name: 'test', value: 'value' }],
  executionInfo: { startTime: NOW, poolId: 'xplatJobForTaskTests' },
  onAllTasksComplete: 'noaction',
  onTaskFailure: 'noaction',
};

export const activeTask: TaskResource = {
  id: 'aaa',
  creationTime: NOW,
  lastModified: NOW,
  state: 'active',
  stateTransitionTime: NOW,
  commandLine: 'ping 127.0.0.1 -n 30',
  userIdentity: autoUser,
  constraints: { maxWallClockTime: UNLIMITED, retentionTime: duration.days(7), maxTaskRetryCount: 5 },
  requiredSlots: 1,
  executionInfo: { retryCount: 0, requeueCount: 0 },
};

const nodeId = `tvmps_${'60b71f05'.repeat(8)}_d`;

export const failedTask: TaskResource = {
  ...activeTask,
  id: 't',
  state: 'completed',
  stateTransitionTime: NOW + 2000,
  previousState: 'running',
  previousStateTransitionTime: NOW + 1000,
  executionInfo: {
    startTime: NOW + 1000,
    endTime: NOW + 1500.5,
    exitCode: 1,
    failureInfo: {
      category: 'usererror',
      code: 'FailureExitCode',
      message: 'The task exited with an exit code representing a failure',
      details: [{ name: 'Message', value: 'The task exited with an exit code representing a failure' }],
    },
    result: 'failure',
    retryCount: 0,
    requeueCount: 0,
  },
  nodeInfo: { affinityId: `TVM:${nodeId}`, poolId: 'p', nodeId, taskRootDirectory: 'workitems/j/job-1/t' },
};

export const neverRunTask: TaskResource = {
  ...activeTask,
  state: 'completed',
  previousState: 'active',
  previousStateTransitionTime: NOW,
  executionInfo: {
    endTime: NOW,
    failureInfo: { category: 'usererror', code: 'TaskEnded', message: 'Task Was Ended by User Request' },
    result: 'failure',
    retryCount: 0,
    requeueCount: 0,
  },
  nodeInfo: {},
};

export const node: NodeResource = {
  id: nodeId,
  state: 'idle',
  schedulingState: 'enabled',
  stateTransitionTime: NOW,
  lastBootTime: NOW,
  allocationTime: NOW,
  ipAddress: '10.0.0.4',
  affinityId: `TVM:${nodeId}`,
  vmSize: 'Standard_D1_v2',
  totalTasksRun: 0,
  totalTasksSucceeded: 0,
  runningTasksCount: 0,
  runningTaskSlotsCount: 0,
  recentTasks: [
    {
      jobId: 'j',
      taskId: 't',
      taskState: 'completed',
      executionInfo: { startTime: NOW, endTime: NOW, exitCode: 0, result: 'success', retryCount: 0, requeueCount: 0 },
    },
  ],
  certificateReferences: [],
  isDedicated: true,
  nodeAgentInfo: { version: '1.10.0', lastUpdateTime: NOW },
  virtualMachineInfo: {
    imageReference: { publisher: 'Canonical', offer: 'UbuntuServer', sku: '18.04-LTS', version: 'latest' },
  },
};

export const noNodes: NodeCounts = {
  creating: 0,
  idle: 0,
  leavingPool: 0,
  offline: 0,
  preempted: 0,
  rebooting: 0,
  reimaging: 0,
  running: 0,
  starting: 0,
  startTaskFailed: 0,
  unusable: 0,
  unknown: 0,
  waitingForStartTask: 0,
  total: 0,
};
