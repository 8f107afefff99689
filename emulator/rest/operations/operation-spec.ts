/** What the table of operations says of one operation: how it is asked for and how it is answered on the wire. */
import type {
  AutoScaleEnablement,
  DeallocationOption,
  JobAdd,
  JobPatch,
  JobScheduleAdd,
  JobSchedulePatch,
  JobScheduleUpdate,
  JobUpdate,
  NodesRemoval,
  PoolAdd,
  PoolPatch,
  PoolResize,
  PoolUpdateProperties,
  TaskAdd,
  TaskConstraints,
} from '../../engine/index.ts';
import type { CertificateAdd } from '../account/certificates.ts';
import type { NodeUserAdd, NodeUserUpdate } from '../account/node-users.ts';
import type { MapperName } from '../codec/mapper-model.ts';
import type { ApiVersion } from './api-version.ts';

/** The bodies of requests, by the SDK's mapper that describes them, as the decoder gives them to a handler. */
export interface RequestBodies {
  PoolAddParameter: PoolAdd;
  PoolPatchParameter: PoolPatch;
  PoolUpdatePropertiesParameter: PoolUpdateProperties;
  PoolResizeParameter: PoolResize;
  PoolEnableAutoScaleParameter: AutoScaleEnablement;
  PoolEvaluateAutoScaleParameter: { readonly autoScaleFormula: string };
  NodeRemoveParameter: NodesRemoval;
  NodeRebootParameter: { readonly nodeRebootOption?: DeallocationOption };
  NodeReimageParameter: { readonly nodeReimageOption?: DeallocationOption };
  NodeDisableSchedulingParameter: {
    readonly nodeDisableSchedulingOption?: Exclude<DeallocationOption, 'retaineddata'>;
  };
  ComputeNodeUser: NodeUserAdd;
  NodeUpdateUserParameter: NodeUserUpdate;
  UploadBatchServiceLogsConfiguration: object;
  JobAddParameter: JobAdd;
  JobPatchParameter: JobPatch;
  JobUpdateParameter: JobUpdate;
  JobDisableParameter: { readonly disableTasks: 'requeue' | 'terminate' | 'wait' };
  JobTerminateParameter: { readonly terminateReason?: string };
  TaskAddParameter: TaskAdd;
  TaskAddCollectionParameter: { readonly value: readonly TaskAdd[] };
  TaskUpdateParameter: { readonly constraints?: TaskConstraints };
  JobScheduleAddParameter: JobScheduleAdd;
  JobSchedulePatchParameter: JobSchedulePatch;
  JobScheduleUpdateParameter: JobScheduleUpdate;
  CertificateAddParameter: CertificateAdd;
}

export type QueryName =
  | '$filter'
  | '$select'
  | '$expand'
  | 'maxresults'
  | '$skipToken'
  | 'recursive'
  | 'starttime'
  | 'endtime'
  | 'force';

/** Lists whose `$filter` knows a set of properties (wire-facts 1.14). */
export type FilterName =
  | 'supportedImages'
  | 'nodeCounts'
  | 'usageMetrics'
  | 'certificates'
  | 'pools'
  | 'nodes'
  | 'jobs'
  | 'jobsOfSchedule'
  | 'jobSchedules'
  | 'hookTasks'
  | 'tasks'
  | 'files';

export interface OperationSpec {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Parameters in braces are one segment each; `{filePath}` is the rest of the path. */
  readonly path: string;
  /** Of success. */
  readonly status: 200 | 201 | 202 | 204;
  /** Besides `api-version` and `timeout`, which every operation takes. */
  readonly query?: readonly QueryName[];
  readonly filter?: FilterName;
  /** The largest and the default page; 1000 when not said. */
  readonly maxResults?: number;
  /** Which conditional headers it takes (wire-facts 1.8). */
  readonly conditions?: 'all' | 'dates';
  readonly body?: { readonly mapper: keyof RequestBodies; readonly optional?: true };
  /** The model of the answer and what follows `$metadata#` (wire-facts 1.11). */
  readonly response?: { readonly kind: 'one' | 'page'; readonly mapper: MapperName; readonly metadata: string };
  /** Answers carry `ETag` and `Last-Modified`. */
  readonly stamped?: true;
  /** Answers carry `DataServiceId`, the URL that was asked for or that was created (wire-facts 1.7). */
  readonly dataServiceId?: true;
  /** The first api-version that has it, when it is not the oldest one served. */
  readonly since?: ApiVersion;
}

/** The names of the parameters in a path: `PathParameter<'jobs/{jobId}/tasks/{taskId}'>` is `'jobId' | 'taskId'`. */
export type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;
