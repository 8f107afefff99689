/** Checks of values that a caller sends; each gives the service's refusal or nothing (wire-facts 2.2, 7). */
import { formatIsoDuration } from '../../../core/kernel/index.ts';
import { type EngineFault, engineFault, invalidProperty } from '../fault.ts';
import type { ApplicationPackageReference, MetadataItem, ResourceFile, UserIdentity } from '../resources/common.ts';

export type Check = EngineFault | undefined;

/** What of the account a rule looks at, beside the request. */
export interface AccountMeans {
  readonly hasStorage: boolean;
  /** Why a reference leads to no application package, in a sentence; undefined when it leads to one. */
  packageProblem(reference: ApplicationPackageReference): string | undefined;
}

/** The first refusal among checks that are made in order. */
export function firstOf(...checks: readonly (() => Check)[]): Check {
  for (const check of checks) {
    const fault = check();
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;

export function checkId(name: string, id: string): Check {
  if (ID.test(id)) return undefined;
  return invalidProperty(
    name,
    id,
    'The value must be 1 to 64 characters long and may only contain letters, digits, underscores and hyphens.',
  );
}

export function checkDisplayName(displayName: string | undefined): Check {
  if (displayName === undefined || displayName.length <= 1024) return undefined;
  return invalidProperty('displayName', displayName.slice(0, 64), 'The value must be at most 1024 characters long.');
}

/** A whole number from `min` to `max`; absent is fine. */
export function checkInteger(
  name: string,
  value: number | undefined,
  { min, max = Infinity }: { readonly min: number; readonly max?: number },
): Check {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return undefined;
  const range = max === Infinity ? `at least ${min}` : `between ${min} and ${max}`;
  return invalidProperty(name, value, `The value must be a whole number ${range}.`);
}

/** A duration that must not be shorter than `min`, which `text` names. */
export function checkAtLeast(
  name: string,
  value: number | undefined,
  { min, text }: { readonly min: number; readonly text: string },
): Check {
  if (value === undefined || value >= min) return undefined;
  return invalidProperty(name, formatIsoDuration(value), `The value must be at least ${text}.`);
}

export function checkCommandLine(name: string, commandLine: string, mayBeEmpty = false): Check {
  if (mayBeEmpty || commandLine.trim() !== '') return undefined;
  return invalidProperty(name, commandLine, 'The command line must not be empty.');
}

export function checkMetadata(metadata: readonly MetadataItem[] | undefined): Check {
  const hasEmptyName = metadata?.some(({ name }) => name === '') === true;
  return hasEmptyName ? invalidProperty('metadata', '', 'A metadata item must have a name.') : undefined;
}

/** Either a named user or an auto user (batch-semantics 10.4). */
export function checkUserIdentity(identity: UserIdentity | undefined): Check {
  if (identity === undefined) return undefined;
  const given = Number(identity.username !== undefined) + Number(identity.autoUser !== undefined);
  if (given === 1) return undefined;
  return invalidProperty('userIdentity', undefined, 'Exactly one of username and autoUser must be specified.');
}

/** Resource files of one task may take 32,768 characters (batch-semantics 9.1). */
const MAX_RESOURCE_FILES = 32_768;

export function checkResourceFiles(files: readonly ResourceFile[] | undefined, means: AccountMeans): Check {
  if (files === undefined) return undefined;
  for (const file of files) {
    const fault = checkResourceFile(file, means);
    if (fault !== undefined) return fault;
  }
  const size = JSON.stringify(files).length;
  if (size <= MAX_RESOURCE_FILES) return undefined;
  return engineFault('RequestEntityTooLarge', {
    PropertyName: 'resourceFiles',
    Reason: `Total size of resourceFiles cannot be more than ${MAX_RESOURCE_FILES} characters; these take ${size}.`,
  });
}

function checkResourceFile(file: ResourceFile, means: AccountMeans): Check {
  const sources = [file.autoStorageContainerName, file.storageContainerUrl, file.httpUrl];
  if (sources.filter((source) => source !== undefined).length !== 1) {
    return invalidProperty(
      'resourceFiles',
      file.filePath,
      'Exactly one of autoStorageContainerName, storageContainerUrl and httpUrl must be specified.',
    );
  }
  const storageFault = checkAutoStorage(file.autoStorageContainerName, means);
  if (storageFault !== undefined) return storageFault;
  if (file.httpUrl !== undefined && (file.filePath === undefined || file.filePath === '')) {
    return engineFault('MissingRequiredProperty', { PropertyName: 'filePath' });
  }
  if (file.blobPrefix !== undefined && file.httpUrl !== undefined) {
    return invalidProperty('blobPrefix', file.blobPrefix, 'blobPrefix is only valid with a container.');
  }
  if (file.filePath !== undefined && /(?:^|\/)\.\.(?:\/|$)|^\/|\0/.test(file.filePath)) {
    return invalidProperty('filePath', file.filePath, "The path must stay below the task's working directory.");
  }
  if (file.fileMode !== undefined && !/^[0-7]{1,5}$/.test(file.fileMode)) {
    return invalidProperty('fileMode', file.fileMode, 'The value must be an octal number such as 0770.');
  }
  return undefined;
}

/** Names of containers as storage takes them; whether there is one shows when a task wants its blobs. */
const CONTAINER = /^(?:\$root|(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*)$/;

function checkAutoStorage(container: string | undefined, { hasStorage }: AccountMeans): Check {
  if (container === undefined) return undefined;
  if (!hasStorage) {
    return invalidProperty(
      'autoStorageContainerName',
      container,
      'The Batch account has no storage account linked to it: start the emulator with storage, or give storageContainerUrl.',
    );
  }
  if (CONTAINER.test(container)) return undefined;
  return invalidProperty(
    'autoStorageContainerName',
    container,
    'The value must be the name of a container: 3 to 63 lower-case letters, digits and single hyphens.',
  );
}

const NO_PACKAGES =
  'The Batch account has no storage account linked to it, and application packages are kept there: start the emulator with storage.';

/** Every reference of a pool must lead to a package (wire-facts 2.2). */
export function checkPackages(
  references: readonly ApplicationPackageReference[] | undefined,
  means: AccountMeans,
): Check {
  const problems = (references ?? []).flatMap((reference) => {
    const problem = means.hasStorage ? means.packageProblem(reference) : NO_PACKAGES;
    return problem === undefined ? [] : [[reference.applicationId, problem] as const];
  });
  return problems.length === 0
    ? undefined
    : engineFault('InvalidApplicationPackageReferences', Object.fromEntries(problems));
}

/** What a task refers to is looked for when it runs; that there can be packages at all is known before. */
export function checkTaskPackages(
  references: readonly ApplicationPackageReference[] | undefined,
  means: AccountMeans,
): Check {
  return means.hasStorage ? undefined : checkPackages(references, means);
}
