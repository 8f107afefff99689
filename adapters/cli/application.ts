/** What `batchrite application` does: it asks the emulator, and tells the answer. */
import { FaultError, aligned, describeBytes } from '../../core/index.ts';
import { describeFault } from '../terminal/index.ts';
import { type ControlAccess, type ControlRequest, askEmulator } from './control-client.ts';
import type { GivenEmulator } from './emulator-options.ts';
import { ExitCode } from './exit-code.ts';
import { faultOf } from './fault-of.ts';

export interface ApplicationOptions extends GivenEmulator {
  readonly json?: boolean;
}

export interface AddOptions extends ApplicationOptions {
  readonly default?: boolean;
  readonly displayName?: string;
}

export interface SetOptions extends ApplicationOptions {
  /** Empty: none from now on. */
  readonly defaultVersion?: string;
  readonly displayName?: string;
  readonly allowUpdates?: 'true' | 'false';
}

/** As the control plane shows it. */
interface Application {
  readonly id: string;
  readonly displayName?: string;
  readonly defaultVersion?: string;
  readonly allowUpdates: boolean;
  readonly packages: readonly {
    readonly version: string;
    readonly size: number;
    readonly lastActivationTime: string;
  }[];
}

/** All of them return the exit code. */
export function addPackage(
  { id, version, file }: { readonly id: string; readonly version: string; readonly file: string },
  options: AddOptions,
): Promise<number> {
  const { default: isDefault = false, displayName } = options;
  const query = {
    ...(isDefault ? { default: 'true' } : {}),
    ...(displayName === undefined ? {} : { displayName }),
  };
  return tell(options, { path: pathOf(id, version), method: 'PUT', file, query }, (answer) => {
    const { id: name, defaultVersion, packages } = answer as Application;
    const size = packages.find((each) => each.version.toLowerCase() === version.toLowerCase())?.size ?? 0;
    const role = defaultVersion?.toLowerCase() === version.toLowerCase() ? ', the default version,' : '';
    return `Application ${name} has version ${version}${role} of ${describeBytes(size)}.`;
  });
}

export function listApplications(options: ApplicationOptions): Promise<number> {
  return tell(options, { path: 'applications' }, (answer) => {
    const { applications } = answer as { readonly applications: readonly Application[] };
    if (applications.length === 0) return 'There are no applications: batchrite application add ID VERSION FILE.zip';
    return aligned(applications.flatMap(rowsOf));
  });
}

export function setApplication(id: string, options: SetOptions): Promise<number> {
  const { defaultVersion, displayName, allowUpdates } = options;
  const body = {
    ...(defaultVersion === undefined ? {} : { defaultVersion: defaultVersion === '' ? null : defaultVersion }),
    ...(displayName === undefined ? {} : { displayName: displayName === '' ? null : displayName }),
    ...(allowUpdates === undefined ? {} : { allowUpdates: allowUpdates === 'true' }),
  };
  return tell(options, { path: pathOf(id), method: 'PATCH', body }, (answer) => {
    const application = answer as Application;
    const version = application.defaultVersion ?? 'none';
    const updates = application.allowUpdates ? 'allowed' : 'not allowed';
    return `Application ${application.id}: default version ${version}, updates ${updates}.`;
  });
}

export function removeApplication(
  id: string,
  version: string | undefined,
  options: ApplicationOptions,
): Promise<number> {
  const what = version === undefined ? `Application ${id}` : `Version ${version} of application ${id}`;
  return tell(options, { path: pathOf(id, version), method: 'DELETE' }, () => `${what} is removed.`);
}

function rowsOf({ id, displayName, defaultVersion, packages }: Application): readonly (readonly string[])[] {
  const name = displayName === undefined ? id : `${id} (${displayName})`;
  if (packages.length === 0) return [[name, 'no packages']];
  return packages.map(({ version, size, lastActivationTime }) => [
    name,
    version === defaultVersion ? `${version} (default)` : version,
    describeBytes(size),
    lastActivationTime,
  ]);
}

function pathOf(id: string, version?: string): string {
  const application = `applications/${encodeURIComponent(id)}`;
  return version === undefined ? application : `${application}/packages/${encodeURIComponent(version)}`;
}

async function tell(
  options: ApplicationOptions,
  { path, ...request }: ControlRequest & { readonly path: string },
  textOf: (answer: object) => string,
): Promise<number> {
  try {
    const access: ControlAccess = { ...options, environment: process.env };
    const answer = await askEmulator(access, path, request);
    if (typeof answer !== 'object' || answer === null) {
      throw new FaultError({
        code: 'failed',
        message: 'The answer is not one about applications; this command and the emulator are of different versions.',
      });
    }
    process.stdout.write(`${options.json === true ? JSON.stringify(answer) : textOf(answer)}\n`);
    return ExitCode.success;
  } catch (error) {
    process.stderr.write(describeFault(faultOf(error)));
    return ExitCode.failure;
  }
}
