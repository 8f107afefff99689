/** Applications of an emulator in this process, in place of Azure's management plane. */
import { createReadStream } from 'node:fs';
import { FaultError, type Outcome } from '../../core/index.ts';
import { type ApplicationLibrary, sentenceOf } from '../../emulator/control/index.ts';
import type { ApplicationChange, ApplicationResource, EngineFault } from '../../emulator/engine/index.ts';

export interface PackageOptions {
  /** Makes it the version that references without one mean. */
  readonly default?: boolean;
  readonly displayName?: string;
  /** The Batch account; the first by default. */
  readonly account?: string;
}

/** All of them reject with a `FaultError` that says what is wrong. */
export interface BatchriteApplications {
  /** Adds a package, and its application where that is new. `zip` is the path of a zip, or its content. */
  add(
    applicationId: string,
    version: string,
    zip: string | Uint8Array,
    options?: PackageOptions,
  ): Promise<ApplicationResource>;
  list(account?: string): Promise<readonly ApplicationResource[]>;
  /** Sets the default version, the display name or whether packages may be replaced. */
  change(applicationId: string, change: ApplicationChange, account?: string): Promise<ApplicationResource>;
  /** Removes one version, or the application with all of them. */
  remove(applicationId: string, version?: string, account?: string): Promise<void>;
}

/** `libraryOf` gives the library of an account, of the first when no name is given. */
export function embedApplications(
  libraryOf: (account?: string) => ApplicationLibrary | undefined,
): BatchriteApplications {
  const library = (account?: string): ApplicationLibrary => {
    const found = libraryOf(account);
    if (found !== undefined) return found;
    throw new FaultError({ code: 'notFound', message: `There is no account "${account ?? ''}" in this emulator.` });
  };
  return {
    add: async (applicationId, version, zip, { default: isDefault = false, displayName, account } = {}) =>
      granted(
        await library(account).add({
          applicationId,
          version,
          content: contentOf(zip),
          isDefault,
          ...(displayName === undefined ? {} : { displayName }),
        }),
      ),
    list: async (account) => granted(await library(account).list()),
    change: async (applicationId, change, account) => granted(await library(account).change(applicationId, change)),
    remove: async (applicationId, version, account) => granted(await library(account).remove(applicationId, version)),
  };
}

async function* contentOf(zip: string | Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof zip !== 'string') {
    yield zip;
    return;
  }
  try {
    yield* createReadStream(zip) as AsyncIterable<Buffer>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FaultError({ code: 'notFound', message: `"${zip}" cannot be read: ${reason}.` }, { cause: error });
  }
}

function granted<T>(outcome: Outcome<T, EngineFault>): T {
  if (outcome.ok) return outcome.value;
  const { fault } = outcome;
  const code = fault.code.endsWith('NotFound') ? 'notFound' : fault.code.startsWith('Invalid') ? 'invalid' : 'conflict';
  throw new FaultError({ code, message: sentenceOf(fault) });
}
