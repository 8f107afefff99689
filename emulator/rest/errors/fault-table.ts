/**
 * The one table from a fault's code to its HTTP status and sentence (wire-facts 2.2). Sentences that no recording or
 * page shows are ours, in the service's manner.
 */
import type { WireFaultCode } from './wire-fault.ts';

export interface FaultForm {
  readonly status: number;
  /** Also the reason phrase of the status line (wire-facts 1.7). */
  readonly sentence: string;
}

const refused = (status: number, sentence: string): FaultForm => ({ status, sentence });
const bad = (sentence: string): FaultForm => refused(400, sentence);
const missing = (what: string): FaultForm => refused(404, `The specified ${what} does not exist.`);
const conflict = (sentence: string): FaultForm => refused(409, sentence);
const exists = (what: string): FaultForm => conflict(`The specified ${what} already exists.`);

export const faultTable: Readonly<Record<WireFaultCode, FaultForm>> = {
  // the request itself
  InvalidRequestBody: bad('The specified Request Body is not syntactically valid.'),
  InvalidHeaderValue: bad('The value for one of the HTTP headers is not in the correct format.'),
  MissingRequiredHeader: bad('A required HTTP header was not specified.'),
  UnsupportedHeader: bad('One of the HTTP headers specified in the request is not supported.'),
  MissingRequiredQueryParameter: bad("A query parameter that's mandatory for this request is not specified."),
  UnsupportedRequestVersion: bad('The specified request version is not supported.'),
  InvalidQueryParameterValue: bad('Value for one of the query parameters specified in the request URI is invalid.'),
  OutOfRangeQueryParameterValue: bad(
    'A query parameter specified in the request URI is outside the permissible range.',
  ),
  UnsupportedQueryParameter: bad('One of the query parameters specified in the request URI is not supported.'),
  RequestUrlFailedToParse: bad('The url in the request could not be parsed.'),
  InvalidHttpVerb: bad('The HTTP verb specified was not recognized by the server.'),
  UnsupportedHttpVerb: refused(405, "The resource doesn't support specified HTTP verb."),
  MultipleConditionHeadersNotSupported: bad('Multiple condition headers are not supported.'),
  InvalidAuthenticationInfo: bad(
    'The authentication information was not provided in the correct format. Verify the value of Authorization header.',
  ),
  AuthenticationFailed: refused(
    403,
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
  ),
  InsufficientAccountPermissions: refused(403, 'The credential does not permit the requested operation.'),
  ResourceNotFound: missing('resource'),
  MissingContentLengthHeader: refused(411, 'The Content-Length header was not specified.'),
  RequestBodyTooLarge: refused(413, 'The request body is too large and exceeds the maximum permissible limit.'),
  RequestEntityTooLarge: refused(413, 'The resource files of one task exceed the maximum permissible size.'),
  InvalidRange: refused(416, 'The range specified is invalid for the current size of the resource.'),
  ConditionNotMet: refused(412, 'The condition specified using HTTP conditional header(s) is not met.'),
  InternalError: refused(500, 'Server encountered an internal error. Please try again after some time.'),
  // Clients do not retry a 501 (wire-facts 1.17).
  NotImplemented: refused(501, 'The requested operation is not implemented on the specified resource.'),

  // properties
  InvalidPropertyValue: bad('The value provided for one of the properties in the request body is invalid.'),
  MissingRequiredProperty: bad('A required property was not specified in the request body.'),
  UnsupportedProperty: bad('One of the properties specified in the request body is not supported.'),
  OutOfRangePriority: bad('The specified priority is outside the permissible range.'),
  InvalidConstraintValue: bad('The value provided for one of the constraints is invalid.'),
  InvalidAutoScalingSettings: bad('The specified autoscale settings are invalid.'),
  AutoScalingFormulaSyntaxError: bad('The specified autoscale formula has a syntax error.'),
  AutoScalingFormulaTooLong: bad('The specified autoscale formula exceeds the maximum permissible length.'),
  TooManyEnableAutoScaleRequests: refused(
    503,
    'Too many requests to enable autoscale were made on the specified pool.',
  ),
  TaskDependenciesNotSpecifiedOnJob: bad(
    'The specified task has dependencies but the job does not specify that it uses task dependencies.',
  ),
  TaskDependencyListTooLong: bad('The list of task ids that the specified task depends on is too long.'),
  TaskDependencyRangesTooLong: bad('The list of task id ranges that the specified task depends on is too long.'),

  // pools and nodes
  PoolExists: exists('pool'),
  PoolNotFound: missing('pool'),
  PoolBeingCreated: conflict('The specified pool is being created.'),
  PoolBeingDeleted: conflict('The specified pool has been marked for deletion and is being reclaimed.'),
  PoolBeingResized: conflict('The specified pool is being resized.'),
  PoolQuotaReached: conflict('The pool quota for the account has been reached.'),
  OperationNotValidOnPool: conflict('The specified operation is not valid on the pool.'),
  NodeNotFound: missing('node'),
  NodeBeingCreated: conflict('The specified node is being created.'),
  NodeBeingStarted: conflict('The specified node is being started.'),
  NodeBeingRebooted: conflict('The specified node is being rebooted.'),
  NodeBeingReimaged: conflict('The specified node is being reimaged.'),
  NodeStateUnusable: conflict('The specified node is in unusable state.'),
  NodeAlreadyInTargetSchedulingState: conflict('The specified node is already in the target scheduling state.'),
  NodeUserExists: exists('node user'),
  NodeUserNotFound: missing('node user'),
  OperationNotValidOnNode: conflict('The specified operation is not valid on the node.'),

  // jobs and job schedules
  JobExists: exists('job'),
  JobNotFound: missing('job'),
  JobBeingDeleted: conflict('The specified job has been marked for deletion and is being garbage collected.'),
  JobBeingTerminated: conflict('The specified job is being terminated.'),
  JobCompleted: conflict('The specified job is already in a completed state.'),
  JobDisabled: conflict('The specified job is disabled.'),
  JobNotActive: conflict('The specified job is not in active state.'),
  JobPreparationTaskNotSpecified: conflict('The specified job has no job preparation task.'),
  JobReleaseTaskNotSpecified: conflict('The specified job has no job release task.'),
  JobPreparationTaskNotRunOnNode: refused(404, 'The job preparation task was not run on the specified node.'),
  JobReleaseTaskNotRunOnNode: refused(404, 'The job release task was not run on the specified node.'),
  JobWithSameIdExists: conflict('A job with the same id as the specified job schedule already exists.'),
  JobScheduleWithSameIdExists: conflict('A job schedule with the same id as the specified job already exists.'),
  ActiveJobAndScheduleQuotaReached: conflict('The active job and schedule quota for the account has been reached.'),
  JobScheduleExists: exists('job schedule'),
  JobScheduleNotFound: missing('job schedule'),
  JobScheduleDisabled: conflict('The specified job schedule is disabled.'),
  JobScheduleCompleted: conflict('The specified job schedule is already in a completed state.'),
  JobScheduleBeingTerminated: conflict('The specified job schedule is being terminated.'),
  JobScheduleBeingDeleted: conflict('The specified job schedule has been marked for deletion and is being reclaimed.'),

  // tasks and files
  TaskExists: exists('task'),
  TaskNotFound: missing('task'),
  TaskCompleted: conflict('The specified task is already in a completed state.'),
  TaskNotCompleted: conflict('The specified task is not in a completed state.'),
  TaskSucceeded: conflict('The specified task has already completed successfully.'),
  TaskIdSameAsJobPreparationTask: conflict('The specified task id is the same as the id of the job preparation task.'),
  TaskIdSameAsJobReleaseTask: conflict('The specified task id is the same as the id of the job release task.'),
  TaskFilesUnavailable: conflict('The files of the specified task are unavailable.'),
  TaskFilesCleanedup: conflict('The files of the specified task have been cleaned up.'),
  FileNotFound: missing('file'),

  // applications and certificates
  ApplicationNotFound: missing('application'),
  InvalidApplicationPackageReferences: conflict(
    'One or more of the specified application package references are invalid.',
  ),
  InvalidCertificateReferences: conflict('One or more of the specified certificate references are invalid.'),
  CertificateExists: exists('certificate'),
  CertificateNotFound: missing('certificate'),
  CertificateBeingDeleted: conflict('The specified certificate has been marked for deletion and is being deleted.'),
  CertificateStateActive: conflict('The specified certificate is in active state.'),
  OperationInvalidForCurrentState: conflict(
    'The specified operation is not valid for the current state of the resource.',
  ),
};
