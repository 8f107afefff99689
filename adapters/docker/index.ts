/** The door of the Docker runtime: a node is a container. */
export type { DockerEngine } from './engine/engine-address.ts';
export { dockerEngine } from './engine/engine-address.ts';
export type { DockerRuntime, DockerRuntimeOptions } from './docker-runtime.ts';
export { createDockerRuntime } from './docker-runtime.ts';
export type { ImageProbe } from './image/image-probe.ts';
export { probeImage } from './image/image-probe.ts';
export type { PullProgress } from './image/image-store.ts';
