/**
 * Brings large programs to nodes through a container that stays between runs, so an unchanged one is uploaded once in
 * the account's life.
 */
import { duration } from '../../core/index.ts';
import type { BlobStorage, CallOptions, LocalFile, ProgramStaging, StagedProgram } from '../../core/index.ts';

const container = 'batchrite-programs';
const sasLifetimeMs = duration.hours(2);

export class BlobProgramStaging implements ProgramStaging {
  readonly #storage: BlobStorage;

  constructor(storage: BlobStorage) {
    this.#storage = storage;
  }

  async stage(program: LocalFile & { readonly version: string }, options: CallOptions = {}): Promise<StagedProgram> {
    // The version names the content, so a blob of that name and size is that program.
    const blob = `${program.version}/${program.name}`;
    const isThere = await this.#storage.has(container, blob, program.size, options);
    if (!isThere) {
      await this.#storage.ensureContainer(container, options);
      await this.#storage.upload(container, blob, program, options);
    }
    const expiresAt = Date.now() + sasLifetimeMs;
    const httpUrl = await this.#storage.sasUrl({ container, blob, permissions: ['read'], expiresAt }, options);
    return { httpUrl, uploaded: !isThere };
  }
}
