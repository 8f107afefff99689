/**
 * Applications and their packages. Azure manages them in its management plane; here that is ours, and the Batch API lists
 * them (batch-semantics 9.2). The zips themselves are put and deleted by whoever calls.
 */
import { type Outcome, refusal, success } from '../../../core/kernel/index.ts';
import type { ApplicationOperations, CatalogOperations } from '../batch-engine.ts';
import {
  type Application,
  type ApplicationPackage,
  findVersion,
  withPackage,
  withoutVersion,
} from '../domain/application.ts';
import { applicationKey } from '../domain/keys.ts';
import type { World } from '../domain/world.ts';
import { type EngineFault, engineFault } from '../fault.ts';
import type { ApplicationSummary } from '../resources/account.ts';
import type { ActivatedPackage, ApplicationChange, ApplicationResource } from '../resources/application.ts';
import { checkChange, checkPackageName, checkRoom, versionsOf } from '../rules/application-rules.ts';
import { firstOf } from '../rules/checks.ts';
import type { Turn } from '../turn.ts';
import { type Runner, page } from './runner.ts';

type Result<T> = Outcome<T, EngineFault>;

const NO_STORAGE =
  'The account has no storage account linked to it, and application packages are kept there: start the emulator with storage.';

export function applicationOperations(runner: Runner): ApplicationOperations {
  return {
    list: () => runner.ask((world) => success([...world.applications.list()].map(applicationResource))),
    get: (id) =>
      runner.ask((world) => {
        const found = findApplication(world, id);
        return found.ok ? success(applicationResource(found.value)) : found;
      }),
    announce: (id, version) =>
      runner.change((turn) => {
        const fault = checkPackage(turn, id, version);
        if (fault !== undefined) return refusal(fault);
        return success({ blob: `${turn.accountName}/${id}/${version}/${turn.world.nextSequence()}.zip` });
      }),
    activate: (id, version, added) => runner.change((turn) => activate(turn, { id, version }, added)),
    change: (id, change) => runner.change((turn) => changeApplication(turn, id, change)),
    removePackage: (id, version) => runner.change((turn) => removePackage(turn, id, version)),
    remove: (id) =>
      runner.change((turn) => {
        const found = findApplication(turn.world, id);
        if (!found.ok) return found;
        turn.world.applications.delete(found.value.key);
        return success({ blobs: found.value.packages.map(({ blob }) => blob) });
      }),
  };
}

/** What the Batch API shows of them. */
export function applicationCatalog(runner: Runner): Pick<CatalogOperations, 'applications' | 'application'> {
  return {
    applications: (query) =>
      runner.ask((world) =>
        success(page(world.applications, { keyOf: ({ key }) => key, show: applicationSummary }, query)),
      ),
    application: (id) =>
      runner.ask((world) => {
        const found = world.applications.get(applicationKey(id));
        return found === undefined ? refusal(engineFault('ApplicationNotFound')) : success(applicationSummary(found));
      }),
  };
}

function findApplication(world: World, id: string): Result<Application> {
  const found = world.applications.get(applicationKey(id));
  if (found !== undefined) return success(found);
  return refusal(engineFault('ApplicationNotFound', { Reason: `There is no application "${id}".` }));
}

function findPackage(application: Application, version: string): Result<ApplicationPackage> {
  const found = findVersion(application, version);
  if (found !== undefined) return success(found);
  const reason = `Application "${application.id}" has no version "${version}"; it has ${versionsOf(application)}.`;
  return refusal(engineFault('ApplicationNotFound', { Reason: reason }));
}

function checkPackage(turn: Turn, id: string, version: string): EngineFault | undefined {
  const { world } = turn;
  return firstOf(
    () =>
      turn.linkedStorage === undefined
        ? engineFault('OperationInvalidForCurrentState', { Reason: NO_STORAGE })
        : undefined,
    () => checkPackageName(id, version),
    () =>
      checkRoom(world.applications.get(applicationKey(id)), version, {
        applications: world.applications.size,
      }),
  );
}

/** Checked again: others may have taken the room while the zip was on its way. */
function activate(
  turn: Turn,
  { id, version }: { readonly id: string; readonly version: string },
  { blob, size, isDefault }: ActivatedPackage,
): Result<{ readonly application: ApplicationResource; readonly replaced?: string }> {
  const { world, now } = turn;
  const fault = checkPackage(turn, id, version);
  if (fault !== undefined) return refusal(fault);
  const key = applicationKey(id);
  const application = world.applications.get(key) ?? { key, id, allowUpdates: true, packages: [] };
  const replaced = findVersion(application, version);
  const added: ApplicationPackage = {
    version: replaced?.version ?? version,
    blob,
    directory: `${application.id}${version}${timestamp(now)}-${world.nextSequence()}`,
    size,
    lastActivationTime: now,
  };
  const changed = withPackage(application, added);
  world.applications.put(isDefault === true ? { ...changed, defaultVersion: added.version } : changed);
  return success({
    application: applicationResource(world.applications.get(key) ?? changed),
    ...(replaced === undefined ? {} : { replaced: replaced.blob }),
  });
}

/** `2019-01-15-09-16`, as directories of packages end on nodes; what follows tells two of one minute apart. */
function timestamp(now: number): string {
  return new Date(now).toISOString().slice(0, 16).replaceAll(/[T:]/g, '-');
}

function changeApplication(turn: Turn, id: string, change: ApplicationChange): Result<ApplicationResource> {
  const found = findApplication(turn.world, id);
  if (!found.ok) return found;
  const fault = checkChange(found.value, change);
  if (fault !== undefined) return refusal(fault);
  const { displayName: oldName, defaultVersion: oldDefault, ...rest } = found.value;
  const displayName = change.displayName === undefined ? oldName : change.displayName;
  const named = change.defaultVersion === undefined ? oldDefault : change.defaultVersion;
  const defaultVersion = typeof named === 'string' ? (findVersion(found.value, named)?.version ?? named) : undefined;
  const changed: Application = {
    ...rest,
    allowUpdates: change.allowUpdates ?? rest.allowUpdates,
    ...(typeof displayName === 'string' ? { displayName } : {}),
    ...(defaultVersion === undefined ? {} : { defaultVersion }),
  };
  turn.world.applications.put(changed);
  return success(applicationResource(changed));
}

/** A default version that goes leaves the application without one. */
function removePackage(turn: Turn, id: string, version: string): Result<{ readonly blobs: readonly string[] }> {
  const found = findApplication(turn.world, id);
  if (!found.ok) return found;
  const gone = findPackage(found.value, version);
  if (!gone.ok) return gone;
  const { defaultVersion, ...rest } = withoutVersion(found.value, version);
  const keepsDefault = defaultVersion !== undefined && defaultVersion !== gone.value.version;
  turn.world.applications.put(keepsDefault ? { ...rest, defaultVersion } : rest);
  return success({ blobs: [gone.value.blob] });
}

function applicationSummary({ id, displayName, packages }: Application): ApplicationSummary {
  const versions = packages.map(({ version }) => version);
  return { id, ...(displayName === undefined ? {} : { displayName }), versions };
}

function applicationResource({
  id,
  displayName,
  defaultVersion,
  allowUpdates,
  packages,
}: Application): ApplicationResource {
  return {
    id,
    ...(displayName === undefined ? {} : { displayName }),
    ...(defaultVersion === undefined ? {} : { defaultVersion }),
    allowUpdates,
    packages: packages.map(({ version, size, lastActivationTime }) => ({
      version,
      state: 'active',
      size,
      lastActivationTime,
    })),
  };
}
