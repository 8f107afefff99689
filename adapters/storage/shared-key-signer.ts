/** Signs with the account's key: at once, and for as long as is asked for. */
import { generateBlobSASQueryParameters, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { SasRequest } from '../../core/index.ts';
import type { KeyAccount } from './account.ts';
import { sasValues } from './signer.ts';
import type { SasSigner } from './signer.ts';

export class SharedKeySigner implements SasSigner {
  readonly credential: StorageSharedKeyCredential;
  readonly #blobEndpoint: string;

  constructor({ name, blobEndpoint, credential }: KeyAccount) {
    this.credential = new StorageSharedKeyCredential(name, credential.key);
    this.#blobEndpoint = blobEndpoint;
  }

  sign(request: SasRequest): Promise<string> {
    return Promise.resolve(this.signNow(request));
  }

  /** A key needs nobody's answer. */
  signNow(request: SasRequest): string {
    return generateBlobSASQueryParameters(sasValues(request, this.#blobEndpoint), this.credential).toString();
  }
}
