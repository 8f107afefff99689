/**
 * A storage account as a Batch account's linked one: URLs for its nodes, signed at once by the account's key, and the container
 * in which application packages are kept.
 */
import type { BlobServiceClient } from '@azure/storage-blob';
import { duration } from '../../core/index.ts';
import type { SasRequest } from '../../core/index.ts';
import type { KeyAccount } from './account.ts';
import { connect } from './connect.ts';
import { SharedKeySigner } from './shared-key-signer.ts';
import { storageFault } from './storage-fault.ts';

const PACKAGES = 'batchrite-packages';

/** A run begins to read at once; what it reads may be large, and others may be before it. */
const SAS_LIFETIME_MS = duration.hours(12);

export class LinkedBlobAccount {
  readonly #account: KeyAccount;
  readonly #service: BlobServiceClient;
  readonly #signer: SharedKeySigner;
  #container: Promise<unknown> | undefined;

  constructor(account: KeyAccount) {
    this.#account = account;
    this.#service = connect(account, {}).service;
    this.#signer = new SharedKeySigner(account);
  }

  /** By which the container can be listed and its blobs be read. */
  containerUrl(container: string): string {
    return this.#signed({ container, permissions: ['read', 'list'] }, this.#service.getContainerClient(container).url);
  }

  packageUrl(blob: string): string {
    const { url } = this.#service.getContainerClient(PACKAGES).getBlobClient(blob);
    return this.#signed({ container: PACKAGES, blob, permissions: ['read'] }, url);
  }

  /** Keeps the file as a package's content. Rejects with a `FaultError`. */
  async put(blob: string, file: string): Promise<void> {
    try {
      await this.#ensureContainer();
      await this.#service.getContainerClient(PACKAGES).getBlockBlobClient(blob).uploadFile(file);
    } catch (error) {
      throw storageFault(error, `keep the package ${blob}`, this.#account);
    }
  }

  /** One that is not there is deleted already. Rejects with a `FaultError`. */
  async delete(blob: string): Promise<void> {
    try {
      await this.#service.getContainerClient(PACKAGES).getBlobClient(blob).deleteIfExists();
    } catch (error) {
      throw storageFault(error, `delete the package ${blob}`, this.#account);
    }
  }

  #signed(request: Omit<SasRequest, 'expiresAt'>, url: string): string {
    return `${url}?${this.#signer.signNow({ ...request, expiresAt: Date.now() + SAS_LIFETIME_MS })}`;
  }

  /** Once for all, unless it failed. */
  async #ensureContainer(): Promise<void> {
    this.#container ??= this.#service.getContainerClient(PACKAGES).createIfNotExists();
    try {
      await this.#container;
    } catch (error) {
      this.#container = undefined;
      throw error;
    }
  }
}
