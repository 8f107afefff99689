/**
 * The failures that a node agent reports, in the service's words (wire-facts 2.3, batch-semantics 3.3).
 * A `Message` detail says what was really wrong where the service's own sentence would leave people guessing.
 */
import type { NameValue, RunResult } from '../../engine/index.ts';

export type RunFailure = NonNullable<RunResult['failure']>;

const PREPARATION = {
  CommandProgramNotFound: ['usererror', 'The specified command program is not found'],
  CommandLaunchFailed: ['usererror', 'Failed to launch the specified command line'],
  BlobNotFound: ['usererror', 'One of the specified Azure Blob(s) is not found'],
  BlobAccessDenied: ['usererror', 'Access for one of the specified Azure Blob(s) is denied'],
  BlobDownloadTimedOut: ['servererror', 'Timeout encountered while downloading one of the specified Azure Blob(s)'],
  BlobDownloadMiscError: [
    'servererror',
    'Miscellaneous error encountered while downloading one of the specified Azure Blob(s)',
  ],
  ResourceContainerAccessDenied: ['usererror', 'Access to one of the specified Azure container(s) is denied'],
  ResourceContainerNotFound: ['usererror', 'One of the specified Azure container(s) is not found'],
  ResourceContainerListTimedOut: [
    'servererror',
    'Timeout encountered while listing blobs in one of the specified Azure container(s)',
  ],
  ResourceContainerListMiscError: [
    'servererror',
    'Miscellaneous error encountered while listing blobs in one of the specified Azure container(s)',
  ],
  ResourceDirectoryCreateFailed: ['servererror', 'Failure encountered creating resource directory for the task'],
  ResourceFileCreateFailed: ['servererror', 'Failure encountered creating resource file'],
  ResourceFileWriteFailed: ['servererror', 'Failure encountered writing resource file'],
  ApplicationPackageError: ['usererror', 'One or more application packages could not be installed on the node'],
  DiskFull: ['servererror', 'There is not enough disk space on the node that was selected to run the task'],
  ContainerInvalidSettings: ['usererror', 'At least one value of specified task container settings is invalid'],
} as const;

const UPLOAD = {
  FileUploadAccessDenied: ['usererror', 'Access to one of the specified file upload destinations was denied'],
  FileUploadContainerNotFound: [
    'usererror',
    'One of the specified Azure container(s) was not found while attempting to upload an output file',
  ],
  FileUploadConflict: ['usererror', 'A conflict was encountered while uploading an output file'],
  FileUploadTimedOut: ['servererror', 'Timeout encountered while uploading an output file'],
  FileUploadMiscError: ['servererror', 'Miscellaneous error encountered while uploading an output file'],
} as const;

export type PreparationFailureCode = keyof typeof PREPARATION;
export type UploadFailureCode = keyof typeof UPLOAD;

export function preparationFailure(code: PreparationFailureCode, details: readonly NameValue[]): RunFailure {
  const [category, message] = PREPARATION[code];
  return { category, code, message, details, phase: 'preProcessing' };
}

export function uploadFailure(code: UploadFailureCode, details: readonly NameValue[]): RunFailure {
  const [category, message] = UPLOAD[code];
  return { category, code, message, details, phase: 'fileUpload' };
}

/** A failure on its way up from where it was noticed. */
export class RunFailureError extends Error {
  readonly failure: RunFailure;

  constructor(failure: RunFailure) {
    super(failure.message);
    this.name = 'RunFailureError';
    this.failure = failure;
  }
}

/** A URL fit for logs and failure details: complete, but without the signature that would open it (wire-facts 2.3). */
export function withoutSignature(url: string): string {
  return url.replace(/([?&]sig=)[^&#]*/gi, '$1REDACTED').replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1');
}

export function detail(name: string, value: string): NameValue {
  return { name, value };
}
