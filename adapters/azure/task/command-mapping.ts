/** What start tasks, job preparation and release tasks and ordinary tasks have in common, in both directions. */
import type { EnvironmentSetting, ResourceFile, UserIdentity } from '../../../core/index.ts';
import { compact, enumReader, lowerCase, optional } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';

interface Command {
  readonly commandLine: string;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly environment?: readonly EnvironmentSetting[];
  readonly user?: UserIdentity;
}

/** The members of a task that say what runs, with which files, and as whom. */
export function wireCommand({ commandLine, resourceFiles, environment, user }: Command) {
  return compact({
    commandLine,
    resourceFiles: optional(resourceFiles, (files) => files.map((file): Wire.ResourceFile => ({ ...file }))),
    environmentSettings: optional(environment, wireEnvironment),
    userIdentity: optional(user, wireUser),
  });
}

export function wireEnvironment(settings: readonly EnvironmentSetting[]): Wire.EnvironmentSetting[] {
  return settings.map(({ name, value }) => ({ name, value }));
}

function wireUser(user: UserIdentity): Wire.UserIdentity {
  if ('userName' in user) return { userName: user.userName };
  const { scope, elevation } = user.autoUser;
  return { autoUser: compact({ scope, elevationLevel: optional(elevation, lowerCase) }) };
}

interface WireCommand {
  readonly commandLine?: string;
  readonly resourceFiles?: readonly Wire.ResourceFile[];
  readonly environmentSettings?: readonly Wire.EnvironmentSetting[];
  readonly userIdentity?: Wire.UserIdentity;
}

export function commandOf(wire: WireCommand): Command {
  return compact({
    commandLine: wire.commandLine ?? '',
    resourceFiles: optional(wire.resourceFiles, (files) => files.flatMap(resourceFile)),
    environment: optional(wire.environmentSettings, (settings) =>
      settings.map(({ name, value = '' }) => ({ name, value })),
    ),
    user: optional(wire.userIdentity, userOf),
  });
}

/** A file of an auto-storage container has no counterpart in core, so it is not shown. */
function resourceFile(wire: Wire.ResourceFile): ResourceFile[] {
  const { httpUrl, storageContainerUrl, blobPrefix, filePath, fileMode } = wire;
  if (httpUrl !== undefined) return [compact({ httpUrl, filePath: filePath ?? '', fileMode })];
  if (storageContainerUrl === undefined) return [];
  return [compact({ storageContainerUrl, blobPrefix, filePath, fileMode })];
}

const readScope = enumReader(['task', 'pool'], 'pool');
const readElevation = enumReader(['nonAdmin', 'admin'], 'nonAdmin');

function userOf({ userName, autoUser }: Wire.UserIdentity): UserIdentity {
  if (userName !== undefined) return { userName };
  return {
    autoUser: compact({
      scope: optional(autoUser?.scope, readScope),
      elevation: optional(autoUser?.elevationLevel, readElevation),
    }),
  };
}
