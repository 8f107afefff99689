// What some suites need of the machine beyond npm packages, each found by a cheap probe that says why it failed.
// `BATCHRITE_REQUIRE=docker,az` turns the skip for a missing one into a failure, so that CI cannot pass by skipping.
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { request } from 'node:http';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type RequirementName = 'docker' | 'az' | 'python' | 'chromium' | 'go' | 'parallel' | 'azure' | 'azureStorage';

/** `path` is the executable; for docker the engine's address, for an account of Azure its endpoint or name. */
export type Requirement =
  | { readonly name: RequirementName; readonly available: true; readonly path: string }
  | { readonly name: RequirementName; readonly available: false; readonly reason: string };

type Found = { readonly path: string } | { readonly reason: string };

const probes: Record<RequirementName, () => Promise<Found>> = {
  docker: findDockerEngine,
  az: () => findOnPath(['az']),
  python: findPythonWithBatch,
  chromium: () => findOnPath(['chromium', 'chromium-browser', 'google-chrome']),
  go: findGoWithBatch,
  parallel: () => findOnPath(['parallel']),
  azure: findRealAccount,
  azureStorage: findRealStorage,
};

const engineAnswerMs = 2_000;

/** Probes the machine for one requirement; never throws for a missing one. */
export async function requirement(name: RequirementName): Promise<Requirement> {
  const found = await probes[name]();
  return 'path' in found
    ? { name, available: true, path: found.path }
    : { name, available: false, reason: found.reason };
}

/** True when `BATCHRITE_REQUIRE` (names separated by commas) forbids to skip what needs `name`. */
export function isRequired(name: RequirementName, environment: NodeJS.ProcessEnv = process.env): boolean {
  const names = (environment['BATCHRITE_REQUIRE'] ?? '').split(',').map((each) => each.trim());
  const unknown = names.find((each) => each !== '' && !Object.hasOwn(probes, each));
  if (unknown !== undefined) {
    throw new Error(`BATCHRITE_REQUIRE names "${unknown}"; known are ${Object.keys(probes).join(', ')}.`);
  }
  return names.includes(name);
}

async function findOnPath(commands: readonly string[]): Promise<Found> {
  for (const command of commands) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, command);
      if (await isExecutable(path)) return { path };
    }
  }
  return { reason: `no ${commands.join(' or ')} on the PATH` };
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first Python that can import azure.batch: the one on the PATH may be a version manager's, without the packages. */
async function findPythonWithBatch(): Promise<Found> {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      const { stdout } = await run(python, ['-c', 'import azure.batch, sys; print(sys.executable)']);
      return { path: stdout.trim() };
    } catch {
      // This one is missing or lacks the module; the next may have both.
    }
  }
  return { reason: 'no python3 that can import azure.batch' };
}

/** Go, with the SDK where Debian's packages put the sources of libraries. */
async function findGoWithBatch(): Promise<Found> {
  const client = '/usr/share/gocode/src/github.com/Azure/azure-sdk-for-go/services/batch/2020-09-01.12.0';
  try {
    await access(client);
  } catch {
    return { reason: "no Batch client of the Azure SDK for Go where Debian's package puts it" };
  }
  return findOnPath(['go']);
}

/** Asks the engine at `DOCKER_HOST`, or at its usual socket, whether it is alive. */
async function findDockerEngine(): Promise<Found> {
  const address = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  const url = URL.parse(address.replace(/^tcp:/, 'http:'));
  if (url === null || !['unix:', 'http:'].includes(url.protocol)) {
    return { reason: `DOCKER_HOST is "${address}", which is neither unix:// nor tcp://` };
  }
  const target =
    url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || '2375' };
  return new Promise((resolve) => {
    const ping = request({ ...target, path: '/_ping', timeout: engineAnswerMs }, (response) => {
      response.resume();
      const isAlive = response.statusCode === 200;
      resolve(isAlive ? { path: address } : { reason: `${address} answers ${response.statusCode} to a ping` });
    });
    ping.on('timeout', () => ping.destroy(new Error(`silent for ${engineAnswerMs} ms`)));
    ping.on('error', (error) => resolve({ reason: `no Docker engine answers at ${address} (${error.message})` }));
    ping.end();
  });
}

/** A real Batch account: the three variables that `az batch` reads, with an endpoint that is not this machine. */
async function findRealAccount(): Promise<Found> {
  const missing = missingOfRealAccount();
  if (missing.length > 0) return { reason: `no account of Azure configured (${missing.join(', ')} not set)` };
  const endpoint = process.env['AZURE_BATCH_ENDPOINT'] ?? '';
  const isLoopback = /^https?:\/\/(127\.|localhost|\[::1\])/.test(endpoint);
  return isLoopback ? { reason: `${endpoint} is an emulator, not a real account` } : { path: endpoint };
}

/** A storage account by its connection string, which is never shown. */
async function findRealStorage(): Promise<Found> {
  const text = process.env['AZURE_STORAGE_CONNECTION_STRING'] ?? '';
  if (text === '')
    return { reason: 'no storage account of Azure configured (AZURE_STORAGE_CONNECTION_STRING not set)' };
  const [, name] = /AccountName=([^;]+)/i.exec(text) ?? [];
  const isEmulator = name === undefined || /UseDevelopmentStorage|127\.0\.0\.1|localhost|devstoreaccount1/i.test(text);
  return isEmulator ? { reason: 'the storage account is an emulator, not a real account' } : { path: name };
}

/** Variables that name a real account and are not set; `BATCHRITE_AUTH=entra` needs no key. */
export function missingOfRealAccount(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const keys = signsInWithEntra(environment) ? [] : ['AZURE_BATCH_ACCOUNT', 'AZURE_BATCH_ACCESS_KEY'];
  return [...keys, 'AZURE_BATCH_ENDPOINT'].filter((name) => (environment[name] ?? '') === '');
}

export function signsInWithEntra(environment: NodeJS.ProcessEnv): boolean {
  return environment['BATCHRITE_AUTH'] === 'entra';
}
