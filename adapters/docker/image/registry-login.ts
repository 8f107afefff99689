/** Which login of a pool or a task belongs to an image (batch-semantics 10.5). */
import type { ContainerRegistry } from '../../../emulator/engine/index.ts';
import type { RegistryLogin } from './image-store.ts';

/** Where images without a registry in their name come from, under all its names. */
const DEFAULT_REGISTRY = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** The first registry that serves the image and has a user name and a password. */
export function loginFor(image: string, registries: readonly ContainerRegistry[]): RegistryLogin | undefined {
  const server = registryOf(image);
  for (const { username, password, registryServer } of registries) {
    const its = hostOf(registryServer ?? '');
    const serves = DEFAULT_REGISTRY.includes(server) ? its === '' || DEFAULT_REGISTRY.includes(its) : its === server;
    if (!serves || username === undefined || password === undefined) continue;
    return { username, password, ...(registryServer === undefined ? {} : { serverAddress: registryServer }) };
  }
  return undefined;
}

/** `host:port/name:tag` → `host:port`; a first part without a dot or a port is a user's name at the default registry. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? first.toLowerCase() : 'docker.io';
}

function hostOf(address: string): string {
  return address
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
}
