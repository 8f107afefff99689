/** Signs access to a container or a blob for whoever holds the URL. */
import { BlobSASPermissions, ContainerSASPermissions, SASProtocol } from '@azure/storage-blob';
import type { BlobSASSignatureValues } from '@azure/storage-blob';
import type { CallOptions, SasPermission, SasRequest } from '../../core/index.ts';

/** Asynchronous, because a user delegation key comes from the service; a shared key signs at once. */
export interface SasSigner {
  /** The query of the SAS, without `?`. */
  sign(request: SasRequest, options?: CallOptions): Promise<string>;
}

const letters: Readonly<Record<SasPermission, string>> = {
  read: 'r',
  add: 'a',
  create: 'c',
  write: 'w',
  delete: 'd',
  list: 'l',
};

/** What is signed, whoever signs it. */
export function sasValues(
  { container, blob, permissions, expiresAt }: SasRequest,
  blobEndpoint: string,
): BlobSASSignatureValues {
  const letterList = permissions.map((permission) => letters[permission]).join('');
  const scope =
    blob === undefined
      ? { permissions: ContainerSASPermissions.parse(letterList) }
      : { blobName: blob, permissions: BlobSASPermissions.parse(letterList) };
  const protocol = blobEndpoint.startsWith('http:') ? SASProtocol.HttpsAndHttp : SASProtocol.Https;
  return { containerName: container, ...scope, protocol, expiresOn: new Date(expiresAt) };
}
