/**
 * What Azure's management plane does with applications: it takes zips, keeps them where nodes can read them, and tells the
 * account. A zip that no node could unpack is refused before it is kept.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Outcome, refusal, success } from '../../../core/kernel/index.ts';
import { checkZip } from '../../agent/index.ts';
import {
  type ApplicationChange,
  type ApplicationResource,
  type EngineFault,
  type Reply,
  type RunningEngine,
  invalidProperty,
} from '../../engine/index.ts';
import type { PackageStore } from './package-store.ts';

/** Ours: packages hold programs. Data of that size is better off as resource files. */
const MOST_BYTES = 4 * 1024 ** 3;

export interface PackageAddition {
  readonly applicationId: string;
  readonly version: string;
  /** The zip. It is not read to its end when the package is refused. */
  readonly content: AsyncIterable<Uint8Array>;
  /** Makes it the default version. */
  readonly isDefault?: boolean;
  readonly displayName?: string;
}

export class ApplicationLibrary {
  readonly #engine: RunningEngine;
  readonly #store: PackageStore | undefined;

  /** Without a store the engine has no linked storage either, and refuses packages by itself. */
  constructor(engine: RunningEngine, store: PackageStore | undefined) {
    this.#engine = engine;
    this.#store = store;
  }

  list(): Reply<readonly ApplicationResource[]> {
    return this.#engine.applications.list();
  }

  get(applicationId: string): Reply<ApplicationResource> {
    return this.#engine.applications.get(applicationId);
  }

  change(applicationId: string, change: ApplicationChange): Reply<ApplicationResource> {
    return this.#engine.applications.change(applicationId, change);
  }

  /** Adds a package, and its application where that is new. Rejects when the zip cannot be read or kept. */
  async add({ applicationId, version, content, ...more }: PackageAddition): Reply<ApplicationResource> {
    const { applications } = this.#engine;
    const announced = await applications.announce(applicationId, version);
    if (!announced.ok) return announced;
    const { blob } = announced.value;
    const kept = await this.#keep(blob, content);
    if (!kept.ok) return kept;
    const isDefault = more.isDefault === true ? { isDefault: true } : {};
    const added = await applications.activate(applicationId, version, { blob, size: kept.value, ...isDefault });
    if (!added.ok) {
      await this.#store?.delete(blob);
      return added;
    }
    const { application, replaced } = added.value;
    if (replaced !== undefined) await this.#store?.delete(replaced);
    if (more.displayName === undefined) return success(application);
    return applications.change(applicationId, { displayName: more.displayName });
  }

  /** Removes one version, or the application with all of them. */
  async remove(applicationId: string, version?: string): Reply<void> {
    const { applications } = this.#engine;
    const removed =
      version === undefined
        ? await applications.remove(applicationId)
        : await applications.removePackage(applicationId, version);
    if (!removed.ok) return removed;
    for (const blob of removed.value.blobs) await this.#store?.delete(blob);
    return success(undefined);
  }

  /** Gives the size. A zip is read from its end, so all of it must be there before the first look. */
  async #keep(blob: string, content: AsyncIterable<Uint8Array>): Promise<Outcome<number, EngineFault>> {
    const folder = await mkdtemp(join(tmpdir(), 'batchrite-package-'));
    const file = join(folder, 'package.zip');
    try {
      let size = 0;
      let isTooLarge = false;
      const bounded = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
        for await (const chunk of content) {
          size += chunk.length;
          isTooLarge = size > MOST_BYTES;
          if (isTooLarge) return;
          yield chunk;
        }
      };
      await pipeline(Readable.from(bounded(), { objectMode: false }), createWriteStream(file));
      if (isTooLarge) return refusal(unfit(`it is larger than ${MOST_BYTES / 1024 ** 3} GiB`));
      const problem = await problemOf(file);
      if (problem !== undefined) return refusal(unfit(problem));
      await this.#store?.put(blob, file);
      return success(size);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** In words that continue a sentence. */
async function problemOf(file: string): Promise<string | undefined> {
  try {
    await checkZip(file);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function unfit(problem: string): EngineFault {
  return invalidProperty('package', undefined, `The package is no zip that a node can unpack: ${problem}.`);
}
