/** What may be called an application or a version of it, and how many there may be (batch-semantics 9.2, 12). */
import { type Application, findVersion } from '../domain/application.ts';
import { engineFault, invalidProperty } from '../fault.ts';
import type { ApplicationChange } from '../resources/application.ts';
import { type Check, checkDisplayName, checkId, firstOf } from './checks.ts';

const MOST_APPLICATIONS = 20;
const MOST_PACKAGES = 40;

const VERSION = /^[A-Za-z0-9_.-]{1,64}$/;

export function checkPackageName(id: string, version: string): Check {
  return firstOf(
    () => checkId('applicationId', id),
    () => {
      if (VERSION.test(version)) return undefined;
      return invalidProperty(
        'version',
        version.slice(0, 64),
        'The version must be 1 to 64 letters, digits, dots, underscores and hyphens.',
      );
    },
  );
}

/** Whether there is room for the package; `application` is the one that it would be added to, if it is there. */
export function checkRoom(
  application: Application | undefined,
  version: string,
  { applications }: { readonly applications: number },
): Check {
  if (application === undefined) {
    return applications < MOST_APPLICATIONS
      ? undefined
      : notNow(`The account has ${MOST_APPLICATIONS} applications, which is the limit: remove one first.`);
  }
  if (findVersion(application, version) !== undefined) {
    return application.allowUpdates
      ? undefined
      : notNow(
          `Application "${application.id}" has a version "${version}" and does not allow updates: choose another version, or set allowUpdates.`,
        );
  }
  return application.packages.length < MOST_PACKAGES
    ? undefined
    : notNow(
        `Application "${application.id}" has ${MOST_PACKAGES} packages, which is the limit: remove a version first.`,
      );
}

export function checkChange(application: Application, { displayName, defaultVersion }: ApplicationChange): Check {
  return firstOf(
    () => checkDisplayName(displayName ?? undefined),
    () => {
      if (typeof defaultVersion !== 'string' || findVersion(application, defaultVersion) !== undefined)
        return undefined;
      return invalidProperty(
        'defaultVersion',
        defaultVersion,
        `Application "${application.id}" has no version "${defaultVersion}"; it has ${versionsOf(application)}.`,
      );
    },
  );
}

export function versionsOf({ packages }: Application): string {
  return packages.length === 0 ? 'none' : packages.map(({ version }) => `"${version}"`).join(', ');
}

function notNow(reason: string): Check {
  return engineFault('OperationInvalidForCurrentState', { Reason: reason });
}
