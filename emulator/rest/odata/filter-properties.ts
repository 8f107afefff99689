/** Which properties a `$filter` may name in each list, and with which operators (wire-facts 1.14). */
import type { FilterName } from '../operations/operation-spec.ts';

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'startswith';

export type PropertyKind = 'text' | 'number' | 'boolean' | 'serviceTime' | 'nodeTime';

export interface FilterProperty {
  readonly kind: PropertyKind;
  readonly operators: readonly Operator[];
  /** Where the value is, when the documented name differs from the resource's. */
  readonly path?: string;
}

const equality = ['eq', 'ne'] as const;
const order = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;

const text: FilterProperty = { kind: 'text', operators: [...order, 'startswith'] };
/** A state, or another of a few words. The older page allows `eq` alone, the newer one `ne` too. */
const word: FilterProperty = { kind: 'text', operators: equality };
const flag: FilterProperty = { kind: 'boolean', operators: equality };
const number: FilterProperty = { kind: 'number', operators: order };
const serviceTime: FilterProperty = { kind: 'serviceTime', operators: order };
const nodeTime: FilterProperty = { kind: 'nodeTime', operators: order };

type Properties = Readonly<Record<string, FilterProperty>>;

const lastModified: Properties = {
  lastModified: serviceTime,
  // the page's spelling for tasks
  lastModifiedTime: { ...serviceTime, path: 'lastModified' },
};

const jobProperties: Properties = {
  state: word,
  stateTransitionTime: serviceTime,
  creationTime: serviceTime,
  ...lastModified,
  'executionInfo/startTime': serviceTime,
  'executionInfo/endTime': serviceTime,
  'executionInfo/poolId': text,
};

function hookProperties(name: string): Properties {
  return {
    [`${name}/state`]: word,
    [`${name}/startTime`]: nodeTime,
    [`${name}/endTime`]: nodeTime,
    [`${name}/exitCode`]: number,
    [`${name}/result`]: word,
  };
}

export const filterProperties: Readonly<Record<FilterName, Properties>> = {
  supportedImages: { osType: word, verificationType: word, nodeAgentSKUId: word },
  nodeCounts: { poolId: { kind: 'text', operators: ['eq'] } },
  usageMetrics: { poolId: { kind: 'text', operators: ['eq', 'ge', 'gt', 'le', 'lt', 'startswith'] } },
  certificates: { state: word, stateTransitionTime: serviceTime },
  pools: {
    id: text,
    state: word,
    allocationState: word,
    stateTransitionTime: serviceTime,
    allocationStateTransitionTime: serviceTime,
    creationTime: serviceTime,
    ...lastModified,
    enableAutoScale: flag,
    enableInterNodeCommunication: flag,
    vmSize: word,
  },
  nodes: {
    state: word,
    stateTransitionTime: serviceTime,
    lastBootTime: nodeTime,
    allocationTime: serviceTime,
    'startTaskInfo/state': word,
    'startTaskInfo/result': word,
    'startTaskInfo/exitCode': number,
    'startTaskInfo/startTime': nodeTime,
    'startTaskInfo/endTime': nodeTime,
  },
  jobs: { id: text, ...jobProperties },
  jobsOfSchedule: jobProperties,
  jobSchedules: {
    id: text,
    state: word,
    stateTransitionTime: serviceTime,
    creationTime: serviceTime,
    ...lastModified,
    'executionInfo/endTime': serviceTime,
    'schedule/doNotRunUntil': nodeTime,
    'schedule/doNotRunAfter': nodeTime,
  },
  hookTasks: {
    poolId: word,
    nodeId: word,
    ...hookProperties('jobPreparationTaskExecutionInfo'),
    ...hookProperties('jobReleaseTaskExecutionInfo'),
  },
  tasks: {
    id: text,
    state: word,
    stateTransitionTime: serviceTime,
    creationTime: serviceTime,
    ...lastModified,
    'executionInfo/startTime': nodeTime,
    'executionInfo/endTime': nodeTime,
    'executionInfo/exitCode': number,
    'executionInfo/result': word,
  },
  files: { name: { kind: 'text', operators: ['startswith'] } },
};
