/** `/_batchrite/applications`: what Azure's management plane does with applications and their packages. */
import { isFault } from '../../../core/kernel/index.ts';
import type { ApplicationChange, ApplicationResource } from '../../engine/index.ts';
import { ApplicationLibrary } from '../applications/application-library.ts';
import type { PackageStore } from '../applications/package-store.ts';
import { type ControlAnswer, type ControlCall, type ControlRoute, answered } from '../route.ts';

const CHANGE =
  'Give a JSON object with any of defaultVersion and displayName (a text, or null to have none) and allowUpdates (true or false).';

export function applicationRoutes(store: PackageStore | undefined): readonly ControlRoute[] {
  const libraryOf = ({ engine }: ControlCall): ApplicationLibrary => new ApplicationLibrary(engine, store);
  return [
    {
      method: 'GET',
      path: 'applications',
      handle: async (call) =>
        answered(call, libraryOf(call).list(), (applications) => ({ applications: applications.map(shown) })),
    },
    {
      method: 'GET',
      path: 'applications/{application}',
      handle: (call) => answered(call, libraryOf(call).get(idIn(call)), shown),
    },
    {
      method: 'PATCH',
      path: 'applications/{application}',
      handle: async (call) => {
        const change = changeIn(call.body);
        if (change === undefined) return { status: 400, body: { error: CHANGE } };
        return answered(call, libraryOf(call).change(idIn(call), change), shown);
      },
    },
    {
      method: 'DELETE',
      path: 'applications/{application}',
      handle: (call) => answered(call, libraryOf(call).remove(idIn(call))),
    },
    {
      method: 'PUT',
      path: 'applications/{application}/packages/{version}',
      takesContent: true,
      handle: (call) => addPackage(call, libraryOf(call)),
    },
    {
      method: 'DELETE',
      path: 'applications/{application}/packages/{version}',
      handle: (call) => answered(call, libraryOf(call).remove(idIn(call), call.parameters['version'])),
    },
  ];
}

/** `?default=true` makes it the default version, `?displayName=` names the application. */
async function addPackage(call: ControlCall, library: ApplicationLibrary): Promise<ControlAnswer> {
  const { query, content, parameters } = call;
  const displayName = query.get('displayName');
  const adding = library.add({
    applicationId: idIn(call),
    version: parameters['version'] ?? '',
    content,
    isDefault: query.get('default') === 'true',
    ...(displayName === null ? {} : { displayName }),
  });
  try {
    return await answered(call, adding, shown);
  } catch (error) {
    if (!isFault(error)) throw error;
    // The linked storage account does not keep it, and says why.
    return { status: 502, body: { error: error.message } };
  }
}

function idIn({ parameters }: ControlCall): string {
  return parameters['application'] ?? '';
}

function changeIn(body: unknown): ApplicationChange | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { defaultVersion, displayName, allowUpdates, ...unknown } = body as Readonly<Record<string, unknown>>;
  if (!isText(defaultVersion) || !isText(displayName) || Object.keys(unknown).length > 0) return undefined;
  if (allowUpdates !== undefined && typeof allowUpdates !== 'boolean') return undefined;
  return {
    ...(defaultVersion === undefined ? {} : { defaultVersion }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(allowUpdates === undefined ? {} : { allowUpdates }),
  };
}

function isText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}

function shown({ packages, ...application }: ApplicationResource): object {
  return {
    ...application,
    packages: packages.map((each) => ({
      ...each,
      lastActivationTime: new Date(each.lastActivationTime).toISOString(),
    })),
  };
}
