/** What a task may be, and what is filled in where nothing is said (wire-facts 3.4, batch-semantics 3, 4). */
import type { Job } from '../domain/job.ts';
import type { TaskSpec } from '../domain/task.ts';
import { engineFault, invalidProperty } from '../fault.ts';
import type { TaskConstraints } from '../resources/common.ts';
import type { ExitConditions, ExitOptions, TaskAdd, TaskDependencies } from '../resources/task.ts';
import {
  type AccountMeans,
  type Check,
  checkAtLeast,
  checkCommandLine,
  checkDisplayName,
  checkId,
  checkInteger,
  checkResourceFiles,
  checkTaskPackages,
  checkUserIdentity,
  firstOf,
} from './checks.ts';
import { withTaskConstraints } from './job-rules.ts';

export function checkTask(job: Job, task: TaskAdd, means: AccountMeans): Check {
  return firstOf(
    () => checkId('id', task.id),
    () => checkDisplayName(task.displayName),
    () => checkHookIds(job, task.id),
    () => checkCommandLine('commandLine', task.commandLine, task.containerSettings !== undefined),
    () => checkTaskConstraints(task.constraints),
    () => checkInteger('requiredSlots', task.requiredSlots, { min: 1 }),
    () => checkMultiInstance(task, means),
    () => checkUserIdentity(task.userIdentity),
    () => checkResourceFiles(task.resourceFiles, means),
    () => checkDependencies(job, task.dependsOn),
    () => checkJobActions(job, task.exitConditions),
    () => checkTaskPackages(task.applicationPackageReferences, means),
  );
}

function checkHookIds(job: Job, id: string): Check {
  const isSame = (other: string | undefined): boolean => other?.toLowerCase() === id.toLowerCase();
  if (isSame(job.spec.jobPreparationTask?.id)) return engineFault('TaskIdSameAsJobPreparationTask');
  if (isSame(job.spec.jobReleaseTask?.id)) return engineFault('TaskIdSameAsJobReleaseTask');
  return undefined;
}

export function checkTaskConstraints(constraints: TaskConstraints | undefined): Check {
  return firstOf(
    () => checkInteger('constraints.maxTaskRetryCount', constraints?.maxTaskRetryCount, { min: -1 }),
    () => checkAtLeast('constraints.maxWallClockTime', constraints?.maxWallClockTime, { min: 1, text: 'a moment' }),
    () => checkAtLeast('constraints.retentionTime', constraints?.retentionTime, { min: 0, text: 'zero' }),
  );
}

/** Each instance takes a node of its own, so slots have no meaning (batch-semantics 2.2, 7). */
function checkMultiInstance(task: TaskAdd, means: AccountMeans): Check {
  const settings = task.multiInstanceSettings;
  if (settings === undefined) return undefined;
  return firstOf(
    () => checkInteger('multiInstanceSettings.numberOfInstances', settings.numberOfInstances, { min: 1 }),
    () => checkCommandLine('multiInstanceSettings.coordinationCommandLine', settings.coordinationCommandLine),
    () => checkResourceFiles(settings.commonResourceFiles, means),
    () =>
      (task.requiredSlots ?? 1) === 1
        ? undefined
        : invalidProperty('requiredSlots', task.requiredSlots, 'A multi-instance task must not state requiredSlots.'),
  );
}

const MAX_DEPENDENCY_IDS = 64_000;

function checkDependencies(job: Job, dependsOn: TaskDependencies | undefined): Check {
  const ids = dependsOn?.taskIds ?? [];
  const ranges = dependsOn?.taskIdRanges ?? [];
  if (ids.length === 0 && ranges.length === 0) return undefined;
  if (!job.spec.usesTaskDependencies) return engineFault('TaskDependenciesNotSpecifiedOnJob');
  let length = 0;
  for (const id of ids) length += id.length;
  if (length > MAX_DEPENDENCY_IDS) return engineFault('TaskDependencyListTooLong');
  for (const { start, end } of ranges) {
    const isWhole = Number.isInteger(start) && Number.isInteger(end);
    if (isWhole && start <= end) continue;
    return invalidProperty(
      'taskIdRanges',
      `${start}..${end}`,
      'A range must go from a whole number to the same or a greater one.',
    );
  }
  return undefined;
}

/** With onTaskFailure noaction a task must not state a job action (batch-semantics 3.5). */
function checkJobActions(job: Job, conditions: ExitConditions | undefined): Check {
  if (conditions === undefined || job.spec.onTaskFailure === 'performexitoptionsjobaction') return undefined;
  const options: readonly (ExitOptions | undefined)[] = [
    ...(conditions.exitCodes ?? []).map(({ exitOptions }) => exitOptions),
    ...(conditions.exitCodeRanges ?? []).map(({ exitOptions }) => exitOptions),
    conditions.preProcessingError,
    conditions.fileUploadError,
    conditions.default,
  ];
  const stated = options.find((option) => option?.jobAction !== undefined)?.jobAction;
  if (stated === undefined) return undefined;
  return invalidProperty(
    'jobAction',
    stated,
    'A jobAction needs a job with onTaskFailure performExitOptionsJobAction.',
  );
}

export function withTaskDefaults(job: Job, task: TaskAdd): TaskSpec {
  const { id: _, ...rest } = task;
  return {
    ...rest,
    userIdentity: task.userIdentity ?? { autoUser: { scope: 'pool', elevationLevel: 'nonadmin' } },
    constraints: withTaskConstraints(task.constraints, job.spec.constraints.maxTaskRetryCount),
    requiredSlots: task.requiredSlots ?? 1,
  };
}
