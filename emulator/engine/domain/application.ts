/** An application with its packages as the engine keeps it, and what a reference to one leads to (batch-semantics 9.2). */
import type { Instant } from '../../../core/kernel/index.ts';
import type { ApplicationPackageReference } from '../resources/common.ts';
import type { ApplicationKey } from './keys.ts';

export interface ApplicationPackage {
  readonly version: string;
  /** Its zip in linked storage. */
  readonly blob: string;
  /** Where nodes unzip it, below `applications`: another one for each activation. */
  readonly directory: string;
  readonly size: number;
  readonly lastActivationTime: Instant;
}

export interface Application {
  readonly key: ApplicationKey;
  readonly id: string;
  readonly displayName?: string;
  readonly defaultVersion?: string;
  readonly allowUpdates: boolean;
  /** In the order of their versions. */
  readonly packages: readonly ApplicationPackage[];
}

export function findVersion(application: Application, version: string): ApplicationPackage | undefined {
  return application.packages.find((each) => each.version.toLowerCase() === version.toLowerCase());
}

/** Puts a package in its place, where it may replace one of the same version. */
export function withPackage(application: Application, added: ApplicationPackage): Application {
  const others = withoutVersion(application, added.version).packages;
  const packages = [...others, added].toSorted((a, b) => (a.version < b.version ? -1 : 1));
  return { ...application, packages };
}

export function withoutVersion(application: Application, version: string): Application {
  const isGone = (other: string): boolean => other.toLowerCase() === version.toLowerCase();
  return { ...application, packages: application.packages.filter((each) => !isGone(each.version)) };
}

export type FoundPackage =
  | { readonly package: ApplicationPackage }
  /** Why there is none, in a sentence. */
  | { readonly problem: string };

/** The package that a reference means now: without a version, the default one. */
export function packageOf(application: Application | undefined, reference: ApplicationPackageReference): FoundPackage {
  const version = reference.version ?? application?.defaultVersion;
  if (application !== undefined && version === undefined) {
    return { problem: 'The reference names no version, and the application has no default version.' };
  }
  const found = application === undefined ? undefined : findVersion(application, version ?? '');
  return found === undefined ? { problem: 'The specified application package does not exist.' } : { package: found };
}

/**
 * The variables for a package's directory: the id as it is stored, in lower and in upper case, since agents have differed,
 * and the version only where the reference has one. Everything but letters and digits is written `_`.
 */
export function packageVariables(id: string, version: string | undefined): readonly string[] {
  const suffix = version === undefined ? '' : `_${version}`;
  const names = [id, id.toLowerCase(), id.toUpperCase()].map(
    (spelling) => `AZ_BATCH_APP_PACKAGE_${`${spelling}${suffix}`.replaceAll(/[^A-Za-z0-9]/g, '_')}`,
  );
  return [...new Set(names)];
}
