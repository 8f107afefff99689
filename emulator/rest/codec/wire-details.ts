/**
 * What the SDK's mappers do not tell about the wire, as data: the recorded order of members, enum spelling, numbers
 * that travel as strings, secrets, and which times are the service's own (wire-facts 1.9, 1.10, section 3).
 */
import type { TimeSource } from './wire-time.ts';

type ByModel<T> = Readonly<Record<string, T>>;

const head = ['id', 'displayName', 'url', 'eTag'] as const;
const stateMembers = ['state', 'stateTransitionTime', 'previousState', 'previousStateTransitionTime'] as const;

/**
 * Members in the order of recordings. Members that are not named keep the mappers' order and follow the named ones.
 */
export const memberOrder: ByModel<readonly string[]> = {
  CloudPool: [
    ...head,
    'lastModified',
    'creationTime',
    'state',
    'stateTransitionTime',
    'allocationState',
    'allocationStateTransitionTime',
    'vmSize',
    'resizeTimeout',
    'currentDedicatedNodes',
    'targetDedicatedNodes',
    'currentLowPriorityNodes',
    'targetLowPriorityNodes',
    'resizeErrors',
    'enableAutoScale',
    'autoScaleFormula',
    'autoScaleEvaluationInterval',
    'autoScaleRun',
    'enableInterNodeCommunication',
    'startTask',
    'certificateReferences',
    'metadata',
    'userAccounts',
    'applicationPackageReferences',
    'taskSlotsPerNode',
    'taskSchedulingPolicy',
    'virtualMachineConfiguration',
    'cloudServiceConfiguration',
    'applicationLicenses',
    'networkConfiguration',
    'mountConfiguration',
    'resourceTags',
    'upgradePolicy',
    'targetNodeCommunicationMode',
    'currentNodeCommunicationMode',
    'identity',
    'stats',
  ],
  ComputeNode: [
    'id',
    'url',
    'state',
    'schedulingState',
    'stateTransitionTime',
    'lastBootTime',
    'allocationTime',
    'ipAddress',
    'affinityId',
    'vmSize',
    'totalTasksRun',
    'totalTasksSucceeded',
    'runningTasksCount',
    'runningTaskSlotsCount',
  ],
  NodeAgentInformation: ['lastUpdateTime', 'version'],
  NodeVMExtension: ['provisioningState', 'instanceView', 'vmExtension'],
  CloudJob: [
    ...head,
    'lastModified',
    'creationTime',
    ...stateMembers,
    'priority',
    'maxParallelTasks',
    'usesTaskDependencies',
    'allowTaskPreemption',
    'constraints',
    'jobManagerTask',
    'jobPreparationTask',
    'jobReleaseTask',
    'commonEnvironmentSettings',
    'poolInfo',
    'metadata',
    'executionInfo',
    'onAllTasksComplete',
    'onTaskFailure',
    'networkConfiguration',
    'stats',
  ],
  JobManagerTask: [
    'id',
    'displayName',
    'commandLine',
    'containerSettings',
    'resourceFiles',
    'outputFiles',
    'environmentSettings',
    'constraints',
    'requiredSlots',
    'userIdentity',
    'runExclusive',
    'applicationPackageReferences',
    'authenticationTokenSettings',
    'allowLowPriorityNode',
    'killJobOnCompletion',
  ],
  JobSpecification: [
    'displayName',
    'priority',
    'maxParallelTasks',
    'allowTaskPreemption',
    'usesTaskDependencies',
    'onAllTasksComplete',
    'onTaskFailure',
    'networkConfiguration',
    'constraints',
  ],
  CloudTask: [
    ...head,
    'creationTime',
    'lastModified',
    ...stateMembers,
    'commandLine',
    'applicationPackageReferences',
    'containerSettings',
    'resourceFiles',
    'outputFiles',
    'environmentSettings',
    'affinityInfo',
    'userIdentity',
    'multiInstanceSettings',
    'authenticationTokenSettings',
    'exitConditions',
    'dependsOn',
    'constraints',
    'requiredSlots',
    'executionInfo',
    'nodeInfo',
    'stats',
  ],
  TaskExecutionInformation: [
    'startTime',
    'endTime',
    'exitCode',
    'containerInfo',
    'failureInfo',
    'result',
    'retryCount',
    'lastRetryTime',
    'requeueCount',
    'lastRequeueTime',
  ],
  SubtaskInformation: [
    'id',
    'startTime',
    'endTime',
    ...stateMembers,
    'result',
    'exitCode',
    'containerInfo',
    'failureInfo',
    'nodeInfo',
  ],
  ImageInformation: [
    'imageReference',
    'verificationType',
    'nodeAgentSKUId',
    'capabilities',
    'batchSupportEndOfLife',
    'osType',
  ],
  NodeCounts: [
    'creating',
    'idle',
    'leavingPool',
    'offline',
    'preempted',
    'rebooting',
    'reimaging',
    'running',
    'starting',
    'startTaskFailed',
    'unusable',
    'unknown',
    'upgradingOS',
    'waitingForStartTask',
    'total',
  ],
  PoolStatistics: ['url', 'usageStats', 'resourceStats'],
  ResourceStatistics: ['startTime', 'diskReadIOps', 'diskWriteIOps', 'lastUpdateTime'],
  JobStatistics: [
    'url',
    'startTime',
    'lastUpdateTime',
    'userCPUTime',
    'kernelCPUTime',
    'wallClockTime',
    'readIOps',
    'writeIOps',
    'readIOGiB',
    'writeIOGiB',
    'numTaskRetries',
    'numSucceededTasks',
    'numFailedTasks',
    'waitTime',
  ],
};

const errorCategory = { usererror: 'UserError', servererror: 'ServerError' };

/** Enum words that are not written in lower case, by `Model.member` (wire-facts 1.9). */
export const enumSpelling: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'TaskSchedulingPolicy.nodeFillType': { spread: 'Spread', pack: 'Pack' },
  'OutputFileUploadOptions.uploadCondition': {
    tasksuccess: 'TaskSuccess',
    taskfailure: 'TaskFailure',
    taskcompletion: 'TaskCompletion',
  },
  'CertificateReference.storeLocation': { currentuser: 'CurrentUser', localmachine: 'LocalMachine' },
  'TaskFailureInformation.category': errorCategory,
  'JobSchedulingError.category': errorCategory,
  'TaskAddResult.status': { success: 'Success', clienterror: 'ClientError', servererror: 'ServerError' },
};

/** Whole numbers that travel as strings (wire-facts 1.9). */
export const stringNumbers: ByModel<readonly string[]> = {
  FileProperties: ['contentLength'],
  ResourceStatistics: ['diskReadIOps', 'diskWriteIOps'],
  JobStatistics: ['readIOps', 'writeIOps', 'numSucceededTasks', 'numFailedTasks', 'numTaskRetries'],
  JobScheduleStatistics: ['readIOps', 'writeIOps', 'numSucceededTasks', 'numFailedTasks', 'numTaskRetries'],
  TaskStatistics: ['readIOps', 'writeIOps'],
};

/** Numbers of type double, written `0.0` when they are whole. */
export const doubles: ByModel<readonly string[]> = {
  PoolUsageMetrics: ['totalCoreHours'],
  ResourceStatistics: [
    'avgCPUPercentage',
    'avgMemoryGiB',
    'peakMemoryGiB',
    'avgDiskGiB',
    'peakDiskGiB',
    'diskReadGiB',
    'diskWriteGiB',
    'networkReadGiB',
    'networkWriteGiB',
  ],
  JobStatistics: ['readIOGiB', 'writeIOGiB'],
  JobScheduleStatistics: ['readIOGiB', 'writeIOGiB'],
  TaskStatistics: ['readIOGiB', 'writeIOGiB'],
};

/** Members that a client sends and never gets back (wire-facts 1.9). */
export const secrets: ByModel<readonly string[]> = {
  UserAccount: ['password'],
  LinuxUserConfiguration: ['sshPrivateKey'],
  ContainerRegistry: ['password'],
  AzureBlobFileSystemConfiguration: ['accountKey', 'sasKey'],
  CIFSMountConfiguration: ['password'],
  AzureFileShareConfiguration: ['accountKey'],
  VMExtension: ['protectedSettings'],
};

const serviceTimes = new Set([
  'lastModified',
  'creationTime',
  'stateTransitionTime',
  'previousStateTransitionTime',
  'allocationStateTransitionTime',
  'allocationTime',
  'timestamp',
]);

/** Nodes report the times of files with at most six digits, like every time of theirs (wire-facts 1.10). */
const modelsOfNodes = new Set(['FileProperties']);
const modelsOfService = new Set(['JobExecutionInformation', 'JobScheduleExecutionInformation', 'JobStatistics']);

/** Whose clock a time comes from, and so how many digits it has (wire-facts 1.10). */
export function timeSource(model: string, member: string): TimeSource {
  if (modelsOfNodes.has(model)) return 'other';
  return serviceTimes.has(member) || modelsOfService.has(model) ? 'service' : 'other';
}
