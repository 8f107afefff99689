/** What start tasks, job preparation and release tasks and ordinary tasks have in common, in both directions. */
import type { EnvironmentSetting, ResourceFile, UserIdentity } from '../../../core/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { compact, optional } from '../calls/values.ts';

interface Command {
  readonly commandLine: string;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly environment?: readonly EnvironmentSetting[];
  readonly user?: UserIdentity;
}

const ELEVATION = { nonAdmin: 'nonadmin', admin: 'admin' } as const;
const CORE_ELEVATION = { nonadmin: 'nonAdmin', admin: 'admin' } as const;

/** The members of a task that say what runs, with which files, and as whom. */
export function engineCommand({ commandLine, resourceFiles, environment, user }: Command) {
  return compact({
    commandLine,
    resourceFiles,
    environmentSettings: environment,
    userIdentity: optional(user, engineUser),
  });
}

function engineUser(user: UserIdentity): Engine.UserIdentity {
  if ('userName' in user) return { username: user.userName };
  const { scope, elevation } = user.autoUser;
  return { autoUser: compact({ scope, elevationLevel: optional(elevation, (level) => ELEVATION[level]) }) };
}

interface EngineCommand {
  readonly commandLine: string;
  readonly resourceFiles?: readonly Engine.ResourceFile[];
  readonly environmentSettings?: readonly Engine.EnvironmentSetting[];
  readonly userIdentity?: Engine.UserIdentity;
}

export function commandOf(task: EngineCommand): Command {
  return compact({
    commandLine: task.commandLine,
    resourceFiles: optional(task.resourceFiles, (files) => files.flatMap(resourceFile)),
    environment: optional(task.environmentSettings, (settings) =>
      settings.map(({ name, value = '' }) => ({ name, value })),
    ),
    user: optional(task.userIdentity, userOf),
  });
}

/** A file of an auto-storage container has no counterpart in core, so it is not shown. */
function resourceFile(file: Engine.ResourceFile): ResourceFile[] {
  const { httpUrl, storageContainerUrl, blobPrefix, filePath, fileMode } = file;
  if (httpUrl !== undefined) return [compact({ httpUrl, filePath: filePath ?? '', fileMode })];
  if (storageContainerUrl === undefined) return [];
  return [compact({ storageContainerUrl, blobPrefix, filePath, fileMode })];
}

function userOf({ username, autoUser }: Engine.UserIdentity): UserIdentity {
  if (username !== undefined) return { userName: username };
  return {
    autoUser: compact({
      scope: autoUser?.scope,
      elevation: optional(autoUser?.elevationLevel, (level) => CORE_ELEVATION[level]),
    }),
  };
}
