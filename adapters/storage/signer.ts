/** Signs access to a container or a blob for whoever holds the URL. */
import {
  BlobSASPermissions,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { CallOptions, SasPermission, SasRequest } from '../../core/index.ts';
import type { StorageAccount } from './account.ts';

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

export class SharedKeySigner implements SasSigner {
  readonly credential: StorageSharedKeyCredential;
  readonly #protocol: SASProtocol;

  constructor(account: StorageAccount) {
    this.credential = new StorageSharedKeyCredential(account.name, account.credential.key);
    const isPlain = account.blobEndpoint.startsWith('http:');
    this.#protocol = isPlain ? SASProtocol.HttpsAndHttp : SASProtocol.Https;
  }

  sign({ container, blob, permissions, expiresAt }: SasRequest): Promise<string> {
    const letterList = permissions.map((permission) => letters[permission]).join('');
    const scope =
      blob === undefined
        ? { permissions: ContainerSASPermissions.parse(letterList) }
        : { blobName: blob, permissions: BlobSASPermissions.parse(letterList) };
    const values = { containerName: container, ...scope, protocol: this.#protocol, expiresOn: new Date(expiresAt) };
    return Promise.resolve(generateBlobSASQueryParameters(values, this.credential).toString());
  }
}
