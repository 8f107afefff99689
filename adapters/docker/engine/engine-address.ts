/**
 * Finds the Docker engine of this machine: at `DOCKER_HOST` where it is set, else at its usual sockets, and says
 * why there is none.
 */
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { whyNotInside } from './linux-program.ts';

/** `reason` is a sentence; it also names the address when an engine was found. */
export type DockerEngine =
  | { readonly available: true; readonly version: string; readonly reason: string }
  | { readonly available: false; readonly reason: string };

/** What dockerode takes to reach an engine. */
export type EngineAddress =
  | { readonly socketPath: string }
  /** Everything is left to dockerode, which reads `DOCKER_HOST` and the certificates itself. */
  | { readonly fromEnvironment: true };

export interface EngineQuestion {
  readonly environment?: NodeJS.ProcessEnv;
  /** The Node binary that is to run inside: an engine that cannot run it does not count. */
  readonly nodePath?: string;
}

const ANSWER_WITHIN_MS = 1_500;
const DEFAULT_SOCKET = '/var/run/docker.sock';

/** The engine's address in words, for messages. */
function engineAddressText(environment: NodeJS.ProcessEnv = process.env): string {
  return dockerHost(environment) ?? `unix://${usualSocket(environment)}`;
}

/** Where the engine is by the environment; nothing is asked of it. */
export function engineAddress(environment: NodeJS.ProcessEnv = process.env): EngineAddress {
  const host = dockerHost(environment);
  if (host === undefined) return { socketPath: usualSocket(environment) };
  return host.startsWith('unix://') ? { socketPath: host.slice('unix://'.length) } : { fromEnvironment: true };
}

/**
 * Whether an engine that can run Linux containers answers, within about 1.5 s. Never throws.
 * An engine on another machine does not count: a node's folder is mounted from this one.
 */
export async function dockerEngine({
  environment = process.env,
  nodePath,
}: EngineQuestion = {}): Promise<DockerEngine> {
  const text = engineAddressText(environment);
  const address = engineAddress(environment);
  const url = URL.parse(text.replace(/^tcp:/, 'http:'));
  if (!('socketPath' in address) && (url === null || !isLoopback(url.hostname))) {
    return { available: false, reason: `DOCKER_HOST is "${text}", which is not an engine on this machine` };
  }
  const target =
    'socketPath' in address ? address : { host: url?.hostname ?? '127.0.0.1', port: Number(url?.port || 2375) };
  try {
    const { version, os, arch } = await askVersion(target);
    if (os !== 'linux') {
      return {
        available: false,
        reason: `the Docker engine at ${text} runs ${os} containers; switch it to Linux ones`,
      };
    }
    const problem = nodePath === undefined ? undefined : await whyNotInside(nodePath, arch);
    return problem === undefined
      ? { available: true, version, reason: `a Docker engine ${version} answers at ${text}` }
      : { available: false, reason: problem };
  } catch (error) {
    return { available: false, reason: `no Docker engine answers at ${text} (${reasonOf(error, text)})` };
  }
}

function dockerHost(environment: NodeJS.ProcessEnv): string | undefined {
  const host = environment['DOCKER_HOST'];
  return host === undefined || host === '' ? undefined : host;
}

/** Docker Desktop and rootless engines have their socket in the user's own folders. */
function usualSocket(environment: NodeJS.ProcessEnv): string {
  const runtimeFolder = environment['XDG_RUNTIME_DIR'];
  const places = [
    DEFAULT_SOCKET,
    ...(runtimeFolder === undefined ? [] : [join(runtimeFolder, 'docker.sock')]),
    join(homedir(), '.docker/run/docker.sock'),
  ];
  return places.find((place) => existsSync(place)) ?? DEFAULT_SOCKET;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

interface EngineVersion {
  readonly version: string;
  readonly os: string;
  readonly arch: string;
}

function askVersion(target: object): Promise<EngineVersion> {
  return new Promise((resolve, reject) => {
    const question = request({ ...target, path: '/version', timeout: ANSWER_WITHIN_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('error', reject);
      response.on('end', () => {
        const answer = parse(body);
        if (response.statusCode !== 200 || answer === undefined) reject(new Error(`it answers ${response.statusCode}`));
        else resolve(answer);
      });
    });
    question.on('timeout', () => question.destroy(new Error(`silent for ${ANSWER_WITHIN_MS} ms`)));
    question.on('error', reject);
    question.end();
  });
}

function parse(body: string): EngineVersion | undefined {
  try {
    const { Version, Os, Arch } = JSON.parse(body) as Readonly<Record<'Version' | 'Os' | 'Arch', unknown>>;
    if (typeof Version !== 'string') return undefined;
    return {
      version: Version,
      os: typeof Os === 'string' ? Os : 'linux',
      arch: typeof Arch === 'string' ? Arch : 'amd64',
    };
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown, address: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES') return `this user may not use ${address}; add it to the group that owns the socket`;
  if (code === 'ENOENT') return 'there is no such socket';
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  return error instanceof Error ? error.message : String(error);
}
