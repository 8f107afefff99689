/**
 * Members that several Batch resources share. Names are the wire's; times are `Instant`s, durations
 * are milliseconds, and enum values are the lower-case words of the REST API. The wire's own spelling
 * (ISO texts, `Spread`, `UserError`, URLs) belongs to `emulator/rest`.
 */
import type { Instant, Milliseconds } from '../../../core/kernel/index.ts';

/** Configuration that the emulator stores and returns, but does not interpret. */
export type Opaque = { readonly [member: string]: unknown };

export interface NameValue {
  readonly name: string;
  readonly value: string;
}

export interface EnvironmentSetting {
  readonly name: string;
  readonly value?: string;
}

export interface MetadataItem {
  readonly name: string;
  readonly value: string;
}

export interface ResourceFile {
  readonly autoStorageContainerName?: string;
  readonly storageContainerUrl?: string;
  readonly httpUrl?: string;
  readonly blobPrefix?: string;
  readonly filePath?: string;
  readonly fileMode?: string;
  readonly identityReference?: Opaque;
}

export interface OutputFile {
  readonly filePattern: string;
  readonly destination: {
    readonly container?: {
      readonly path?: string;
      readonly containerUrl: string;
      readonly identityReference?: Opaque;
      readonly uploadHeaders?: readonly EnvironmentSetting[];
    };
  };
  readonly uploadOptions: { readonly uploadCondition: 'tasksuccess' | 'taskfailure' | 'taskcompletion' };
}

export interface UserIdentity {
  readonly username?: string;
  readonly autoUser?: {
    readonly scope?: 'task' | 'pool';
    readonly elevationLevel?: 'nonadmin' | 'admin';
  };
}

export interface TaskConstraints {
  readonly maxWallClockTime?: Milliseconds;
  readonly retentionTime?: Milliseconds;
  readonly maxTaskRetryCount?: number;
}

export interface ContainerSettings {
  readonly containerRunOptions?: string;
  readonly imageName: string;
  readonly registry?: ContainerRegistry;
  readonly workingDirectory?: 'taskWorkingDirectory' | 'containerImageDefault';
}

export interface ContainerRegistry {
  readonly username?: string;
  readonly password?: string;
  readonly registryServer?: string;
  readonly identityReference?: Opaque;
}

export interface ApplicationPackageReference {
  readonly applicationId: string;
  readonly version?: string;
}

/** Why a task, a start task or a hook task failed (wire-facts 2.3). */
export interface TaskFailure {
  readonly category: 'usererror' | 'servererror';
  readonly code: string;
  readonly message: string;
  readonly details?: readonly NameValue[];
}

/** An error of a node, of a resize or of an autoscale run. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly values?: readonly NameValue[];
}

export interface ContainerInfo {
  readonly containerId?: string;
  readonly state?: string;
  readonly error?: string;
}

export type DeallocationOption = 'requeue' | 'terminate' | 'taskcompletion' | 'retaineddata';

/** Members by which conditional requests and lists identify a resource. */
export interface Stamped {
  readonly id: string;
  /** Also the source of the eTag (wire-facts 1.8). */
  readonly lastModified: Instant;
  readonly creationTime: Instant;
}
