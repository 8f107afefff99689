/** What a workflow needs of blob storage. Every method rejects with a `FaultError`. */
import type { Instant } from '../kernel/index.ts';
import type { Blob } from '../model/file.ts';
import type { CallOptions } from './batch-service.ts';
import type { LocalFile } from './local-files.ts';

export type SasPermission = 'read' | 'write' | 'create' | 'add' | 'list' | 'delete';

export interface SasRequest {
  readonly container: string;
  /** Absent: the SAS is for the whole container. */
  readonly blob?: string;
  readonly permissions: readonly SasPermission[];
  readonly expiresAt: Instant;
}

export interface BlobStorage {
  /** The account's name and the endpoint that nodes use, for example `https://{account}.blob.core.windows.net`. */
  readonly account: { readonly name: string; readonly blobEndpoint: string };
  /** Creates the container unless it exists. Waits out a container of that name that is being deleted. */
  ensureContainer(container: string, options?: CallOptions): Promise<void>;
  /** Deletes the container; a missing one is not an error. */
  deleteContainer(container: string, options?: CallOptions): Promise<void>;
  /** Uploads (or replaces) a blob from a file on this machine. */
  upload(container: string, blob: string, file: LocalFile, options?: CallOptions): Promise<void>;
  /** Whether the blob exists with that size. */
  has(container: string, blob: string, size: number, options?: CallOptions): Promise<boolean>;
  list(container: string, options?: CallOptions & { readonly prefix?: string }): AsyncIterable<Blob>;
  download(container: string, blob: string, options?: CallOptions): AsyncIterable<Uint8Array>;
  /** The blob's or container's URL with a SAS, ready for a node to use. */
  sasUrl(request: SasRequest, options?: CallOptions): Promise<string>;
}
