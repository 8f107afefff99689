/**
 * Refusals of the engine, by the service's own codes. Status codes and sentences belong to the edge:
 * `emulator/rest` has one table `code → status, text`, `adapters/local` one `code → FaultCode`.
 */

export type EngineFaultCode =
  | 'InvalidPropertyValue'
  | 'MissingRequiredProperty'
  | 'UnsupportedProperty'
  | 'RequestEntityTooLarge'
  | 'OutOfRangePriority'
  | 'InvalidConstraintValue'
  | 'InvalidAutoScalingSettings'
  | 'AutoScalingFormulaSyntaxError'
  | 'AutoScalingFormulaTooLong'
  | 'TooManyEnableAutoScaleRequests'
  | 'TaskDependenciesNotSpecifiedOnJob'
  | 'TaskDependencyListTooLong'
  | 'TaskDependencyRangesTooLong'
  | 'ConditionNotMet'
  | 'PoolExists'
  | 'PoolNotFound'
  | 'PoolBeingCreated'
  | 'PoolBeingDeleted'
  | 'PoolBeingResized'
  | 'PoolQuotaReached'
  | 'NodeNotFound'
  | 'NodeBeingCreated'
  | 'NodeBeingStarted'
  | 'NodeBeingRebooted'
  | 'NodeBeingReimaged'
  | 'NodeStateUnusable'
  | 'NodeAlreadyInTargetSchedulingState'
  | 'NodeUserExists'
  | 'NodeUserNotFound'
  | 'JobExists'
  | 'JobNotFound'
  | 'JobBeingDeleted'
  | 'JobBeingTerminated'
  | 'JobCompleted'
  | 'JobDisabled'
  | 'JobNotActive'
  | 'JobPreparationTaskNotSpecified'
  | 'JobReleaseTaskNotSpecified'
  | 'JobPreparationTaskNotRunOnNode'
  | 'JobReleaseTaskNotRunOnNode'
  | 'JobWithSameIdExists'
  | 'JobScheduleWithSameIdExists'
  | 'ActiveJobAndScheduleQuotaReached'
  | 'JobScheduleExists'
  | 'JobScheduleNotFound'
  | 'JobScheduleDisabled'
  | 'JobScheduleCompleted'
  | 'JobScheduleBeingTerminated'
  | 'JobScheduleBeingDeleted'
  | 'TaskExists'
  | 'TaskNotFound'
  | 'TaskCompleted'
  | 'TaskNotCompleted'
  | 'TaskSucceeded'
  | 'TaskIdSameAsJobPreparationTask'
  | 'TaskIdSameAsJobReleaseTask'
  | 'TaskFilesUnavailable'
  | 'TaskFilesCleanedup'
  | 'FileNotFound'
  | 'ApplicationNotFound'
  | 'InvalidApplicationPackageReferences'
  | 'InvalidCertificateReferences'
  | 'CertificateExists'
  | 'CertificateNotFound'
  | 'CertificateBeingDeleted'
  | 'CertificateStateActive'
  | 'OperationInvalidForCurrentState'
  | 'OperationNotValidOnNode'
  | 'OperationNotValidOnPool'
  | 'NotImplemented';

export interface EngineFault {
  readonly code: EngineFaultCode;
  /** PascalCase keys as the service gives them: `PropertyName`, `PropertyValue`, `Reason`. */
  readonly values?: readonly { readonly key: string; readonly value: string }[];
}

export function engineFault(code: EngineFaultCode, values?: Readonly<Record<string, string>>): EngineFault {
  if (values === undefined) return { code };
  return { code, values: Object.entries(values).map(([key, value]) => ({ key, value })) };
}

/**
 * `InvalidPropertyValue` with its three customary values (wire-facts 2.2). The service names the member alone, without
 * the path to it: `subnetId`, not `networkConfiguration.subnetId`.
 */
export function invalidProperty(path: string, value: string | number | undefined, reason: string): EngineFault {
  return engineFault('InvalidPropertyValue', {
    PropertyName: path.slice(path.lastIndexOf('.') + 1),
    ...(value === undefined ? {} : { PropertyValue: String(value) }),
    Reason: reason,
  });
}
