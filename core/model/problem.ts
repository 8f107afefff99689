/** A failure that the service reports on a resource: a task's failureInfo, a node error, a resize error. */
export interface Problem {
  /** The service's code, for example `BlobAccessDenied` or `AccountCoreQuotaReached`. */
  readonly code: string;
  readonly message: string;
  readonly category?: 'user' | 'server';
  readonly details: readonly { readonly name: string; readonly value: string }[];
}
