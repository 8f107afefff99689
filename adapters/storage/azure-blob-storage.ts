/** Core's `BlobStorage` through the storage SDK: the real service and Azurite differ only in the account's endpoint. */
import { setTimeout as delay } from 'node:timers/promises';
import { RestError } from '@azure/storage-blob';
import type { BlobServiceClient, ContainerClient, StoragePipelineOptions } from '@azure/storage-blob';
import { isFault } from '../../core/index.ts';
import type { Blob, BlobStorage, CallOptions, LocalFile, SasRequest } from '../../core/index.ts';
import type { StorageAccount } from './account.ts';
import { connect } from './connect.ts';
import type { SasSigner } from './signer.ts';
import { storageFault } from './storage-fault.ts';

const mebibyte = 1024 * 1024;

/** A larger file goes up in blocks, several at a time. */
const singleRequestBytes = 32 * mebibyte;
const blockBytes = 8 * mebibyte;
const blocksAtATime = 4;

/** The service takes half a minute or more to delete a container, and refuses to create one of that name meanwhile. */
const deletionPauseMs = 1_000;
const deletionLimitMs = 180_000;

export class AzureBlobStorage implements BlobStorage {
  readonly account: BlobStorage['account'];
  readonly #whole: StorageAccount;
  readonly #service: BlobServiceClient;
  readonly #signer: SasSigner;

  /** `pipeline` changes how requests are sent. Throws `invalid` for tokens that would travel in clear text. */
  constructor(account: StorageAccount, pipeline: StoragePipelineOptions = {}) {
    this.account = { name: account.name, blobEndpoint: account.blobEndpoint };
    this.#whole = account;
    const { service, signer } = connect(account, pipeline);
    this.#service = service;
    this.#signer = signer;
  }

  /** The names of the account's containers. */
  async *containers(options: CallOptions & { readonly prefix?: string } = {}): AsyncIterable<string> {
    const prefix = options.prefix === undefined ? {} : { prefix: options.prefix };
    try {
      for await (const { name } of this.#service.listContainers({ ...abortOf(options), ...prefix })) yield name;
    } catch (error) {
      throw this.#fault(error, `list the containers of account ${this.account.name}`);
    }
  }

  async ensureContainer(container: string, options: CallOptions = {}): Promise<void> {
    await this.#call(`create container ${container}`, async () => {
      const giveUpAt = Date.now() + deletionLimitMs;
      for (;;) {
        try {
          await this.#container(container).createIfNotExists(abortOf(options));
          return;
        } catch (error) {
          if (!isBeingDeleted(error) || Date.now() > giveUpAt) throw error;
          await delay(deletionPauseMs, undefined, options);
        }
      }
    });
  }

  async deleteContainer(container: string, options: CallOptions = {}): Promise<void> {
    await this.#call(`delete container ${container}`, () =>
      this.#container(container).deleteIfExists(abortOf(options)),
    );
  }

  async upload(container: string, blob: string, file: LocalFile, options: CallOptions = {}): Promise<void> {
    await this.#call(`upload ${file.path} as blob ${blob} to container ${container}`, () =>
      this.#blob(container, blob).uploadFile(file.path, {
        ...abortOf(options),
        maxSingleShotSize: singleRequestBytes,
        blockSize: blockBytes,
        concurrency: blocksAtATime,
      }),
    );
  }

  async has(container: string, blob: string, size: number, options: CallOptions = {}): Promise<boolean> {
    try {
      const found = await this.#call(`look at blob ${blob} in container ${container}`, () =>
        this.#blob(container, blob).getProperties(abortOf(options)),
      );
      return found.contentLength === size;
    } catch (error) {
      if (isFault(error, 'notFound')) return false;
      throw error;
    }
  }

  async *list(container: string, options: CallOptions & { readonly prefix?: string } = {}): AsyncIterable<Blob> {
    const prefix = options.prefix === undefined ? {} : { prefix: options.prefix };
    const pages = this.#container(container).listBlobsFlat({ ...abortOf(options), ...prefix });
    try {
      for await (const { name, properties } of pages) yield { name, size: properties.contentLength ?? 0 };
    } catch (error) {
      throw this.#fault(error, `list container ${container}`);
    }
  }

  async *download(container: string, blob: string, options: CallOptions = {}): AsyncIterable<Uint8Array> {
    const action = `download blob ${blob} from container ${container}`;
    try {
      const response = await this.#blob(container, blob).download(undefined, undefined, abortOf(options));
      // Always there in Node.js; in a browser the body would be a promise of a Blob.
      for await (const chunk of response.readableStreamBody ?? []) {
        yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      }
    } catch (error) {
      throw this.#fault(error, action);
    }
  }

  async sasUrl(request: SasRequest, options: CallOptions = {}): Promise<string> {
    const container = this.#container(request.container);
    const { url } = request.blob === undefined ? container : container.getBlobClient(request.blob);
    const what = `sign access to ${request.blob === undefined ? '' : `blob ${request.blob} in `}container ${request.container}`;
    return `${url}?${await this.#call(what, () => this.#signer.sign(request, options))}`;
  }

  #container(container: string): ContainerClient {
    return this.#service.getContainerClient(container);
  }

  #blob(container: string, blob: string): ReturnType<ContainerClient['getBlockBlobClient']> {
    return this.#container(container).getBlockBlobClient(blob);
  }

  async #call<T>(action: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#fault(error, action);
    }
  }

  #fault(error: unknown, action: string): Error {
    return storageFault(error, action, this.#whole);
  }
}

function abortOf({ signal }: CallOptions): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function isBeingDeleted(error: unknown): boolean {
  return error instanceof RestError && error.code === 'ContainerBeingDeleted';
}
