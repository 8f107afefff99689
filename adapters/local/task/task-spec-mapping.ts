/** Tasks to be added, from core to the engine. */
import type { ExitConditions, OutputFile, TaskConstraints, TaskSpec } from '../../../core/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { compact, optional } from '../calls/values.ts';
import { engineCommand } from './command-mapping.ts';

export function engineTask(spec: TaskSpec): Engine.TaskAdd {
  return {
    id: spec.id,
    ...engineCommand(spec),
    ...compact({
      displayName: spec.displayName,
      outputFiles: optional(spec.outputFiles, (files) => files.map(engineOutputFile)),
      constraints: optional(spec.constraints, engineConstraints),
      requiredSlots: spec.requiredSlots,
      dependsOn: optional(spec.dependsOn, engineDependencies),
      exitConditions: optional(spec.exitConditions, engineExitConditions),
      multiInstanceSettings: spec.multiInstance,
    }),
  };
}

const UPLOAD_CONDITIONS = {
  taskSuccess: 'tasksuccess',
  taskFailure: 'taskfailure',
  taskCompletion: 'taskcompletion',
} as const;

export function engineOutputFile({ filePattern, containerUrl, path, uploadCondition }: OutputFile): Engine.OutputFile {
  return {
    filePattern,
    destination: { container: compact({ containerUrl, path }) },
    uploadOptions: { uploadCondition: UPLOAD_CONDITIONS[uploadCondition] },
  };
}

export function engineConstraints({
  maxRetryCount,
  maxWallClockMs,
  retentionMs,
}: TaskConstraints): Engine.TaskConstraints {
  return compact({ maxTaskRetryCount: maxRetryCount, maxWallClockTime: maxWallClockMs, retentionTime: retentionMs });
}

function engineDependencies({ taskIds, ranges }: NonNullable<TaskSpec['dependsOn']>): Engine.TaskDependencies {
  return compact({ taskIds, taskIdRanges: ranges });
}

function engineExitConditions(conditions: ExitConditions): Engine.ExitConditions {
  return compact({
    exitCodes: optional(conditions.exitCodes, (all) =>
      all.map(({ code, options }) => ({ code, exitOptions: options })),
    ),
    exitCodeRanges: optional(conditions.exitCodeRanges, (all) =>
      all.map(({ start, end, options }) => ({ start, end, exitOptions: options })),
    ),
    preProcessingError: conditions.preProcessingError,
    fileUploadError: conditions.fileUploadError,
    default: conditions.default,
  });
}
