/** Tasks to be added, from core to the wire. */
import type { ExitConditions, ExitOptions, OutputFile, TaskConstraints, TaskSpec } from '../../../core/index.ts';
import { formatIsoDuration } from '../../../core/kernel/index.ts';
import { compact, lowerCase, optional } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';
import { wireCommand } from './command-mapping.ts';

export function wireTask(spec: TaskSpec): Wire.TaskAddParameter {
  return {
    id: spec.id,
    ...wireCommand(spec),
    ...compact({
      displayName: spec.displayName,
      outputFiles: optional(spec.outputFiles, (files) => files.map(wireOutputFile)),
      constraints: optional(spec.constraints, wireConstraints),
      requiredSlots: spec.requiredSlots,
      dependsOn: optional(spec.dependsOn, wireDependencies),
      exitConditions: optional(spec.exitConditions, wireExitConditions),
      multiInstanceSettings: optional(spec.multiInstance, wireMultiInstance),
    }),
  };
}

export function wireOutputFile(file: OutputFile): Wire.OutputFile {
  return {
    filePattern: file.filePattern,
    destination: { container: compact({ containerUrl: file.containerUrl, path: file.path }) },
    uploadOptions: { uploadCondition: lowerCase(file.uploadCondition) },
  };
}

export function wireConstraints({ maxRetryCount, maxWallClockMs, retentionMs }: TaskConstraints): Wire.TaskConstraints {
  return compact({
    maxTaskRetryCount: maxRetryCount,
    maxWallClockTime: optional(maxWallClockMs, formatIsoDuration),
    retentionTime: optional(retentionMs, formatIsoDuration),
  });
}

function wireDependencies({ taskIds, ranges }: NonNullable<TaskSpec['dependsOn']>): Wire.TaskDependencies {
  return compact({
    taskIds: optional(taskIds, (ids) => [...ids]),
    taskIdRanges: optional(ranges, (all) => all.map(({ start, end }) => ({ start, end }))),
  });
}

function wireExitConditions(conditions: ExitConditions): Wire.ExitConditions {
  return compact({
    exitCodes: optional(conditions.exitCodes, (all) =>
      all.map(({ code, options }) => ({ code, exitOptions: wireExitOptions(options) })),
    ),
    exitCodeRanges: optional(conditions.exitCodeRanges, (all) =>
      all.map(({ start, end, options }) => ({ start, end, exitOptions: wireExitOptions(options) })),
    ),
    preProcessingError: optional(conditions.preProcessingError, wireExitOptions),
    fileUploadError: optional(conditions.fileUploadError, wireExitOptions),
    default: optional(conditions.default, wireExitOptions),
  });
}

function wireExitOptions(options: ExitOptions): Wire.ExitOptions {
  return { ...options };
}

function wireMultiInstance(settings: NonNullable<TaskSpec['multiInstance']>): Wire.MultiInstanceSettings {
  const { numberOfInstances, coordinationCommandLine, commonResourceFiles } = settings;
  return compact({
    numberOfInstances,
    coordinationCommandLine,
    commonResourceFiles: optional(commonResourceFiles, (files) =>
      files.map((file): Wire.ResourceFile => ({ ...file })),
    ),
  });
}
