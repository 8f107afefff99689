/**
 * Which of core's faults a refusal of the engine is, and the service's sentence for it (wire-facts 2.2). `adapters/azure`
 * says the same of the same refusal; a test compares the two.
 */
import type { FaultCode } from '../../../core/kernel/index.ts';
import type { EngineFaultCode } from '../../../emulator/engine/index.ts';

/** The engine's codes, and those that the service has for what no engine decides: ranges of files and sizes of requests. */
export type LocalFaultCode = EngineFaultCode | 'InvalidRange' | 'RequestBodyTooLarge';

export interface FaultForm {
  readonly code: FaultCode;
  readonly sentence: string;
}

const form = (code: FaultCode, sentence: string): FaultForm => ({ code, sentence });
const invalid = (sentence: string): FaultForm => form('invalid', sentence);
const conflict = (sentence: string): FaultForm => form('conflict', sentence);
const missing = (what: string): FaultForm => form('notFound', `The specified ${what} does not exist.`);
const exists = (what: string): FaultForm => form('alreadyExists', `The specified ${what} already exists.`);

export const faultTable: Readonly<Record<LocalFaultCode, FaultForm>> = {
  // requests and their properties
  InvalidPropertyValue: invalid('The value provided for one of the properties in the request body is invalid.'),
  MissingRequiredProperty: invalid('A required property was not specified in the request body.'),
  UnsupportedProperty: invalid('One of the properties specified in the request body is not supported.'),
  OutOfRangePriority: invalid('The specified priority is outside the permissible range.'),
  InvalidConstraintValue: invalid('The value provided for one of the constraints is invalid.'),
  InvalidAutoScalingSettings: invalid('The specified autoscale settings are invalid.'),
  AutoScalingFormulaSyntaxError: invalid('The specified autoscale formula has a syntax error.'),
  AutoScalingFormulaTooLong: invalid('The specified autoscale formula exceeds the maximum permissible length.'),
  TooManyEnableAutoScaleRequests: form(
    'unavailable',
    'Too many requests to enable autoscale were made on the specified pool.',
  ),
  TaskDependenciesNotSpecifiedOnJob: invalid(
    'The specified task has dependencies but the job does not specify that it uses task dependencies.',
  ),
  TaskDependencyListTooLong: invalid('The list of task ids that the specified task depends on is too long.'),
  TaskDependencyRangesTooLong: invalid('The list of task id ranges that the specified task depends on is too long.'),
  ConditionNotMet: form('preconditionFailed', 'The condition specified using HTTP conditional header(s) is not met.'),
  RequestEntityTooLarge: form('tooLarge', 'The resource files of one task exceed the maximum permissible size.'),
  RequestBodyTooLarge: form('tooLarge', 'The request body is too large and exceeds the maximum permissible limit.'),
  NotImplemented: form('unsupported', 'The requested operation is not implemented on the specified resource.'),

  // pools and nodes
  PoolExists: exists('pool'),
  PoolNotFound: missing('pool'),
  PoolBeingCreated: conflict('The specified pool is being created.'),
  PoolBeingDeleted: conflict('The specified pool has been marked for deletion and is being reclaimed.'),
  PoolBeingResized: conflict('The specified pool is being resized.'),
  PoolQuotaReached: form('quota', 'The pool quota for the account has been reached.'),
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
  JobPreparationTaskNotSpecified: invalid('The specified job has no job preparation task.'),
  JobReleaseTaskNotSpecified: invalid('The specified job has no job release task.'),
  JobPreparationTaskNotRunOnNode: form('notFound', 'The job preparation task was not run on the specified node.'),
  JobReleaseTaskNotRunOnNode: form('notFound', 'The job release task was not run on the specified node.'),
  JobWithSameIdExists: form('alreadyExists', 'A job with the same id as the specified job schedule already exists.'),
  JobScheduleWithSameIdExists: form(
    'alreadyExists',
    'A job schedule with the same id as the specified job already exists.',
  ),
  ActiveJobAndScheduleQuotaReached: form(
    'quota',
    'The active job and schedule quota for the account has been reached.',
  ),
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
  TaskIdSameAsJobPreparationTask: invalid('The specified task id is the same as the id of the job preparation task.'),
  TaskIdSameAsJobReleaseTask: invalid('The specified task id is the same as the id of the job release task.'),
  TaskFilesUnavailable: form('notFound', 'The files of the specified task are unavailable.'),
  TaskFilesCleanedup: form('notFound', 'The files of the specified task have been cleaned up.'),
  FileNotFound: missing('file'),
  InvalidRange: invalid('The range specified is invalid for the current size of the resource.'),

  // applications and certificates
  ApplicationNotFound: missing('application'),
  InvalidApplicationPackageReferences: invalid(
    'One or more of the specified application package references are invalid.',
  ),
  InvalidCertificateReferences: invalid('One or more of the specified certificate references are invalid.'),
  CertificateExists: exists('certificate'),
  CertificateNotFound: missing('certificate'),
  CertificateBeingDeleted: conflict('The specified certificate has been marked for deletion and is being deleted.'),
  CertificateStateActive: conflict('The specified certificate is in active state.'),
  OperationInvalidForCurrentState: conflict(
    'The specified operation is not valid for the current state of the resource.',
  ),
};
